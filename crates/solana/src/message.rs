//! What was signed and what it called, whichever encoding told it: accounts, and instructions in order of execution.

use std::{fmt, str::FromStr};

use base64::Engine;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use solana_sdk::{signature::Signature, transaction::VersionedTransaction};

use crate::{
    instruction::{Instruction, InstructionData, Names},
    programs::{SYSTEM, is_token},
    wire::{Body, Entry, Inner, InstructionAccount, Key, Loaded, WireInstruction},
};

/// A transaction as it was signed, with the accounts from look-up tables and the instructions that it called.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    /// The first signature, which is the transaction's id.
    pub(crate) id: [u8; 64],
    /// How many accounts signed: the first of them.
    pub(crate) signers: usize,
    pub(crate) keys: Vec<Key>,
    /// Places of accounts by name, where anything names them.
    pub(crate) names: Names<'a>,
    pub(crate) instructions: Vec<Instruction>,
    /// Whether it is told what its instructions called.
    pub(crate) inner_known: bool,
}

/// Places of accounts have one byte.
const KEYS_MAX: usize = 256;
/// The count of signatures has seven bits, and a packet is smaller still.
const SIGNERS_MAX: usize = 127;
/// 64 KiB of bytes in base64. A packet has 1,232 of them.
const BASE64_MAX: usize = 87_400;
/// Decoding base58 is quadratic; a packet has fewer digits.
pub(crate) const BASE58_MAX: usize = 1_700;

const STRANGER: &str = "an instruction names an account that is not among its accounts: ask again";

/// Reads what was signed.
///
/// # Errors
/// If it contradicts itself, or its bytes are no transaction.
pub(crate) fn read<'e>(entry: &'e Entry<'_>) -> Result<Message<'e>, String> {
    let meta = entry.meta.as_ref();
    let inner = meta.and_then(|meta| meta.inner_instructions.as_deref());
    let loaded = meta.and_then(|meta| meta.loaded_addresses.as_ref());
    let mut message = match &entry.transaction {
        Body::Bytes(text, encoding) => signed(text.as_str(), encoding.as_str(), loaded)?,
        Body::Json(told) => {
            let parsed = told.message.account_keys.iter().any(|key| key.parsed);
            let keys: Option<Vec<Key>> = told.message.account_keys.iter().map(|key| key.read()).collect();
            let mut keys = keys.ok_or("one of its accounts is not 32 bytes in base58: ask again")?;
            extend(&mut keys, loaded.filter(|_| !parsed))?;
            let by_name = parsed || told.message.instructions.iter().any(|one| one.program_id.is_some());
            let own = told.message.account_keys.iter().filter(|_| by_name);
            let names = own.zip(0_u8..=u8::MAX).map(|(key, place)| (key.key.as_str(), place)).collect();
            let first = told.signatures.first().map(|signature| Signature::from_str(signature.as_str()));
            let Some(Ok(id)) = first else { return Err("it has no signature: ask again".to_owned()) };
            let (id, signers) = (id.into(), told.signatures.len());
            Message { id, signers, keys, names, instructions: Vec::new(), inner_known: true }
        }
    };
    if message.signers > SIGNERS_MAX.min(message.keys.len()) {
        let (signers, keys) = (message.signers, message.keys.len());
        return Err(format!("it has {signers} signatures and {keys} accounts: ask again"));
    }
    message.inner_known = inner.is_some();
    flatten(&mut message, &entry.transaction, inner.unwrap_or_default())?;
    Ok(message)
}

fn signed(text: &str, encoding: &str, loaded: Option<&Loaded>) -> Result<Message<'static>, String> {
    let bytes = match encoding {
        "base64" if text.len() <= BASE64_MAX => base64::engine::general_purpose::STANDARD.decode(text).ok(),
        "base58" | "binary" if text.len() <= BASE58_MAX => bs58::decode(text).into_vec().ok(),
        "base64" | "base58" | "binary" => None,
        other => {
            let other: String = other.chars().take(20).collect();
            return Err(format!("it is encoded as {other}: ask for json, jsonParsed or base64"));
        }
    };
    let bytes = bytes.ok_or_else(|| format!("its bytes are no {encoding}: ask again"))?;
    let signed: VersionedTransaction = bincode::deserialize(&bytes)
        .map_err(|error| format!("its bytes are no transaction of a known version ({error}): ask for json"))?;
    let id = signed.signatures.first().ok_or("it has no signature: ask again")?;
    let (id, signers) = ((*id).into(), signed.signatures.len());
    let mut keys: Vec<Key> = signed.message.static_account_keys().iter().map(|key| Key(key.to_bytes())).collect();
    extend(&mut keys, loaded)?;
    let compiled = |(top, one): (usize, &solana_sdk::message::compiled_instruction::CompiledInstruction)| Instruction {
        parent: None,
        top,
        height: 1,
        program: one.program_id_index,
        accounts: one.accounts.clone(),
        data: InstructionData::Bytes(one.data.clone()),
    };
    let instructions: Vec<Instruction> = signed.message.instructions().iter().enumerate().map(compiled).collect();
    let is_there = |place: &u8| usize::from(*place) < keys.len();
    if !instructions.iter().all(|one| is_there(&one.program) && one.accounts.iter().all(is_there)) {
        return Err(STRANGER.to_owned());
    }
    Ok(Message { id, signers, keys, names: Names::new(), instructions, inner_known: true })
}

/// Adds the accounts from look-up tables: the writable ones first.
fn extend(keys: &mut Vec<Key>, loaded: Option<&Loaded>) -> Result<(), String> {
    if let Some(loaded) = loaded {
        keys.extend(loaded.writable.iter().chain(&loaded.readonly));
    }
    if keys.len() > KEYS_MAX {
        return Err(format!("it has {} accounts, and no transaction has more than {KEYS_MAX}: ask again", keys.len()));
    }
    Ok(())
}

/// Puts what each instruction called behind it.
fn flatten(message: &mut Message<'_>, body: &Body<'_>, inner: &[Inner<'_>]) -> Result<(), String> {
    let own = match body {
        Body::Bytes(..) => std::mem::take(&mut message.instructions),
        Body::Json(told) => {
            let one = |(top, one)| instruction(message, one, top);
            told.message.instructions.iter().enumerate().map(one).collect::<Result<_, _>>()?
        }
    };
    let mut called: Vec<Vec<&Inner<'_>>> = vec![Vec::new(); own.len()];
    for group in inner {
        let tops = own.len();
        let place = called.get_mut(group.index);
        let place = place.ok_or_else(|| {
            format!("calls of its instruction {} are told, and it has {tops}: ask again", group.index.saturating_add(1))
        })?;
        place.push(group);
    }
    let mut flat: Vec<Instruction> = Vec::with_capacity(own.len());
    for (own, groups) in own.into_iter().zip(called) {
        let top = own.top;
        // Instructions that are at work, each below the one before.
        let mut open = vec![(1, flat.len())];
        flat.push(own);
        for one in groups.into_iter().flat_map(|group| &group.instructions) {
            let mut called = instruction(message, one, top)?;
            called.height = one.stack_height.unwrap_or(2).max(2);
            while open.len() > 1 && open.last().is_some_and(|(height, _)| *height >= called.height) {
                open.pop();
            }
            called.parent = open.last().map(|(_, place)| *place);
            open.push((called.height, flat.len()));
            flat.push(called);
        }
    }
    message.instructions = flat;
    Ok(())
}

fn instruction(message: &Message<'_>, told: &WireInstruction<'_>, top: usize) -> Result<Instruction, String> {
    let stranger = || "an instruction names a program that is not among its accounts: ask again".to_owned();
    let by_name = || told.program_id.as_ref().and_then(|name| message.names.get(name.as_str()).copied());
    let by_place = told.program_id_index.and_then(|place| u8::try_from(place).ok());
    let program = by_place.or_else(by_name).ok_or_else(stranger)?;
    let key = *message.keys.get(usize::from(program)).ok_or_else(stranger)?;
    let mut accounts = Vec::with_capacity(told.accounts.len());
    for account in &told.accounts {
        let place = match account {
            InstructionAccount::Index(place) => u8::try_from(*place).ok(),
            InstructionAccount::Key(name) => message.names.get(name.as_str()).copied(),
        };
        let place = place.filter(|place| usize::from(*place) < message.keys.len());
        accounts.push(place.ok_or(STRANGER)?);
    }
    let data = match (told.parsed, &told.data) {
        (Some(parsed), _) => {
            if !(key == SYSTEM || is_token(key)) {
                collect(parsed.get(), &message.names, &mut accounts);
            }
            InstructionData::Parsed(parsed.to_owned())
        }
        (None, Some(data)) => InstructionData::Base58(data.as_str().into()),
        (None, None) => InstructionData::Bytes(Vec::new()),
    };
    Ok(Instruction { parent: None, top, height: 1, program, accounts, data })
}

/// Finds the accounts that a parsed instruction names, in whatever field. One that cannot be read names none.
fn collect(parsed: &str, names: &Names<'_>, accounts: &mut Vec<u8>) {
    let mut reader = serde_json::Deserializer::from_str(parsed);
    let before = accounts.len();
    if Named(names, accounts).deserialize(&mut reader).is_err() {
        accounts.truncate(before);
    }
}

struct Named<'a, 'n>(&'a Names<'n>, &'a mut Vec<u8>);

impl<'de> DeserializeSeed<'de> for Named<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Named<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what a node made of an instruction")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.1.extend(self.0.get(text));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(Named(self.0, self.1))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Named(self.0, self.1))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

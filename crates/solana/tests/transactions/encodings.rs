//! One transaction told in three ways moves the same. Recorded answers are mostly parsed by the node; here they are written back as
//! data bytes, by code of the tests alone, and packed as the SDK packs them.

use fundtrail_solana::{DecodedTx, NoHistory, RawTransaction, decode};
use fundtrail_types::Chain;
use serde_json::{Value, json};
use solana_sdk::{
    hash::Hash,
    message::{
        Message, MessageHeader, VersionedMessage,
        compiled_instruction::CompiledInstruction,
        v0::{self, MessageAddressTableLookup},
    },
    transaction::VersionedTransaction,
};
use solana_system_interface::instruction::SystemInstruction;

use crate::{
    golden::{BLOCKS, TRANSACTIONS, fixture, folder},
    scene::packed,
    support::{raw, value},
    world::{Key, key_of},
};

fn read(told: &Value) -> DecodedTx {
    let raw = RawTransaction { slot: 7, index: Some(3), time: None, json: raw(told) };
    decode(&raw, &NoHistory, Chain::SOLANA).unwrap_or_else(|problem| panic!("{problem}"))
}

/// The same transaction as JSON that the node did not parse, with accounts from look-up tables where they are told.
pub(crate) fn unparsed(told: &Value) -> Value {
    let mut other = told.clone();
    other.as_object_mut().unwrap().remove("slot");
    let message = &told["transaction"]["message"];
    let listed = message["accountKeys"].as_array().unwrap();
    if listed[0].is_string() {
        return other;
    }
    let name = |key: &Value| key["pubkey"].as_str().unwrap().to_owned();
    let keys: Vec<String> = listed.iter().map(name).collect();
    let of = |table: bool, writable: bool| {
        let from_table =
            |key: &&Value| (key["source"] == "lookupTable") == table && (!table || key["writable"] == writable);
        listed.iter().filter(from_table).map(name).collect::<Vec<_>>()
    };
    let signers = listed.iter().filter(|key| key["signer"] == true).count();
    other["transaction"]["message"] = json!({
        "accountKeys": of(false, false),
        "header": {"numRequiredSignatures": signers, "numReadonlySignedAccounts": 0, "numReadonlyUnsignedAccounts": 0},
        "instructions": message["instructions"].as_array().unwrap().iter().map(|one| compiled(one, &keys)).collect::<Vec<_>>(),
    });
    if !other["meta"].is_null() {
        other["meta"]["loadedAddresses"] = json!({"writable": of(true, true), "readonly": of(true, false)});
    }
    if let Some(groups) = other["meta"].get_mut("innerInstructions").and_then(Value::as_array_mut) {
        for group in groups {
            let of = group["instructions"].as_array_mut().unwrap();
            of.iter_mut().for_each(|one| *one = compiled(one, &keys));
        }
    }
    other
}

fn compiled(one: &Value, keys: &[String]) -> Value {
    let place = |name: &str| keys.iter().position(|key| key == name).unwrap();
    let program = place(one["programId"].as_str().unwrap());
    let height = &one["stackHeight"];
    let (accounts, data) = match &one["parsed"] {
        Value::Null => {
            let accounts =
                one["accounts"].as_array().unwrap().iter().map(|name| place(name.as_str().unwrap())).collect();
            (accounts, one["data"].as_str().unwrap().to_owned())
        }
        parsed => {
            let (names, data) = bytes(parsed["type"].as_str().unwrap(), &parsed["info"]);
            let accounts: Vec<usize> = names.iter().map(|name| place(name)).collect();
            (accounts, bs58::encode(data).into_string())
        }
    };
    json!({"programIdIndex": program, "accounts": accounts, "data": data, "stackHeight": height})
}

/// Accounts and data of an instruction that a node parsed.
fn bytes<'a>(kind: &str, info: &'a Value) -> (Vec<&'a str>, Vec<u8>) {
    let names = |fields: &[&str]| fields.iter().map(|field| info[*field].as_str().unwrap()).collect::<Vec<_>>();
    let key = |field: &str| key_of(info[field].as_str().unwrap());
    let lamports = || info["lamports"].as_u64().unwrap();
    let amount = || -> u64 {
        let told = info["amount"].as_str().or(info["tokenAmount"]["amount"].as_str());
        told.unwrap().parse().unwrap()
    };
    let tagged = |tag: u8, amount: u64| [&[tag][..], &amount.to_le_bytes()].concat();
    let owner = |tag: u8, owner: Key| [&[tag][..], &owner].concat();
    let system = |one: SystemInstruction| bincode::serialize(&one).unwrap();
    match kind {
        "transfer" if !info["lamports"].is_null() => {
            (names(&["source", "destination"]), system(SystemInstruction::Transfer { lamports: lamports() }))
        }
        "createAccount" => {
            let space = info["space"].as_u64().unwrap();
            let one = SystemInstruction::CreateAccount { lamports: lamports(), space, owner: key("owner").into() };
            (names(&["source", "newAccount"]), system(one))
        }
        "createAccountWithSeed" => {
            let one = SystemInstruction::CreateAccountWithSeed {
                base: key("base").into(),
                seed: info["seed"].as_str().unwrap().to_owned(),
                lamports: lamports(),
                space: info["space"].as_u64().unwrap(),
                owner: key("owner").into(),
            };
            (names(&["source", "newAccount", "base"]), system(one))
        }
        "create" | "createIdempotent" => {
            let data = if kind == "create" { vec![] } else { vec![1] };
            (names(&["source", "account", "wallet", "mint", "systemProgram", "tokenProgram"]), data)
        }
        "transfer" => (names(&["source", "destination", "authority"]), tagged(3, amount())),
        "transferChecked" => (
            names(&["source", "mint", "destination", "authority"]),
            [tagged(12, amount()), vec![u8::try_from(info["tokenAmount"]["decimals"].as_u64().unwrap()).unwrap()]]
                .concat(),
        ),
        "mintTo" => (names(&["mint", "account", "mintAuthority"]), tagged(7, amount())),
        "closeAccount" => (names(&["account", "destination", "owner"]), vec![9]),
        "getAccountDataSize" => (names(&["mint"]), vec![21, 7, 0]),
        "initializeImmutableOwner" => (names(&["account"]), vec![22]),
        "initializeAccount" => (names(&["account", "mint", "owner", "rentSysvar"]), vec![1]),
        "initializeAccount3" => (names(&["account", "mint"]), owner(18, key("owner"))),
        // Of a program that is read by balances alone.
        "vote" => (names(&["voteAccount", "slotHashesSysvar", "clockSysvar", "voteAuthority"]), vec![2, 0, 0, 0]),
        other => panic!("{other} has no bytes here: write them"),
    }
}

/// The same transaction as the bytes that were signed.
pub(crate) fn in_base64(unparsed: &Value) -> Value {
    let message = &unparsed["transaction"]["message"];
    let texts =
        |list: &Value| list.as_array().unwrap().iter().map(|key| key_of(key.as_str().unwrap())).collect::<Vec<Key>>();
    let number = |value: &Value| u8::try_from(value.as_u64().unwrap()).unwrap();
    let one = |one: &Value| CompiledInstruction {
        program_id_index: number(&one["programIdIndex"]),
        accounts: one["accounts"].as_array().unwrap().iter().map(number).collect(),
        data: bs58::decode(one["data"].as_str().unwrap()).into_vec().unwrap(),
    };
    let signatures: Vec<_> = unparsed["transaction"]["signatures"].as_array().unwrap().clone();
    let header =
        MessageHeader { num_required_signatures: u8::try_from(signatures.len()).unwrap(), ..MessageHeader::default() };
    let account_keys = texts(&message["accountKeys"]).into_iter().map(Into::into).collect();
    let instructions = message["instructions"].as_array().unwrap().iter().map(one).collect();
    let loaded = |side: &str| unparsed["meta"]["loadedAddresses"][side].as_array().map_or(0, Vec::len);
    let (writable, readonly) = (loaded("writable"), loaded("readonly"));
    let indexes = |count: usize| (0..count).map(|n| u8::try_from(n).unwrap()).collect();
    let message = if unparsed["version"] == 0 {
        VersionedMessage::V0(v0::Message {
            header,
            account_keys,
            recent_blockhash: Hash::default(),
            instructions,
            address_table_lookups: vec![MessageAddressTableLookup {
                account_key: [77; 32].into(),
                writable_indexes: indexes(writable),
                readonly_indexes: indexes(readonly),
            }],
        })
    } else {
        VersionedMessage::Legacy(Message { header, account_keys, recent_blockhash: Hash::default(), instructions })
    };
    let signatures = signatures.iter().map(|one| one.as_str().unwrap().parse().unwrap()).collect();
    let mut other = unparsed.clone();
    other["transaction"] = packed(&VersionedTransaction { signatures, message });
    other
}

/// Asserts that a transaction moves the same in every encoding.
pub(crate) fn agree(told: &Value, name: &str) {
    let mut told = told.clone();
    told.as_object_mut().unwrap().remove("slot");
    let plain = unparsed(&told);
    let first = read(&told);
    for (other, encoding) in [(read(&plain), "json"), (read(&in_base64(&plain)), "base64")] {
        assert_eq!(first.id, other.id, "{name} {encoding}");
        assert_eq!(first.movements, other.movements, "{name} {encoding}");
        assert_eq!(first.relations, other.relations, "{name} {encoding}");
        assert_eq!(first.residues, other.residues, "{name} {encoding}");
        assert_eq!(first.accounts, other.accounts, "{name} {encoding}");
        let shape = |one: &DecodedTx| {
            one.instructions.iter().map(|one| (one.parent, one.top, one.height, one.program)).collect::<Vec<_>>()
        };
        assert_eq!(shape(&first), shape(&other), "{name} {encoding}");
    }
}

#[test]
fn the_chosen_transactions_move_the_same_in_every_encoding() {
    for name in TRANSACTIONS {
        agree(&fixture(name), name);
    }
    for (name, _) in BLOCKS {
        fixture(name)["transactions"].as_array().unwrap().iter().for_each(|one| agree(one, name));
    }
}

/// The same answer in another encoding, block or transaction.
fn told_as(told: &Value, encoding: fn(&Value) -> Value) -> Value {
    let mut other = told.clone();
    match other["transactions"].as_array_mut() {
        Some(all) => all.iter_mut().for_each(|one| *one = encoding(one)),
        None => {
            other = encoding(told);
            other["slot"] = told["slot"].clone();
        }
    }
    other
}

/// Fuzz targets and benches start from these files, so that they need not pack transactions themselves.
#[test]
fn the_other_encodings_of_the_chosen_transactions_are_kept() {
    let as_bytes: fn(&Value) -> Value = |told| in_base64(&unparsed(told));
    for name in TRANSACTIONS.into_iter().chain(BLOCKS.map(|(name, _)| name)) {
        for (encoding, tell) in [("json", unparsed as fn(&Value) -> Value), ("base64", as_bytes)] {
            let path = folder("fixtures").join(encoding).join(format!("{name}.json"));
            let told = told_as(&fixture(name), tell);
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&path, format!("{told}\n")).unwrap();
            }
            assert_eq!(value(&path), told, "{name} in {encoding}: write it anew with BLESS=1");
        }
    }
}

#[test]
fn the_oldest_answers_are_bytes_in_base58_without_the_name_of_it() {
    let plain = unparsed(&fixture("close-and-drain"));
    let mut old = in_base64(&plain);
    let packed = old["transaction"][0].as_str().unwrap();
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, packed).unwrap();
    old["transaction"] = json!(bs58::encode(&bytes).into_string());
    assert_eq!(read(&old).movements, read(&plain).movements);
}

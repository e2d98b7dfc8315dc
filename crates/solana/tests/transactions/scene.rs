//! A transaction made up of instructions: acted out on the small ledger, and told as a node would tell it.

use base64::Engine;
use fundtrail_solana::{DecodedTx, NoHistory, Owners, RawTransaction, decode};
use fundtrail_types::{Chain, Problem};
use serde_json::{Value, json};
use solana_sdk::{
    hash::Hash,
    message::{Message, MessageHeader, VersionedMessage, compiled_instruction::CompiledInstruction},
    signature::Signature,
    transaction::VersionedTransaction,
};

use crate::{
    ops::{Instruction, Op, text, token},
    support::raw,
    world::{Key, World},
};

/// How a node tells a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Json,
    Parsed,
    Base64,
}

pub(crate) const ENCODINGS: [Encoding; 3] = [Encoding::Json, Encoding::Parsed, Encoding::Base64];

pub(crate) const FEE: u64 = 5000;
pub(crate) const SLOT: u64 = 300_000_000;
/// A program that is not known.
pub(crate) const PROGRAM: Key = [222; 32];

/// A transaction and the world around it.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) before: World,
    pub(crate) after: World,
    signers: Vec<Key>,
    /// What the message says, each with what it calls.
    tops: Vec<(Instruction, Vec<Instruction>)>,
}

impl Scene {
    /// The first signer pays the fee, and gets it from nowhere if he has nothing.
    pub(crate) fn new(mut world: World, signers: &[Key]) -> Self {
        if world.account(signers[0]).lamports < FEE {
            world.fund(signers[0], FEE);
        }
        let mut after = world.clone();
        after.at(signers[0]).lamports -= FEE;
        Self { before: world, after, signers: signers.to_vec(), tops: Vec::new() }
    }

    /// An instruction of the message itself.
    pub(crate) fn top(mut self, op: Op) -> Self {
        assert!(self.try_top(&op), "{op:?} fails");
        self
    }

    pub(crate) fn try_top(&mut self, op: &Op) -> bool {
        let done = self.after.act(op).is_some();
        if done {
            self.tops.push((op.instruction(), Vec::new()));
        }
        done
    }

    /// A call of a program that is not known, with all that it calls.
    pub(crate) fn call(mut self, ops: &[Op]) -> Self {
        assert!(self.try_call(ops), "{ops:?} fail");
        self
    }

    pub(crate) fn try_call(&mut self, ops: &[Op]) -> bool {
        let before = self.after.clone();
        if !ops.iter().all(|op| self.after.act(op).is_some()) {
            self.after = before;
            return false;
        }
        let inner: Vec<Instruction> = ops.iter().map(Op::instruction).collect();
        let mut accounts: Vec<Key> = inner.iter().flat_map(|one| one.accounts.clone()).collect();
        accounts.sort_unstable();
        accounts.dedup();
        // What a program changes itself, it does not call.
        let inner = inner.into_iter().filter(|one| one.program != PROGRAM).collect();
        self.tops.push((Instruction { program: PROGRAM, accounts, data: vec![7], parsed: None }, inner));
        true
    }

    pub(crate) fn raw_top(mut self, program: Key, accounts: &[Key], data: &[u8]) -> Self {
        let one = Instruction { program, accounts: accounts.to_vec(), data: data.to_vec(), parsed: None };
        self.tops.push((one, Vec::new()));
        self
    }

    pub(crate) fn keys(&self) -> Vec<Key> {
        let mut keys = self.signers.clone();
        let all = self.tops.iter().flat_map(|(top, inner)| [top].into_iter().chain(inner));
        for key in all.flat_map(|one| one.accounts.iter().chain([&one.program])) {
            if !keys.contains(key) {
                keys.push(*key);
            }
        }
        // Token balances are told where the program is among the accounts.
        if !keys.contains(&token()) {
            keys.push(token());
        }
        keys
    }

    /// As `getTransaction` tells it.
    pub(crate) fn told(&self, encoding: Encoding) -> Value {
        let keys = self.keys();
        let lamports = |world: &World| keys.iter().map(|key| world.account(*key).lamports).collect::<Vec<_>>();
        let tokens = |world: &World| {
            let one = |(at, key): (usize, &Key)| {
                let token = world.account(*key).token?;
                Some(json!({"accountIndex": at, "mint": text(token.mint), "owner": text(token.owner),
                            "uiTokenAmount": {"amount": token.amount.to_string(), "decimals": 6}}))
            };
            keys.iter().enumerate().filter_map(one).collect::<Vec<_>>()
        };
        let inner = |(at, (_, inner)): (usize, &(Instruction, Vec<Instruction>))| {
            let called: Vec<Value> = inner.iter().map(|one| instruction(one, &keys, encoding, Some(2))).collect();
            (!called.is_empty()).then(|| json!({"index": at, "instructions": called}))
        };
        let inner: Vec<Value> = self.tops.iter().enumerate().filter_map(inner).collect();
        json!({
            "slot": SLOT,
            "blockTime": 1_730_000_000,
            "version": "legacy",
            "transaction": self.signed(&keys, encoding),
            "meta": {
                "err": null, "fee": FEE, "innerInstructions": inner, "logMessages": [],
                "preBalances": lamports(&self.before), "postBalances": lamports(&self.after),
                "preTokenBalances": tokens(&self.before), "postTokenBalances": tokens(&self.after),
            },
        })
    }

    fn signed(&self, keys: &[Key], encoding: Encoding) -> Value {
        let signature = Signature::from([9; 64]);
        if encoding == Encoding::Base64 {
            let compiled = |(one, _): &(Instruction, Vec<Instruction>)| CompiledInstruction {
                program_id_index: place(keys, one.program),
                accounts: one.accounts.iter().map(|key| place(keys, *key)).collect(),
                data: one.data.clone(),
            };
            let message = Message {
                header: MessageHeader {
                    num_required_signatures: u8::try_from(self.signers.len()).unwrap(),
                    ..MessageHeader::default()
                },
                account_keys: keys.iter().map(|key| (*key).into()).collect(),
                recent_blockhash: Hash::default(),
                instructions: self.tops.iter().map(compiled).collect(),
            };
            let signatures = vec![signature; self.signers.len()];
            return packed(&VersionedTransaction { signatures, message: VersionedMessage::Legacy(message) });
        }
        let tops: Vec<Value> = self.tops.iter().map(|(one, _)| instruction(one, keys, encoding, Some(1))).collect();
        let keys: Vec<Value> = match encoding {
            Encoding::Parsed => keys.iter().map(|key| json!({"pubkey": text(*key), "source": "transaction"})).collect(),
            _ => keys.iter().map(|key| json!(text(*key))).collect(),
        };
        let signatures = vec![signature.to_string(); self.signers.len()];
        json!({"signatures": signatures, "message": {"accountKeys": keys, "instructions": tops}})
    }

    pub(crate) fn decode(&self) -> DecodedTx {
        read(&self.told(Encoding::Json), &NoHistory).unwrap()
    }
}

/// A transaction in base64.
pub(crate) fn packed(transaction: &VersionedTransaction) -> Value {
    let bytes = bincode::serialize(transaction).unwrap();
    json!([base64::engine::general_purpose::STANDARD.encode(bytes), "base64"])
}

pub(crate) fn read(told: &Value, owners: &dyn Owners) -> Result<DecodedTx, Problem> {
    decode(&RawTransaction::from_result(Chain::SOLANA, raw(told))?, owners, Chain::SOLANA)
}

pub(crate) fn place(keys: &[Key], key: Key) -> u8 {
    u8::try_from(keys.iter().position(|one| *one == key).unwrap()).unwrap()
}

fn instruction(one: &Instruction, keys: &[Key], encoding: Encoding, height: Option<u32>) -> Value {
    if encoding != Encoding::Parsed {
        let accounts: Vec<u8> = one.accounts.iter().map(|key| place(keys, *key)).collect();
        let data = bs58::encode(&one.data).into_string();
        return json!({"programIdIndex": place(keys, one.program), "accounts": accounts, "data": data, "stackHeight": height});
    }
    match &one.parsed {
        Some(parsed) => {
            json!({"programId": text(one.program), "program": "known", "parsed": parsed, "stackHeight": height})
        }
        None => {
            let accounts: Vec<String> = one.accounts.iter().map(|key| text(*key)).collect();
            let data = bs58::encode(&one.data).into_string();
            json!({"programId": text(one.program), "accounts": accounts, "data": data, "stackHeight": height})
        }
    }
}

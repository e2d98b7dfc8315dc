//! Transactions and blocks of Solana, from any JSON at all, and instructions from any bytes.

use std::collections::BTreeSet;

use fundtrail_solana::{DecodedTx, NoHistory, RawBlock, RawTransaction, decode, decode_block};
use fundtrail_types::{Amount, Chain, Kind, Movement};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use crate::Tally;

/// The programs whose instructions are understood, and one that is not.
const PROGRAMS: [&str; 6] = [
    "11111111111111111111111111111111",
    "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
    "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
    "So11111111111111111111111111111111111111112",
    "Vote111111111111111111111111111111111111111",
];

/// Accounts of a transaction beside the programs.
const ACCOUNTS: u8 = 8;

/// A result of `getTransaction`, or of `getBlock`.
///
/// # Panics
/// If it is told in a way that no transaction can be.
pub fn transactions(data: &[u8]) -> Tally {
    let mut tally = Tally::default();
    let Ok(json) = serde_json::from_slice::<Box<RawValue>>(data) else { return tally };
    let raw = RawBlock { slot: 7, json: json.clone() };
    if let Ok(block) = decode_block(&raw, &NoHistory, Chain::SOLANA) {
        block.transactions.iter().for_each(|one| check(one, data.len()));
        assert!(block.own.len() <= data.len());
        tally.add(Tally { good: number(block.transactions.len()), rejected: number(block.problems.len()) });
    }
    match RawTransaction::from_result(Chain::SOLANA, json.clone()) {
        Ok(raw) => match decode(&raw, &NoHistory, Chain::SOLANA) {
            Ok(one) => {
                check(&one, data.len());
                if let Some(told) = told(&json).filter(|_| one.balances) {
                    assert_eq!(made(&one.movements), told, "every lamport is booked");
                }
                let again = decode(&raw, &NoHistory, Chain::SOLANA).map(|again| (again.movements, again.relations));
                assert_eq!(again.ok(), Some((one.movements, one.relations)), "the same answer tells the same");
                tally.add(Tally { good: 1, rejected: 0 });
            }
            Err(problem) => {
                assert!(!problem.reason.is_empty());
                tally.add(Tally { good: 0, rejected: 1 });
            }
        },
        Err(problem) => assert!(!problem.reason.is_empty()),
    }
    tally
}

/// Instructions: a program, accounts and data each, as many as there are bytes for; every second is called by the one before.
///
/// # Panics
/// If they are told in a way that no transaction can be.
pub fn instructions(data: &[u8]) -> Tally {
    let mut keys: Vec<String> = (1..=ACCOUNTS).map(|byte| bs58::encode([byte; 32]).into_string()).collect();
    keys.extend(PROGRAMS.map(str::to_owned));
    let (mut top, mut inner, mut rest) = (Vec::new(), Vec::new(), data);
    while let [program, accounts, length, tail @ ..] = rest {
        let (named, tail) = tail.split_at(usize::from(accounts % 10).min(tail.len()));
        let (bytes, tail) = tail.split_at(usize::from(length % 80).min(tail.len()));
        rest = tail;
        let instruction = json!({
            "programIdIndex": usize::from(ACCOUNTS) + usize::from(*program) % PROGRAMS.len(),
            "accounts": named.iter().map(|at| usize::from(*at) % keys.len()).collect::<Vec<_>>(),
            "data": bs58::encode(bytes).into_string(),
            "stackHeight": if program & 128 > 0 && !top.is_empty() { 2 } else { 1 },
        });
        if instruction["stackHeight"] == 2 {
            inner.push(json!({"index": top.len() - 1, "instructions": [instruction]}));
        } else {
            top.push(instruction);
        }
    }
    let seed = u64::from(data.first().copied().unwrap_or_default());
    let balance = |at: usize| 1_000_000 + number(at) * seed;
    let (before, mut after): (Vec<u64>, Vec<u64>) = (0..keys.len()).map(|at| (balance(at), balance(at))).unzip();
    after[0] -= 5_000;
    let told = json!({
        "slot": 300_000_000,
        "transaction": {
            "signatures": [bs58::encode([9; 64]).into_string()],
            "message": {
                "header": {"numRequiredSignatures": 1, "numReadonlySignedAccounts": 0, "numReadonlyUnsignedAccounts": PROGRAMS.len()},
                "accountKeys": keys, "recentBlockhash": PROGRAMS[0], "instructions": top,
            },
        },
        "meta": {
            "err": null, "fee": 5_000, "innerInstructions": inner, "logMessages": [],
            "preBalances": before, "postBalances": after, "preTokenBalances": [], "postTokenBalances": [],
        },
    });
    transactions(told.to_string().as_bytes())
}

fn number(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

fn check(one: &DecodedTx, bytes: usize) {
    // Whatever moved was told in several bytes, and what is not explained by two balances.
    let told = one.movements.len() + one.relations.len() + one.instructions.len();
    assert!(told <= bytes, "{told} from {bytes} bytes");
    let legs = one.movements.iter().map(|movement| movement.order.leg);
    assert!(legs.eq((0..).take(one.movements.len()).map(Some)), "legs are numbered as they stand");
    let identity = |one: &Movement| (one.kind, one.asset.clone(), one.from.clone(), one.to.clone(), one.amount, one.n);
    let ids: BTreeSet<_> = one.movements.iter().map(identity).collect();
    assert_eq!(ids.len(), one.movements.len(), "each movement is one of its own");
    if !one.succeeded {
        let moves = |one: &&Movement| !matches!(one.kind, Kind::Fee | Kind::Unexplained);
        assert_eq!(one.movements.iter().find(moves), None, "a failed transaction moves its fee alone");
    }
    assert!(!one.complete || one.balances);
}

/// How many lamports movements make, less those that they destroy.
fn made(movements: &[Movement]) -> i128 {
    let native = movements.iter().filter(|one| one.asset.is_native() && one.from.is_some() != one.to.is_some());
    native.map(|one| if one.to.is_some() { lamports(one.amount) } else { -lamports(one.amount) }).sum()
}

fn lamports(amount: Amount) -> i128 {
    i128::from(amount.to_string().parse::<u64>().unwrap_or(u64::MAX))
}

/// By how much balances differ in all.
fn told(json: &RawValue) -> Option<i128> {
    #[derive(Deserialize)]
    struct Told {
        meta: Option<Value>,
    }
    let meta = serde_json::from_str::<Told>(json.get()).ok()?.meta?;
    let sum =
        |name: &str| -> Option<i128> { meta[name].as_array()?.iter().map(|one| one.as_u64().map(i128::from)).sum() };
    Some(sum("postBalances")? - sum("preBalances")?)
}

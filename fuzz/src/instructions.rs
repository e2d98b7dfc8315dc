//! Instructions of the programs that are known, from any bytes and over any accounts.

use base64::{Engine, engine::general_purpose::STANDARD};
use fundtrail_solana::{NoHistory, Owners, RawTransaction};
use fundtrail_types::Chain;
use serde_json::{Value, json};

use crate::{
    Tally,
    moved::{Rumour, read, reading},
};

/// The accounts of the transaction that the bytes make: two who sign, two token accounts of theirs, one of wrapped SOL, a
/// token account of another mint, one that nobody opened yet, mints, programs.
const ACCOUNTS: [&str; 15] = [
    "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi",
    "8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR",
    "CktRuQ2mttgRGkXJtyksdKHjUdc2C4TgDzyB98oEzy8",
    "GgBaCs3NCBuZN12kCJgAW63ydqohFkHEdfdEXBPzLHq",
    "LbUiWL3xVV8hTFYBVdbTNrpDo41NKS6o3LHHuDzjfcY",
    "QWmroo4YnnMqYW3cnxWkFdaTxGD3P7vMSzwMHGbUzwF",
    "US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx",
    "YMN9Qj5jPNp7j14VPcML1B6xGgcPWVZUGLFU3Mnyfaf",
    "2RJD1KnDRGEkvuFfAGrJ7PD28LRE9LRDjZznDywagzmr",
    "So11111111111111111111111111111111111111112",
    PROGRAMS[0],
    PROGRAMS[1],
    PROGRAMS[2],
    PROGRAMS[3],
    PROGRAMS[4],
];
/// The system program, both token programs, the one of associated accounts, and one that nobody knows.
const PROGRAMS: [&str; 5] = [
    "11111111111111111111111111111111",
    "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
    "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
    "Stake11111111111111111111111111111111111111",
];
const SIGNERS: usize = 2;
/// Place, mint and owner of each token account, by their places, and what it holds.
const TOKENS: [(usize, usize, usize, u64); 4] = [(2, 7, 0, 1_000), (3, 7, 1, 10), (4, 9, 0, 5_000_000), (5, 8, 1, 70)];
const LAMPORTS: [u64; 15] =
    [100_000_000, 90_000_000, 2_039_280, 2_039_280, 7_039_280, 2_157_600, 0, 1_461_600, 1_461_600, 1, 1, 1, 1, 1, 1];
const FEE: u64 = 5_000;
const SLOT: u64 = 300_000_000;
/// What is beyond is not looked at: bytes in base64 are read up to a length.
const BYTES_MAX: usize = 16 * 1024;

/// One instruction of the message, or one that the last of them called.
struct Call<'a> {
    program: usize,
    accounts: Vec<usize>,
    data: &'a [u8],
    is_called: bool,
}

/// A transaction out of bytes: what is left out, which token accounts are told, how balances differ, and then instructions, each
/// with its program, its accounts and its data. It is told in JSON and in bytes, which must move the same.
///
/// # Panics
/// If the transaction is told in a way that no transaction can be.
pub fn instructions(data: &[u8]) -> Tally {
    let mut tally = Tally::default();
    let Some((lacks, told, noise, calls)) = parts(data) else { return tally };
    let meta = meta(lacks, told, noise, &calls);
    let in_json = json!({"slot": SLOT, "transaction": message(&calls), "meta": meta});
    let in_bytes = json!({"slot": SLOT, "transaction": [STANDARD.encode(packed(&calls)), "base64"], "meta": meta});
    for owners in [&NoHistory as &dyn Owners, &Rumour] {
        let [one, other] = [&in_json, &in_bytes].map(|told| {
            let json = serde_json::value::to_raw_value(told).ok()?;
            let raw = RawTransaction::from_result(Chain::SOLANA, json).ok()?;
            read(&raw, owners, Some(told)).ok().map(|one| reading(&one))
        });
        assert_eq!(one, other, "both encodings move the same");
        assert!(one.is_some(), "every instruction names accounts that are there");
        tally.good += 1;
    }
    tally
}

/// What is left out; which token accounts are told before, and after; by how much balances differ; instructions.
fn parts(data: &[u8]) -> Option<(u8, u8, &[u8], Vec<Call<'_>>)> {
    let (head, mut rest) = data.get(..data.len().min(BYTES_MAX))?.split_at_checked(2)?;
    let (noise, after) = rest.split_at_checked(LAMPORTS.len() + TOKENS.len())?;
    rest = after;
    let mut calls = Vec::new();
    while let [shape, more @ ..] = rest {
        let (accounts, more) = more.split_at(usize::from(shape >> 4 & 7).min(more.len()));
        let (data, more) = match more {
            [length, more @ ..] => more.split_at(usize::from(*length).min(more.len())),
            [] => (more, more),
        };
        let first = LAMPORTS.len() - PROGRAMS.len();
        calls.push(Call {
            program: first + usize::from(shape & 15) % PROGRAMS.len(),
            accounts: accounts.iter().map(|place| usize::from(*place) % ACCOUNTS.len()).collect(),
            data,
            is_called: shape >> 7 == 1 && !calls.is_empty(),
        });
        rest = more;
    }
    Some((head[0], head[1], noise, calls))
}

fn message(calls: &[Call<'_>]) -> Value {
    let instructions: Vec<Value> = calls.iter().filter(|one| !one.is_called).map(|one| compiled(one)).collect();
    json!({"signatures": signatures(), "message": {"accountKeys": ACCOUNTS, "instructions": instructions}})
}

fn compiled(one: &Call<'_>) -> Value {
    let data = bs58::encode(one.data).into_string();
    json!({"programIdIndex": one.program, "accounts": one.accounts, "data": data})
}

fn signatures() -> Vec<String> {
    vec![bs58::encode([9; 64]).into_string(); SIGNERS]
}

fn meta(lacks: u8, told: u8, noise: &[u8], calls: &[Call<'_>]) -> Value {
    let is_told = |bit: u8| lacks >> bit & 1 == 0;
    let (of_lamports, of_tokens) = noise.split_at(LAMPORTS.len());
    // Half of all answers agree with their balances but for what moved.
    let differ =
        |units: u64, by: u8| if is_told(5) { units } else { units.saturating_add_signed(i64::from(by) * 999 - 99_900) };
    let after: Vec<u64> = LAMPORTS.iter().zip(of_lamports).map(|(units, by)| differ(*units, *by)).collect();
    let tokens = |mask: u8, noise: Option<&[u8]>| -> Vec<Value> {
        let one = |(at, (place, mint, owner, amount)): (usize, (usize, usize, usize, u64))| {
            let amount = noise.and_then(|noise| noise.get(at)).map_or(amount, |by| differ(amount, *by)).to_string();
            let owner = is_told(4).then_some(ACCOUNTS[owner]);
            json!({"accountIndex": place, "mint": ACCOUNTS[mint], "owner": owner, "uiTokenAmount": {"amount": amount}})
        };
        let named = TOKENS.into_iter().enumerate().filter(|(at, _)| mask >> at & 1 == 0);
        named.map(one).collect()
    };
    let mut called: Vec<Value> = Vec::new();
    let mut tops = 0_u64;
    for one in calls {
        match one.is_called {
            true => called.push(json!({"index": tops.saturating_sub(1), "instructions": [compiled(one)]})),
            false => tops += 1,
        }
    }
    json!({
        "fee": FEE,
        "err": (!is_told(3)).then_some("AccountInUse"),
        "preBalances": is_told(0).then_some(LAMPORTS),
        "postBalances": is_told(0).then_some(after),
        "preTokenBalances": is_told(1).then(|| tokens(told & 15, None)),
        "postTokenBalances": is_told(1).then(|| tokens(told >> 4, Some(of_tokens))),
        "innerInstructions": is_told(2).then_some(called),
    })
}

/// The message as its signers signed it, in the first version.
fn packed(calls: &[Call<'_>]) -> Vec<u8> {
    let tops: Vec<&Call<'_>> = calls.iter().filter(|one| !one.is_called).collect();
    let mut bytes = compact(SIGNERS);
    bytes.extend([9; 64 * SIGNERS]);
    bytes.extend([2, 0, 0]);
    bytes.extend(compact(ACCOUNTS.len()));
    bytes.extend(ACCOUNTS.iter().filter_map(|key| bs58::decode(key).into_vec().ok()).flatten());
    bytes.extend([0; 32]);
    bytes.extend(compact(tops.len()));
    for one in tops {
        let places = std::iter::once(&one.program).chain(&one.accounts);
        let places: Vec<u8> = places.filter_map(|place| u8::try_from(*place).ok()).collect();
        bytes.push(places[0]);
        bytes.extend(compact(one.accounts.len()));
        bytes.extend(&places[1..]);
        bytes.extend(compact(one.data.len()));
        bytes.extend(one.data);
    }
    bytes
}

/// A length: seven bits a byte, the lowest first.
fn compact(mut length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(length & 127).unwrap_or_default();
        length >>= 7;
        bytes.push(if length == 0 { low } else { low | 128 });
        if length == 0 {
            return bytes;
        }
    }
}

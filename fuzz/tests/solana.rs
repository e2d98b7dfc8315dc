//! The targets of Solana on mutations of real transactions and on made-up instructions: the same inputs on every run, in a few
//! seconds.

#![allow(clippy::unwrap_used, reason = "a fixture that cannot be read is a failed test")]

mod spoil;

use std::{fs, path::PathBuf};

use fundtrail_fuzz::{Tally, instructions, transactions};
use proptest::{
    prelude::{Rng, RngExt},
    test_runner::{RngAlgorithm, TestRng},
};
use serde_json::{Value, json};
use spoil::spoil;

const ROUNDS: usize = 40;
/// Nested more deeply than a stack holds that is not careful.
const DEEP: usize = 20_000;
/// Bytes before the first instruction: what is left out, which balances are told, and by how much they differ.
const HEAD: usize = 2 + 19;

fn rng(seed: u8) -> TestRng {
    TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32])
}

/// The chosen transactions and blocks in each encoding.
fn seeds() -> Vec<(String, Value)> {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/solana/tests/transactions/fixtures");
    let mut seeds = Vec::new();
    for encoding in [".", "json", "base64"] {
        let files = fs::read_dir(fixtures.join(encoding)).unwrap().map(|file| file.unwrap().path());
        for path in files.filter(|path| path.extension().is_some_and(|end| end == "json")) {
            let name = format!("{encoding}/{}", path.file_name().unwrap().to_str().unwrap());
            seeds.push((name, serde_json::from_slice(&fs::read(path).unwrap()).unwrap()));
        }
    }
    seeds.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(seeds.len(), 30);
    seeds
}

/// What a node never says, and a hostile one might.
fn trouble(rng: &mut TestRng) -> Value {
    let all = [
        Value::Null,
        json!(""),
        json!(0),
        json!(1),
        json!(-1),
        json!(255),
        json!(u64::MAX),
        json!(u64::MAX.to_string()),
        json!("18446744073709551616"),
        json!(1e300),
        json!(true),
        json!([]),
        json!({}),
        json!("a".repeat(5_000)),
        json!("11111111111111111111111111111111"),
        json!("So11111111111111111111111111111111111111112"),
        json!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"),
        json!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"),
        json!(["AAAA", "base64"]),
        json!({"type": "closeAccount", "info": {"account": "11111111111111111111111111111111"}}),
        json!({"InstructionError": [0, {"Custom": 1}]}),
    ];
    let place = rng.random_range(0..all.len());
    all[place].clone()
}

#[test]
fn transactions_hold_on_mutations_of_real_ones() {
    let mut rng = rng(8);
    let (mut total, mut after_mutation) = (Tally::default(), Tally::default());
    for (name, whole) in seeds() {
        let untouched = transactions(whole.to_string().as_bytes());
        // Each seed is a transaction or a block, and is read with two histories.
        assert!(untouched.good >= 2 && untouched.rejected <= 2, "{name}: {untouched:?}");
        total.add(untouched);
        for _ in 0..ROUNDS {
            let mut spoilt = whole.clone();
            (0..rng.random_range(1..3)).for_each(|_| spoil(&mut rng, &mut spoilt, trouble));
            after_mutation.add(transactions(spoilt.to_string().as_bytes()));
        }
    }
    assert_eq!((total.good, total.rejected), (66, 54), "{total:?}");
    assert!(after_mutation.good > 400 && after_mutation.rejected > 400, "{after_mutation:?}");
}

#[test]
fn transactions_hold_on_random_bytes() {
    let mut rng = rng(9);
    for (_, whole) in seeds() {
        let whole = whole.to_string().into_bytes();
        for _ in 0..ROUNDS {
            let mut data = whole.clone();
            let at = rng.random_range(0..data.len());
            match rng.random_range(0..4) {
                0 => data[at] = rng.random_range(0..=255),
                1 => data.truncate(at),
                2 => data[at] = b'0' + rng.random_range(0..10),
                _ => rng.fill_bytes(&mut data[at..]),
            }
            transactions(&data);
        }
    }
}

#[test]
fn transactions_hold_on_bytes_of_the_message_that_are_spoilt() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut rng = rng(10);
    let mut tally = Tally::default();
    for (_, whole) in seeds().into_iter().filter(|(name, _)| name.starts_with("base64/") && !name.contains("block")) {
        let bytes = STANDARD.decode(whole["transaction"][0].as_str().unwrap()).unwrap();
        for _ in 0..ROUNDS {
            let mut spoilt = bytes.clone();
            let at = rng.random_range(0..spoilt.len());
            match rng.random_range(0..3) {
                0 => spoilt.truncate(at),
                1 => spoilt[at] = [0, 1, 127, 128, 255][rng.random_range(0..5)],
                _ => spoilt[at] ^= 1 << rng.random_range(0..8),
            }
            let mut told = whole.clone();
            told["transaction"][0] = json!(STANDARD.encode(spoilt));
            tally.add(transactions(told.to_string().as_bytes()));
        }
    }
    assert!(tally.good > 200 && tally.rejected > 200, "{tally:?}");
}

#[test]
fn transactions_hold_on_what_is_nested_without_end() {
    let deep = format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP));
    for (name, whole) in seeds() {
        let text = whole.to_string();
        for (before, after) in [("{", "\"unknown\":D,"), ("\"meta\":{", "\"err\":D,"), ("\"parsed\":{", "\"info\":D,")]
        {
            let text = text.replacen(before, &format!("{before}{}", after.replace('D', &deep)), 1);
            let tally = transactions(text.as_bytes());
            assert!(tally.good + tally.rejected > 0, "{name}");
        }
    }
}

#[test]
fn instructions_hold_on_any_bytes_over_any_accounts() {
    let mut rng = rng(11);
    let mut tally = Tally::default();
    for _ in 0..400 {
        let mut data = vec![0; HEAD];
        if rng.random_range(0..3) == 0 {
            rng.fill_bytes(&mut data);
        }
        // Everything told, most of the time: what contradicts it must be booked to the unit.
        data[0] &= [0, 0x20, 0xff][rng.random_range(0..3)];
        for _ in 0..rng.random_range(1..12) {
            instruction(&mut rng, &mut data);
        }
        tally.add(instructions(&data));
        let mut noise = vec![0; rng.random_range(0..300)];
        rng.fill_bytes(&mut noise);
        instructions(&noise);
    }
    assert_eq!((tally.good, tally.rejected), (800, 0));
}

/// One instruction: a program, accounts, and data that begins with a tag which the program may know.
fn instruction(rng: &mut TestRng, data: &mut Vec<u8>) {
    let (program, is_called) = (rng.random_range(0..5), rng.random_range(0..2));
    let accounts = rng.random_range(0..8);
    data.push(is_called << 7 | accounts << 4 | program);
    data.extend((0..accounts).map(|_| rng.random_range(0..15)));
    let length = rng.random_range(0..60);
    let start = data.len();
    data.push(length);
    data.extend((0..length).map(|_| if rng.random_range(0..2) == 0 { 0 } else { rng.random_range(0..=255) }));
    if length > 0 {
        let batch = rng.random_range(0..20) == 0;
        data[start + 1] = if batch { 255 } else { rng.random_range(0..48) };
    }
    if program == 0 && length > 3 {
        data[start + 2..start + 5].fill(0);
    }
}

#[test]
fn instructions_hold_on_a_batch_of_thousands() {
    let batch: Vec<u8> = std::iter::once(255).chain([2, 1, 9].repeat(84)).collect();
    let mut data = vec![0; HEAD];
    for _ in 0..50 {
        data.extend([7 << 4 | 1, 4, 0, 4, 0, 3, 1, 5]);
        data.push(u8::try_from(batch.len()).unwrap());
        data.extend(&batch);
    }
    assert_eq!(instructions(&data).good, 2);
}

//! The targets of Solana's transactions on mutations of real ones, and of its instructions on random bytes: the same inputs on every
//! run, in a few seconds.

#![allow(clippy::unwrap_used, reason = "a fixture that cannot be read is a failed test")]

mod spoil;

use std::path::Path;

use fundtrail_fuzz::{Tally, instructions, transactions};
use proptest::{
    prelude::{Rng, RngExt},
    test_runner::{RngAlgorithm, TestRng},
};
use serde_json::{Value, json};
use spoil::spoil;

const ROUNDS: usize = 300;
const DEEP: usize = 20_000;

/// What a node never says, and a hostile one might.
fn trouble(rng: &mut TestRng) -> Value {
    let all = [
        Value::Null,
        json!(""),
        json!(0),
        json!(-1),
        json!(255),
        json!(u64::MAX),
        json!(1e300),
        json!(true),
        json!([]),
        json!({}),
        json!("3"),
        json!("18446744073709551616"),
        json!("11111111111111111111111111111111"),
        json!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"),
        json!("closeAccount"),
        json!({"InstructionError": [0, {"Custom": 1}]}),
    ];
    let place = rng.random_range(0..all.len());
    all[place].clone()
}

fn fixtures() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/solana/tests/transactions/fixtures");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    files.iter().map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()).collect()
}

#[test]
fn transactions_hold_on_mutations_of_real_ones() {
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[8; 32]);
    let (mut whole, mut after_mutation) = (Tally::default(), Tally::default());
    for fixture in fixtures() {
        whole.add(transactions(fixture.to_string().as_bytes()));
        for _ in 0..ROUNDS {
            let mut spoilt = fixture.clone();
            (0..rng.random_range(1..3)).for_each(|_| spoil(&mut rng, &mut spoilt, trouble));
            after_mutation.add(transactions(spoilt.to_string().as_bytes()));
        }
    }
    assert!(whole.good > 10 && whole.rejected == 0, "{whole:?}");
    assert!(after_mutation.good > 500 && after_mutation.rejected > 200, "{after_mutation:?}");
}

#[test]
fn transactions_hold_on_random_bytes() {
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[9; 32]);
    for fixture in fixtures() {
        let whole = fixture.to_string().into_bytes();
        for _ in 0..ROUNDS / 10 {
            let mut data = whole.clone();
            let at = rng.random_range(0..data.len());
            match rng.random_range(0..3) {
                0 => data[at] = rng.random_range(32..127),
                1 => data.truncate(at),
                _ => rng.fill_bytes(&mut data[at..]),
            }
            transactions(&data);
        }
    }
}

#[test]
fn transactions_hold_on_json_without_end() {
    let mut fixture = fixtures().remove(0);
    fixture["meta"]["err"] = json!("HERE");
    let deep = format!("{}1{}", "[".repeat(DEEP), "]".repeat(DEEP));
    transactions(fixture.to_string().replace("\"HERE\"", &deep).as_bytes());
}

#[test]
fn instructions_hold_on_random_bytes() {
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[10; 32]);
    let mut tally = Tally::default();
    for _ in 0..ROUNDS * 10 {
        let mut data = vec![0; rng.random_range(0..400)];
        rng.fill_bytes(&mut data);
        // Programs tell their instructions apart by a small number in front.
        for at in (0..data.len().saturating_sub(20)).step_by(37) {
            data[at] = rng.random_range(0..46);
        }
        tally.add(instructions(&data));
    }
    assert!(tally.good > 1_000, "{tally:?}");
}

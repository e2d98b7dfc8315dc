//! The recorded answers, where they are at hand: `FUNDTRAIL_SHARED_DATA` names the folder.

use std::{collections::BTreeMap, fs, path::PathBuf};

use fundtrail_solana::{DecodedTx, Why};
use serde_json::Value;

use crate::{
    encodings::agree,
    support::{block, transaction, value},
};

/// Answers of `getSignaturesForAddress`: no transactions. By the end of their name.
const SIGNATURES: [&str; 4] = ["-5-.json", "GwLEjTh2KkxY.json", "2grCqGrKxf8Rw.json", "RYuHoZXhocWN.json"];
/// Its metadata are missing.
const WITHOUT_META: &str = "chainstorage_block_no_preBalances.json";
/// It does not tell what its instructions called.
const WITHOUT_CALLS: &str = "chainstorage_block_with_versioned_tx.json";
/// Its publisher changed token balances by hand, so that a token account seems new that had paid before.
const CHANGED: &str = "chainstorage_block_new_token_account.json";

fn files() -> Vec<(String, Value)> {
    let Some(folder) = std::env::var_os("FUNDTRAIL_SHARED_DATA") else {
        eprintln!("left out: FUNDTRAIL_SHARED_DATA names no folder with recorded transactions");
        return Vec::new();
    };
    let folder = PathBuf::from(folder).join("solana-transactions");
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".json") {
            files.push((name, value(&path)));
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

/// Every transaction of a file, as it came and read; none if it is a list of signatures.
fn transactions(file: &Value) -> Option<Vec<(Value, DecodedTx)>> {
    let result = &file["result"];
    if result.is_array() {
        return None;
    }
    if result.is_object() {
        return Some(vec![(result.clone(), transaction(result["slot"].as_u64().unwrap(), result))]);
    }
    let block = block(file["parentSlot"].as_u64().unwrap() + 1, file);
    assert_eq!(block.problems, []);
    Some(file["transactions"].as_array().unwrap().iter().cloned().zip(block.transactions).collect())
}

#[test]
fn every_recorded_transaction_with_balances_reconciles() {
    let files = files();
    let (mut count, mut checked) = (0, 0);
    for (name, file) in &files {
        let Some(transactions) = transactions(file) else {
            assert!(SIGNATURES.iter().any(|end| name.ends_with(end)), "{name} is a list of signatures");
            continue;
        };
        for (_, one) in transactions {
            assert_eq!(one.balances, name != WITHOUT_META, "{name}");
            assert_eq!(one.left_out.without_calls > 0, name == WITHOUT_CALLS, "{name}");
            let why: BTreeMap<Why, usize> = one.residues.iter().fold(BTreeMap::new(), |mut sum, one| {
                *sum.entry(one.reason).or_default() += 1;
                sum
            });
            match name.as_str() {
                WITHOUT_CALLS => assert_eq!(why, BTreeMap::from([(Why::CallsUnknown, 11)])),
                CHANGED => assert_eq!(why, BTreeMap::from([(Why::BalancesDiffer, 1)])),
                _ => assert_eq!(one.residues, [], "{name}"),
            }
            count += 1;
            checked += one.reconciled.checked;
        }
    }
    if !files.is_empty() {
        eprintln!("{count} transactions of {} files, {checked} balances", files.len());
        assert!(count >= 38 && files.iter().filter(|(_, file)| file["result"].is_array()).count() == 4);
    }
}

#[test]
fn every_recorded_transaction_moves_the_same_in_every_encoding() {
    for (name, file) in files() {
        for (told, _) in transactions(&file).unwrap_or_default() {
            agree(&told, &name);
        }
    }
}

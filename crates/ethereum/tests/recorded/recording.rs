//! Our own recordings.

use std::{
    fs,
    path::{Path, PathBuf},
};

use fundtrail_ethereum::rpc::{Block, Node};
use fundtrail_rpc::{Call, Error, Recorder, Reply};
use serde_json::{json, value::RawValue};

use crate::{fetch, parts, read_all, server::KEY};

fn record(folder: &Path, node: &Node, blocks: &[Block]) {
    let (mut recorder, problem) = Recorder::open(folder).unwrap();
    assert_eq!(problem, None);
    let (call, result) = node.chain_reply();
    recorder.append(&[Reply { call: &call, result }]).unwrap();
    for block in blocks {
        block.record(&mut recorder).unwrap();
    }
    recorder.sync().unwrap();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn unpack(path: &Path) -> String {
    String::from_utf8(zstd::decode_all(fs::File::open(path).unwrap()).unwrap()).unwrap()
}

const WAYS: [&[&str]; 4] =
    [&[], &["callTracer"], &["eth_getBlockReceipts", "prestateTracer"], &["debug_traceBlockByNumber", "trace_block"]];

#[tokio::test]
async fn what_is_recorded_is_read_byte_by_byte() {
    for missing in WAYS {
        let folder = tempfile::tempdir().unwrap();
        let (node, blocks) = fetch(missing, 3..=16, 4).await;
        record(folder.path(), &node, &blocks);
        let (recorded, read) = read_all(folder.path());
        assert_eq!(recorded.problems(), &[], "{missing:?}");
        assert_eq!(recorded.chain_ids().iter().copied().collect::<Vec<_>>(), [1]);
        let expected: Vec<_> = blocks.iter().map(|block| parts(&block.raw)).collect();
        assert_eq!(read.iter().map(parts).collect::<Vec<_>>(), expected, "{missing:?}");
    }
}

#[tokio::test]
async fn two_runs_make_the_same_files_without_a_key() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (folder, at_once) in [(&one, 1), (&two, 8)] {
        let (node, blocks) = fetch(&[], 0..=30, at_once).await;
        record(folder.path(), &node, &blocks);
    }
    let (one, two) = (files(one.path()), files(two.path()));
    assert_eq!(one.len(), 1);
    assert_eq!(fs::read(&one[0]).unwrap(), fs::read(&two[0]).unwrap());
    let text = unpack(&one[0]);
    assert!(!text.contains(KEY) && !text.contains("127.0.0.1"));
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    // printf '"0x1"' | sha256sum
    let sha256 = "32d74fe09a60fb247229b49f6dfc2a06ba10e72cb813e62e8852415654381784";
    assert_eq!(first["method"], "eth_chainId");
    assert_eq!(first["sha256"], sha256);
}

#[tokio::test]
async fn a_cut_recording_keeps_what_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (node, blocks) = fetch(&[], 3..=6, 1).await;
    record(folder.path(), &node, &blocks);
    let path = files(folder.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    let all: Vec<_> = blocks.iter().map(|block| parts(&block.raw)).collect();
    for length in (0..whole.len()).rev().step_by(41) {
        fs::write(&path, &whole[..length]).unwrap();
        let (recorded, read) = read_all(folder.path());
        let read: Vec<_> = read.iter().map(parts).collect();
        let kept = read.len();
        assert_eq!(read[..], all[..kept], "{length}: a block is told whole or not at all");
        assert!(recorded.problems().len() <= 1, "{length}: {:?}", recorded.problems());
        // Going on removes what was cut, and what comes next stands where it stood.
        let (mut recorder, problem) = Recorder::open(folder.path()).unwrap();
        assert_eq!(problem.is_some(), !recorded.problems().is_empty(), "{length}");
        for block in &blocks[kept..] {
            block.record(&mut recorder).unwrap();
        }
        drop(recorder);
        let (recorded, read) = read_all(folder.path());
        assert_eq!(recorded.problems(), &[], "{length}");
        assert_eq!(read.iter().map(parts).collect::<Vec<_>>(), all, "{length}");
    }
}

#[tokio::test]
async fn zeros_after_a_power_failure_are_no_replies() {
    let folder = tempfile::tempdir().unwrap();
    let (node, blocks) = fetch(&[], 3..=4, 1).await;
    record(folder.path(), &node, &blocks);
    let path = files(folder.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, [whole.as_slice(), &[0; 4096]].concat()).unwrap();
    let (recorded, read) = read_all(folder.path());
    assert_eq!((recorded.problems().len(), read.len()), (1, 2));
    let (_, problem) = Recorder::open(folder.path()).unwrap();
    assert!(problem.unwrap().reason.contains("asked again"));
    assert_eq!(fs::read(&path).unwrap(), whole);
}

#[tokio::test]
async fn files_are_followed_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let (_, blocks) = fetch(&[], 3..=12, 1).await;
    for half in [&blocks[..5], &blocks[5..]] {
        let (mut recorder, _) = Recorder::with_size(folder.path(), 1).unwrap();
        for block in half {
            block.record(&mut recorder).unwrap();
        }
    }
    assert_eq!(files(folder.path()).len(), 10);
    assert_eq!(read_all(folder.path()).1.len(), 10);
}

#[tokio::test]
async fn two_recorders_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let _first = Recorder::open(folder.path()).unwrap();
    assert!(matches!(Recorder::open(folder.path()).unwrap_err(), Error::File { .. }));
}

#[tokio::test]
async fn a_reply_that_was_changed_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let (node, blocks) = fetch(&[], 3..=4, 1).await;
    record(folder.path(), &node, &blocks);
    let path = files(folder.path()).remove(0);
    // The receipts of block 4, with one status turned.
    let text: Vec<String> = unpack(&path)
        .lines()
        .map(|line| match line.contains("eth_getBlockReceipts") && line.contains("[\"0x4\"]") {
            true => line.replacen("\"status\":\"0x1\"", "\"status\":\"0x0\"", 1),
            false => line.to_owned(),
        })
        .collect();
    fs::write(folder.path().join("changed.jsonl"), text.join("\n")).unwrap();
    fs::remove_file(path).unwrap();
    let (recorded, read) = read_all(folder.path());
    let [problem] = recorded.problems() else { panic!("{:?}", recorded.problems()) };
    assert!(problem.reason.contains("SHA-256") && problem.reason.contains("original recording"), "{problem}");
    assert_eq!(problem.line, Some(1 + 4 + 2));
    assert!(problem.file.ends_with("changed.jsonl"));
    assert!(read[0].receipts.is_some() && read[1].receipts.is_none());
}

#[tokio::test]
async fn a_result_with_line_breaks_is_still_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let (_, mut blocks) = fetch(&[], 3..=3, 1).await;
    let pretty = serde_json::to_string_pretty(&crate::json(&blocks[0].raw.block)).unwrap();
    blocks[0].raw.block = RawValue::from_string(pretty.clone()).unwrap();
    let (mut recorder, _) = Recorder::open(folder.path()).unwrap();
    blocks[0].record(&mut recorder).unwrap();
    let call = Call::new("eth_chainId", json!([]));
    recorder.append(&[Reply { call: &call, result: &RawValue::from_string("\"0x1\"".into()).unwrap() }]).unwrap();
    drop(recorder);
    let (recorded, read) = read_all(folder.path());
    assert_eq!(recorded.problems(), &[]);
    assert_eq!(read[0].block.get(), pretty);
    assert_eq!(unpack(&files(folder.path())[0]).lines().count(), 5);
}

#[tokio::test]
async fn balances_are_recorded_too() {
    let folder = tempfile::tempdir().unwrap();
    let (node, _) = fetch(&[], 3..=3, 1).await;
    let addresses = [crate::chain::address(3), crate::chain::address(4)].map(|address| address.parse().unwrap());
    let balances = node.balances(7, &addresses).await.unwrap();
    balances.record(&mut Recorder::open(folder.path()).unwrap().0).unwrap();
    let (recorded, _) = read_all(folder.path());
    assert_eq!(recorded.problems(), &[]);
    for (address, amount_wei) in addresses.into_iter().zip(balances.amounts_wei) {
        assert_eq!(recorded.balance_wei(7, address), Some(amount_wei));
        assert_eq!(recorded.balance_wei(8, address), None);
    }
}

//! Replies that other programs wrote: in every form, in any file, packed or not.

use std::{fs, io::Write, path::Path};

use fundtrail_ethereum::{Error, RawCalls, recorded::Recorded};
use fundtrail_rpc::Error::{File, NothingRecorded};
use serde_json::{Value, json};

use crate::{
    chain::{CHAIN, Chain, hex},
    json, parts, read_all,
};

fn ask(method: &str, params: Value) -> Value {
    CHAIN.tell(method, &params).unwrap()
}

fn frames(height: u64) -> Value {
    ask("debug_traceBlockByNumber", json!([hex(height), {"tracer": "callTracer"}]))
}

fn receipts(height: u64) -> Value {
    ask("eth_getBlockReceipts", json!([hex(height)]))
}

fn write(folder: &Path, name: &str, text: &str) {
    let bytes = if name.ends_with(".gz") {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    } else if name.ends_with(".zst") {
        zstd::encode_all(text.as_bytes(), 3).unwrap()
    } else {
        text.as_bytes().to_vec()
    };
    fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
    fs::write(folder.join(name), bytes).unwrap();
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

#[test]
fn every_form_is_known_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let reply = |result: Value| json!({"jsonrpc": "2.0", "id": 9, "result": result});
    // Block 5: full replies, printed wide, packed, under names that say nothing; its uncle by itself.
    write(folder.path(), "a/1.json.gz", &pretty(&reply(CHAIN.block(5, true))));
    write(folder.path(), "a/2.json.zst", &pretty(&reply(receipts(5))));
    write(folder.path(), "b/3.json", &pretty(&frames(5)));
    let diffs = ask("debug_traceBlockByNumber", json!([hex(5), {"tracer": "prestateTracer"}]));
    write(folder.path(), "b/4.ndjson", &diffs.to_string());
    write(folder.path(), "b/5.json", &ask("eth_getUncleByBlockNumberAndIndex", json!(["0x5", "0x0"])).to_string());
    // Blocks 6 to 8, line by line: rows, receipts one by one, and a batch.
    let receipt = |height, index| ask("eth_getTransactionReceipt", json!([CHAIN.tx(height, index)]));
    let lines = [
        receipt(6, 1),
        CHAIN.block(6, true),
        json!([reply(receipt(6, 0)), reply(CHAIN.block(7, true)), reply(receipts(7))]),
        reply(ask("trace_block", json!(["0x6"]))),
        CHAIN.block(8, true),
        receipt(8, 0),
    ];
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    write(folder.path(), "c.jsonl.gz", &lines.join("\n"));
    write(folder.path(), "README.txt", "not looked at");
    let (recorded, read) = read_all(folder.path());
    assert_eq!(recorded.problems(), &[]);
    assert_eq!(read.iter().map(|block| block.height).collect::<Vec<_>>(), [5, 6, 7, 8]);
    assert_eq!(json(&read[0].block), CHAIN.block(5, true));
    assert_eq!(json(read[0].receipts.as_ref().unwrap()), receipts(5));
    assert!(matches!(&read[0].calls, Some(RawCalls::Frames(list)) if json(list) == frames(5)));
    assert_eq!(json(read[0].diffs.as_ref().unwrap()), diffs);
    assert_eq!(read[0].uncles.len(), 1);
    assert!(matches!(&read[1].calls, Some(RawCalls::Rows(_))));
    assert_eq!(json(read[1].receipts.as_ref().unwrap()), receipts(6), "in the order of the transactions");
    assert!(read[2].receipts.is_some() && read[2].calls.is_none() && read[2].notes.is_empty());
    assert!(read[3].receipts.is_none());
    assert!(read[3].notes[0].contains("only 1 of 2"), "{:?}", read[3].notes);
}

#[test]
fn traces_that_name_no_transactions_find_their_block() {
    let bare =
        |height| -> Value { frames(height).as_array().unwrap().iter().map(|one| one["result"].clone()).collect() };
    let unnamed = |height| -> Value {
        frames(height).as_array().unwrap().iter().map(|one| json!({"result": one["result"]})).collect()
    };
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "blocks.jsonl", &format!("{}\n{}\n", CHAIN.block(3, true), CHAIN.block(4, true)));
    write(folder.path(), "x.json", &pretty(&bare(3)));
    write(folder.path(), "y.json", &pretty(&json!({"jsonrpc": "2.0", "id": 1, "result": unnamed(4)})));
    let (recorded, read) = read_all(folder.path());
    assert_eq!(recorded.problems(), &[]);
    for block in read {
        let Some(RawCalls::Frames(list)) = block.calls else { panic!("{}", block.height) };
        assert_eq!(json(&list), frames(block.height), "the transactions are named");
    }
}

#[test]
fn a_transaction_that_could_not_be_traced_costs_only_itself() {
    for error in [json!("execution timeout"), json!({"code": -32000, "message": "execution timeout"})] {
        let mut some = frames(3);
        some[0] = json!({"txHash": CHAIN.tx(3, 0), "error": error});
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a.jsonl", &format!("{}\n{some}\n", CHAIN.block(3, true)));
        let (recorded, read) = read_all(folder.path());
        assert_eq!(recorded.problems(), &[]);
        let [block] = read.as_slice() else { panic!("{}", read.len()) };
        assert!(matches!(&block.calls, Some(RawCalls::Frames(list)) if json(list) == some));
        let [note] = block.notes.as_slice() else { panic!("{:?}", block.notes) };
        assert!(note.contains("no internal calls") && note.contains(&CHAIN.tx(3, 0)) && note.contains("timeout"));
    }
}

#[test]
fn traces_that_could_be_of_two_blocks_are_given_to_none() {
    let mut twin = CHAIN.block(4, true);
    for (index, tx) in twin["transactions"].as_array_mut().unwrap().iter_mut().enumerate() {
        tx["input"] = CHAIN.block(3, true)["transactions"][index]["input"].clone();
    }
    let bare: Value = frames(3).as_array().unwrap().iter().map(|one| one["result"].clone()).collect();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.jsonl", &format!("{}\n{twin}\n{bare}\n", CHAIN.block(3, true)));
    let (recorded, read) = read_all(folder.path());
    assert!(recorded.problems()[0].reason.contains("blocks [3, 4] alike"), "{:?}", recorded.problems());
    assert!(read.iter().all(|block| block.calls.is_none()));
}

#[test]
fn what_cannot_be_used_is_told_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        CHAIN.block(1, true).to_string(),
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"number\":\"0x2\"".into(),
        json!({"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": "boo"}}).to_string(),
        json!({"jsonrpc": "2.0", "id": 1, "result": null}).to_string(),
        CHAIN.block(2, false).to_string(),
        receipts(9).to_string(),
        String::new(),
        json!({"hello": "world"}).to_string(),
        json!([receipts(3)[0]]).to_string(),
        CHAIN.block(3, true).to_string(),
        json!([{"address": "0x1", "topics": []}]).to_string(),
    ];
    write(folder.path(), "lines.jsonl", &lines.join("\n"));
    fs::write(folder.path().join("latin.jsonl"), b"\"\xff\"\n").unwrap();
    let mut packed = fs::read(folder.path().join("lines.jsonl")).unwrap();
    packed.truncate(10);
    fs::write(folder.path().join("torn.json.gz"), [&[0x1f, 0x8b, 8, 0], packed.as_slice()].concat()).unwrap();
    let (recorded, read) = read_all(folder.path());
    assert_eq!(read.iter().map(|block| block.height).collect::<Vec<_>>(), [1, 3]);
    let found: Vec<(Option<u64>, &str)> =
        recorded.problems().iter().map(|problem| (problem.line, problem.reason.as_str())).collect();
    let expected = [
        (Some(1), "no text (UTF-8)"),
        (Some(2), "no JSON"),
        (Some(3), "no result but"),
        (Some(4), "it is null"),
        (Some(8), "no block, receipt"),
        (Some(11), "no block, receipt"),
        (None, "cannot be read to its end"),
        (Some(5), "only the hashes of its transactions"),
        (Some(6), "is not in this folder"),
        (Some(9), "not the receipts of all transactions"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((line, reason), (expected_line, words)) in found.iter().zip(expected) {
        assert!(
            *line == expected_line && reason.contains(words),
            "{line:?} {reason}, expected {expected_line:?} {words}"
        );
    }
    assert_eq!(recorded.unused(), 10);
}

#[test]
fn of_two_forks_the_later_is_taken_with_its_own_parts() {
    let other = Chain { fork: 3, from: 4, head: 30 };
    let folder = tempfile::tempdir().unwrap();
    let told = |chain: &Chain, method: &str| chain.tell(method, &json!([hex(5)])).unwrap().to_string();
    let lines = [
        CHAIN.block(5, true).to_string(),
        told(&CHAIN, "eth_getBlockReceipts"),
        told(&CHAIN, "trace_block"),
        other.block(5, true).to_string(),
        told(&other, "eth_getBlockReceipts"),
    ];
    write(folder.path(), "a.jsonl", &lines.join("\n"));
    let (recorded, read) = read_all(folder.path());
    assert_eq!(json(&read[0].block)["hash"], json!(other.hash(5)));
    assert!(read[0].receipts.as_ref().unwrap().get().contains(&other.hash(5)));
    assert!(read[0].calls.is_none(), "rows of the other fork are not taken");
    assert!(recorded.problems()[0].reason.contains("as after a reorganisation"), "{:?}", recorded.problems());
    assert_eq!(recorded.problems().len(), 3);
}

#[test]
fn blocks_come_by_height_whatever_the_order_of_files() {
    let folder = tempfile::tempdir().unwrap();
    for (name, heights) in [("z.jsonl.zst", [20, 3, 11]), ("a.jsonl.gz", [12, 4, 19]), ("m.json", [5, 18, 0])] {
        let lines: Vec<String> = heights.iter().map(|height| CHAIN.block(*height, true).to_string()).collect();
        write(folder.path(), name, &lines.join("\n"));
    }
    let (_, all) = read_all(folder.path());
    assert_eq!(all.iter().map(|block| block.height).collect::<Vec<_>>(), [0, 3, 4, 5, 11, 12, 18, 19, 20]);
    let mut recorded = Recorded::open(folder.path()).unwrap();
    let some: Vec<_> = recorded.blocks(4..=12).map(|block| parts(&block.unwrap())).collect();
    assert_eq!(some, all[2..6].iter().map(parts).collect::<Vec<_>>());
    assert_eq!(recorded.blocks(6..=10).count(), 0);
    assert!(recorded.block(6).unwrap().is_none());
    assert_eq!(recorded.heights().count(), 9);
}

#[test]
fn an_empty_block_has_nothing_to_miss() {
    let mut block = CHAIN.block(7, true);
    block["transactions"] = json!([]);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", &pretty(&block));
    let (_, read) = read_all(folder.path());
    assert_eq!(parts(&read[0])[2..], ["[]", "frames []", "[]"].map(str::to_owned));
}

#[test]
fn a_folder_without_replies_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = Recorded::open(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Rpc(NothingRecorded { .. })), "{error}");
    assert!(matches!(Recorded::open(&folder.path().join("none")).unwrap_err(), Error::Rpc(File { .. })));
}

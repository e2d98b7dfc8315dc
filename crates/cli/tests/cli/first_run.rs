//! A first run that can load nothing leaves nothing behind; and what is loaded rests on what is on the disk.

use std::os::unix::fs::symlink;

use crate::{
    desk::Desk,
    node::{FakeNode, PAYER, State},
};

#[test]
fn a_run_that_loads_nothing_makes_no_database() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(3));
    desk.write("labels.csv", "chain,address\n");
    let api = node.url.replace("/v3/secret-key", "/api?apikey=secret-key");
    for words in [
        &format!("ethereum --rpc {} --from 0 --chain eip155:1", node.url),
        &format!("ethereum --rpc {} --from 9", node.url),
        &format!("ethereum --explorer {api}&module=none --address {PAYER} --to 3 --from 9 --chain eip155:31337"),
        "ethereum --recorded missing",
        &format!("ethereum --recorded missing --address {PAYER}"),
        "file missing.csv",
        "file labels.csv",
    ] {
        for db in ["new", "deep/new"] {
            desk.run(&format!("ingest {words} --db {db}")).ended(2);
            assert!(!desk.path("new").exists() && !desk.path("deep/new").exists(), "{words}");
        }
        // A folder that was there stays, and as empty as it was.
        std::fs::create_dir_all(desk.path("empty")).unwrap();
        desk.run(&format!("ingest {words} --db empty")).ended(2);
        assert_eq!(std::fs::read_dir(desk.path("empty")).unwrap().count(), 0, "{words}");
    }
    // A database that was there stays, even an empty one.
    desk.write("rows.csv", "chain,tx,block,asset,from,to,amount\n");
    desk.run("ingest file rows.csv --db new").done();
    desk.run("ingest file missing.csv --db new").ended(2);
    desk.run("db info --db new").done();
}

#[test]
fn heights_in_the_wrong_order_are_named() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(9));
    for way in [
        &format!("--rpc {}", node.url),
        "--recorded replies",
        &format!("--explorer {} --address {PAYER}", node.url),
        &format!("--recorded replies --address {PAYER}"),
    ] {
        let run = desk.run(&format!("ingest ethereum {way} --from 5 --to 3 --db new")).ended(2);
        run.complains(&["--from 5 is over --to 3", "swap or correct them"]);
        assert!(!desk.path("new").exists() && node.asked().is_empty());
    }
}

/// Evidence comes to the disk before what rests on it: where it cannot, nothing is stored.
#[test]
fn replies_are_on_the_disk_before_their_blocks_are_stored() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(9));
    std::fs::create_dir(desk.path("replies")).unwrap();
    // Takes everything, and cannot say that it is on a disk.
    symlink("/dev/null", desk.path("replies/replies-000001.jsonl.zst")).unwrap();
    let run = desk.run(&format!("ingest ethereum --rpc {} --from 0 --record replies --db db", node.url)).ended(2);
    assert!(run.stderr.contains("replies-000001.jsonl.zst") && run.stderr.contains("check"), "{}", run.stderr);
    assert!(!desk.path("db").exists(), "blocks were stored: {}", run.stderr);
}

//! What is recorded while it comes is evidence, and a way to run again without any network.

use std::{fs, path::Path};

use fundtrail_ethereum::{
    explorer::{Batch, Error, Explorer, Pages, Paging, Query, Replay, Site, Starts},
    recorded::Recorded,
};
use fundtrail_rpc::Recorder;
use fundtrail_types::{Account, Chain};
use serde_json::{Value, json};

use crate::{
    all, assert_says,
    ledger::{Ledger, address, hash},
    query,
    server::{Act, KEY, Server},
    settings,
};

const PAGING: Paging = Paging { page_rows: 4, window_rows: 8 };

fn ledger() -> Ledger {
    let token = |row: u64| {
        json!({
            "blockNumber": (row / 3).to_string(), "timeStamp": "1681571243", "hash": hash(row / 2), "from": address(1),
            "to": address(2), "contractAddress": address(3), "value": "5", "tokenSymbol": "T\n", "tokenDecimal": "18",
        })
    };
    Ledger { tokens: (0..31).map(token).collect(), window: 8, head: 500, ..Ledger::default() }
}

async fn server() -> Server {
    Server::start(|asked, _| match ledger().answer(asked) {
        // An explorer that repeats the key in a good answer.
        Act::Json(mut value) => {
            value["message"] = json!(format!("{} {}", value["message"].as_str().unwrap_or("OK"), asked["apikey"]));
            Act::Json(value)
        }
        act => act,
    })
    .await
}

fn recording(server: &Server, folder: &Path) -> Explorer {
    let site = Site::new(&server.url("/api"), Chain::ETHEREUM, Some(KEY)).unwrap();
    Explorer::new(site, settings()).unwrap().record(Recorder::open(folder).unwrap().0)
}

/// Asks for the head and then for all, as a run does.
async fn run(source: impl Into<fundtrail_ethereum::explorer::Source>) -> Vec<Batch> {
    let mut source = source.into();
    let to = source.head().await.unwrap();
    assert_eq!(to, Some(500));
    all(source, query(&address(1), to), PAGING).await.unwrap()
}

fn lines(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let unpack = |path: &std::path::PathBuf| {
        let bytes = zstd::stream::decode_all(fs::File::open(path).unwrap()).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    names.iter().map(unpack).collect::<String>().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_recorded_run_runs_again_without_a_network() {
    let (folder, server) = (tempfile::tempdir().unwrap(), server().await);
    let live = run(recording(&server, folder.path())).await;
    assert_eq!(live.iter().map(|batch| batch.movements.len()).sum::<usize>(), 31);
    let replay = Replay::open(folder.path(), Chain::ETHEREUM).unwrap();
    assert_eq!((replay.problems().len(), replay.accounts().len()), (0, 1));
    assert!(replay.accounts().contains(&Account::parse(Chain::ETHEREUM, &address(1)).unwrap()));
    assert_eq!(run(replay).await, live, "sources and claims included");
    // Who looks for a node's blocks in the same folder passes them over.
    assert_eq!(Recorded::open(folder.path()).unwrap().problems(), []);

    // Unpacked by hand it is as good.
    let plain = tempfile::tempdir().unwrap();
    fs::write(plain.path().join("answers.jsonl"), lines(folder.path()).join("\n")).unwrap();
    fs::write(plain.path().join("notes.txt"), "not a recording").unwrap();
    assert_eq!(run(Replay::open(plain.path(), Chain::ETHEREUM).unwrap()).await, live);
}

#[tokio::test]
async fn each_answer_stands_with_its_question_and_digest_and_without_the_key() {
    let (folder, server) = (tempfile::tempdir().unwrap(), server().await);
    run(recording(&server, folder.path())).await;
    let lines = lines(folder.path());
    assert_eq!(lines.len(), server.questions());
    assert!(!lines.concat().contains(KEY));
    let first: Value = serde_json::from_str(&lines[1]).unwrap();
    assert_eq!(first["method"], "explorer txlist");
    let expected = json!({
        "module": "account", "action": "txlist", "address": address(1), "startblock": "0", "endblock": "500", "page": "1",
        "offset": "4", "sort": "asc", "chain": "eip155:1", "explorer": server.host(),
    });
    assert_eq!(first["params"], expected);
    assert_eq!(first["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(first["result"]["message"], "No transactions found ***");
}

#[tokio::test]
async fn an_interrupted_run_goes_on_and_replays_as_one() {
    let (folder, server) = (tempfile::tempdir().unwrap(), server().await);
    let whole = run(recording(&server, tempfile::tempdir().unwrap().path())).await;
    let mut first = Pages::new(recording(&server, folder.path()), query(&address(1), Some(500)), PAGING).unwrap();
    for _ in 0..3 {
        first.next().await.unwrap().unwrap();
        first.source().sync().unwrap();
    }
    let next = whole[2].next;
    drop(first);
    let starts = Starts { transactions: None, internal: None, tokens: next };
    let rest = Query { starts, ..query(&address(1), Some(500)) };
    let second = all(recording(&server, folder.path()), rest, PAGING).await.unwrap();
    assert_eq!(second, whole[3..]);
    let replay = Replay::open(folder.path(), Chain::ETHEREUM).unwrap();
    assert_eq!(all(replay, query(&address(1), Some(500)), PAGING).await.unwrap(), whole);
}

#[tokio::test]
async fn what_was_not_recorded_is_not_made_up() {
    let (folder, server) = (tempfile::tempdir().unwrap(), server().await);
    run(recording(&server, folder.path())).await;
    let replay = |chain| Replay::open(folder.path(), chain);
    let fails = |query: Query| async { all(replay(Chain::ETHEREUM).unwrap(), query, PAGING).await.unwrap_err() };
    let error = fails(query(&address(1), Some(501))).await;
    assert!(matches!(error, Error::NotRecorded { .. }), "{error:?}");
    assert_says(&error, &["action=txlist", "endblock=501", "or ask the explorer"]);
    assert_says(&fails(query(&address(2), Some(500))).await, &["no answer to"]);
    assert!(replay("eip155:10".parse().unwrap()).unwrap_err().to_string().contains("no recorded replies in"));
}

#[tokio::test]
async fn damaged_answers_and_other_replies_are_told_apart() {
    let (folder, server) = (tempfile::tempdir().unwrap(), server().await);
    run(recording(&server, folder.path())).await;
    let mut lines = lines(folder.path());
    lines.insert(0, r#"{"method":"eth_chainId","params":[],"sha256":"x","result":"0x1"}"#.into());
    let damaged = lines.iter().position(|line| line.contains("tokentx") && line.contains("\"value\":\"5\"")).unwrap();
    lines[damaged] = lines[damaged].replacen("\"value\":\"5\"", "\"value\":\"6\"", 1);
    let plain = tempfile::tempdir().unwrap();
    fs::write(plain.path().join("a.jsonl"), lines.join("\n")).unwrap();
    let replay = Replay::open(plain.path(), Chain::ETHEREUM).unwrap();
    let [problem] = replay.problems() else { panic!("{:?}", replay.problems()) };
    assert!(problem.reason.contains("its SHA-256 is not that of its result"), "{problem}");
    let error = all(replay, query(&address(1), Some(500)), PAGING).await.unwrap_err();
    assert_says(&error, &["action=tokentx"]);

    // Cut in the middle of the last answer, as by a crash.
    let path = folder.path().join("replies-000001.jsonl.zst");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 5]).unwrap();
    let replay = Replay::open(folder.path(), Chain::ETHEREUM).unwrap();
    assert!(replay.problems()[0].reason.contains("what comes before is used"), "{:?}", replay.problems());

    let other = lines[2].replace(server.host(), "other.example");
    fs::write(plain.path().join("b.jsonl"), other).unwrap();
    let error = Replay::open(plain.path(), Chain::ETHEREUM).unwrap_err();
    assert_says(&error, &["other.example", "folder of its own"]);
}

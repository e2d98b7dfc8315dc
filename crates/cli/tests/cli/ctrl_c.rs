//! Ctrl-C is heard wherever a load waits for somebody else.

use std::{
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::{
    desk::Desk,
    node::{FakeNode, PAYER, State, Trouble},
};

/// A load begins to wait within this time, even on a busy machine.
const BEGIN_TIME_MAX: Duration = Duration::from_secs(30);
/// People wait so long after Ctrl-C; a busy machine may need more than the second that is meant.
const END_TIME_MAX: Duration = Duration::from_secs(5);

pub(crate) fn begin(desk: &Desk, words: &str) -> Child {
    desk.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the node made trouble, presses Ctrl-C once, and gives how the load ended.
#[track_caller]
fn interrupt(node: &FakeNode, load: Child) -> Output {
    interrupt_once(&|| node.state.lock().unwrap().troubles > 0, load)
}

/// As above, once `waits` says that the load waits.
#[track_caller]
pub(crate) fn interrupt_once(waits: &dyn Fn() -> bool, mut load: Child) -> Output {
    let start = Instant::now();
    while !waits() {
        assert!(start.elapsed() < BEGIN_TIME_MAX && load.try_wait().unwrap().is_none(), "the load does not wait");
        std::thread::sleep(Duration::from_millis(5));
    }
    // It waits for the answer now, or before it asks again.
    std::thread::sleep(Duration::from_millis(100));
    let signal = Command::new("sh").args(["-c", &format!("kill -INT {}", load.id())]).status();
    assert!(signal.unwrap().success());
    let pressed = Instant::now();
    while load.try_wait().unwrap().is_none() {
        if pressed.elapsed() > END_TIME_MAX {
            load.kill().unwrap();
            panic!("Ctrl-C was not heard: {:?}", load.wait_with_output());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    load.wait_with_output().unwrap()
}

#[track_caller]
pub(crate) fn says(output: &Output, counted: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    let expected = format!("interrupted after {counted}: run the same command again to go on from there");
    assert!(told.contains(&expected), "{told}");
}

#[test]
fn a_node_that_does_not_answer_is_let_go() {
    let at = ["eth_chainId", "eth_getBlockByNumber", "debug_traceBlockByNumber"];
    for (method, trouble) in at.into_iter().flat_map(|method| [(method, Trouble::Refused), (method, Trouble::Ignored)])
    {
        let desk = Desk::new();
        let mut state = State::of(3);
        state.trouble = Some((method, trouble));
        let node = FakeNode::start(state);
        let load = begin(&desk, &format!("ingest ethereum --rpc {} --from 0 --db db", node.url));
        says(&interrupt(&node, load), "0 blocks");
        assert!(!desk.path("db").exists(), "{method}: nothing was stored");
    }
}

#[test]
fn what_came_before_a_node_fell_silent_is_stored() {
    let desk = Desk::new();
    let mut state = State::of(9);
    // The seventh block.
    state.trouble = Some(("\"0x6\",true", Trouble::Ignored));
    let node = FakeNode::start(state);
    let words = format!("ingest ethereum --rpc {} --from 0 --concurrency 1 --batch 1 --db db", node.url);
    let output = interrupt(&node, begin(&desk, &words));
    says(&output, "6 blocks");
    // The next run compares the heads first.
    let mut state = State::of(9);
    state.trouble = Some(("\"0x5\",false", Trouble::Refused));
    *node.state.lock().unwrap() = state;
    says(&interrupt(&node, begin(&desk, &words)), "0 blocks");
    *node.state.lock().unwrap() = State::of(9);
    let text = desk.run(&words).done().text().to_owned();
    assert!(text.contains("loaded 4 blocks") && text.contains("6 blocks were stored before"), "{text}");
}

#[test]
fn an_explorer_that_does_not_answer_is_let_go() {
    let at = ["eth_blockNumber", "action=txlist&", "action=tokentx"];
    for (action, trouble) in at.into_iter().flat_map(|action| [(action, Trouble::Refused), (action, Trouble::Ignored)])
    {
        let desk = Desk::new();
        let mut state = State::of(3);
        state.trouble = Some((action, trouble));
        let node = FakeNode::start(state);
        let api = node.url.replace("/v3/secret-key", "/api?apikey=secret-key");
        let words = format!("ingest ethereum --explorer {api} --address {PAYER} --chain eip155:31337 --db db");
        let output = interrupt(&node, begin(&desk, &words));
        let stored = action == "action=tokentx";
        says(&output, if stored { "6 movements" } else { "0 movements" });
        assert_eq!(desk.path("db").exists(), stored, "{action}");
    }
}

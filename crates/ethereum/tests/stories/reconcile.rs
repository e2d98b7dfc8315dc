//! Holds movements against the truths: nothing missing, nothing too much, to the last wei.

use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::{Address, I256, U256};
use fundtrail_ethereum::RawBlock;
use fundtrail_types::Kind;

use crate::{
    decoded, diffs,
    fact::{Fact, Story},
    fetch::{Form, raw_block},
    rpc::Node,
    tracers,
    truth::{Truth, change},
};

/// Proves a story on the node that it was played on: its facts by the chain's own balances, then the decoding by both.
pub(crate) fn prove(story: &Story) {
    let node = &Node::at(story.rpc_url.clone());
    let truth = Truth::of(node, story);
    for height in story.from_height..=story.to_height {
        let facts: Vec<Fact> = story.expected.iter().filter(|fact| fact.height == height).cloned().collect();
        balanced(story, &truth, height, &facts, truth.fees.get(&height));
    }
    tracers::agree(node, story);
    diffs::agree(node, story, &truth);
    for height in 1..=story.to_height {
        let [frames, rows] = [Form::Frames, Form::Rows].map(|form| decode(node, story, height, form));
        // Frames tell where events stand among calls, rows do not: the movements are the same, their order need not be.
        assert_eq!(sorted(&frames), sorted(&rows), "{} at {height}: frames and rows differ", story.name);
        balanced(story, &truth, height, &frames, None);
        if height >= story.from_height {
            as_told(story, height, frames);
        }
    }
}

fn sorted(facts: &[Fact]) -> Vec<String> {
    let mut sorted: Vec<String> = facts.iter().map(|fact| format!("{fact:?}")).collect();
    sorted.sort();
    sorted
}

/// With balances told and without, the movements are the same: nothing was booked to make them fit.
fn decode(node: &Node, story: &Story, height: u64, form: Form) -> Vec<Fact> {
    let mut raw = raw_block(node, height, form);
    let (with, unexplained) = facts(&raw, story);
    assert_eq!(unexplained, 0, "{} at {height}: {with:#?}", story.name);
    raw.diffs = None;
    assert_eq!(with, facts(&raw, story).0, "{} at {height}: with balances (left) and without (right)", story.name);
    with
}

fn facts(raw: &RawBlock, story: &Story) -> (Vec<Fact>, u64) {
    let (movements, unexplained) = decoded::movements(raw, story);
    (movements.iter().map(|movement| decoded::as_fact(movement, raw.height)).collect(), unexplained)
}

/// For what no frame tells: balances come out right nevertheless, because what is missing was booked, and counted.
pub(crate) fn booked(story: &Story) {
    let node = &Node::at(story.rpc_url.clone());
    let truth = Truth::of(node, story);
    for form in [Form::Frames, Form::Rows] {
        for height in 1..=story.to_height {
            let (found, unexplained) = facts(&raw_block(node, height, form), story);
            let told = found.iter().any(|fact| fact.kind == Kind::Unexplained);
            assert_eq!(told, unexplained > 0, "{} at {height}", story.name);
            balanced(story, &truth, height, &found, None);
        }
    }
}

/// Movements add up to the difference of balances, for every account and every token of the story. `fees` are added where the
/// movements hold none.
fn balanced(story: &Story, truth: &Truth, height: u64, moved: &[Fact], fees: Option<&BTreeMap<Address, I256>>) {
    let mut native: BTreeMap<Address, I256> = fees.cloned().unwrap_or_default();
    let mut tokens: BTreeMap<(Address, Address), I256> = BTreeMap::new();
    for fact in moved {
        let (out, into) = (change(fact.amount, U256::ZERO), change(U256::ZERO, fact.amount));
        for (account, amount) in [(fact.from, out), (fact.to, into)] {
            let Some(account) = account else { continue };
            match fact.token {
                None => *native.entry(account).or_default() += amount,
                Some(token) => *tokens.entry((token, account)).or_default() += amount,
            }
        }
    }
    let place = format!("{} at {height}", story.name);
    compare(&place, &native, &truth.native[&height], |account| story.name_of(*account));
    tokens.retain(|(token, _), _| story.tokens.contains(token));
    let mut asked = truth.tokens[&height].clone();
    // Supply comes from and goes to nobody, so what a token books for the zero address is no account's.
    asked.retain(|(_, account), _| !account.is_zero());
    compare(&place, &tokens, &asked, |(token, account)| {
        format!("{} of token {}", story.name_of(*account), story.name_of(*token))
    });
}

fn compare<K: Ord>(place: &str, moved: &BTreeMap<K, I256>, asked: &BTreeMap<K, I256>, name: impl Fn(&K) -> String) {
    let keys: BTreeSet<&K> = moved.keys().chain(asked.keys()).collect();
    for key in keys {
        let [moved, asked] = [moved, asked].map(|side| side.get(key).copied().unwrap_or_default());
        assert_eq!(moved, asked, "{place}: movements (left) and balances (right) of {} differ", name(key));
    }
}

/// The story's facts are there, and nothing else of its accounts.
fn as_told(story: &Story, height: u64, found: Vec<Fact>) {
    let mine = |end: Option<Address>| story.accounts.iter().any(|(_, account)| Some(*account) == end);
    let found = found.into_iter().filter(|fact| mine(fact.from) || mine(fact.to)).collect();
    let expected = story.expected.iter().filter(|fact| fact.height == height).cloned().collect();
    let lines = |facts: Vec<Fact>| {
        let mut facts: Vec<Fact> = facts.into_iter().filter(decoded::is_told).collect();
        facts.sort();
        facts.iter().map(Fact::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(lines(found), lines(expected), "{} at {height}: movements (left), story (right)", story.name);
}

//! What a transaction meant: one file per protocol, and the list of all.
//!
//! A decoder reads the events and calls of its protocol and names the movements that they explain. It adds nothing: what it cannot find
//! among the movements it does not tell. An event is known by its first topic and its form, and, where others emit the same one, by its
//! emitter. What claims to be of a known contract and cannot be read is a problem; what only looks like a protocol is none.

mod bridge;
mod dex;
mod mixer;
mod payment;
mod scene;

use std::{collections::HashMap, sync::LazyLock};

use alloy::primitives::{Address, B256};
use fundtrail_types::{Action, Chain, Evidence};

use crate::{
    calls::Call,
    wire::{Log, Transaction},
};
use scene::Scene;

/// A protocol that is recognised.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    /// Its name in actions.
    pub name: &'static str,
    /// What it is: the folder that its file is in.
    pub group: Group,
    /// How well its decoder is tested.
    pub evidence: Evidence,
    /// What it is tested with, and where its facts are from.
    pub source: &'static str,
    /// Contracts of its own, where it has them. Others are known by their events alone.
    pub contracts: &'static [Contract],
    /// First topics of its events, and what reads one.
    events: &'static [(B256, ReadEvent)],
    /// Selectors of calls that it reads where no event tells, and what reads one.
    calls: &'static [([u8; 4], ReadCall)],
    /// What reads a transaction without any event by its own call, which may have no selector either.
    silent: Option<ReadCall>,
}

/// What a decoder says of an event or a call: an action, nothing if it is none of its own, or why it cannot be read.
type Told = Result<Option<Action>, String>;

/// What reads an event.
type ReadEvent = fn(&mut Scene<'_>, &Log) -> Told;

/// What reads a call.
type ReadCall = fn(&mut Scene<'_>, &Call) -> Told;

/// A contract of a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contract {
    /// The chain's number (EIP-155).
    pub chain: u64,
    /// Where it is.
    pub address: Address,
    /// What it is.
    pub what: &'static str,
}

/// What a protocol is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Exchanges on chain.
    Dex,
    /// Mixers and shielded pools.
    Mixer,
    /// Bridges and swaps across chains.
    Bridge,
    /// Payrolls, wallets of several owners, streams.
    Payment,
}

/// Every protocol, in order of group and name.
pub const ALL: &[Protocol] = &[
    dex::pancake_v3::PROTOCOL,
    dex::uniswap_v2::PROTOCOL,
    dex::uniswap_v3::PROTOCOL,
    mixer::tornado_cash::PROTOCOL,
    bridge::thorchain::PROTOCOL,
    payment::disperse::PROTOCOL,
    payment::safe::PROTOCOL,
];

type ByTopic = HashMap<B256, Vec<(usize, ReadEvent)>>;
type BySelector = HashMap<[u8; 4], Vec<(usize, ReadCall)>>;

static BY_TOPIC: LazyLock<ByTopic> = LazyLock::new(|| {
    let mut map = ByTopic::new();
    for (at, protocol) in ALL.iter().enumerate() {
        for (topic, read) in protocol.events {
            map.entry(*topic).or_default().push((at, *read));
        }
    }
    map
});

static BY_SELECTOR: LazyLock<BySelector> = LazyLock::new(|| {
    let mut map = BySelector::new();
    for (at, protocol) in ALL.iter().enumerate() {
        for (selector, read) in protocol.calls {
            map.entry(*selector).or_default().push((at, *read));
        }
    }
    map
});

impl Protocol {
    /// First topics of the events that it reads.
    pub fn topics(&self) -> impl Iterator<Item = B256> {
        self.events.iter().map(|(topic, _)| *topic)
    }

    /// Selectors of the calls that it reads.
    pub fn selectors(&self) -> impl Iterator<Item = [u8; 4]> {
        self.calls.iter().map(|(selector, _)| *selector)
    }

    /// Whether a contract is one of its own on a chain.
    fn is_own(&self, chain: Chain, address: &Address) -> bool {
        self.contract(chain, address).is_some()
    }

    /// Its contract at an address, if there is one.
    fn contract(&self, chain: Chain, address: &Address) -> Option<&'static Contract> {
        let number = chain.name().strip_prefix("eip155:")?.parse().ok();
        self.contracts.iter().find(|one| Some(one.chain) == number && one.address == *address)
    }
}

/// What a transaction that succeeded meant, and what could not be read.
pub(crate) fn actions(
    chain: Chain,
    transaction: &Transaction,
    logs: &[Log],
    calls: &[Call],
    movements: &[fundtrail_types::Movement],
) -> (Vec<Action>, Vec<String>) {
    let mut scene = Scene::new(chain, transaction, calls, movements);
    let (mut actions, mut problems) = (Vec::new(), Vec::new());
    let mut note = |at: usize, told: Told, place: String| match told {
        Ok(action) => actions.extend(action),
        Err(reason) => {
            let name = ALL.get(at).map_or("", |protocol| protocol.name);
            problems.push(format!("{place} is of {name} and cannot be read: {reason:.200}"));
        }
    };
    for log in logs {
        let readers = log.topics.first().and_then(|topic| BY_TOPIC.get(topic));
        for (at, read) in readers.into_iter().flatten() {
            scene.enter(*at);
            let told = read(&mut scene, log);
            note(*at, told, format!("event {} of {}", log.log_index, log.address));
        }
    }
    let standing = crate::calls::standing(calls);
    let root = scene.root();
    let told = calls.iter().zip(standing).filter(|(_, stands)| *stands).map(|(call, _)| call);
    for call in told.chain(root.as_ref().filter(|_| calls.is_empty())) {
        let readers = call.input.first_chunk::<4>().and_then(|selector| BY_SELECTOR.get(selector));
        for (at, read) in readers.into_iter().flatten() {
            scene.enter(*at);
            let told = read(&mut scene, call);
            note(*at, told, format!("a call of {}", call.to.unwrap_or_default()));
        }
    }
    if let Some(root) = root.filter(|_| logs.is_empty()) {
        for (at, read) in ALL.iter().enumerate().filter_map(|(at, protocol)| Some((at, protocol.silent?))) {
            scene.enter(at);
            let told = read(&mut scene, &root);
            note(at, told, "its data".to_owned());
        }
    }
    (actions, problems)
}

//! A transaction as decoders see it: who sent it, and the movements that they may name.

use std::collections::HashSet;

use alloy::{
    primitives::{Address, U256},
    sol_types::{SolEvent, TopicList},
};
use fundtrail_types::{Account, Action, ActionKind, Chain, Kind, Movement, Token};

use super::{ALL, Protocol, Told};
use crate::{
    calls::{Call, CallKind},
    wire::{Log, Transaction},
};

/// A movement, in the chain's own types.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    /// Its place in the execution.
    pub(super) place: u32,
    pub(super) from: Option<Address>,
    pub(super) to: Option<Address>,
    /// The token; none for the native coin.
    pub(super) token: Option<Address>,
    pub(super) amount: U256,
}

/// As what an action names a movement. What one pool pays, another gets: it is named once as each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum As {
    Gave,
    Got,
}

/// One transaction.
pub(super) struct Scene<'a> {
    pub(super) chain: Chain,
    pub(super) transaction: &'a Transaction,
    pub(super) calls: &'a [Call],
    legs: Vec<Leg>,
    /// Movements that decoders have named: (decoder, as what, place).
    taken: HashSet<(usize, As, u32)>,
    at: usize,
}

impl<'a> Scene<'a> {
    pub(super) fn new(chain: Chain, transaction: &'a Transaction, calls: &'a [Call], movements: &[Movement]) -> Self {
        let evm = |address: &Option<fundtrail_types::Address>| {
            address.as_ref().and_then(|one| Address::try_from(one.as_bytes()).ok())
        };
        let leg = |one: &Movement| {
            let token = match &one.asset.token {
                Token::Native => None,
                Token::Contract(contract) => Some(Address::try_from(contract.as_bytes()).ok()?),
            };
            let amount = U256::try_from_be_slice(&one.amount.to_be_bytes_trimmed())?;
            Some(Leg { place: one.order.leg?, from: evm(&one.from), to: evm(&one.to), token, amount })
        };
        let moved = movements.iter().filter(|one| one.kind != Kind::Fee && !one.amount.is_zero());
        let legs = moved.filter_map(leg).collect();
        Self { chain, transaction, calls, legs, taken: HashSet::new(), at: 0 }
    }

    /// Another decoder begins.
    pub(super) fn enter(&mut self, decoder: usize) {
        self.at = decoder;
    }

    /// Whether inner calls are known. If not, native coin that contracts paid is not seen, and that it did not move cannot be said.
    pub(super) fn has_calls(&self) -> bool {
        !self.calls.is_empty()
    }

    /// The transaction's own call, for where its calls are not known.
    pub(super) fn root(&self) -> Option<Call> {
        let one = self.transaction;
        let (from, to, value, input) = (one.from, Some(one.to?), one.value, one.input.clone());
        Some(Call { parent: None, kind: CallKind::Call, from, to, value, input, failed: false, logs: None })
    }

    /// The first movement of a form that this decoder has not named so yet, which it does.
    pub(super) fn take(&mut self, what: As, is_wanted: impl Fn(&Leg) -> bool) -> Option<Leg> {
        let is_free = |leg: &&Leg| !self.taken.contains(&(self.at, what, leg.place)) && is_wanted(leg);
        let leg = self.legs.iter().find(is_free).copied()?;
        self.taken.insert((self.at, what, leg.place));
        Some(leg)
    }

    /// All movements of a form that this decoder has not named so yet, which it does.
    pub(super) fn take_all(&mut self, what: As, is_wanted: impl Fn(&Leg) -> bool) -> Vec<Leg> {
        let is_free = |leg: &&Leg| !self.taken.contains(&(self.at, what, leg.place)) && is_wanted(leg);
        let legs: Vec<Leg> = self.legs.iter().filter(is_free).copied().collect();
        self.taken.extend(legs.iter().map(|leg| (self.at, what, leg.place)));
        legs
    }

    /// What was given to an account, if it is so much in all: one movement, else several of one asset.
    pub(super) fn take_received(&mut self, to: Address, amount: U256) -> Vec<Leg> {
        if let Some(one) = self.take(As::Gave, |leg| leg.to == Some(to) && leg.amount == amount) {
            return vec![one];
        }
        let is_free = |leg: &&Leg| !self.taken.contains(&(self.at, As::Gave, leg.place)) && leg.to == Some(to);
        let free: Vec<Leg> = self.legs.iter().filter(is_free).copied().collect();
        let sum = |token| {
            let of = free.iter().filter(|leg| leg.token == token).map(|leg| leg.amount);
            of.fold(U256::ZERO, U256::saturating_add)
        };
        let token = free.iter().map(|leg| leg.token).find(|token| sum(*token) == amount);
        let Some(token) = token else { return Vec::new() };
        self.take_all(As::Gave, |leg| leg.to == Some(to) && leg.token == token)
    }

    /// What is said where an event tells of a movement that is not there: a problem, if inner calls are known.
    pub(super) fn missing(&self, reason: &str) -> Told {
        if self.has_calls() { Err(reason.to_owned()) } else { Ok(None) }
    }

    /// An action of the decoder at hand.
    pub(super) fn action(&self, kind: ActionKind, by: Address, gave: &[Leg], got: &[Leg]) -> Action {
        let protocol: Option<&Protocol> = ALL.get(self.at);
        let places = |legs: &[Leg]| {
            let mut places: Vec<u32> = legs.iter().map(|leg| leg.place).collect();
            places.sort_unstable();
            places
        };
        Action {
            kind,
            protocol: protocol.map(|one| one.name.to_owned()).unwrap_or_default(),
            evidence: protocol.map_or(fundtrail_types::Evidence::InterfaceOnly, |one| one.evidence),
            by: Account { chain: self.chain, address: crate::decode::noun(by) },
            gave: places(gave),
            got: places(got),
            crosses: None,
            note: None,
        }
    }
}

/// An event, if it has its form: as many topics as it indexes, and data that hold its fields.
pub(super) fn read<E: SolEvent>(log: &Log) -> Option<E> {
    let topics = log.topics.len() == E::TopicList::COUNT;
    E::decode_raw_log(log.topics.iter().copied(), &log.data).ok().filter(|_| topics)
}

/// The same of a known contract, where nothing else emits it.
pub(super) fn read_own<E: SolEvent>(log: &Log) -> Result<E, String> {
    read(log).ok_or_else(|| format!("it has not the form {}", E::SIGNATURE))
}

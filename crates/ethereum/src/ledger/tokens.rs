//! What an event says of tokens.
//!
//! One first topic stands for the transfers of ERC-20 and of ERC-721 tokens, whose last field is no amount but the number
//! of a picture: only the form tells them apart. Three topics and 32 bytes are ERC-20; some old tokens index less, down to
//! nothing, and have the other fields among their data. Four topics are ERC-721.
//!
//! Source: EIP-20 and EIP-721; WETH9 for the wrapped native coin, whose events other contracts have too, so that only
//! those of the known contracts count.

use alloy::{
    primitives::{Address, B256, U256},
    sol,
    sol_types::SolEvent,
};
use fundtrail_types::Kind;

use super::Legs;
use crate::{Rules, decode::LeftOut, wire::Log};

sol! {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event Deposit(address indexed dst, uint256 wad);
    event Withdrawal(address indexed src, uint256 wad);
}

/// Books what an event moved, if it moved tokens.
pub(super) fn event(legs: &mut Legs, rules: &Rules, log: &Log, left_out: &mut LeftOut) {
    match log.topics.first() {
        Some(topic) if *topic == Transfer::SIGNATURE_HASH => transfer(legs, log, left_out),
        Some(topic) if rules.wraps(&log.address) => wrapped(legs, topic, log),
        _ => {}
    }
}

fn transfer(legs: &mut Legs, log: &Log, left_out: &mut LeftOut) {
    if log.topics.len() == 4 {
        left_out.nfts += 1;
        return;
    }
    // The fields stand in order, the indexed ones among the topics; however many those are, there are three.
    let topics = log.topics.iter().skip(1).map(B256::as_slice);
    let fields: Vec<&[u8]> = topics.chain(log.data.chunks(32)).collect();
    let read = match fields.as_slice() {
        [from, to, value] if value.len() == 32 => address(from).zip(address(to)).zip(Some(U256::from_be_slice(value))),
        _ => None,
    };
    let Some(((from, to), value)) = read else {
        left_out.odd_transfers += 1;
        return;
    };
    let (kind, from, to) = match (from.is_zero(), to.is_zero()) {
        (true, false) => (Kind::Mint, None, Some(to)),
        (false, true) => (Kind::Burn, Some(from), None),
        _ => (Kind::Token, Some(from), Some(to)),
    };
    legs.token(kind, log.address, from, to, value);
}

fn wrapped(legs: &mut Legs, topic: &B256, log: &Log) {
    let (Some(who), [], Some(wad)) = (log.topics.get(1), log.topics.get(2..).unwrap_or_default(), word(&log.data))
    else {
        return;
    };
    let Some(who) = address(who.as_slice()) else { return };
    if *topic == Deposit::SIGNATURE_HASH {
        legs.token(Kind::Wrap, log.address, None, Some(who), wad);
    } else if *topic == Withdrawal::SIGNATURE_HASH {
        legs.token(Kind::Unwrap, log.address, Some(who), None, wad);
    }
}

fn word(data: &[u8]) -> Option<U256> {
    (data.len() == 32).then(|| U256::from_be_slice(data))
}

/// The address in a word of 32 bytes; none if the bytes before it are not zero.
fn address(word: &[u8]) -> Option<Address> {
    let (zeros, address) = word.split_at_checked(12)?;
    (address.len() == 20 && zeros.iter().all(|byte| *byte == 0)).then(|| Address::from_slice(address))
}

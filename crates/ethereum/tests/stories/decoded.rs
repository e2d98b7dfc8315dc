//! The one place where the decoding under test comes in.

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256, U256};
use fundtrail_ethereum::{DecodedBlock, FeeRule, RawBlock, Rules, decode};
use fundtrail_types::{ActionKind, Address as Account, Chain, Kind, Movement, Token, TxId};

use crate::{
    anvil::Fork,
    fact::{Fact, Story},
    fetch::{Form, raw_block},
    rpc::Node,
};

/// Anvil's.
const CHAIN: &str = "eip155:31337";

/// What the decoding makes of a block, and how many balances it cannot explain. It must find nothing odd in what a node says.
pub(crate) fn movements(raw: &RawBlock, story: &Story) -> (Vec<Movement>, u64) {
    let block = block(raw, story);
    let of_transactions = block.transactions.into_iter().flat_map(|one| one.movements);
    (of_transactions.chain(block.own).collect(), block.reconciled.unexplained)
}

/// How often each protocol was seen to do what in a story, by blocks and by either form of calls.
pub(crate) fn seen(story: &Story) -> BTreeMap<(String, ActionKind), usize> {
    let node = &Node::at(story.rpc_url.clone());
    let count = |form| {
        let mut seen = BTreeMap::new();
        for height in story.from_height..=story.to_height {
            for one in block(&raw_block(node, height, form), story).transactions {
                assert_eq!(one.unread, [], "{} at {height}", story.name);
                one.actions
                    .into_iter()
                    .for_each(|action| *seen.entry((action.protocol, action.kind)).or_default() += 1);
            }
        }
        seen
    };
    let seen = count(Form::Frames);
    assert_eq!(seen, count(Form::Rows), "{}", story.name);
    seen
}

fn block(raw: &RawBlock, story: &Story) -> DecodedBlock {
    let chain: Chain = CHAIN.parse().unwrap();
    let rules = Rules {
        chain,
        wrapped: story.wrapped().map(|contract| Account::Evm(contract.0.0)).into_iter().collect(),
        fees: FeeRule::BurnAndTip,
        rewards: Vec::new(),
        lasting_since: matches!(story.fork, Fork::Prague).then_some(0),
    };
    let block = decode(raw, &rules).unwrap_or_else(|problem| panic!("{}: {problem:?}", story.name));
    assert_eq!(block.problems, [], "{} at {}", story.name, raw.height);
    block
}

/// A movement in the words of stories.
pub(crate) fn as_fact(movement: &Movement, height: u64) -> Fact {
    let tx = match &movement.tx {
        TxId::Evm(hash) => B256::from(*hash),
        other => panic!("{other} is no transaction of this chain"),
    };
    let token = match &movement.asset.token {
        Token::Native => None,
        Token::Contract(contract) => Some(account(contract)),
    };
    let amount = U256::from_be_slice(&movement.amount.to_be_bytes_trimmed());
    let (from, to) = (movement.from.as_ref().map(account), movement.to.as_ref().map(account));
    Fact { height, tx, kind: movement.kind, token, from, to, amount }
}

fn account(address: &Account) -> Address {
    match address {
        Account::Evm(bytes) => Address::from(*bytes),
        other => panic!("{other} is no address of this chain"),
    }
}

/// Whether a story must tell of it: fees are checked by balances, and neither a call without value nor who pays himself moves
/// anything, so a decoding may have those. A token's transfer of nothing is an event, and must be told.
pub(crate) fn is_told(fact: &Fact) -> bool {
    let moves = fact.token.is_some() || !fact.amount.is_zero();
    fact.kind != Kind::Fee && moves && fact.from != fact.to
}

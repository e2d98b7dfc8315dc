//! The one place where the decoding under test comes in.

use alloy::primitives::{Address, B256, U256};
use fundtrail_ethereum::RawBlock;
use fundtrail_types::{Address as Account, Kind, Movement, Token, TxId};

use crate::fact::Fact;

/// What the decoding makes of a block. `wrapped` is the contract that wraps the story's native coin: on mainnet everybody knows
/// its address, here it stands somewhere else.
///
/// **Here the decoding is plugged in.** While it does not exist, there is nothing to hold against the truths: none.
pub(crate) fn movements(raw: RawBlock, wrapped: Option<Address>) -> Option<Vec<Movement>> {
    drop((raw, wrapped));
    None
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

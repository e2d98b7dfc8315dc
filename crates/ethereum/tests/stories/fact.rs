//! What a story claims: plain sentences of who paid whom how much of what.

use std::fmt;

use alloy::primitives::{Address, B256, U256};
use fundtrail_types::Kind;

use crate::anvil::Fork;

/// One movement. Fees are not among them: each transaction has its fee, which the truths check to the wei.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fact {
    pub(crate) height: u64,
    pub(crate) tx: B256,
    pub(crate) kind: Kind,
    /// The token's contract; none is the native coin.
    pub(crate) token: Option<Address>,
    /// None for what is created: a mint, a wrap.
    pub(crate) from: Option<Address>,
    /// None for what is destroyed: a burn, an unwrap.
    pub(crate) to: Option<Address>,
    pub(crate) amount: U256,
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |account: &Option<Address>| account.map_or("nobody".to_owned(), |one| one.to_string());
        let token = self.token.map_or("wei".to_owned(), |one| one.to_string());
        let (from, to) = (name(&self.from), name(&self.to));
        write!(f, "{} {}: {} {} of {token} from {from} to {to}", self.height, self.tx, self.kind, self.amount)
    }
}

/// What stories call the contract that wraps the native coin.
pub(crate) const WETH: &str = "WETH";

/// What was played, and all that moved in it.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    pub(crate) rpc_url: String,
    pub(crate) fork: Fork,
    /// Facts are complete from here to `to_height`; what was set up before only has to reconcile.
    pub(crate) from_height: u64,
    pub(crate) to_height: u64,
    /// Everybody who takes part, by a name for messages.
    pub(crate) accounts: Vec<(&'static str, Address)>,
    /// Every token contract of which balances are asked.
    pub(crate) tokens: Vec<Address>,
    pub(crate) expected: Vec<Fact>,
}

impl Story {
    /// The contract that wraps the native coin, where the story has one.
    pub(crate) fn wrapped(&self) -> Option<Address> {
        self.accounts.iter().find(|(name, _)| *name == WETH).map(|(_, account)| *account)
    }

    /// How a person would call an account.
    pub(crate) fn name_of(&self, account: Address) -> String {
        let known = self.accounts.iter().find(|(_, one)| *one == account);
        known.map_or_else(|| account.to_string(), |(name, _)| format!("{name} {account}"))
    }
}

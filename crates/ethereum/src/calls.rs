//! The calls of a transaction, from either of the two forms in which nodes tell them, in order of execution.
//!
//! Calls nest up to 1024 deep. They are kept as one list, each with the place of its parent, so that nobody who walks them
//! needs a stack of that depth.

mod frames;
mod rows;

use alloy::primitives::{Address, B256, Bytes, U256};

pub use frames::{frame, frames};
pub use rows::{BlockRows, RowReward, rows};

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The place of the call that made it; none for the transaction's own.
    pub parent: Option<usize>,
    /// How it was made.
    pub kind: CallKind,
    /// Who made it.
    pub from: Address,
    /// Whom it calls, or what it created; none if the creation failed.
    pub to: Option<Address>,
    /// Wei that it names. Whether it moves is another matter: see [`Call::moves`].
    pub value: U256,
    /// What it calls with; of a creation, the code that makes the contract.
    pub input: Bytes,
    /// Whether it failed by itself. What it did is undone then, and what the calls below it did.
    pub failed: bool,
    /// The events that it emitted itself: how many of its own calls came before each. None if the source does not tell.
    pub logs: Option<Vec<u32>>,
}

/// How a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// A plain call.
    Call,
    /// Another's code on one's own balance: its value never leaves the caller.
    CallCode,
    /// The same with the caller's sender and value, which moved already.
    DelegateCall,
    /// Without value.
    StaticCall,
    /// A new contract.
    Create,
    /// A new contract at a told address.
    Create2,
    /// Everything that the contract has goes to another.
    SelfDestruct,
}

/// Where a list of calls cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer's calls cannot be read: {0:.300}")]
pub struct CallsError(pub String);

/// The calls of one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TxCalls {
    /// The transaction, if the source names it.
    pub tx: Option<B256>,
    /// In order of execution; the first is the transaction's own. None if the source could not trace it.
    pub calls: Option<Vec<Call>>,
}

impl CallKind {
    /// The kind of a name as geth and Erigon write it, in any case.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        const NAMES: [(&str, CallKind); 8] = [
            ("CALL", CallKind::Call),
            ("CALLCODE", CallKind::CallCode),
            ("DELEGATECALL", CallKind::DelegateCall),
            ("STATICCALL", CallKind::StaticCall),
            ("CREATE", CallKind::Create),
            ("CREATE2", CallKind::Create2),
            ("SELFDESTRUCT", CallKind::SelfDestruct),
            ("SUICIDE", CallKind::SelfDestruct),
        ];
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind)
    }
}

impl Call {
    /// Whether its value leaves the caller, if nothing undoes it.
    pub fn moves(&self) -> bool {
        match self.kind {
            CallKind::Call | CallKind::Create | CallKind::Create2 | CallKind::SelfDestruct => true,
            CallKind::CallCode | CallKind::DelegateCall | CallKind::StaticCall => false,
        }
    }
}

/// For each call, whether it and all above it succeeded: nothing undid it.
pub fn standing(calls: &[Call]) -> Vec<bool> {
    let mut standing: Vec<bool> = Vec::with_capacity(calls.len());
    for call in calls {
        let above = call.parent.is_none_or(|parent| standing.get(parent).copied().unwrap_or_default());
        standing.push(above && !call.failed);
    }
    standing
}

/// For each call, whose state it works on: a delegated call works on that of the one who made it.
pub fn contexts(calls: &[Call]) -> Vec<Option<Address>> {
    let mut contexts: Vec<Option<Address>> = Vec::with_capacity(calls.len());
    for call in calls {
        contexts.push(match call.kind {
            CallKind::DelegateCall | CallKind::CallCode => {
                call.parent.and_then(|parent| contexts.get(parent).copied().flatten()).or(Some(call.from))
            }
            CallKind::SelfDestruct => None,
            CallKind::Call | CallKind::StaticCall | CallKind::Create | CallKind::Create2 => call.to,
        });
    }
    contexts
}

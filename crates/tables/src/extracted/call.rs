//! What a row of traces means: one call, or a reward of a block.
//!
//! Value moves by a call, a creation or a destruction, and only if no call around it failed. A call in another's name
//! (delegatecall, callcode, staticcall) moves none, however its value looks.

use fundtrail_types::{Address, Amount, Chain, Kind, TxId};

use crate::{
    extracted::Head,
    foreign::{Context, LeftOut, Told},
    record::shorten,
    side::{CallPath, RootCall, Side},
};

/// A row of a table of traces that belongs to a transaction.
pub(crate) struct Call {
    pub(crate) kind: CallKind,
    pub(crate) path: CallPath,
    pub(crate) from: Option<Address>,
    /// Who got the value; of a creation, the contract.
    pub(crate) to: Option<Address>,
    pub(crate) value: Amount,
    /// Whether its own row says that it failed.
    pub(crate) failed: bool,
    /// Whether its row also speaks for the calls around it.
    pub(crate) settled: bool,
}

/// What a call does with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallKind {
    /// Gives it to whom it calls.
    Call,
    /// Gives it to a new contract.
    Create,
    /// Gives all that a contract has to another account.
    Destroy,
    /// Nothing: it runs another's code in its own name.
    Borrow,
}

impl CallKind {
    /// Reads what a row calls its call. Programs write `delegatecall` or `delegate_call`; so `_` does not count.
    pub(crate) fn read(kind: &str, call: Option<&str>) -> Result<Self, String> {
        let call = call.map(|call| call.replace('_', "").to_ascii_lowercase());
        match (kind.to_ascii_lowercase().as_str(), call.as_deref()) {
            ("call", Some("call")) => Ok(Self::Call),
            ("call", Some("delegatecall" | "callcode" | "staticcall" | "authcall")) => Ok(Self::Borrow),
            ("create" | "create2", _) => Ok(Self::Create),
            ("suicide" | "selfdestruct", _) => Ok(Self::Destroy),
            (kind, call) => Err(format!(
                "`{}` with the call type `{}` is no call that is known: extract it again",
                shorten(kind, 40),
                shorten(call.unwrap_or_default(), 40)
            )),
        }
    }
}

impl Call {
    /// Adds it to what is known of its transaction.
    pub(crate) fn add(self, side: &mut Side, tx: &TxId) {
        let calls = side.calls_mut(tx);
        if self.path.is_empty() {
            let created = match (self.kind, &self.to) {
                (CallKind::Create, Some(Address::Evm(created))) if !self.failed => Some(*created),
                _ => None,
            };
            calls.root = Some(RootCall { failed: self.failed, created });
        }
        if self.failed {
            calls.add_failed(self.path);
        } else if !self.path.is_empty() && self.kind != CallKind::Borrow && !self.value.is_zero() {
            calls.add_moved(self.path);
        }
    }

    /// What it moved.
    pub(crate) fn told(self, context: &Context<'_>, head: &Head) -> Result<Told, String> {
        let none = |reason| Ok(head.told(Vec::new(), Some(reason)));
        let calls = context.side().and_then(|side| side.calls(&head.tx)).ok_or(
            "the calls of this transaction were not looked at before: give the table as a file and not as a stream",
        )?;
        let inner = !self.path.is_empty();
        if self.failed || calls.is_void(&self.path) {
            return none(if inner { LeftOut::Reverted } else { LeftOut::Failed });
        }
        if self.kind == CallKind::Borrow {
            return none(LeftOut::Borrowed);
        }
        if inner && self.value.is_zero() {
            return none(LeftOut::ZeroCall);
        }
        if calls.root.is_none() && !self.settled {
            return Err("the transaction's own call is not in the table, so that it is not known whether it failed: \
                        extract whole blocks, without a filter"
                .to_owned());
        }
        let leg = calls.leg(&self.path);
        let (Some(from), Some(to)) = (self.from, self.to) else {
            return Err(
                "the row does not tell who gave or who got its value: extract it again from a node that tells \
                        both, such as one with `trace_block`"
                    .to_owned(),
            );
        };
        if self.kind == CallKind::Destroy && from == to {
            return none(LeftOut::ToItself);
        }
        let kind = if inner { Kind::Internal } else { Kind::Native };
        Ok(head.told(vec![head.native(kind, (Some(from), Some(to)), self.value, leg)], None))
    }
}

/// A reward of a block, from nobody.
pub(crate) fn reward(head: &Head, to: Option<Address>, value: Amount) -> Result<Told, String> {
    let to = to.ok_or("the row does not tell who got the reward: extract it again")?;
    Ok(head.told(vec![head.native(Kind::Reward, (None, Some(to)), value, None)], None))
}

/// Chains whose withdrawals are paid in a token and not in the native coin.
const TOKEN_WITHDRAWAL_CHAINS: [&str; 2] = ["eip155:100", "eip155:10200"];

/// Whether withdrawals from staking are paid in the native coin.
pub(crate) fn withdraws_native(chain: Chain) -> bool {
    !TOKEN_WITHDRAWAL_CHAINS.contains(&chain.name())
}

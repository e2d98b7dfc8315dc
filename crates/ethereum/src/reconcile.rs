//! Whether what moved explains what accounts have. Wherever a node tells balances before and after, native movements must
//! add up to the difference for every account, to the wei. What does not is a residue: it is kept and shown, never hidden.

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256, U256, U512};
use fundtrail_types::{Account, Amount, Chain, Movement, Residue, Side, TxId};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    decode::{DecodedTx, noun},
    ledger::units,
};

/// How far movements and balances agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Balances that were held against the movements: one for each account that a transaction, or a block, touched.
    pub checked: u64,
    /// Those that movements do not explain.
    pub residues: Vec<Residue>,
}

/// Balances of the accounts that a transaction changed, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TxDiff {
    /// The transaction, if the source names it.
    pub tx: Option<B256>,
    /// Wei before and after.
    pub balances: BTreeMap<Address, (U256, U256)>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default, rename = "txHash")]
    tx: Option<B256>,
    result: States,
}

#[derive(Deserialize)]
struct States {
    pre: BTreeMap<Address, State>,
    post: BTreeMap<Address, State>,
}

#[derive(Deserialize)]
struct State {
    #[serde(default)]
    balance: Option<U256>,
}

/// Reads the answer of `debug_traceBlockByNumber` with `prestateTracer` in diff mode.
///
/// An account that was not there before has no `pre`; one that is gone has no `post`; of one that is in both, `post` has
/// its balance only if that changed. Source: geth's documentation of built-in tracers.
pub(crate) fn diffs(raw: &RawValue) -> Result<Vec<TxDiff>, String> {
    let answers: Vec<Answer> = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
    Ok(answers.into_iter().map(Answer::diff).collect())
}

impl Answer {
    fn diff(self) -> TxDiff {
        let States { mut pre, post } = self.result;
        let mut balances = BTreeMap::new();
        for (address, state) in post {
            let before = pre.remove(&address).and_then(|state| state.balance).unwrap_or_default();
            balances.insert(address, (before, state.balance.unwrap_or(before)));
        }
        for (address, state) in pre {
            balances.insert(address, (state.balance.unwrap_or_default(), U256::ZERO));
        }
        TxDiff { tx: self.tx, balances }
    }
}

/// Holds the movements of each transaction against the balances that it changed.
pub(crate) fn reconcile(transactions: &[DecodedTx], diffs: &[TxDiff], chain: Chain) -> Reconciled {
    let by_hash: BTreeMap<TxId, &TxDiff> =
        diffs.iter().filter_map(|diff| Some((TxId::Evm(diff.tx?.0), diff))).collect();
    let mut reconciled = Reconciled::default();
    for transaction in transactions.iter().filter(|transaction| transaction.complete) {
        let by_index = || usize::try_from(transaction.index).ok().and_then(|index| diffs.get(index));
        let told = by_hash.get(&transaction.id).copied();
        let Some(diff) = told.or_else(|| by_index().filter(|diff| diff.tx.is_none())) else { continue };
        let Some(first) = transaction.movements.first() else { continue };
        let height = first.order.height;
        reconciled.add(&transaction.movements, &diff.balances, |account, missing| {
            let (side, amount) = missing;
            let account = Account { chain, address: noun(account) };
            Residue { account, height, tx: Some(transaction.id.clone()), side, amount }
        });
    }
    reconciled
}

impl Reconciled {
    /// Holds movements against balances. An account that moved something and that is not among the balances did not
    /// change, by the source's word.
    fn add(
        &mut self,
        movements: &[Movement],
        balances: &BTreeMap<Address, (U256, U256)>,
        residue: impl Fn(Address, (Side, Amount)) -> Residue,
    ) {
        let mut sums: BTreeMap<Address, (U512, U512)> = BTreeMap::new();
        for (address, (before, after)) in balances {
            sums.insert(*address, (U512::from(*before), U512::from(*after)));
        }
        for movement in movements.iter().filter(|movement| movement.asset.is_native()) {
            let wei = U256::from_be_slice(&movement.amount.to_be_bytes_trimmed());
            for (account, side) in [(&movement.to, Side::In), (&movement.from, Side::Out)] {
                let Some(fundtrail_types::Address::Evm(bytes)) = account else { continue };
                let (explained, told) = sums.entry(Address::from(*bytes)).or_default();
                let sum = if side == Side::In { explained } else { told };
                *sum = sum.saturating_add(U512::from(wei));
            }
        }
        for (account, (explained, told)) in sums {
            self.checked += 1;
            // Before and what came in is what is left and what went out, or something moved that no movement tells.
            let missing = match explained.cmp(&told) {
                std::cmp::Ordering::Equal => continue,
                std::cmp::Ordering::Less => (Side::In, told - explained),
                std::cmp::Ordering::Greater => (Side::Out, explained - told),
            };
            let amount = units(missing.1.saturating_to::<U256>());
            self.residues.push(residue(account, (missing.0, amount)));
        }
    }
}

/// Holds the movements of a whole block against balances before and after it, for nodes that tell no differences. Every
/// account that the block touched must be among them.
pub fn of_block(block: &crate::DecodedBlock, chain: Chain, balances: &BTreeMap<Address, (U256, U256)>) -> Reconciled {
    let movements: Vec<Movement> =
        block.transactions.iter().flat_map(|one| &one.movements).chain(&block.own).cloned().collect();
    let mut reconciled = Reconciled::default();
    reconciled.add(&movements, balances, |account, (side, amount)| Residue {
        account: Account { chain, address: noun(account) },
        height: block.height,
        tx: None,
        side,
        amount,
    });
    reconciled
}

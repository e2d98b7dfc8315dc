//! What a finished export lists: whose account, over which heights.
//!
//! An export does not say whose it is. Every record of it has the account on one side, so the accounts that all records
//! have in common are the candidates, and if there is just one, it is the account. Records without a height add none,
//! so a file of such records claims nothing. Nor does a file of which a record was rejected, because a trace
//! would take an account for at rest over rows that are known to be missing.

use fundtrail_types::{Account, Address, Chain, Claim, Coverage, Direction, What};

use crate::foreign::Told;

/// Explorers cut their exports at this many rows and do not say so.
const CUT_ROWS: u64 = 5000;

const CUT_NOTE: &str = "the file has 5,000 rows or more, where explorers cut: rows may be missing, and its first and last \
                        height are not claimed";

/// What the records so far have in common.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    chain: Option<Chain>,
    lists: &'static [(What, Direction)],
    records: u64,
    /// Who may be the account; none before the first record.
    accounts: Option<Vec<Address>>,
    heights: Option<(u64, u64)>,
}

impl Listing {
    pub(crate) fn new(chain: Chain, lists: &'static [(What, Direction)]) -> Self {
        Self { chain: Some(chain), lists, ..Self::default() }
    }

    /// Takes a record into account.
    pub(crate) fn note(&mut self, told: &Told) {
        if self.lists.is_empty() {
            return;
        }
        self.records += 1;
        match &mut self.accounts {
            None => self.accounts = Some(told.about.clone()),
            Some(accounts) => accounts.retain(|account| told.about.contains(account)),
        }
        if let Some(height) = told.height {
            let (low, high) = self.heights.unwrap_or((height, height));
            self.heights = Some((low.min(height), high.max(height)));
        }
    }

    /// What the file lists, if one can tell. Nothing if a row was rejected: it is known to be missing.
    pub(crate) fn coverage(&self, source: &str, rejected: u64) -> Vec<Coverage> {
        if rejected > 0 {
            return Vec::new();
        }
        let account = match self.accounts.as_deref() {
            Some([account]) => account,
            // A file whose only records are an account's payments to itself names it twice.
            Some([account, again]) if account == again => account,
            _ => return Vec::new(),
        };
        let (Some(chain), Some((low, high))) = (self.chain, self.heights) else { return Vec::new() };
        let whole = self.records < CUT_ROWS;
        let note = (!whole).then(|| CUT_NOTE.to_owned());
        // Whichever end was cut, it may be in the middle of a block.
        let heights = if whole { Some((low, high)) } else { low.checked_add(1).zip(high.checked_sub(1)) };
        let Some((from_height, to_height)) = heights.filter(|(low, high)| low <= high) else { return Vec::new() };
        let account = Some(Account { chain, address: account.clone() });
        let coverage = |&(what, direction): &(What, Direction)| Coverage {
            chain,
            account: account.clone(),
            what,
            direction,
            asset: None,
            from_height,
            to_height,
            claim: Claim::Listed,
            source: source.to_owned(),
            note: note.clone(),
        };
        self.lists.iter().map(coverage).collect()
    }
}

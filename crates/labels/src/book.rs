//! The book of labels: what is asserted about an account, as known on a day.

use std::{collections::HashMap, ops::Range};

use fundtrail_types::{Account, Category, Date, Label};
use serde::{Deserialize, Serialize};

use crate::{Conflict, Summary, conflict, summary};

/// Labels by address. Two books of the same labels are equal, whatever the order in which they came and however often.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Label>", into = "Vec<Label>")]
pub struct LabelBook {
    /// Without duplicates. Those of an address stand together, in the order of a look-up.
    labels: Vec<Label>,
    /// Where the labels of an address stand. By text and not by account, because a label may hold on every EVM chain.
    by_address: HashMap<String, Range<usize>>,
}

impl LabelBook {
    /// Makes a book. O(n log n).
    pub fn new(mut labels: Vec<Label>) -> Self {
        // Addresses first, to find them; then the heaviest class and the source, as look-ups promise; then everything
        // else, so that the order depends on the labels alone.
        labels.sort_by(|a, b| (&a.address, a.class, &a.source, a).cmp(&(&b.address, b.class, &b.source, b)));
        labels.dedup();
        let mut by_address: HashMap<String, Range<usize>> = HashMap::new();
        for (i, label) in labels.iter().enumerate() {
            match by_address.get_mut(&label.address) {
                Some(range) => range.end = i + 1,
                None => {
                    by_address.insert(label.address.clone(), i..i + 1);
                }
            }
        }
        Self { labels, by_address }
    }

    /// Every label, in an order that depends on the labels alone.
    pub fn all(&self) -> &[Label] {
        &self.labels
    }

    /// The labels that are a reason to look.
    pub fn flagged(&self) -> impl Iterator<Item = &Label> {
        self.labels.iter().filter(|label| label.class.is_flagged())
    }

    /// What is asserted about an account, as published by `as_of`: the heaviest class first, then by source.
    ///
    /// O(labels of the address).
    pub fn lookup(&self, account: &Account, as_of: Date) -> Vec<&Label> {
        let range = self.by_address.get(&account.address.to_string()).cloned().unwrap_or_default();
        let labels = self.labels.get(range).unwrap_or_default();
        labels.iter().filter(|label| label.chain.covers(account.chain) && label.is_known(as_of)).collect()
    }

    /// The label for which a trace stops at this account, because it mixes the value of many: a mixer before a bridge
    /// before an exchange, since what is said about value that enters a mixer holds however the other two are meant.
    pub fn stop_for(&self, account: &Account, as_of: Date) -> Option<&Label> {
        let known = self.lookup(account, as_of).into_iter();
        known.filter(|label| label.category.commingles()).min_by_key(|label| match label.category {
            Category::Mixer => 0,
            Category::Bridge => 1,
            _ => 2,
        })
    }

    /// Labels known by `as_of` that cannot both be right, in the order of the book.
    ///
    /// O(pairs of labels of one address).
    pub fn conflicts(&self, as_of: Date) -> Vec<Conflict> {
        self.labels.chunk_by(|a, b| a.address == b.address).flat_map(|group| conflict::within(group, as_of)).collect()
    }

    /// How many labels there are of each source, class and category.
    pub fn summary(&self) -> Summary {
        summary::of(&self.labels, self.by_address.len())
    }
}

impl From<Vec<Label>> for LabelBook {
    fn from(labels: Vec<Label>) -> Self {
        Self::new(labels)
    }
}

impl From<LabelBook> for Vec<Label> {
    fn from(book: LabelBook) -> Self {
        book.labels
    }
}

#[cfg(test)]
mod tests;

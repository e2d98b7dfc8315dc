//! What a book holds, in numbers.

use std::collections::BTreeMap;

use fundtrail_types::{Category, Class, Label};
use serde::{Deserialize, Serialize};

/// How many labels there are, of which kinds. Only kinds that occur are named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// All labels.
    pub labels: usize,
    /// The addresses that they are about.
    pub addresses: usize,
    /// Labels of each source.
    pub by_source: BTreeMap<String, usize>,
    /// Labels of each class.
    pub by_class: BTreeMap<Class, usize>,
    /// Labels of each category.
    pub by_category: BTreeMap<Category, usize>,
}

pub(crate) fn of(labels: &[Label], addresses: usize) -> Summary {
    let mut summary = Summary { labels: labels.len(), addresses, ..Summary::default() };
    for label in labels {
        *summary.by_source.entry(label.source.clone()).or_default() += 1;
        *summary.by_class.entry(label.class).or_default() += 1;
        *summary.by_category.entry(label.category).or_default() += 1;
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LabelBook, testing::*};

    #[test]
    fn every_label_counts_once_in_each_part() {
        let listed = Label { class: Class::Listed, category: Category::Mixer, source: "b".to_owned(), ..label() };
        let elsewhere = Label { address: SECOND.to_owned(), ..label() };
        let summary = LabelBook::new(vec![label(), listed, elsewhere, label()]).summary();
        assert_eq!((summary.labels, summary.addresses), (3, 2));
        assert_eq!(summary.by_source, BTreeMap::from([("a".to_owned(), 2), ("b".to_owned(), 1)]));
        assert_eq!(summary.by_class, BTreeMap::from([(Class::Listed, 1), (Class::Service, 2)]));
        assert_eq!(summary.by_category, BTreeMap::from([(Category::Mixer, 1), (Category::Exchange, 2)]));
        let json = serde_json::to_string(&summary).unwrap();
        assert!(json.contains(r#""by_class":{"listed":1,"service":2}"#), "{json}");
        assert_eq!(serde_json::from_str::<Summary>(&json).unwrap(), summary);
    }
}

//! Hostile events and arguments: problems, and never a panic.

use fundtrail_ethereum::protocols::ALL;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::made::{Made, Tx, address, around, call, event, transfer, word};

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// Words that lead astray: small, huge, offsets near and far beyond the end.
fn any_word() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (0..700u64).prop_map(|small| hex_word(&word(small))),
        Just(vec![0xff; 32]),
        Just([vec![0; 24], vec![0xff; 8]].concat()),
        prop::collection::vec(any::<u8>(), 32),
    ]
}

fn hex_word(text: &str) -> Vec<u8> {
    (2..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn any_data() -> impl Strategy<Value = Vec<u8>> {
    (prop::collection::vec(any_word(), 0..12), 0..40usize).prop_map(|(words, cut)| {
        let mut data = words.concat();
        data.truncate(data.len().saturating_sub(cut));
        data
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_an_event_holds_nothing_breaks(
        which in any::<prop::sample::Index>(), emitter in any::<prop::sample::Index>(),
        topics in prop::collection::vec(any_word(), 0..4), data in any_data(),
    ) {
        let known: Vec<String> = ALL.iter().flat_map(|one| one.topics()).map(|topic| topic.to_string()).collect();
        let contracts: Vec<String> = ALL.iter().flat_map(|one| one.contracts).map(|one| one.address.to_string()).chain([address(5)]).collect();
        let contract = &contracts[emitter.index(contracts.len())];
        let mut all = vec![known[which.index(known.len())].clone()];
        all.extend(topics.iter().take(3).map(|topic| hex(topic)));
        let log = event(contract, &all, &hex(&data));
        let calls = around(call("CALL", 1, 2, 10), vec![call("CALL", 2, 5, 10)]);
        let decoded = Made::of(&[Tx::of(calls, vec![transfer(7, 1, 5, 10), log])]).decoded();
        // What moved is known whatever an event claims.
        prop_assert_eq!(decoded.transactions.len(), 1);
        prop_assert_eq!(&decoded.problems, &[]);
    }

    #[test]
    fn whatever_a_call_holds_nothing_breaks(
        which in any::<prop::sample::Index>(), callee in any::<prop::sample::Index>(), data in any_data(),
    ) {
        let known: Vec<[u8; 4]> = ALL.iter().flat_map(|one| one.selectors()).collect();
        let contracts: Vec<String> = ALL.iter().flat_map(|one| one.contracts).map(|one| one.address.to_string()).chain([address(5)]).collect();
        let mut root: Value = call("CALL", 1, 2, 10);
        root["to"] = json!(contracts[callee.index(contracts.len())].to_lowercase());
        root["input"] = json!(hex(&[&known[which.index(known.len())][..], &data].concat()));
        let decoded = Made::of(&[Tx::of(root, Vec::new())]).decoded();
        prop_assert_eq!(decoded.transactions.len(), 1);
    }

    #[test]
    fn whatever_a_memo_holds_nothing_breaks(text in "(=|OUT|REFUND|SWAP|\\+)?:?[A-Za-z./~-]{0,12}:?\\PC{0,80}") {
        let mut root: Value = call("CALL", 1, 2, 10);
        root["input"] = json!(hex(text.as_bytes()));
        prop_assert_eq!(Made::of(&[Tx::of(root, Vec::new())]).decoded().transactions.len(), 1);
    }
}

//! Look-ups: what they cover, in which order, and that the order of the input does not matter.

use fundtrail_types::{Class, Confidence, Scope};
use proptest::prelude::*;

use super::*;
use crate::testing::*;

fn on(chain: &str, address: &str) -> Account {
    format!("{chain}:{address}").parse().unwrap()
}

#[test]
fn a_look_up_is_by_chain_and_day_and_the_heaviest_comes_first() {
    let with = |class, source: &str| Label { class, source: source.to_owned(), ..label() };
    let since = Label { known_since: Some(day("2025-02-26")), ..with(Class::AttributedDprk, "c") };
    let mainnet = Label { chain: "eip155:1".parse().unwrap(), ..with(Class::ListedDprk, "z") };
    let elsewhere = Label { address: SECOND.to_owned(), ..mainnet.clone() };
    let book = LabelBook::new(vec![
        with(Class::Service, "b"),
        with(Class::Service, "a"),
        elsewhere,
        since.clone(),
        mainnet.clone(),
    ]);
    let sources = |chain, as_of| {
        let found = book.lookup(&on(chain, FIRST), day(as_of));
        found.iter().map(|label| label.source.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(sources("eip155:1", "2025-02-26"), ["z", "c", "a", "b"]);
    assert_eq!(sources("eip155:1", "2025-02-25"), ["z", "a", "b"]);
    assert_eq!(sources("eip155:137", "2025-02-26"), ["c", "a", "b"]);
    assert_eq!(book.lookup(&on("foreign:xmr", FIRST), day("2026-01-01")), Vec::<&Label>::new());
    assert_eq!(book.flagged().count(), 3);
}

#[test]
fn a_trace_stops_at_a_mixer_before_a_bridge_before_an_exchange_and_at_nothing_else() {
    let of = |category| Label { category, ..label() };
    let stop = |labels: &[Label], as_of| {
        let book = LabelBook::new(labels.to_vec());
        book.stop_for(&on("eip155:1", FIRST), day(as_of)).map(|label| label.category)
    };
    let [dex, exchange, bridge] = [Category::Dex, Category::Exchange, Category::Bridge].map(of);
    let listed = Label { class: Class::ListedDprk, ..exchange.clone() };
    let mixer = Label { known_since: Some(day("2022-08-08")), ..of(Category::Mixer) };
    assert_eq!(stop(std::slice::from_ref(&dex), "2025-01-01"), None);
    assert_eq!(stop(&[dex, exchange.clone()], "2025-01-01"), Some(Category::Exchange));
    assert_eq!(stop(&[listed.clone(), bridge.clone()], "2025-01-01"), Some(Category::Bridge));
    assert_eq!(stop(&[listed.clone(), bridge.clone(), mixer.clone()], "2022-08-08"), Some(Category::Mixer));
    assert_eq!(stop(&[listed.clone(), bridge, mixer], "2022-08-07"), Some(Category::Bridge));
    let book = LabelBook::new(vec![exchange, listed.clone()]);
    assert_eq!(book.stop_for(&on("eip155:1", FIRST), day("2025-01-01")), Some(&listed));
}

#[test]
fn a_book_is_written_and_read_as_its_labels() {
    let book = LabelBook::new(vec![label(), Label { address: SECOND.to_owned(), ..label() }]);
    let json = serde_json::to_string(&book).unwrap();
    assert_eq!(json, serde_json::to_string(book.all()).unwrap());
    assert_eq!(serde_json::from_str::<LabelBook>(&json).unwrap(), book);
}

/// Few values for each field, so that labels often agree in some of them.
fn any_label() -> impl Strategy<Value = Label> {
    let scopes = &["eip155:*", "eip155:1", "eip155:137", "foreign:xmr"][..];
    let text = |all: &'static [&'static str]| prop::sample::select(all).prop_map(str::to_owned);
    let known_since = prop::option::of(prop::sample::select(&["2022-01-01", "2025-01-01"][..]).prop_map(day));
    (
        prop::sample::select(scopes).prop_map(|scope| scope.parse::<Scope>().unwrap()),
        text(&[FIRST, SECOND]),
        text(&["x", "y"]),
        prop::sample::select(Category::ALL),
        prop::sample::select(Class::ALL),
        text(&["s", "t"]),
        prop::sample::select(Confidence::ALL),
        known_since,
    )
        .prop_map(|(chain, address, entity, category, class, source, confidence, known_since)| Label {
            chain,
            address,
            entity,
            category,
            class,
            source,
            confidence,
            known_since,
            ..label()
        })
}

proptest! {
    #[test]
    fn order_and_repetition_of_the_input_change_nothing(
        (labels, shuffled) in prop::collection::vec(any_label(), 0..24).prop_flat_map(|labels| {
            let repeated: Vec<Label> = labels.iter().chain(labels.iter().step_by(3)).cloned().collect();
            (Just(labels), Just(repeated).prop_shuffle())
        }),
    ) {
        let (book, again) = (LabelBook::new(labels), LabelBook::new(shuffled));
        prop_assert_eq!(&book, &again);
        prop_assert_eq!(book.all(), again.all());
        prop_assert_eq!(book.conflicts(day("2025-06-01")), again.conflicts(day("2025-06-01")));
    }

    #[test]
    fn a_look_up_finds_what_a_scan_of_all_labels_finds(labels in prop::collection::vec(any_label(), 0..24)) {
        let book = LabelBook::new(labels.clone());
        for (chain, address) in
            ["eip155:1", "eip155:137", "foreign:xmr"].into_iter().flat_map(|chain| [(chain, FIRST), (chain, SECOND)])
        {
            for as_of in ["2021-12-31", "2022-01-01", "2025-01-01"].map(day) {
                let account = on(chain, address);
                let mut scan: Vec<&Label> =
                    labels.iter().filter(|label| label.covers(&account) && label.is_known(as_of)).collect();
                scan.sort_by_key(|label| (label.class, &label.source, *label));
                scan.dedup();
                prop_assert_eq!(book.lookup(&account, as_of), scan);
            }
        }
    }
}

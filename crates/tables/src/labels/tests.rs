//! Label rows: what they mean, and each reason for which one is rejected.

use fundtrail_types::{Category, Confidence};

use super::*;
use crate::testing::{Row, good, rejected, with};

const ROW: Row<'_> = &[
    ("chain", "eip155:*"),
    ("address", "0x098b716b8aaf21512996dc57eb0615e2383e2f96"),
    ("entity", "LAZARUS GROUP"),
    ("category", "sanctioned_party"),
    ("class", "listed_dprk"),
    ("source", "ofac-sdn-2026-08-20"),
    ("confidence", "high"),
];

fn one(changes: Row<'_>) -> Label {
    good(with(ROW, changes), read)
}

#[test]
fn a_listing_with_all_columns() {
    let label = one(&[
        ("programme", "DPRK3"),
        ("uid", "27307"),
        ("in_force_from", "2022-04-14"),
        ("in_force_until", "2025-03-21"),
        ("known_since", "2022-04-14"),
        ("known_by", "2026-08-20"),
        ("note", "OFAC ticker ETH"),
    ]);
    assert_eq!((label.chain, label.address.as_str()), (Scope::EveryEvm, "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"));
    assert_eq!((label.entity.as_str(), label.category), ("LAZARUS GROUP", Category::SanctionedParty));
    assert_eq!((label.class, label.confidence), (Class::ListedDprk, Confidence::High));
    assert_eq!((label.programme.as_deref(), label.uid.as_deref()), (Some("DPRK3"), Some("27307")));
    let days = [label.in_force.unwrap().from, label.in_force.unwrap().until, label.known_since, label.known_by];
    assert_eq!(days.map(|day| day.unwrap().to_string()), ["2022-04-14", "2025-03-21", "2022-04-14", "2026-08-20"]);
    assert_eq!(label.note.as_deref(), Some("OFAC ticker ETH"));
}

#[test]
fn listings_have_a_time_in_force_even_if_unknown_and_attributions_have_none() {
    for class in Class::ALL {
        let in_force = one(&[("class", class.name())]).in_force;
        let listing = matches!(class, Class::ListedDprk | Class::ListedDprkLinked | Class::Listed);
        assert_eq!(in_force, listing.then_some(InForce { from: None, until: None }), "{class}");
    }
    let one_day = one(&[("in_force_from", "2022-04-14"), ("in_force_until", "2022-04-14")]);
    assert!(one_day.in_force.unwrap().until.is_some());
}

#[test]
fn addresses_are_kept_in_canonical_text() {
    let bitcoin = one(&[
        ("chain", "bip122:000000000019d6689c085ae165831e93"),
        ("address", "BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ"),
    ]);
    assert_eq!(bitcoin.address, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq");
    assert!(bitcoin.chain.covers(Chain::BITCOIN));
}

#[test]
fn every_reason_to_reject_a_row() {
    let cases: &[(Row<'_>, &str)] = &[
        (&[("chain", "eip155")], "`chain`: `eip155` is not a chain name: write CAIP-2"),
        (&[("chain", "eip155:1"), ("address", "0x098B")], "`address`: `0x098B` is not an EVM address: 0x and 40"),
        (&[("address", "0x098b716B8Aaf21512996dC57EB0615e2383E2f96")], "wrong EIP-55 checksum"),
        (&[("chain", "tron:0x2b6653dc"), ("address", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv9")], "Base58Check"),
        (&[("address", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8")], "but an address of tron:0x2b6653dc: correct"),
        (&[("entity", "")], "`entity` is empty: every row needs it"),
        (&[("source", "")], "`source` is empty"),
        (&[("category", "villain")], "`category`: `villain` is not a category: write one of sanctioned_party, theft"),
        (&[("class", "bad")], "`class`: `bad` is not a class: write one of listed_dprk"),
        (&[("confidence", "sure")], "`confidence`: `sure` is not a confidence: write one of high, medium, low"),
        (&[("known_since", "2022")], "`known_since`: `2022` is not a date: write `YYYY-MM-DD`"),
        (&[("known_by", "2022-13-01")], "`known_by`: `2022-13-01` is not a date"),
        (&[("in_force_until", "soon")], "`in_force_until`: `soon` is not a date"),
        (
            &[("in_force_from", "2022-08-08"), ("in_force_until", "2022-08-07")],
            "`in_force_until` 2022-08-07 is before `in_force_from` 2022-08-08: correct one",
        ),
        (
            &[("class", "service"), ("in_force_from", "2022-08-08")],
            "`in_force_from` is filled, but only listings have a time in force and `service` is none: empty it",
        ),
        (&[("class", "attributed_dprk"), ("in_force_until", "2022-08-08")], "`in_force_until` is filled, but only"),
    ];
    rejected(ROW, cases, read);
}

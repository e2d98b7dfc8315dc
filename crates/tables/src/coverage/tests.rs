//! Coverage rows: what they mean, and each reason for which one is rejected.

use fundtrail_types::{Claim, Direction, What};

use super::*;
use crate::testing::{Row, good, rejected, with};

const ROW: Row<'_> = &[
    ("chain", "eip155:1"),
    ("what", "all"),
    ("direction", "out"),
    ("from_block", "21895319"),
    ("to_block", "21895319"),
    ("claim", "listed"),
    ("source", "bybit-fund-tracing"),
];

#[test]
fn one_account_and_a_whole_chain() {
    let account = good(
        with(
            ROW,
            &[
                ("account", "0x47666fab8bd0ac7003bce3f5c3585383f09486e2"),
                ("asset", "native"),
                ("what", "internal"),
                ("direction", "both"),
                ("to_block", "21895739"),
                ("claim", "complete"),
                ("note", "gas is absent"),
            ],
        ),
        read,
    );
    assert_eq!(account.account.unwrap().to_string(), "eip155:1:0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2");
    assert_eq!((account.what, account.direction, account.claim), (What::Internal, Direction::Both, Claim::Complete));
    assert_eq!(account.asset.unwrap().to_string(), "eip155:1/native");
    assert_eq!((account.from_height, account.to_height), (21_895_319, 21_895_739));
    assert_eq!((account.source.as_str(), account.note.as_deref()), ("bybit-fund-tracing", Some("gas is absent")));

    let chain = good(ROW.to_vec(), read);
    assert_eq!((chain.account, chain.asset, chain.note), (None, None, None));
}

#[test]
fn every_reason_to_reject_a_row() {
    let cases: &[(Row<'_>, &str)] = &[
        (&[("chain", "")], "`chain` is empty"),
        (&[("account", "all")], "`account`: `all` is not an EVM address"),
        (&[("what", "some")], "`what`: `some` is not a kind of coverage: write one of all, native"),
        (&[("direction", "")], "`direction` is empty: every row needs it"),
        (&[("direction", "up")], "`direction`: `up` is not a direction: write one of in, out, both"),
        (&[("asset", "USDT")], "`asset`: `USDT` is not an EVM address"),
        (&[("from_block", "")], "`from_block` is empty"),
        (&[("from_block", "21895320")], "`from_block` 21895320 is over `to_block` 21895319: swap or correct"),
        (&[("to_block", "latest")], "`to_block`: `latest` is no whole number: write digits only"),
        (&[("claim", "surely")], "`claim`: `surely` is not a claim: write one of complete, listed"),
        (&[("source", "")], "`source` is empty"),
    ];
    rejected(ROW, cases, read);
}

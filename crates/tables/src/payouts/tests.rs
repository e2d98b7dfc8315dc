//! Payout rows: what they mean, and each reason for which one is rejected.

use std::sync::LazyLock;

use super::*;
use crate::testing::{Row, good, rejected, with};

const ROW: Row<'_> = &[
    ("payee", "contractor-01"),
    ("chain", "eip155:1"),
    ("wallet", "0xaf620e6d32b1c67f3396ef5d2f7d7642dc2e6ce9"),
    ("asset", "native"),
    ("amount", "1.5"),
];

static TOKENS: LazyLock<TokenTable> = LazyLock::new(TokenTable::default);

fn read_all(file: TableFile) -> Rows<'static, Payout> {
    read(file, &TOKENS)
}

#[test]
fn a_payout_with_all_columns_and_one_with_the_least() {
    let full = with(
        ROW,
        &[
            ("asset", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"),
            ("decimals", "6"),
            ("date", "2025-02-21"),
            ("tx", "0x0c400adca4dd2fc155e45e83b9129a5c617e7a5588d86088e0f7c1c48932b251"),
            ("payer", "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2"),
            ("employer", "demo-employer"),
            ("note", "not kept"),
        ],
    );
    let payout = good(full, read_all);
    assert_eq!(payout.payee, "contractor-01");
    assert_eq!(payout.wallet.to_string(), "eip155:1:0xAF620E6d32B1c67f3396EF5d2F7d7642Dc2e6CE9");
    assert_eq!(payout.asset.to_string(), "eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48");
    assert_eq!(payout.amount_raw.to_string(), "1500000");
    assert_eq!(payout.date.unwrap().to_string(), "2025-02-21");
    assert_eq!(payout.payer.unwrap().to_string(), "eip155:1:0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2");
    assert!(payout.tx.unwrap().to_string().starts_with("0x0c400adc"));
    assert_eq!(payout.employer.as_deref(), Some("demo-employer"));

    let least = good(ROW.to_vec(), read_all);
    assert_eq!(least.amount_raw.to_string(), "1500000000000000000");
    assert_eq!((least.date, least.tx, least.payer, least.employer), (None, None, None, None));
}

#[test]
fn every_reason_to_reject_a_row() {
    let cases: &[(Row<'_>, &str)] = &[
        (&[("payee", "")], "`payee` is empty: every row needs it"),
        (&[("wallet", "")], "`wallet` is empty"),
        (
            &[("wallet", "0xAF620E6d32B1c67f3396EF5d2F7d7642Dc2e6Ce9")],
            "`wallet`: `0xAF620E6d32B1c67f3396EF5d2F7d7642Dc2e6Ce9` has a wrong EIP-55 checksum",
        ),
        (&[("wallet", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8")], "but an address of tron:0x2b6653dc: correct"),
        (&[("payer", "me")], "`payer`: `me` is not an EVM address"),
        (&[("asset", "ETH")], "`asset`: `ETH` is not an EVM address"),
        (&[("amount", "")], "neither `amount` nor `amount_raw`"),
        (&[("amount_raw", "5")], "both `amount` and `amount_raw`"),
        (&[("amount", "1.0000000000000000001")], "more than the 18 decimals"),
        (&[("asset", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48")], "are not known: give `decimals`"),
        (&[("decimals", "8")], "has 18 decimals by its chain, not 8"),
        (&[("date", "21.02.2025")], "`date`: `21.02.2025` is not a date: write `YYYY-MM-DD`"),
        (&[("tx", "0x0")], "`tx`: `0x0` is not a transaction hash"),
    ];
    rejected(ROW, cases, read_all);
}

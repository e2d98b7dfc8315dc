//! Token rows: what they mean, how they agree, and each reason for which one is rejected.

use fundtrail_types::Problem;

use super::*;
use crate::{
    from_bytes,
    testing::{Row, csv, with},
};

const USDC: &str = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
const ROW: Row<'_> = &[
    ("chain", "eip155:1"),
    ("contract", USDC),
    ("symbol", "USDC"),
    ("decimals", "6"),
    ("basis", "published"),
    ("source", "token-projects"),
];

/// Reads the good row and a changed one into one table.
fn after_the_good_row(changes: Row<'_>) -> (TokenTable, Option<Problem>) {
    let mut table = TokenTable::default();
    let text = csv(&[ROW.to_vec(), with(ROW, changes)]);
    let results: Vec<_> = read(from_bytes("tokens.csv", text).unwrap(), &mut table).collect();
    assert!(results.len() == 2 && results[0].is_ok());
    (table, results.into_iter().find_map(Result::err))
}

#[test]
fn the_table_answers_and_falls_back_to_the_chain() {
    let (table, problem) = after_the_good_row(&[
        ("contract", "0x2a120e7f2F1d8fFD173eD17Aa5089f11206B5177"),
        ("symbol", "ЕТН"),
        ("decimals", "18"),
        ("basis", "assumed"),
    ]);
    assert_eq!(problem, None);
    let asset = |text: &str| format!("eip155:1/{text}").parse::<Asset>().unwrap();
    let usdc = table.info(&asset(&format!("erc20:{USDC}")));
    assert_eq!((usdc.symbol.as_str(), usdc.decimals, usdc.verified), ("USDC", Some(6), true));
    let fake = table.info(&asset("erc20:0x2a120e7f2F1d8fFD173eD17Aa5089f11206B5177"));
    assert_eq!((fake.decimals, fake.verified), (Some(18), false));
    let unknown = asset("erc20:0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84");
    assert_eq!((table.info(&unknown), table.decimals(&unknown)), (AssetInfo::unknown(&unknown), None));
    assert_eq!(table.decimals(&asset("native")), Some(18));
    assert_eq!(table.info(&asset("native")).symbol, "ETH");
    assert_eq!(table.all().iter().map(|info| info.symbol.as_str()).collect::<Vec<_>>(), ["ЕТН", "USDC"]);
}

#[test]
fn two_rows_about_one_token_must_agree() {
    let (table, problem) = after_the_good_row(&[("basis", "assumed"), ("note", "the same elsewhere")]);
    assert_eq!((problem, table.all().len(), table.all()[0].verified), (None, 1, true));
    let mut other_order = TokenTable::default();
    other_order.add(AssetInfo { verified: false, ..table.all()[0].clone() }).unwrap();
    other_order.add(table.all()[0].clone()).unwrap();
    assert_eq!(other_order.all(), table.all());
    for changes in [[("decimals", "18")], [("symbol", "USDC.e")]] {
        let (table, problem) = after_the_good_row(&changes);
        let problem = problem.unwrap();
        assert_eq!((problem.file.as_str(), problem.line), ("tokens.csv", Some(3)));
        assert!(problem.reason.contains("already known as `USDC` with 6 decimals"), "{}", problem.reason);
        assert!(problem.reason.contains("remove the wrong one"), "{}", problem.reason);
        assert_eq!(table.all()[0].decimals, Some(6));
    }
}

#[test]
fn every_reason_to_reject_a_row() {
    let cases: &[(Row<'_>, &str)] = &[
        (&[("chain", "1")], "`chain`: `1` is not a chain name: write CAIP-2"),
        (&[("contract", "")], "`contract` is empty: every row needs it"),
        (&[("contract", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB4")], "is not an EVM address: 0x and 40"),
        (&[("contract", "0xA0b86991c6218b36c1d19d4a2e9Eb0cE3606eB48")], "wrong EIP-55 checksum: copy"),
        (&[("contract", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v")], "but an address of solana:"),
        (&[("contract", "native"), ("decimals", "6")], "the native coin of eip155:1 has 18 decimals: correct"),
        (&[("symbol", "")], "`symbol` is empty"),
        (&[("decimals", "")], "`decimals` is empty"),
        (&[("decimals", "-1")], "`decimals`: `-1` is no whole number"),
        (&[("decimals", "256")], "`decimals`: `256` is too large"),
        (&[("basis", "rumour")], "`basis`: `rumour` is no basis: write one of published, assumed"),
        (&[("source", "")], "`source` is empty"),
    ];
    for (changes, reason) in cases {
        let problem = after_the_good_row(changes).1.unwrap();
        assert_eq!((problem.file.as_str(), problem.line), ("tokens.csv", Some(3)), "{changes:?}");
        assert!(problem.reason.contains(reason), "{changes:?}: {}", problem.reason);
    }
}

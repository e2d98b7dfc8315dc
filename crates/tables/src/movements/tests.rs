//! Movement rows: what they mean, and each reason for which one is rejected.

use std::sync::LazyLock;

use fundtrail_types::{AssetInfo, Chain};

use super::*;
use crate::{
    from_bytes,
    testing::{Row, csv, good, rejected, with},
};

const STETH: &str = "0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84";
const USDC: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const ETH_ROW: Row<'_> = &[
    ("chain", "eip155:1"),
    ("tx", "0xb61413c495fdad6114a7aa863a00b2e3c28945979a10885b12b30316ea9f072c"),
    ("block", "21895238"),
    ("asset", "native"),
    ("from", "0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4"),
    ("to", "0x47666fab8bd0ac7003bce3f5c3585383f09486e2"),
    ("amount", "401346.768858404671846374"),
];

/// Knows USDC alone.
static TOKENS: LazyLock<TokenTable> = LazyLock::new(|| {
    let mut tokens = TokenTable::default();
    let asset = Asset::parse(Chain::ETHEREUM, USDC).unwrap();
    tokens.add(AssetInfo { asset, symbol: "USDC".to_owned(), decimals: Some(6), verified: true }).unwrap();
    tokens
});

fn read_all(file: TableFile) -> Rows<'static, MovementRow> {
    read(file, &TOKENS)
}

fn one(changes: Row<'_>) -> MovementRow {
    good(with(ETH_ROW, changes), read_all)
}

#[test]
fn the_bybit_drain_reads_to_the_last_wei() {
    let row = one(&[("time", "2025-02-21T14:16:11Z"), ("symbol", "ETH"), ("note", "a, b"), ("x_mine", "ignored")]);
    let movement = &row.movement;
    assert_eq!(movement.amount.to_string(), "401346768858404671846374");
    assert_eq!(movement.to.as_ref().unwrap().to_string(), "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2");
    assert_eq!((movement.kind, &movement.asset), (Kind::Native, &Asset::native(Chain::ETHEREUM)));
    assert_eq!((movement.order, movement.n), (Order::at(21_895_238), 0));
    assert_eq!(movement.time.unwrap().to_string(), "2025-02-21T14:16:11Z");
    assert_eq!((row.symbol.as_deref(), row.decimals, row.note.as_deref()), (Some("ETH"), None, Some("a, b")));
}

#[test]
fn order_is_what_the_row_knows() {
    let order = |changes| one(changes).movement.order;
    let exact = Order { height: 21_895_238, tx: TxOrder::Index(112), leg: Some(3) };
    assert_eq!(order(&[("tx_index", "112"), ("leg", "3")]), exact);
    let opening = Order { height: 5, tx: TxOrder::Opening, leg: None };
    assert_eq!(order(&[("block", ""), ("before_block", "5")]), opening);
    let time: Time = "2025-02-21T14:16:11Z".parse().unwrap();
    let timed = order(&[("block", ""), ("time", "2025-02-21T14:16:11Z"), ("leg", "3")]);
    assert_eq!(timed, Order { leg: Some(3), ..Order::timed(time) });
}

#[test]
fn amounts_are_scaled_by_the_row_the_chain_or_the_table() {
    let amount = |changes| one(changes).movement.amount.to_string();
    assert_eq!(amount(&[("amount", ""), ("amount_raw", "7")]), "7");
    assert_eq!(amount(&[("asset", USDC), ("amount", "1.5")]), "1500000");
    assert_eq!(amount(&[("asset", STETH), ("amount", "1.5"), ("decimals", "2")]), "150");
    assert_eq!(amount(&[("amount", "0")]), "0");
    let bitcoin = [
        ("chain", "bip122:000000000019d6689c085ae165831e93"),
        ("tx", "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"),
        ("from", ""),
        ("to", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        ("amount", "0.5"),
    ];
    assert_eq!(amount(&bitcoin), "50000000");
}

#[test]
fn kinds_default_by_the_asset_and_a_side_may_be_absent() {
    assert_eq!(one(&[("asset", USDC), ("amount", "1")]).movement.kind, Kind::Token);
    let fee = one(&[("kind", "fee"), ("to", "")]).movement;
    assert_eq!((fee.kind, fee.to), (Kind::Fee, None));
    assert_eq!(one(&[("asset", USDC), ("kind", "mint"), ("from", ""), ("amount", "1")]).movement.from, None);
}

#[test]
fn equal_rows_are_counted_and_kinds_of_one_class_are_equal() {
    let token = |changes: Row<'static>| with(&with(ETH_ROW, &[("asset", USDC), ("amount", "1")]), changes);
    let rows = [
        with(ETH_ROW, &[]),
        token(&[]),
        with(ETH_ROW, &[("note", "the same again"), ("leg", "9")]),
        token(&[("kind", "mint")]),
        with(ETH_ROW, &[("kind", "internal")]),
        with(ETH_ROW, &[("amount", ""), ("amount_raw", "401346768858404671846374")]),
    ];
    let counts = read_all(from_bytes("rows.csv", csv(&rows)).unwrap()).map(|row| row.unwrap().movement.n);
    assert_eq!(counts.collect::<Vec<_>>(), [0, 0, 1, 1, 0, 2]);
}

#[test]
fn a_mint_and_a_transfer_from_the_zero_address_are_counted_as_equal() {
    const ZERO: &str = "0x0000000000000000000000000000000000000000";
    let token = |changes: Row<'static>| with(&with(ETH_ROW, &[("asset", USDC), ("amount", "1")]), changes);
    let rows = [
        token(&[("from", ZERO)]),
        token(&[("kind", "mint"), ("from", "")]),
        token(&[("to", ZERO)]),
        token(&[("kind", "burn"), ("to", "")]),
        with(ETH_ROW, &[("to", ZERO)]),
        with(ETH_ROW, &[("to", "")]),
    ];
    let counts = read_all(from_bytes("rows.csv", csv(&rows)).unwrap()).map(|row| row.unwrap().movement.n);
    assert_eq!(counts.collect::<Vec<_>>(), [0, 1, 0, 1, 0, 0]);
}

#[test]
fn rows_of_one_token_cannot_contradict_each_other_about_its_decimals() {
    let token = |changes: Row<'static>| with(&with(ETH_ROW, &[("asset", STETH), ("amount", "1")]), changes);
    let rows = [token(&[("decimals", "18")]), token(&[("decimals", "6")]), token(&[("decimals", "18")])];
    let rows: Vec<_> = read_all(from_bytes("rows.csv", csv(&rows)).unwrap()).collect();
    let [Ok(_), Err(problem), Ok(third)] = rows.as_slice() else { panic!("{rows:?}") };
    assert!(problem.reason.contains("has 18 decimals by an earlier row"), "{problem}");
    // The rejected row is not counted among its equals.
    assert_eq!(third.movement.n, 1);

    let asset = Asset::parse(Chain::ETHEREUM, STETH).unwrap();
    let file = || from_bytes("rows.csv", csv(&[token(&[("decimals", "6")])])).unwrap();
    let told = || HashMap::from([(asset.clone(), 18)]);
    let first = read_after(file(), &TOKENS, told()).next().unwrap();
    assert!(first.unwrap_err().reason.contains("by an earlier row, of this file or of one that was loaded before"));
    // A token table outweighs the rows.
    let mut tokens = TokenTable::default();
    tokens.add(AssetInfo { asset: asset.clone(), symbol: "X".into(), decimals: Some(6), verified: true }).unwrap();
    assert!(read_after(file(), &tokens, told()).next().unwrap().is_ok());
}

#[test]
fn each_part_of_the_identity_counts() {
    let changes: [Row<'_>; 8] = [
        &[("chain", "eip155:10")],
        &[("tx", "0x0000000000000000000000000000000000000000000000000000000000000001")],
        &[("kind", "fee")],
        &[("asset", USDC), ("amount", "1")],
        &[("from", "")],
        &[("to", "")],
        &[("from", "0x47666fab8bd0ac7003bce3f5c3585383f09486e2"), ("to", "0x1db92e2eebc8e0c075a02bea49a2935bcd2dfcf4")],
        &[("amount", "401346.768858404671846375")],
    ];
    let rows: Vec<_> = std::iter::once(with(ETH_ROW, &[])).chain(changes.map(|change| with(ETH_ROW, change))).collect();
    let counts = read_all(from_bytes("rows.csv", csv(&rows)).unwrap()).map(|row| row.unwrap().movement.n);
    assert_eq!(counts.collect::<Vec<_>>(), [0; 9]);
}

#[test]
fn every_reason_to_reject_a_row() {
    let cases: &[(Row<'_>, &str)] = &[
        (&[("chain", "ethereum")], "`chain`: `ethereum` is not a chain name: write CAIP-2, for example `eip155:1`"),
        (&[("chain", "")], "`chain` is empty: every row needs it"),
        (&[("tx", "0xb6")], "`tx`: `0xb6` is not a transaction hash: 0x and 64"),
        (&[("block", "")], "none of `block`, `before_block` and `time` is filled: fill one of the two"),
        (
            &[("block", ""), ("time", "2025-02-21T14:16:11Z"), ("tx_index", "0")],
            "`tx_index` is filled, but the block is not known: fill `block`",
        ),
        (&[("block", "9223372036854775808")], "`block`: `9223372036854775808` is too large"),
        (&[("before_block", "1")], "both `block` and `before_block` are filled: fill exactly one"),
        (&[("block", ""), ("before_block", "1"), ("tx_index", "0")], "`tx_index` is filled, but `before_block`"),
        (&[("block", "+1")], "`block`: `+1` is no whole number: write digits only"),
        (&[("block", "18446744073709551616")], "`block`: `18446744073709551616` is too large"),
        (&[("time", "2025-02-21 14:29")], "`time`: `2025-02-21 14:29` is not a time: write RFC 3339"),
        (&[("kind", "transfer")], "`kind`: `transfer` is not a kind of movement: write one of fee, native, internal"),
        (&[("kind", "mint")], "`kind`: `mint` moves tokens, but `asset` is native: correct one"),
        (&[("asset", USDC), ("kind", "fee")], "`kind`: `fee` moves the native coin, but `asset` is 0xA0b8"),
        (&[("asset", USDC), ("kind", "rent")], "`kind`: `rent` moves the native coin"),
        (&[("asset", "USDC")], "an asset is `native` or a contract or mint, never a symbol"),
        (&[("from", ""), ("to", "")], "neither `from` nor `to` is filled: fill at least one"),
        (&[("to", "0x47666fab8bd0Ac7003bce3f5C3585383F09486E2")], "wrong EIP-55 checksum: copy the address again"),
        (&[("to", "0x47666fаb8bd0ac7003bce3f5c3585383f09486e2")], "is not an EVM address"),
        (
            &[("to", "HgHkB2u3bUGQG57FkxmYAfFS9Z1YbF4ZbREaZ9Y7n3Dq")],
            "but an address of solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp: correct the address or the row's `chain`",
        ),
        (&[("amount_raw", "1")], "both `amount` and `amount_raw` are filled: fill exactly one"),
        (&[("amount", "")], "neither `amount` nor `amount_raw` is filled: fill exactly one"),
        (&[("amount", "1e-7")], "`amount`: `1e-7` is not an amount: write digits with at most one decimal point"),
        (&[("amount", "-3")], "`-3` is not an amount"),
        (&[("amount", "1,000")], "`1,000` is not an amount"),
        (&[("amount", "0.1234567890123456789")], "more than the 18 decimals of the asset"),
        (
            &[("asset", USDC), ("amount", "0.1234567")],
            "more than the 6 decimals of the asset: an amount is never rounded",
        ),
        (&[("amount", "1157920892373161954235709850086879078532699846656405640394576")], "does not fit 256 bits"),
        (&[("asset", STETH), ("amount", "1")], "are not known: give `decimals`, or `amount_raw`"),
        (&[("asset", USDC), ("decimals", "18"), ("amount", "1")], "has 6 decimals by the token table, not 18: correct"),
        (&[("asset", USDC), ("decimals", "18"), ("amount", ""), ("amount_raw", "1")], "6 decimals by the token table"),
        (&[("decimals", "6")], "has 18 decimals by its chain, not 6: correct the row"),
        (&[("decimals", "256")], "`decimals`: `256` is too large"),
    ];
    rejected(ETH_ROW, cases, read_all);
}

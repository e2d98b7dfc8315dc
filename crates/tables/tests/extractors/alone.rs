//! Tables by themselves: what each can tell without the others, and what it says it needs.

use fundtrail_tables::{SideTables, TokenTable, foreign::LeftOut, open, tokens};
use fundtrail_types::{Kind, TxOrder};

use crate::{Loaded, anvil, fixture, load};

fn alone(name: &str) -> Loaded {
    let chain = name.starts_with("ethereum-etl").then(anvil);
    load(&[fixture(name)], chain, &TokenTable::default())
}

fn reasons(loaded: &Loaded, part: &str) -> usize {
    loaded.problems.iter().filter(|problem| problem.reason.contains(part)).count()
}

#[test]
fn transactions_of_ethereum_etl_need_receipts_where_value_may_have_moved() {
    let loaded = alone("ethereum-etl/transactions.csv");
    let with_value = reasons(&loaded, "nothing tells whether this transaction succeeded");
    assert_eq!(with_value, loaded.problems.len());
    assert!(loaded.problems[0].reason.contains("give the receipts or the traces of the same blocks"));
    // Those without value are events, with the index and the time of the transaction.
    assert_eq!((loaded.movements.len(), with_value), (35 - 17, 17));
    assert!(loaded.movements.iter().all(|movement| {
        movement.kind == Kind::Native
            && movement.amount.is_zero()
            && movement.time.is_some()
            && matches!(movement.order.tx, TxOrder::Index(_))
    }));
    assert_eq!(loaded.left_out, [(LeftOut::FeeUnknown, 18)].into());
}

#[test]
fn token_transfers_of_ethereum_etl_need_logs_or_a_known_token() {
    let name = "ethereum-etl/token_transfers.csv";
    let loaded = alone(name);
    assert_eq!((loaded.movements.len(), reasons(&loaded, "may be an NFT, whose number stands in `value`")), (0, 16));

    let mut known = TokenTable::default();
    let table = "chain,contract,symbol,decimals,basis,source\n\
                 eip155:31337,0x0b306bf915c4d645ff596e518faf3f9669b97016,TST,18,published,test\n";
    let file = fundtrail_tables::from_bytes("tokens.csv", table).unwrap();
    assert_eq!(tokens::read(file, &mut known).filter_map(Result::ok).count(), 1);
    let loaded = load(&[fixture(name)], Some(anvil()), &known);
    assert_eq!((loaded.movements.len(), loaded.problems.len()), (9, 7));

    let loaded = load(&[fixture(name), fixture("ethereum-etl/logs.csv")], Some(anvil()), &TokenTable::default());
    assert_eq!((loaded.movements.len(), loaded.problems.len()), (11, 0));
    assert_eq!(loaded.left_out[&LeftOut::OtherTable], 16);
}

#[test]
fn native_transfers_of_cryo_are_not_believed_without_traces() {
    let loaded = alone("cryo/native_transfers.parquet");
    assert_eq!((loaded.movements.len(), reasons(&loaded, "extract `traces` of the same blocks")), (0, 31));
    // Among those refused are a failed transaction of 2 ether and a delegatecall that shows 8.
    let shown = |part: &str| loaded.problems.iter().any(|problem| problem.record.contains(part));
    assert!(shown("value_string=2000000000000000000") && shown("value_string=8000000000000000000"));
    assert_eq!(loaded.left_out, [(LeftOut::ZeroCall, 23)].into());
    assert_eq!(loaded.problems[0].line, Some(1), "the row of a Parquet file stands where a line does");
}

#[test]
fn floats_are_never_amounts() {
    let loaded = alone("cryo/transactions-f64.parquet");
    assert_eq!(loaded.movements, []);
    assert_eq!(reasons(&loaded, "extract the table again with `--u256-types string`"), 35);
}

#[test]
fn hexadecimal_text_and_zstandard_change_nothing() {
    let whole = alone("cryo/transactions.parquet");
    for other in ["cryo/transactions-hex.csv", "cryo/transactions-zstd.parquet"] {
        let loaded = alone(other);
        assert_eq!((&loaded.movements, &loaded.left_out), (&whole.movements, &whole.left_out), "{other}");
        assert_eq!(loaded.problems.len(), whole.problems.len());
    }
    let (logs, hex) = (alone("cryo/logs.parquet"), alone("cryo/logs-hex.parquet"));
    assert_eq!((logs.movements, logs.left_out), (hex.movements, hex.left_out));
}

#[test]
fn the_contract_that_a_transaction_of_cryo_created_is_not_told() {
    let loaded = alone("cryo/transactions.parquet");
    assert_eq!(reasons(&loaded, "the contract that this transaction created, and that got its value, is not told"), 1);
    assert_eq!(loaded.problems.len(), 1);
}

#[test]
fn a_chain_that_the_rows_contradict_is_refused() {
    let loaded = load(&[fixture("cryo/logs.parquet")], Some(fundtrail_types::Chain::ETHEREUM), &TokenTable::default());
    assert_eq!((loaded.movements.len(), loaded.problems.len()), (0, 18));
    assert!(loaded.problems[0].reason.contains("the row is of eip155:31337, not of eip155:1: leave `--chain` out"));
    let same = load(&[fixture("cryo/logs.parquet")], Some(anvil()), &TokenTable::default());
    assert_eq!((same.movements.len(), same.problems.len()), (11, 0));
}

#[test]
fn a_table_that_tells_nothing_about_others_is_no_side_table() {
    let mut side = SideTables::default();
    let file = open(fixture("cryo/transactions.parquet")).unwrap();
    let problem = side.read(file, None).map(drop).unwrap_err();
    assert!(problem.reason.contains("which says nothing about the rows of others"), "{problem}");
}

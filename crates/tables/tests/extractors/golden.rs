//! The golden files of ethereum-etl, which are not part of this repository: `FUNDTRAIL_SHARED_DATA` names the folder that
//! holds `ethereum-etl`. Each place where they are wrong is told by the row that shows it.

use std::{collections::HashMap, path::PathBuf};

use fundtrail_tables::{TokenTable, foreign::LeftOut};
use fundtrail_types::{Amount, Chain, Kind, Movement};

use crate::{Loaded, load};

/// The path of a golden file; none, with a message, where there are none.
fn golden(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("FUNDTRAIL_SHARED_DATA") else {
        println!("not run: FUNDTRAIL_SHARED_DATA does not name the folder of the golden files");
        return None;
    };
    let path = PathBuf::from(folder).join("ethereum-etl/tests/resources").join(name);
    assert!(path.exists(), "{} is not there", path.display());
    Some(path)
}

fn loaded(names: &[&str]) -> Option<Loaded> {
    let paths: Option<Vec<PathBuf>> = names.iter().map(|name| golden(name)).collect();
    Some(load(&paths?, Some(Chain::ETHEREUM), &TokenTable::default()))
}

fn by_kind(movements: &[Movement]) -> HashMap<Kind, (usize, Amount)> {
    let mut kinds: HashMap<Kind, (usize, Amount)> = HashMap::new();
    for movement in movements {
        let (count, sum) = kinds.entry(movement.kind).or_default();
        *count += 1;
        *sum = sum.checked_add(movement.amount).unwrap();
    }
    kinds
}

const EXPORT: &str = "test_export_traces_job";

#[test]
fn transactions_whose_status_only_the_stream_tells() {
    let blocks = "test_export_blocks_job/blocks_with_transactions_and_withdrawals";
    let stream = "test_stream/blocks_17173049_17173050";
    let (csv, json) = (format!("{blocks}/expected_transactions.csv"), format!("{stream}/expected_transactions.json"));
    let (Some(csv), Some(json)) = (loaded(&[&csv]), loaded(&[&json])) else { return };
    // The CSV has no status: each row with value is refused, whether it moved or not. One row creates a contract.
    assert_eq!((csv.movements.len(), csv.problems.len()), (298 - 135 - 1, 135));
    // Eight of those failed, by the same blocks with their receipts.
    assert_eq!((json.problems.len(), json.left_out), (0, [(LeftOut::Failed, 9)].into()));
    let kinds = by_kind(&json.movements);
    assert_eq!((kinds[&Kind::Fee].0, kinds[&Kind::Native].0), (298, 289));
}

#[test]
fn token_transfers_have_nfts_among_them() {
    let stream = "test_stream/blocks_17173049_17173050";
    let (transfers, logs) = (format!("{stream}/expected_token_transfers.json"), format!("{stream}/expected_logs.json"));
    let (Some(alone), Some(both)) = (loaded(&[&transfers]), loaded(&[&transfers, &logs])) else { return };
    assert_eq!((alone.movements.len(), alone.problems.len()), (0, 291));
    // 291 transfers, of which the logs show nine to be NFTs; 390 other events.
    assert_eq!((both.movements.len(), both.problems.len()), (282, 0));
    let expected = [(LeftOut::Nft, 9), (LeftOut::NoMovement, 390), (LeftOut::OtherTable, 291)];
    assert_eq!(both.left_out, expected.into());
}

#[test]
fn logs_and_token_transfers_agree_where_there_is_no_nft() {
    let logs = "test_export_receipts_job/receipts_with_logs/expected_logs.csv";
    let transfers = "test_export_token_transfers_job/block_with_transfers/expected_token_transfers.csv";
    let Some(logs) = loaded(&[logs]) else { return };
    assert_eq!((logs.movements.len(), logs.problems.len()), (2, 0));
    let mut known = TokenTable::default();
    let table = "chain,contract,symbol,decimals,basis,source\n\
                 eip155:1,0xf4eced2f682ce333f96f2d8966c613ded8fc95dd,MRP,3,assumed,test\n";
    let file = fundtrail_tables::from_bytes("tokens.csv", table).unwrap();
    assert_eq!(fundtrail_tables::tokens::read(file, &mut known).filter_map(Result::ok).count(), 1);
    let transfers = load(&[golden(transfers).unwrap()], Some(Chain::ETHEREUM), &known);
    let without_index = |mut movements: Vec<Movement>| {
        movements.iter_mut().for_each(|movement| movement.order.tx = fundtrail_types::TxOrder::Unknown);
        movements
    };
    assert_eq!(transfers.movements, without_index(logs.movements));
}

#[test]
fn receipts_from_before_byzantium_prove_success_by_their_gas() {
    let transactions = "test_export_blocks_job/block_with_logs/expected_transactions.csv";
    let blocks = "test_export_blocks_job/block_with_logs/expected_blocks.csv";
    let receipts = "test_export_receipts_job/receipts_with_logs/expected_receipts.csv";
    let Some(alone) = loaded(&[transactions]) else { return };
    let both = loaded(&[transactions, receipts, blocks]).unwrap();
    let values = |loaded: &Loaded| {
        loaded.movements.iter().filter(|one| one.kind == Kind::Native && !one.amount.is_zero()).count()
    };
    assert_eq!((values(&alone), values(&both)), (0, 2));
    assert_eq!((alone.problems.len(), both.problems.len()), (2, 0));
    assert_eq!(by_kind(&both.movements)[&Kind::Fee].0, 4);
}

#[test]
fn withdrawals_are_in_gwei_and_belong_to_their_block() {
    let folder = "test_export_blocks_job/blocks_with_transactions_and_withdrawals";
    let Some(csv) = loaded(&[&format!("{folder}/expected_blocks.csv")]) else { return };
    let json = loaded(&[&format!("{folder}/expected_blocks.json")]).unwrap();
    let stream = loaded(&["test_stream/blocks_17173049_17173050/expected_blocks.json"]).unwrap();
    assert_eq!((csv.problems.len(), csv.movements.len()), (0, 32));
    assert_eq!((&csv.movements, &csv.movements), (&json.movements, &stream.movements));
    let first = &csv.movements[0];
    assert_eq!((first.kind, first.amount.to_string().as_str()), (Kind::Withdrawal, "45762059000000000"));
    assert_eq!(first.tx.to_string(), "0xaa5ab9bb22d8020d438496a7edb4eff508b1c5128b0dc01fdecf57f96aac1bb3");
    assert!(first.from.is_none() && first.time.is_some());
}

#[test]
fn rewards_need_the_hash_of_their_block_and_uncles_have_one_too() {
    let Some(alone) = loaded(&[&format!("{EXPORT}/block_with_create/expected_traces.csv")]) else { return };
    assert_eq!((alone.movements.len(), alone.problems.len()), (2, 1));
    assert!(alone.problems[0].reason.contains("give the blocks table of the same blocks"));
    let stream = loaded(&["test_stream/blocks_508110_508110/expected_traces.json"]).unwrap();
    let rewards = by_kind(&stream.movements)[&Kind::Reward];
    assert_eq!((stream.problems.len(), rewards.0, rewards.1.to_string().as_str()), (0, 2, "8906250000000000000"));
}

#[test]
fn what_failed_and_what_ran_in_anothers_name_moves_nothing() {
    let Some(error) = loaded(&[&format!("{EXPORT}/block_with_error/expected_traces.csv")]) else { return };
    assert_eq!((error.movements.len(), error.left_out), (1, [(LeftOut::Failed, 1)].into()));
    // The callcode shows 100 ether, from the caller to itself.
    let subtraces = loaded(&[&format!("{EXPORT}/block_with_subtraces/expected_traces.csv")]).unwrap();
    assert_eq!((subtraces.movements.len(), subtraces.left_out), (2, [(LeftOut::Borrowed, 1)].into()));
    let destroyed = loaded(&[&format!("{EXPORT}/block_with_suicide/expected_traces.csv")]).unwrap();
    let internal = by_kind(&destroyed.movements)[&Kind::Internal];
    assert_eq!((internal.0, internal.1.to_string().as_str()), (1, "50000000000000000"));
}

#[test]
fn traces_of_geth_have_no_hash_and_are_refused() {
    for (block, rows) in [("create", 2), ("error", 2), ("subtraces", 3), ("suicide", 2)] {
        let Some(loaded) = loaded(&[&format!("test_extract_geth_traces_job/block_with_{block}/expected_traces.csv")])
        else {
            return;
        };
        assert_eq!((loaded.movements.len(), loaded.problems.len()), (0, rows));
        assert!(loaded.problems.iter().all(|problem| problem.reason.contains("as `extract_geth_traces` leaves it")));
    }
}

#[test]
fn a_table_without_rows_is_an_empty_file_and_says_so() {
    for name in [
        "test_export_blocks_job/block_without_transactions/expected_transactions.csv",
        "test_export_traces_job/block_without_transactions/expected_traces.csv",
    ] {
        let Some(path) = golden(name) else { return };
        let problem = fundtrail_tables::open(path).map(drop).unwrap_err();
        assert!(problem.reason.starts_with("the file is empty"), "{problem}");
    }
}

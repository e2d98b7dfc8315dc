//! CSV reads back, cell by cell, into what the answer holds.

use std::collections::BTreeMap;

use super::{audit_case, cases};
use crate::{Format, Options, audit, trace};

type Row = BTreeMap<String, String>;

fn read(bytes: &[u8]) -> Vec<Row> {
    ::csv::Reader::from_reader(bytes).deserialize().map(|row| row.unwrap()).collect()
}

fn cells<'a>(row: &'a Row, columns: &[&str]) -> Vec<&'a str> {
    columns.iter().map(|&column| row[column].as_str()).collect()
}

#[test]
fn a_trace_has_a_row_for_every_share_with_the_figures_of_the_answer() {
    let answer = cases::trace();
    let bytes = trace(&answer, Format::Csv, &Options::default()).unwrap();
    let header = "tx,block,before_block,after_block,order_known,time,kind,from,to,asset,symbol,amount_raw,amount,gave_asset,gave_raw,through,crossing,method,seed,held_raw,seed_raw\n";
    assert!(bytes.starts_with(header.as_bytes()));
    let rows = read(&bytes);
    let shares =
        answer.flow.movements.iter().flat_map(|movement| movement.shares.iter().map(move |share| (movement, share)));
    assert_eq!(rows.len(), shares.clone().count());
    for (row, (movement, share)) in rows.iter().zip(shares) {
        assert_eq!(row["tx"], movement.tx.to_string());
        assert_eq!(row["block"].parse(), Ok(movement.height));
        let gave = movement.gave.as_deref().map(|(asset, amount)| (asset.to_string(), amount.to_string()));
        assert_eq!((row["gave_asset"].clone(), row["gave_raw"].clone()), gave.unwrap_or_default());
        let through: Vec<String> = movement.through.iter().map(ToString::to_string).collect();
        assert_eq!(row["through"], through.join(" "));
        assert_eq!(row["crossing"], movement.crossing_line().unwrap_or_default());
        assert_eq!(row["before_block"].parse(), Ok(movement.before_height));
        assert_eq!(row["after_block"].parse(), Ok(movement.after_height));
        assert_eq!(row["order_known"].parse(), Ok(movement.order_known));
        assert_eq!(row["time"].parse().ok(), movement.time);
        assert_eq!(row["kind"].parse(), Ok(movement.kind));
        assert_eq!(row["from"].parse(), Ok(movement.from.clone()));
        assert_eq!(row["to"].parse().ok(), movement.to);
        assert_eq!(row["asset"].parse(), Ok(movement.asset.clone()));
        assert_eq!(row["amount_raw"].parse(), Ok(movement.amount_raw));
        assert_eq!(row["method"].parse(), Ok(share.method));
        assert_eq!(row["seed"].parse().ok(), share.seed);
        assert_eq!(row["held_raw"].parse(), Ok(share.amount.held_raw));
        assert_eq!(row["seed_raw"].parse(), Ok(share.amount.seed_raw));
    }
}

#[test]
fn names_come_back_whole_and_no_cell_is_a_formula() {
    let rows = read(&trace(&cases::trace(), Format::Csv, &Options::default()).unwrap());
    let of = |asset: fundtrail_types::Asset| rows.iter().find(|row| row["asset"] == asset.to_string()).unwrap();
    assert_eq!(cells(of(cases::eth()), &["symbol", "amount"]), ["ETH", "100"]);
    let guarded = format!("'{}", cases::HOSTILE_SYMBOL);
    assert_eq!(cells(of(cases::hostile()), &["symbol", "amount"]), [guarded.as_str(), "0.0005"]);
    assert_eq!(cells(of(cases::nameless()), &["symbol", "amount"]), ["", ""], "no decimals, no amount");
}

#[test]
fn a_movement_without_shares_is_not_lost() {
    let mut answer = cases::trace();
    answer.flow.movements[0].shares.clear();
    let rows = read(&trace(&answer, Format::Csv, &Options::default()).unwrap());
    assert_eq!(cells(&rows[0], &["amount", "method", "seed", "held_raw", "seed_raw"]), ["100", "", "", "", ""]);
}

#[test]
fn an_audit_has_a_row_for_every_payout_label_and_amount() {
    let bytes = audit(&audit_case::audit(), Format::Csv, &Options::default()).unwrap();
    let header = "payee,wallet,asset,amount_raw,tx,matched,label_entity,label_class,source,state,hops,method,held_asset,held_raw,coverage\n";
    assert!(bytes.starts_with(header.as_bytes()));
    let rows = read(&bytes);
    assert_eq!(rows.len(), 5);
    let who = ["payee", "wallet", "tx", "matched", "coverage"];
    let (wallets, first_tx) = ([1, 8, 9].map(|number| cases::account(number).to_string()), cases::tx(1).to_string());
    let guarded = format!("'{}", audit_case::HOSTILE_PAYEE);
    let (one_gap, no_gap) = ("3 accounts, 12 movements, 1 gap", "3 accounts, 12 movements, 0 gaps");
    assert_eq!(cells(&rows[0], &who), [guarded.as_str(), &wallets[1], "", "no such movement\r\n", one_gap]);
    for row in &rows[1..4] {
        let how = "same day, wallet and amount";
        assert_eq!(cells(row, &who), ["dev-1", &wallets[0], &first_tx, how, no_gap]);
        assert_eq!(cells(row, &["asset", "amount_raw"]), ["eip155:1/native", "1500000000000000000"]);
    }
    assert_eq!(cells(&rows[4], &who), ["dev-1", &wallets[2], "", "", no_gap], "a wallet that was not paid");

    let what = ["label_entity", "label_class", "source", "state", "hops", "method", "held_asset", "held_raw"];
    let (token, lazarus) =
        (cases::hostile().to_string(), ["Lazarus Group", "attributed_dprk", "test-list", "proven", "2"]);
    assert_eq!(cells(&rows[0], &what), [""; 8]);
    assert_eq!(cells(&rows[1], &what), ["Cash-out desk", "service", "test-list", "own", "0", "", "", ""]);
    assert_eq!(cells(&rows[2], &what), [&lazarus[..], &["haircut", token.as_str(), "250"]].concat());
    assert_eq!(
        cells(&rows[3], &what),
        [&lazarus[..], &["poison", "eip155:1/native", ""]].concat(),
        "reach, not amount"
    );
    assert_eq!(cells(&rows[4], &what), [""; 8]);
}

//! One database of several chains: Solana is traced as Ethereum is, and chains do not touch each other.

use fundtrail::{
    Info,
    types::{Fate, TraceAnswer},
};

use crate::{
    desk::Desk,
    ledger::{nobody, payments},
};

const SOLANA: &str = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";
const USDC: &str = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
/// From `data/labels/services.csv`: an exchange's wallet.
const EXCHANGE: &str = "2ojv9BAiHUrvsm9gxDe7fJSzbNZSJcxZvf8dqmWGHG8S";

/// Base58 of so many zero bytes and a last one: a valid address or signature that nobody has.
fn solana(bytes: usize, last: char) -> String {
    "1".repeat(bytes - 1) + &last.to_string()
}

#[test]
fn solana_and_ethereum_in_one_database() {
    let desk = Desk::with_rows(&payments(&[(&nobody(1), &nobody(2), "1")]));
    let (from, hub) = (solana(32, '7'), solana(32, '8'));
    let mut csv = "chain,tx,block,asset,from,to,amount\n".to_owned();
    for (number, asset, from, to, amount) in [
        ('2', "native", &from, &hub, "1.5"),
        ('3', USDC, &from, &hub, "2.25"),
        ('4', USDC, &hub, &EXCHANGE.to_owned(), "2"),
    ] {
        csv += &format!("{SOLANA},{},5,{asset},{from},{to},{amount}\n", solana(64, number));
    }
    // A hash of Ethereum is no transaction of Solana, and an address of one chain is none of the other.
    csv += &format!("{SOLANA},{},5,native,{from},{hub},1\n", crate::ledger::tx(1));
    csv += &format!("{SOLANA},{},5,native,{from},{},1\n", solana(64, '5'), nobody(2));
    desk.write("solana.csv", csv);
    desk.run("ingest file solana.csv --db db").ended(3).complains(&["rejected: solana.csv:6: `to`"]);
    let info: Info = desk.run("db info --db db --json").done().json();
    let chains: Vec<_> = info.chains.iter().map(|one| (one.chain.to_string(), one.movements)).collect();
    assert_eq!(chains, [("eip155:1".to_owned(), 1), (SOLANA.to_owned(), 3)]);
    let answer: TraceAnswer = desk.run(&format!("trace {SOLANA}:{from} --db db --json")).done().json();
    assert_eq!(answer.question.starts[0].to_string(), format!("{SOLANA}:{from}"));
    // Lamports have 9 decimals; those of USDC come from the bundled table.
    let seeds: Vec<_> = answer.seeds.iter().map(|seed| seed.amount_raw.to_string()).collect();
    assert_eq!(seeds, ["1500000000", "2250000"]);
    for method in answer.methods.iter().filter(|one| one.method.conserves()) {
        let service = |fate: &Fate| matches!(fate, Fate::Service { .. });
        let ends: Vec<_> =
            method.dispositions.iter().map(|end| (service(&end.fate), end.held_raw.to_string())).collect();
        assert_eq!(ends.len(), 3, "{ends:?}");
        assert!(ends.contains(&(true, "2000000".to_owned())) && ends.contains(&(false, "250000".to_owned())));
    }
    desk.run("db check --db db").done();
}

#[test]
fn a_bare_address_of_solana_is_known_by_its_shape() {
    let desk = Desk::new();
    // The system program, 32 zero bytes, is as short as a Bitcoin address and begins like one.
    for address in [EXCHANGE.to_owned(), USDC.to_owned(), "1".repeat(32)] {
        let run = desk.run(&format!("labels show {address} --as-of 2026-11-22")).done();
        assert!(run.text().starts_with(&format!("{SOLANA}:{address} ")), "{}", run.text());
    }
}

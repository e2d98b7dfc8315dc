//! A table that is hard to load in pieces, and what two databases that hold it must answer alike.

use std::fmt::Write;

use crate::{
    desk::Desk,
    ledger::{Dice, nobody, tx},
};

/// With the index of a transaction, which every third one lacks.
const HEADER: &str = "chain,tx,block,tx_index,time,asset,from,to,amount_raw\n";
const ACCOUNTS: usize = 500;
const TXS_PER_BLOCK: usize = 6;

/// What a table is made of. Rows that are rejected are quick to read, so a load can be long and yet short.
#[derive(Clone, Copy)]
pub(crate) struct Mix {
    /// Rows at the beginning, most of which are rejected.
    pub(crate) sparse: usize,
    /// Of how many of them one is good.
    pub(crate) one_good_of: usize,
    /// Good rows at the end.
    pub(crate) dense: usize,
    /// Of how many good rows one is of an older transaction.
    pub(crate) one_again_of: usize,
}

/// Rows of several transactions a block, known and unknown indices, movements of older transactions and the same movement
/// once more. Some transactions are told first with their time alone and later with their block, so that their rows move.
pub(crate) fn table(mix: Mix, seed: u64) -> String {
    let mut dice = Dice(seed);
    let (mut csv, mut txs, mut last) = (HEADER.to_owned(), 0, String::new());
    for number in 0..mix.sparse + mix.dense {
        if number < mix.sparse && dice.under(mix.one_good_of) > 0 {
            csv += "rejected\n";
            continue;
        }
        let is_again = txs > 0 && dice.under(mix.one_again_of) == 0;
        if is_again && dice.under(4) == 0 {
            csv += &last;
            continue;
        }
        let of = if is_again { 1 + dice.under(txs) } else { txs + 1 };
        txs = txs.max(of);
        last = row(of, is_again, &mut dice);
        csv += &last;
    }
    csv
}

fn row(number: usize, is_again: bool, dice: &mut Dice) -> String {
    let block = 1000 + number / TXS_PER_BLOCK;
    let time = format!("2023-06-01T{:02}:{:02}:{:02}Z", block / 3600 % 24, block / 60 % 60, block % 60);
    let mut row = format!("eip155:1,{},", tx(number));
    match number % 50 {
        // The time alone at first, the block once it comes again.
        7 if !is_again => write!(row, ",,{time}").unwrap(),
        // Two claim one index.
        9 => write!(row, "{block},1,{time}").unwrap(),
        _ if number.is_multiple_of(3) => write!(row, "{block},,{time}").unwrap(),
        _ => write!(row, "{block},{},{time}", number % TXS_PER_BLOCK).unwrap(),
    }
    let (from, to) = (nobody(dice.under(ACCOUNTS)), nobody(dice.under(ACCOUNTS)));
    let amount = if dice.under(20) == 0 { 0 } else { dice.roll() >> 4 };
    writeln!(row, ",native,{from},{to},{amount}").unwrap();
    row
}

/// What a database answers: a trace, and everything that it holds.
#[derive(PartialEq, Eq)]
pub(crate) struct Answer {
    trace: Vec<u8>,
    lines: Vec<u8>,
}

pub(crate) const TRACE: &str = "--hops 2 --method haircut,fifo --as-of 2026-11-22 --json";

pub(crate) fn answer(desk: &Desk, db: &str) -> Answer {
    let trace = desk.run(&format!("trace {} {TRACE} --db {db}", nobody(0))).done().stdout;
    desk.run(&format!("db export lines.jsonl --db {db}")).done();
    Answer { trace, lines: desk.read("lines.jsonl") }
}

impl Answer {
    /// Where two differ, if they do: a whole export is no message.
    #[track_caller]
    pub(crate) fn is(&self, expected: &Self) {
        let lines = |answer: &Self| String::from_utf8(answer.lines.clone()).unwrap();
        let (one, other) = (lines(self), lines(expected));
        let differs = one.lines().zip(other.lines()).find(|(one, other)| one != other);
        assert_eq!(differs, None, "a line of the export");
        assert_eq!(one.lines().count(), other.lines().count(), "lines of the export");
        assert!(self.trace == expected.trace, "the trace");
    }
}

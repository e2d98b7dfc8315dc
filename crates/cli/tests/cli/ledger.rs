//! Ledgers made for a test: rows of movements in our own format, and a generator of many.

use std::fmt::Write;

/// The header of the rows made here.
pub(crate) const HEADER: &str = "chain,tx,block,time,asset,from,to,amount_raw\n";

/// A seeded source of numbers (SplitMix64), so that a failure comes back.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number under `end`.
    pub(crate) fn under(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end as u64).unwrap()
    }

    /// Brings items into some order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.under(last + 1));
        }
    }
}

/// An address that no list names.
pub(crate) fn nobody(number: usize) -> String {
    format!("0x{:040x}", 0xabcd_0000_0000 + number)
}

/// A transaction id.
pub(crate) fn tx(number: usize) -> String {
    format!("0x{number:064x}")
}

/// Rows of whole ether, one transaction and one block each, from (payer, payee, ether).
pub(crate) fn payments(rows: &[(&str, &str, &str)]) -> String {
    let mut csv = "chain,tx,block,time,asset,from,to,amount\n".to_owned();
    for (number, (from, to, amount)) in rows.iter().enumerate() {
        let (tx, block) = (tx(number + 1), 100 + number);
        let (minute, second) = (number / 60, number % 60);
        writeln!(csv, "eip155:1,{tx},{block},2023-06-01T00:{minute:02}:{second:02}Z,native,{from},{to},{amount}")
            .unwrap();
    }
    csv
}

/// Many rows among a few thousand accounts, with all that makes a resumed load hard: transactions whose rows stand
/// thousands of rows apart, equal movements within one transaction, transfers of nothing, and rows that are rejected.
pub(crate) fn many(rows: usize, seed: u64) -> String {
    const ACCOUNTS: usize = 3000;
    let mut dice = Dice(seed);
    let mut csv = HEADER.to_owned();
    let mut made: Vec<String> = Vec::new();
    for number in 0..rows {
        let row = match dice.under(8) {
            // The same movement once more.
            0 if !made.is_empty() => made[dice.under(made.len())].clone(),
            // Another movement of an older transaction: the part up to the time stays.
            1 if !made.is_empty() => {
                let old = &made[dice.under(made.len())];
                let head: Vec<&str> = old.splitn(5, ',').take(4).collect();
                format!("{},{}", head.join(","), moved(&mut dice, ACCOUNTS))
            }
            _ => format!("eip155:1,{},{},,{}", tx(number + 1), 1000 + number / 8, moved(&mut dice, ACCOUNTS)),
        };
        let bad = dice.under(500) == 0;
        writeln!(csv, "{row}{}", if bad { "x" } else { "" }).unwrap();
        if !bad {
            made.push(row);
        }
    }
    csv
}

/// The row from its asset on.
fn moved(dice: &mut Dice, accounts: usize) -> String {
    let (from, to) = (nobody(dice.under(accounts)), nobody(dice.under(accounts)));
    let amount = if dice.under(20) == 0 { 0 } else { dice.roll() };
    format!("native,{from},{to},{amount}")
}

//! Traffic around a case, made from a seed: strangers who pay each other, and accounts of the case that have business
//! of their own, in the same asset and over the same heights.

use std::fmt::Write;

use crate::{ASSET, edges::Edge};

/// Movements around one case, besides those of ether.
pub(crate) const ROWS: usize = 4_000;
/// Strangers around one case.
pub(crate) const STRANGERS: u64 = 1_000;
/// The most that one movement is worth, in cents, and the base units of a cent.
const CENTS_MAX: u64 = 2_000_000;
const CENT_RAW: u128 = 10_000_000_000_000_000;

/// A seeded source of numbers (SplitMix64), so that a ledger comes back.
struct Dice(u64);

impl Dice {
    fn under(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    /// A stranger of the case: few of them have most of the movements.
    fn stranger(&mut self, seed: u64) -> String {
        let number = self.under(STRANGERS).min(self.under(STRANGERS)).min(self.under(STRANGERS));
        format!("0x{:040x}", (0x57a6_0000 + seed) << 32 | number)
    }
}

/// A table of movements around `edges`. One half is between strangers. In the other, a stranger pays an account of the
/// case, sources and ends included, and some time later that account pays as much to another stranger. A tenth more is
/// ether among them all, which a question about the case does not follow.
pub(crate) fn around(edges: &[Edge], accounts: &[String], seed: u64) -> String {
    let (first, last) = (edges.iter().map(|edge| edge.height).min(), edges.iter().map(|edge| edge.height).max());
    let (first, last) = (first.unwrap(), last.unwrap());
    let mut dice = Dice(seed);
    let mut text = "chain,tx,block,asset,from,to,amount_raw\n".to_owned();
    let mut number = 0;
    let mut row = |height: u64, asset: &str, from: &str, to: &str, amount: u128| {
        number += 1;
        writeln!(text, "eip155:1,0x{seed:032x}{number:032x},{height},{asset},{from},{to},{amount}").unwrap();
    };
    for place in 0..ROWS * 3 / 4 + ROWS / 10 {
        let height = first + dice.under(last - first + 1);
        let (payer, payee) = (dice.stranger(seed), dice.stranger(seed));
        let amount = u128::from(1 + dice.under(CENTS_MAX)) * CENT_RAW;
        let index = usize::try_from(dice.under(accounts.len() as u64)).unwrap();
        let busy = accounts[index].rsplit(':').next().unwrap();
        if place < ROWS / 2 {
            if payer != payee {
                row(height, ASSET, &payer, &payee, amount);
            }
        } else if place < ROWS * 3 / 4 {
            row(height, ASSET, &payer, busy, amount);
            row(height + dice.under(last - height + 1), ASSET, busy, &payee, amount);
        } else {
            row(height, "native", &payer, busy, amount);
            row(height, "native", busy, &payee, amount);
        }
    }
    text
}

//! Prices of the assets in the store, seen in its own swaps.

use fundtrail_prices::{Known, Seen};
use fundtrail_store::Store;
use fundtrail_types::{Asset, Currency, Price, Reading};

use crate::{Error, Reference};

/// Transactions between two reports of progress.
const TXS_PER_REPORT: u64 = 1024;

/// What assets were worth on each day, by the swaps of the store against tokens that stand for a currency. Tokens that no token table
/// vouches for tell nothing: whoever makes one can have it swapped at any price. `go_on` is told how many transactions were read,
/// and answers whether to go on.
///
/// # Errors
/// If the caller asks to stop, or the database fails.
pub fn prices_seen(
    store: &Store,
    reference: &Reference,
    currency: Currency,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Vec<Price>, Error> {
    let known = |asset: &Asset| {
        let info = reference.tokens().info(asset);
        let stands_for = reference.tokens().stands_for(asset).map(str::to_owned);
        info.decimals.filter(|_| info.verified).map(|decimals| Known { decimals, stands_for })
    };
    let (mut seen, mut read) = (Seen::new(currency), 0);
    for (_, chain) in store.chains()? {
        for tx in store.transactions(chain) {
            let tx = tx?;
            read += 1;
            if read % TXS_PER_REPORT == 0 && !go_on(read) {
                return Err(Error::Stopped);
            }
            if let Some(time) = tx.time {
                seen.add(&Reading::of(&store.movements_at(&tx)?), time, &known);
            }
        }
    }
    Ok(seen.prices())
}

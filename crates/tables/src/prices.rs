//! Price rows: what a coin or a token was worth in fiat money, for a day or from a time on.

use fundtrail_types::{Chain, Price, PriceTime, Priced};

use crate::{Rows, TableFile, TableKind, record::Record};

/// Every column.
pub(crate) const COLUMNS: &[&str] = &["coin", "chain", "asset", "date", "time", "price", "currency", "source", "note"];

/// The columns without which there is no row; each row needs `coin` or `chain` and `asset`, and `date` or `time`, as well.
pub(crate) const REQUIRED: &[&str] = &["price", "currency", "source"];

/// Reads prices.
pub fn read(file: TableFile) -> Rows<'static, Price> {
    Rows::new(file, TableKind::Prices, parse)
}

fn parse(record: &Record) -> Result<Price, String> {
    let of = match (record.get("coin"), record.parsed::<Chain>("chain")?) {
        (Some(coin), None) if record.get("asset").is_none() => Priced::Coin(coin.to_owned()),
        (None, Some(chain)) => Priced::Asset(record.asset_required("asset", chain)?),
        _ => return Err("a price is of a `coin` or of an `asset` of a `chain`: fill one or the other".to_owned()),
    };
    let when = match (record.parsed("date")?, record.parsed("time")?) {
        (Some(date), None) => PriceTime::Day(date),
        (None, Some(time)) => PriceTime::From(time),
        _ => return Err("a price holds for a `date`, or from a `time` on: fill one or the other".to_owned()),
    };
    Ok(Price {
        of,
        when,
        currency: record.parsed_required("currency")?,
        price: record.parsed_required("price")?,
        source: record.required("source")?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &str) -> Vec<Result<Price, String>> {
        let head = "coin,chain,asset,date,time,price,currency,source";
        let file = crate::from_bytes("prices.csv", format!("{head}\n{lines}")).unwrap();
        read(file).map(|row| row.map_err(|problem| problem.to_string())).collect()
    }

    #[test]
    fn a_price_is_of_a_coin_for_a_day_or_of_an_asset_from_a_time_on() {
        let read = rows("ETH,,,2025-02-21,,2660.50,USD,x\n,eip155:1,native,,2025-02-21T14:00:00Z,2700,EUR,y\n");
        let [Ok(coin), Ok(asset)] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!((coin.of.clone(), coin.price.to_string()), (Priced::Coin("ETH".to_owned()), "2660.5".to_owned()));
        assert_eq!(coin.when, PriceTime::Day("2025-02-21".parse().unwrap()));
        let Priced::Asset(named) = &asset.of else { panic!("{asset:?}") };
        assert_eq!((named.to_string(), asset.currency.code()), ("eip155:1/native".to_owned(), "EUR"));
        assert_eq!(asset.when, PriceTime::From("2025-02-21T14:00:00Z".parse().unwrap()));
    }

    #[test]
    fn what_is_wrong_with_a_row_is_told() {
        for (line, part) in [
            ("ETH,eip155:1,native,2025-02-21,,1,USD,x", "fill one or the other"),
            (",,,2025-02-21,,1,USD,x", "a price is of a `coin`"),
            (",eip155:1,,2025-02-21,,1,USD,x", "`asset` is empty"),
            ("ETH,,,,,1,USD,x", "for a `date`, or from a `time`"),
            ("ETH,,,2025-02-21,2025-02-21T14:00:00Z,1,USD,x", "for a `date`, or from a `time`"),
            ("ETH,,,2025-02-21,,0,USD,x", "a price of nothing"),
            ("ETH,,,2025-02-21,,\"1,000\",USD,x", "is not an amount"),
            ("ETH,,,2025-02-21,,1,dollars,x", "write its three letters"),
            ("ETH,,,2025-02-21,,1,USD,", "`source` is empty"),
        ] {
            let read = rows(line);
            assert!(read[0].as_ref().is_err_and(|error| error.contains(part)), "{line}: {read:?}");
        }
    }
}

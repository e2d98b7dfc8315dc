//! Prices as a table that answers can be joined with.

use fundtrail_types::{Price, PriceTime, Priced};

use crate::ReportError;

use super::{bytes, guard};

pub(crate) const COLUMNS: [&str; 8] = ["coin", "chain", "asset", "date", "time", "price", "currency", "source"];

pub(crate) fn prices(prices: &[Price]) -> Result<Vec<u8>, ReportError> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for price in prices {
        writer.write_record(row(price))?;
    }
    bytes(writer)
}

pub(crate) fn row(price: &Price) -> [String; COLUMNS.len()] {
    let (coin, chain, asset) = match &price.of {
        Priced::Coin(coin) => (guard(coin), String::new(), String::new()),
        Priced::Asset(asset) => (String::new(), asset.chain.to_string(), asset.name_on_chain()),
    };
    let (date, time) = match price.when {
        PriceTime::Day(day) => (day.to_string(), String::new()),
        PriceTime::From(time) => (String::new(), time.to_string()),
    };
    [coin, chain, asset, date, time, price.price.to_string(), price.currency.to_string(), guard(&price.source)]
}

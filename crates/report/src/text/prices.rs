//! Prices, for people.

use fundtrail_types::Price;

use crate::{Options, clean::clean, csv};

use super::{
    page::{Page, more},
    table::{Column, table},
};

pub(crate) fn prices(prices: &[Price], options: &Options) -> String {
    let mut page = Page::default();
    if prices.is_empty() {
        page.line(
            "no prices: a day has one only if at least three swaps against tokens that stand for the currency are stored of it, with \
             their times",
        );
        return page.finish();
    }
    let columns = csv::PRICE_COLUMNS.map(|name| {
        let column = if name == "price" { Column::Number } else { Column::Whole };
        (name.to_owned(), column)
    });
    let rows =
        prices.iter().take(options.rows_max).map(|price| csv::price_row(price).map(|cell| clean(&cell)).to_vec());
    page.line(table(&columns, &rows.collect::<Vec<_>>(), options.width));
    if let Some(more) = more(prices.len(), options) {
        page.line(more);
    }
    page.finish()
}

//! How a table of another program is recognised: by the columns that every file of it has, under any of the names that
//! they were given over the years.
//!
//! Exports gain columns, so unknown ones are ignored here, where our own tables refuse them. A file is of a shape if
//! every required column is there.

use crate::{kind::listed, record::shorten};

/// A header that lacks more required columns than this does not look like the shape any more.
const LACKING_MAX: usize = 2;
/// A header with fewer of the required columns than this does not look like the shape either.
const PRESENT_MIN: usize = 3;

/// What a `*` never stands for: beside `TxnFee(ETH)` stands what that was worth.
const NO_TICKER: &str = "USD";

/// A column of a table of another program.
#[derive(Debug)]
pub(crate) struct Column {
    /// What records and messages call it: the name in the newest files.
    pub(crate) name: &'static str,
    /// Its other names. A `*` stands for any text, such as the ticker in `Value_IN(*)`.
    pub(crate) spellings: &'static [&'static str],
    /// Whether every file of the table has it.
    pub(crate) required: bool,
}

/// A column that every file of the table has.
pub(crate) const fn required(name: &'static str, spellings: &'static [&'static str]) -> Column {
    Column { name, spellings, required: true }
}

/// A column that some files of the table have.
pub(crate) const fn optional(name: &'static str, spellings: &'static [&'static str]) -> Column {
    Column { name, spellings, required: false }
}

/// The names of columns, for the constant beside them.
pub(crate) const fn names<const N: usize>(columns: &[Column; N]) -> [&'static str; N] {
    let (mut names, mut i) = ([""; N], 0);
    while i < N {
        names[i] = columns[i].name;
        i += 1;
    }
    names
}

/// A header that matches a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Matched {
    /// By position in the file: the column that a field belongs to, or none if it is ignored.
    pub(crate) columns: Vec<Option<usize>>,
    /// What stood for the `*` of a spelling, if one was used: the ticker of the native coin.
    pub(crate) wild: Option<String>,
}

impl Column {
    /// Whether a name of a header is a name of this column; with what stood for the `*`.
    fn is(&self, name: &str) -> Option<Option<String>> {
        let name = name.trim();
        if name.eq_ignore_ascii_case(self.name) {
            return Some(None);
        }
        self.spellings.iter().find_map(|spelling| fits(name, spelling))
    }
}

/// Whether a name fits a spelling, in any case.
fn fits(name: &str, spelling: &str) -> Option<Option<String>> {
    let Some((start, end)) = spelling.split_once('*') else {
        return name.eq_ignore_ascii_case(spelling).then_some(None);
    };
    let middle = name.len().checked_sub(start.len() + end.len())?;
    let (head, rest) = name.split_at_checked(start.len())?;
    let (wild, tail) = rest.split_at_checked(middle)?;
    let fits =
        head.eq_ignore_ascii_case(start) && tail.eq_ignore_ascii_case(end) && !wild.eq_ignore_ascii_case(NO_TICKER);
    fits.then(|| Some(wild.to_owned()))
}

/// Finds the columns in the names of a header.
///
/// None if a required one is missing; an error if one is there twice, or two name different tickers.
pub(crate) fn matched(columns: &[Column], names: &[String]) -> Option<Result<Matched, String>> {
    let mut found: Vec<Option<usize>> = Vec::with_capacity(names.len());
    let (mut wild, mut fault): (Option<String>, Option<String>) = (None, None);
    for name in names {
        let place = columns.iter().enumerate().find_map(|(place, column)| Some((place, column.is(name)?)));
        let Some((place, star)) = place else {
            found.push(None);
            continue;
        };
        if found.contains(&Some(place)) {
            let name = shorten(name, 60);
            fault = Some(format!("column `{name}` is there twice: remove or rename one of the two"));
        }
        if let (Some(first), Some(second)) = (&wild, &star)
            && !first.eq_ignore_ascii_case(second)
        {
            let (first, second) = (shorten(first, 20), shorten(second, 20));
            fault = Some(format!(
                "the header names two coins, `{first}` and `{second}`: it was put together from two files; give each by \
                 itself"
            ));
        }
        found.push(Some(place));
        wild = wild.or(star);
    }
    let whole = (0..).zip(columns).all(|(place, column)| !column.required || found.contains(&Some(place)));
    whole.then(|| fault.map_or(Ok(Matched { columns: found, wild }), Err))
}

/// Which column a name is.
pub(crate) fn place(columns: &[Column], name: &str) -> Option<usize> {
    columns.iter().position(|column| column.is(name).is_some())
}

/// The required columns that a header lacks, if there are so few of them that it still looks like the shape.
pub(crate) fn lacking(columns: &[Column], names: &[String]) -> Option<Vec<&'static str>> {
    let required = || columns.iter().filter(|column| column.required);
    let lacking: Vec<&str> = required()
        .filter(|column| !names.iter().any(|name| column.is(name).is_some()))
        .map(|column| column.name)
        .collect();
    let near = lacking.len() <= LACKING_MAX && required().count() >= lacking.len() + PRESENT_MIN;
    near.then_some(lacking)
}

/// What a message says of a header that lacks columns.
pub(crate) fn lacks(name: &str, lacking: &[&str]) -> String {
    format!(
        "this looks like {name}, but lacks {}: download it again, and leave its header as it is",
        listed(lacking.iter().copied())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        required("Txhash", &["Transaction Hash"]),
        required("From", &[]),
        required("Value_IN", &["Value_IN(*)"]),
        optional("Fee", &["TxnFee(*)"]),
    ];

    fn names_of(header: &str) -> Vec<String> {
        header.split(',').map(str::to_owned).collect()
    }

    fn found(header: &str) -> Option<Result<Matched, String>> {
        matched(&COLUMNS, &names_of(header))
    }

    #[test]
    fn columns_are_found_by_any_of_their_names_in_any_order_and_case() {
        let columns = |columns: &[Option<usize>], wild: Option<&str>| {
            Some(Ok(Matched { columns: columns.to_vec(), wild: wild.map(str::to_owned) }))
        };
        assert_eq!(found("Txhash,From,Value_IN"), columns(&[Some(0), Some(1), Some(2)], None));
        let other = found(" value_in(bnb) ,New,FROM,transaction hash,TxnFee(BNB)");
        assert_eq!(other, columns(&[Some(2), None, Some(1), Some(0), Some(3)], Some("bnb")));
        assert_eq!(found("Txhash,From"), None);
        assert_eq!(found("Txhash,From,Value_IN(é"), None);
        let worth = found("TxnFee(USD),Txhash,From,Value_IN(ETH),TxnFee(ETH)");
        assert_eq!(worth, columns(&[None, Some(0), Some(1), Some(2), Some(3)], Some("ETH")));
    }

    #[test]
    fn a_column_twice_and_two_tickers_are_faults() {
        let fault = |header| found(header).unwrap().unwrap_err();
        assert!(fault("Txhash,From,Value_IN(ETH),Transaction Hash").contains("`Transaction Hash` is there twice"));
        assert!(fault("Txhash,From,Value_IN(ETH),TxnFee(BNB)").contains("names two coins, `ETH` and `BNB`"));
        // A header that lacks a column is none of this shape, whatever else is wrong with it.
        assert_eq!(found("Txhash,Txhash"), None);
    }

    #[test]
    fn what_is_nearly_a_shape_says_what_it_lacks() {
        let columns = [
            required("A", &[]),
            required("B", &[]),
            required("C", &[]),
            required("D(x)", &["D(*)"]),
            required("E", &[]),
            optional("F", &[]),
        ];
        assert_eq!(lacking(&columns, &names_of("a,b,c,D(y)")), Some(vec!["E"]));
        assert_eq!(lacking(&columns, &names_of("a,b,c")), Some(vec!["D(x)", "E"]));
        assert_eq!(lacking(&columns, &names_of("a,b,F")), None);
    }
}

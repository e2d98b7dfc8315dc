//! The list of tables: which columns each has, and how a file tells which table it is.
//!
//! A file is recognised by the columns that only one table has (`payee`, `confidence`, `from_block`). So one mistyped
//! column is still reported as an unknown column of the right table.

use serde::{Deserialize, Serialize};

use crate::{
    coverage, crossings,
    foreign::Foreign,
    labels, movements, payouts, prices,
    record::shorten,
    refused,
    schema::{self, Matched},
    tokens,
};

/// Columns that start like this are the user's own; every table ignores them.
pub(crate) const FREE_PREFIX: &str = "x_";

/// The columns of any table that hold amounts and may have a fraction.
const MONEY: [&str; 7] = ["amount", "amount_raw", "Value_IN", "Value_OUT", "TxnFee", "TokenValue", "Amount (SOL)"];

/// How many of a header's names a message repeats.
const NAMES_SHOWN_MAX: usize = 20;

/// Which table a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// Transfers of value.
    Movements,
    /// Assertions about addresses.
    Labels,
    /// Whom a company says it paid.
    Payouts,
    /// What is known over which heights.
    Coverage,
    /// Symbols and decimals.
    Tokens,
    /// Sides of passages through bridges and mixers.
    Crossings,
    /// What coins and tokens were worth.
    Prices,
    /// A table of another program.
    #[serde(untagged)]
    Foreign(Foreign),
}

impl TableKind {
    /// Every table of our own.
    pub const ALL: [Self; 7] =
        [Self::Movements, Self::Labels, Self::Payouts, Self::Coverage, Self::Tokens, Self::Crossings, Self::Prices];

    /// The name used in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Movements => "movements",
            Self::Labels => "labels",
            Self::Payouts => "payouts",
            Self::Coverage => "coverage",
            Self::Tokens => "tokens",
            Self::Crossings => "crossings",
            Self::Prices => "prices",
            Self::Foreign(foreign) => foreign.name(),
        }
    }

    /// What a message calls such a file, with its article.
    pub(crate) fn title(self) -> String {
        match self {
            Self::Foreign(foreign) => foreign.schema().title.to_owned(),
            own => format!("a {} table", own.name()),
        }
    }

    /// Every column of the table; of another program's, those that are read.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Movements => movements::COLUMNS,
            Self::Labels => labels::COLUMNS,
            Self::Payouts => payouts::COLUMNS,
            Self::Coverage => coverage::COLUMNS,
            Self::Tokens => tokens::COLUMNS,
            Self::Crossings => crossings::COLUMNS,
            Self::Prices => prices::COLUMNS,
            Self::Foreign(foreign) => foreign.schema().names,
        }
    }

    /// The columns that every file of the table has. Of some pairs (`amount` and `amount_raw`) each row needs one more.
    pub fn required(self) -> Vec<&'static str> {
        match self {
            Self::Movements => movements::REQUIRED.to_vec(),
            Self::Labels => labels::REQUIRED.to_vec(),
            Self::Payouts => payouts::REQUIRED.to_vec(),
            Self::Coverage => coverage::REQUIRED.to_vec(),
            Self::Tokens => tokens::REQUIRED.to_vec(),
            Self::Crossings => crossings::REQUIRED.to_vec(),
            Self::Prices => prices::REQUIRED.to_vec(),
            Self::Foreign(foreign) => {
                foreign.schema().columns.iter().filter(|column| column.required).map(|column| column.name).collect()
            }
        }
    }

    /// Whether a column holds amounts that may have a fraction. Where base units are read, a float's point or exponent is
    /// refused row by row.
    pub(crate) fn is_money(self, place: usize) -> bool {
        self.columns().get(place).is_some_and(|column| MONEY.contains(column))
    }

    /// Tells the table from the names of a header, or of the first object, and which column each name is.
    pub(crate) fn of(names: &[String]) -> Result<(Self, Matched), String> {
        if let Some(reason) = refused::reason(names) {
            return Err(reason.to_owned());
        }
        let matches =
            Foreign::ALL.into_iter().filter_map(|one| Some((one, schema::matched(one.schema().columns, names)?)));
        let matches: Vec<_> = matches.collect();
        match matches.as_slice() {
            [] => {}
            [(foreign, matched)] => return Ok((Self::Foreign(*foreign), matched.clone()?)),
            several => {
                let titles: Vec<&str> = several.iter().map(|(foreign, _)| foreign.schema().title).collect();
                let titles = titles.join(" and ");
                return Err(format!(
                    "the columns are those of {titles} at once: put each table into a file of its own"
                ));
            }
        }
        let kind = Self::own(names).map_err(|reason| Foreign::nearly(names).unwrap_or(reason))?;
        let columns = names.iter().map(|name| kind.columns().iter().position(|column| column == name)).collect();
        Ok((kind, Matched { columns, wild: None }))
    }

    /// As [`of`](Self::of), among our own tables. All names are then known to be columns of that table, or free.
    fn own(names: &[String]) -> Result<Self, String> {
        let own = |kind: &Self| names.iter().any(|name| kind.owns(name));
        let kinds: Vec<Self> = Self::ALL.into_iter().filter(own).collect();
        match kinds.as_slice() {
            [kind] => names.iter().try_for_each(|name| kind.check_name(name)).map(|()| *kind),
            [] => Err(format!(
                "the columns {} are those of no table; {}; write one of these headers, separated by commas; files of \
                 other programs that are read as they are: {}",
                listed(names.iter().map(String::as_str)),
                Self::ALL.map(|kind| format!("a {} table has {}", kind.name(), kind.columns().join(","))).join("; "),
                Foreign::ALL.map(Foreign::name).join(", "),
            )),
            several => Err(format!(
                "the columns are those of several tables ({}): put each table into a file of its own",
                several.iter().map(|kind| own_columns(*kind, names)).collect::<Vec<_>>().join("; "),
            )),
        }
    }

    /// Whether this table alone has the column.
    fn owns(self, name: &str) -> bool {
        Self::ALL.into_iter().all(|kind| kind.columns().contains(&name) == (kind == self))
    }

    /// Which column a name in an object is; none if it is ignored.
    pub(crate) fn column(self, name: &str) -> Result<Option<usize>, String> {
        match self {
            Self::Foreign(foreign) => Ok(schema::place(foreign.schema().columns, name)),
            own => {
                own.check_name(name)?;
                Ok(own.columns().iter().position(|column| *column == name))
            }
        }
    }

    /// Refuses a name that is neither a column of the table nor free.
    pub(crate) fn check_name(self, name: &str) -> Result<(), String> {
        if self.columns().contains(&name) || name.starts_with(FREE_PREFIX) {
            return Ok(());
        }
        Err(format!(
            "unknown column `{}`: a {} table has {}; correct the name, remove the column, or start its name with \
             `{FREE_PREFIX}` to have it ignored",
            shorten(name, 60),
            self.name(),
            self.columns().join(", "),
        ))
    }

    /// Refuses a header that lacks a column which every row needs, or has one twice. Headers of other programs are
    /// recognised by having all columns once.
    pub(crate) fn check_header(self, names: &[String]) -> Result<(), String> {
        if matches!(self, Self::Foreign(_)) {
            return Ok(());
        }
        let count = |column: &str| names.iter().filter(|name| *name == column).count();
        if let Some(twice) = self.columns().iter().find(|column| count(column) > 1) {
            return Err(format!("column `{twice}` is there twice: remove or rename one of the two"));
        }
        match self.required().iter().find(|column| count(column) == 0) {
            Some(missing) => Err(format!("column `{missing}` is missing: a {} table needs it", self.name())),
            None => Ok(()),
        }
    }
}

fn own_columns(kind: TableKind, names: &[String]) -> String {
    let own = names.iter().map(String::as_str).filter(|name| kind.owns(name));
    format!("{}: {}", kind.name(), listed(own))
}

/// Names as a message shows them: quoted, and not more than a screen of them.
pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names = names.map(|name| format!("`{}`", shorten(name, 40)));
    let mut shown: Vec<String> = names.by_ref().take(NAMES_SHOWN_MAX).collect();
    if names.next().is_some() {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(header: &str) -> Vec<String> {
        header.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn every_table_is_known_by_its_full_and_by_its_shortest_header() {
        for kind in TableKind::ALL {
            for columns in [kind.columns().to_vec(), kind.required().into_iter().rev().collect()] {
                let mut header = names(&columns.join(","));
                header.push("x_mine".to_owned());
                // A movement needs a height and an end besides; a token file is told by `basis`.
                if kind == TableKind::Movements {
                    header.push("to".to_owned());
                    header.dedup();
                }
                assert_eq!(TableKind::of(&header).map(|(kind, _)| kind), Ok(kind), "{header:?}");
            }
            assert!(kind.required().iter().all(|column| kind.columns().contains(column)));
        }
    }

    #[test]
    fn headers_of_no_table_of_two_and_with_a_mistyped_column() {
        let no_table = TableKind::of(&names("Transaction Hash,Blockno")).unwrap_err();
        assert!(
            no_table.contains("`Transaction Hash`, `Blockno`")
                && no_table.contains("a tokens table has chain,contract")
        );
        let two = TableKind::of(&names("chain,payee,from,tx")).unwrap_err();
        assert!(two.contains("movements: `from`; payouts: `payee`") && two.contains("a file of its own"), "{two}");
        let mistyped = TableKind::of(&names("chain,tx,asset,to,ammount")).unwrap_err();
        assert!(mistyped.starts_with("unknown column `ammount`: a movements table has chain, tx,"), "{mistyped}");
        let many = TableKind::of(&vec!["y".repeat(5000); 5000]).unwrap_err();
        assert!(many.len() < 3000, "{}", many.len());
    }

    #[test]
    fn headers_with_a_column_twice_or_missing() {
        let twice = TableKind::Tokens.check_header(&names("chain,contract,contract")).unwrap_err();
        assert!(twice.contains("`contract` is there twice: remove or rename"), "{twice}");
        let missing = TableKind::Labels.check_header(&names("chain,address,entity")).unwrap_err();
        assert_eq!(missing, "column `category` is missing: a labels table needs it");
    }
}

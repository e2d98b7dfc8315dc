//! Facts of the Bybit case, told here a second time and independently of the program, and the case's own rows.

use std::{collections::BTreeSet, sync::LazyLock};

use fundtrail::{
    DemoAnswer,
    types::{Account, Amount, Asset, Method, SeedAmount, Target, TraceAnswer},
};

use crate::desk::{Desk, data};

/// The cold wallet that was drained.
pub(crate) const COLD: &str = "0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4";
/// The account that took it.
pub(crate) const THEFT: &str = "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2";
/// The account that swapped, and pays far more ether than it is known to have received.
pub(crate) const SWAPPER: &str = "0xA4B2Fd68593B6F34E51cB9eDB66E71c1B4Ab449e";
/// The three others that fall short, in the order in which value reaches them.
pub(crate) const SHORT: [&str; 3] = [
    "0xdD90071D52F20e85c89802e5Dc1eC0A7B6475f92",
    "0xF302572594a68aA8F951faE64ED3aE7DA41c72Be",
    "0x327Ffe25f330D2d809106Ace581099aD1AF9bA23",
];
/// Where the cmETH ends.
pub(crate) const CMETH_END: &str = "0x1542368a03ad1f03d96D51B414f4738961Cf4443";
/// Who sent dust to the thief.
pub(crate) const STRANGERS: [&str; 3] = [
    "0x62a631ec4E541E7B7DE90E7be01f09B88F671268",
    "0x3D0DcC4c78009477003b038bE734a2dC54748cDF",
    "0xDbA4493C76c78FE45A6130F03331E63d27777777",
];

pub(crate) const ETH: &str = "eip155:1/native";
pub(crate) const STETH: &str = "eip155:1/erc20:0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84";
pub(crate) const METH: &str = "eip155:1/erc20:0xd5F7838F5C461fefF7FE49ea5ebaF7728bB0ADfa";
pub(crate) const CMETH: &str = "eip155:1/erc20:0xE6829d9a7eE3040e1276Fa75293Bde931859e8fA";

/// The methods whose figures are amounts.
pub(crate) const CONSERVING: [Method; 2] = [Method::Haircut, Method::Fifo];

/// The answer of the demo, run once.
pub(crate) static DEMO: LazyLock<DemoAnswer> = LazyLock::new(|| Desk::new().run("demo --db db --json").done().json());

/// The rows of the case's file, as the file has them.
pub(crate) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut file = csv::Reader::from_path(data("cases/bybit-2025/movements.csv")).unwrap();
    let columns = file.headers().unwrap().clone();
    let rows = file.records().map(Result::unwrap);
    rows.map(|row| {
        let cell = |name| row.get(columns.iter().position(|column| column == name).unwrap()).unwrap();
        let base_units = if cell("amount_raw").is_empty() { ether(cell("amount")) } else { raw(cell("amount_raw")) };
        Row {
            tx: cell("tx").to_owned(),
            height: [cell("block"), cell("before_block")].concat().parse().unwrap(),
            native: cell("asset") == "native",
            from: account(cell("from")),
            to: account(cell("to")),
            amount_raw: base_units,
        }
    })
    .collect()
});

/// A row of the case. Every asset in it has 18 decimals.
pub(crate) struct Row {
    pub(crate) tx: String,
    pub(crate) height: u64,
    pub(crate) native: bool,
    pub(crate) from: Account,
    pub(crate) to: Account,
    pub(crate) amount_raw: Amount,
}

/// The accounts on the FBI's list.
pub(crate) fn listed_by_fbi() -> BTreeSet<Account> {
    let mut file = csv::Reader::from_path(data("labels/fbi-psa-i-022625.csv")).unwrap();
    file.records().map(|row| account(row.unwrap().get(1).unwrap())).collect()
}

/// Ether paid by `from` in the case's rows, without empty calls.
pub(crate) fn ether_paid_by(from: &Account) -> impl Iterator<Item = &Row> {
    ROWS.iter().filter(move |row| row.native && row.from == *from && !row.amount_raw.is_zero())
}

pub(crate) fn account(address: &str) -> Account {
    address.parse().unwrap()
}

pub(crate) fn asset(name: &str) -> Asset {
    name.parse().unwrap()
}

pub(crate) fn ether(decimal: &str) -> Amount {
    Amount::parse_decimal(decimal, 18).unwrap()
}

pub(crate) fn raw(digits: &str) -> Amount {
    Amount::parse_decimal(digits, 0).unwrap()
}

/// A seed's own asset is what is held, so both figures are the same.
pub(crate) fn both(amount: Amount) -> SeedAmount {
    SeedAmount { held_raw: amount, seed_raw: amount }
}

#[track_caller]
pub(crate) fn target<'a>(answer: &'a TraceAnswer, account: &Account) -> &'a Target {
    let found = answer.targets.iter().find(|target| target.account == *account);
    found.unwrap_or_else(|| panic!("{account} is no target"))
}

#[track_caller]
pub(crate) fn seed_of(answer: &TraceAnswer, asset: &str) -> usize {
    answer.seeds.iter().position(|seed| seed.asset.to_string() == asset).unwrap()
}

//! A ledger, served as Etherscan serves one: windows, caps, and nothing found.

use fundtrail_types::Movement;
use serde_json::{Value, json};

use crate::server::{Act, Asked};

/// What an explorer knows of one account.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    pub(crate) transactions: Vec<Value>,
    pub(crate) internal: Vec<Value>,
    pub(crate) tokens: Vec<Value>,
    /// page * offset may not be larger.
    pub(crate) window: usize,
    /// Rows of a page, however many are asked for.
    pub(crate) cap: usize,
    pub(crate) head: u64,
}

impl Default for Ledger {
    fn default() -> Self {
        let none = Vec::new;
        Self { transactions: none(), internal: none(), tokens: none(), window: 10_000, cap: 10_000, head: 20_000_000 }
    }
}

pub(crate) fn refuse(said: &str) -> Act {
    Act::Json(json!({"status": "0", "message": "NOTOK", "result": said}))
}

impl Ledger {
    /// Answers as Etherscan does.
    pub(crate) fn answer(&self, asked: &Asked) -> Act {
        let number = |name: &str| asked[name].parse::<usize>().unwrap();
        let (rows, none) = match asked["action"].as_str() {
            "eth_blockNumber" => {
                return Act::Json(json!({"jsonrpc": "2.0", "id": 83, "result": format!("{:#x}", self.head)}));
            }
            "txlist" => (&self.transactions, "No transactions found"),
            "txlistinternal" => (&self.internal, "No internal transactions found"),
            "tokentx" => (&self.tokens, "No token transfers found"),
            _ => return refuse("Error! Missing Or invalid Action name"),
        };
        assert_eq!((asked["module"].as_str(), asked["sort"].as_str()), ("account", "asc"));
        let (page, offset) = (number("page"), number("offset"));
        if page * offset > self.window {
            let most = self.window;
            let said = format!("Result window is too large, PageNo x Offset size must be less than or equal to {most}");
            return refuse(&said);
        }
        let height = |row: &Value| row["blockNumber"].as_str().and_then(|text| text.parse::<usize>().ok());
        let asked_for = number("startblock")..=number("endblock");
        let found = rows.iter().filter(|row| height(row).is_none_or(|height| asked_for.contains(&height)));
        let found: Vec<&Value> = found.skip((page - 1) * offset).take(offset.min(self.cap)).collect();
        match found.is_empty() {
            true => Act::Json(json!({"status": "0", "message": none, "result": []})),
            false => Act::Json(json!({"status": "1", "message": "OK", "result": found})),
        }
    }
}

/// A hash or an address that begins with a number.
pub(crate) fn hash(number: u64) -> String {
    format!("0x{number:016x}{}", "0".repeat(48))
}

pub(crate) fn address(number: u64) -> String {
    format!("0x{number:016x}{}", "0".repeat(24))
}

/// A movement as a line: kind, asset, from, to, amount, height, time, n.
pub(crate) fn line(movement: &Movement) -> String {
    let side = |side: &Option<fundtrail_types::Address>| side.as_ref().map_or("-".to_owned(), |side| side.to_string());
    let time = movement.time.map_or("-".to_owned(), |time| time.to_string());
    let line = format!(
        "{} {} {} {} {} {} ",
        movement.kind,
        movement.asset.name_on_chain(),
        side(&movement.from),
        side(&movement.to),
        movement.amount,
        movement.order.height,
    );
    line.to_lowercase() + &format!("{time} {}", movement.n)
}

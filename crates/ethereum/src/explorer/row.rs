//! A row of a list: fields by name, read exactly.
//!
//! Explorers write numbers as texts, and some as numbers. Either way the digits are read as they stand: an amount never passes
//! through a float.

use std::{borrow::Cow, collections::HashMap};

use fundtrail_types::{Address, Amount, Asset, Chain, Kind, Movement, Order, Time, TxId, TxOrder};
use serde_json::value::RawValue;

/// Characters of a rejected row that go into a problem.
const RECORD_CHARS_MAX: usize = 400;

/// A row.
pub(super) struct Row<'a> {
    fields: HashMap<Cow<'a, str>, &'a RawValue>,
    chain: Chain,
}

impl<'a> Row<'a> {
    pub(super) fn read(raw: &'a RawValue, chain: Chain) -> Result<Self, String> {
        let fields = serde_json::from_str(raw.get()).map_err(|_| "it is no object: ask again".to_owned())?;
        Ok(Self { fields, chain })
    }

    pub(super) fn chain(&self) -> Chain {
        self.chain
    }

    /// Whether the row has a field that is not empty, whatever it holds.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(|raw| !matches!(raw.get(), "null" | "\"\"" | "[]"))
    }

    /// A text, or the digits of a number; none if it is not there or empty.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let raw = self.fields.get(name)?.get();
        let text = match raw.as_bytes().first()? {
            b'"' => serde_json::from_str(raw).ok()?,
            b'0'..=b'9' | b'-' => raw.to_owned(),
            _ => return None,
        };
        Some(text.trim().to_owned()).filter(|text: &String| !text.is_empty())
    }

    pub(super) fn integer(&self, name: &str) -> Result<Option<u64>, String> {
        let number =
            |text: String| text.parse().map_err(|_| format!("`{name}`: `{}` is no whole number", short(&text, 40)));
        self.get(name).map(number).transpose()
    }

    /// An index; none if it is not told, or so large that it is none.
    pub(super) fn index(&self, name: &str) -> Option<u32> {
        self.get(name)?.parse().ok().filter(|index| *index < u32::MAX)
    }

    /// An amount in base units.
    pub(super) fn amount(&self, name: &str) -> Result<Option<Amount>, String> {
        let amount = |text: String| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let read = text.parse().ok().filter(|_| digits);
            read.ok_or_else(|| format!("`{name}`: `{}` is no amount in base units", short(&text, 90)))
        };
        self.get(name).map(amount).transpose()
    }

    pub(super) fn amount_required(&self, name: &str) -> Result<Amount, String> {
        self.amount(name)?.ok_or_else(|| format!("`{name}` is missing: every row needs it"))
    }

    pub(super) fn address(&self, name: &str) -> Result<Option<Address>, String> {
        let address = |text: String| Address::parse(self.chain, &text).map_err(|error| format!("`{name}`: {error}"));
        self.get(name).map(address).transpose()
    }

    pub(super) fn address_required(&self, name: &str) -> Result<Address, String> {
        self.address(name)?.ok_or_else(|| format!("`{name}` is missing: every row needs it"))
    }

    /// Who got the value. What creates a contract goes to nobody; its value goes to the contract.
    pub(super) fn receiver(&self) -> Result<Option<Address>, String> {
        match self.address("to")? {
            Some(to) => Ok(Some(to)),
            None => self.address("contractAddress"),
        }
    }

    pub(super) fn height(&self) -> Result<u64, String> {
        self.integer("blockNumber")?.ok_or_else(|| "`blockNumber` is missing: every row needs it".to_owned())
    }

    pub(super) fn time(&self) -> Result<Option<Time>, String> {
        let time = |seconds: u64| {
            let time = i64::try_from(seconds).ok().and_then(Time::from_unix);
            time.ok_or_else(|| format!("`timeStamp`: `{seconds}` is no time of a block"))
        };
        self.integer("timeStamp")?.map(time).transpose()
    }

    /// The transaction; Blockscout calls it otherwise in one of the lists.
    pub(super) fn tx(&self) -> Result<TxId, String> {
        let text = self.get("hash").or_else(|| self.get("transactionHash"));
        let text = text.ok_or_else(|| "`hash` is missing: every row needs it".to_owned())?;
        TxId::parse(self.chain, &text).map_err(|error| format!("`hash`: {error}"))
    }

    /// A movement that the row tells. Its `n` is left 0, its leg unknown.
    pub(super) fn movement(
        &self,
        kind: Kind,
        asset: Asset,
        (from, to): (Address, Option<Address>),
        amount: Amount,
    ) -> Result<Movement, String> {
        let tx_order = self.index("transactionIndex").map_or(TxOrder::Unknown, TxOrder::Index);
        let order = Order { height: self.height()?, tx: tx_order, leg: None };
        let (chain, tx, time) = (self.chain, self.tx()?, self.time()?);
        Ok(Movement { chain, tx, kind, asset, from: Some(from), to, amount, n: 0, order, time })
    }

    /// What `isError` says: 0 is success.
    pub(super) fn is_error(&self) -> Result<Option<bool>, String> {
        match self.get("isError").as_deref() {
            None => Ok(None),
            Some("0") => Ok(Some(false)),
            Some("1") => Ok(Some(true)),
            Some(other) => Err(format!("`isError`: `{}` is neither 0 nor 1", short(other, 40))),
        }
    }
}

/// The beginning of a text.
pub(super) fn short(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).collect()
}

/// A row as a problem shows it.
pub(super) fn record(raw: &RawValue) -> String {
    short(raw.get(), RECORD_CHARS_MAX)
}

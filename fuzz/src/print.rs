//! Rows as JSONL, so that what was read can be read back and compared.

use fundtrail_tables::movements::MovementRow;
use fundtrail_types::{AssetInfo, Coverage, CrossingSide, Label, Payout, Price, PriceTime, Priced, TxOrder};
use serde_json::{Map, Value};

/// A row that can be written the way it is read.
pub(crate) trait Print {
    /// Its columns. One that is none is left out.
    fn columns(&self) -> Vec<(&'static str, Option<String>)>;

    /// One line, without its end.
    fn line(&self) -> String {
        let filled = self.columns().into_iter().filter_map(|(name, value)| Some((name, value?)));
        let object: Map<String, Value> = filled.map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
        Value::Object(object).to_string()
    }
}

fn shown(value: &impl ToString) -> Option<String> {
    Some(value.to_string())
}

impl Print for MovementRow {
    fn columns(&self) -> Vec<(&'static str, Option<String>)> {
        let movement = &self.movement;
        let height = match movement.order.tx {
            TxOrder::Opening => ("before_block", shown(&movement.order.height)),
            TxOrder::Index(_) | TxOrder::Unknown => ("block", shown(&movement.order.height)),
            // Its time says it all.
            TxOrder::Timed => ("block", None),
        };
        let index = match movement.order.tx {
            TxOrder::Index(index) => shown(&index),
            TxOrder::Opening | TxOrder::Unknown | TxOrder::Timed => None,
        };
        vec![
            ("chain", shown(&movement.chain)),
            ("tx", shown(&movement.tx)),
            height,
            ("time", movement.time.as_ref().and_then(shown)),
            ("tx_index", index),
            ("leg", movement.order.leg.as_ref().and_then(shown)),
            ("kind", shown(&movement.kind)),
            ("asset", Some(movement.asset.name_on_chain())),
            ("from", movement.from.as_ref().and_then(shown)),
            ("to", movement.to.as_ref().and_then(shown)),
            ("amount_raw", shown(&movement.amount)),
            ("decimals", self.decimals.as_ref().and_then(shown)),
            ("symbol", self.symbol.clone()),
            ("note", self.note.clone()),
        ]
    }
}

impl Print for Label {
    fn columns(&self) -> Vec<(&'static str, Option<String>)> {
        let in_force = |day: fn(&fundtrail_types::InForce) -> Option<fundtrail_types::Date>| {
            self.in_force.as_ref().and_then(day).as_ref().and_then(shown)
        };
        vec![
            ("chain", shown(&self.chain)),
            ("address", Some(self.address.clone())),
            ("entity", Some(self.entity.clone())),
            ("category", shown(&self.category)),
            ("class", shown(&self.class)),
            ("programme", self.programme.clone()),
            ("uid", self.uid.clone()),
            ("source", Some(self.source.clone())),
            ("confidence", shown(&self.confidence)),
            ("in_force_from", in_force(|times| times.from)),
            ("in_force_until", in_force(|times| times.until)),
            ("known_since", self.known_since.as_ref().and_then(shown)),
            ("known_by", self.known_by.as_ref().and_then(shown)),
            ("note", self.note.clone()),
        ]
    }
}

impl Print for Price {
    fn columns(&self) -> Vec<(&'static str, Option<String>)> {
        let mut columns = match &self.of {
            Priced::Coin(coin) => vec![("coin", Some(coin.clone()))],
            Priced::Asset(asset) => vec![("chain", shown(&asset.chain)), ("asset", Some(asset.name_on_chain()))],
        };
        columns.push(match &self.when {
            PriceTime::Day(day) => ("date", shown(day)),
            PriceTime::From(time) => ("time", shown(time)),
        });
        columns.extend([
            ("price", shown(&self.price)),
            ("currency", shown(&self.currency)),
            ("source", Some(self.source.clone())),
        ]);
        columns
    }
}

impl Print for Payout {
    fn columns(&self) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("payee", Some(self.payee.clone())),
            ("chain", shown(&self.wallet.chain)),
            ("wallet", shown(&self.wallet.address)),
            ("asset", Some(self.asset.name_on_chain())),
            ("amount_raw", shown(&self.amount_raw)),
            ("date", self.date.as_ref().and_then(shown)),
            ("tx", self.tx.as_ref().and_then(shown)),
            ("payer", self.payer.as_ref().and_then(|payer| shown(&payer.address))),
            ("employer", self.employer.clone()),
        ]
    }
}

impl Print for Coverage {
    fn columns(&self) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("chain", shown(&self.chain)),
            ("account", self.account.as_ref().and_then(|account| shown(&account.address))),
            ("what", shown(&self.what)),
            ("direction", shown(&self.direction)),
            ("asset", self.asset.as_ref().map(fundtrail_types::Asset::name_on_chain)),
            ("from_block", shown(&self.from_height)),
            ("to_block", shown(&self.to_height)),
            ("claim", shown(&self.claim)),
            ("source", Some(self.source.clone())),
            ("note", self.note.clone()),
        ]
    }
}

impl Print for CrossingSide {
    fn columns(&self) -> Vec<(&'static str, Option<String>)> {
        let crossing = &self.crossing;
        vec![
            ("bridge", Some(crossing.bridge.clone())),
            ("crossing_id", Some(crossing.id.clone())),
            ("through", shown(&crossing.through)),
            ("basis", shown(&crossing.basis)),
            ("side", shown(&self.side)),
            ("chain", shown(&self.chain())),
            ("tx", shown(&self.tx)),
            ("account", self.account.as_ref().and_then(|account| shown(&account.address))),
            ("asset", Some(self.asset.name_on_chain())),
            ("amount_raw", shown(&self.amount_raw)),
            ("source", Some(crossing.source.clone())),
        ]
    }
}

impl Print for AssetInfo {
    fn columns(&self) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("chain", shown(&self.asset.chain)),
            ("contract", Some(self.asset.name_on_chain())),
            ("symbol", Some(self.symbol.clone())),
            ("decimals", self.decimals.as_ref().and_then(shown)),
            ("basis", Some(if self.verified { "published" } else { "assumed" }.to_owned())),
            ("source", Some("any".to_owned())),
        ]
    }
}

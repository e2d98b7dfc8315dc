//! The whole content of a database as one file of JSON lines, and back: to move it, to keep it, to bring it into another
//! format, to look into it with other tools.
//!
//! The first line says what the file is, the last one how many lines there were, so that a file that was cut off is
//! noticed. Between them stand transactions with their movements, symbols, claims of coverage and finished loads, each
//! with all that was known of it. Importing adds to what the database holds, as any load does, once the whole file was
//! looked at.

mod export;
mod import;

use fundtrail_store::{Completeness, SourceInfo, StoredTx, TxView};
use fundtrail_types::{
    Address, Amount, Asset, Chain, Coverage, Kind, Movement, Order, Relation, RelationKind, TIMED_HEIGHT, Time, TxId,
    TxOrder,
};
use serde::{Deserialize, Serialize};

pub use export::export;
pub use import::{ImportReport, import};

/// The version of these lines.
const VERSION: u32 = 1;

/// One line of an export.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The first one.
    FundtrailExport {
        version: u32,
    },
    Transaction(Transaction),
    /// What a source called an asset.
    Symbol {
        asset: Asset,
        decimals: Option<u8>,
        symbol: String,
    },
    Coverage(Coverage),
    /// A load that finished.
    Source(SourceInfo),
    /// The last one: how many lines come before it, and the SHA-256 of their bytes.
    End {
        lines: u64,
        sha256: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Transaction {
    chain: Chain,
    id: String,
    /// Block or slot; for a transaction of which only the time is known, its stand-in.
    height: u64,
    order: TxOrder,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time: Option<Time>,
    /// All of it is known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    complete: bool,
    /// Sources contradict each other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    conflict: bool,
    movements: Vec<Leg>,
    /// What it shows besides; exports of earlier builds have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    relations: Vec<Link>,
}

#[derive(Serialize, Deserialize)]
struct Link {
    kind: RelationKind,
    subject: String,
    object: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asset: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Leg {
    kind: Kind,
    asset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    amount: Amount,
    #[serde(default, skip_serializing_if = "is_zero")]
    n: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    leg: Option<u32>,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Transaction {
    fn of(tx: &StoredTx, view: &TxView) -> Self {
        let leg = |movement: Movement| Leg {
            kind: movement.kind,
            asset: movement.asset.name_on_chain(),
            from: movement.from.map(|address| address.to_string()),
            to: movement.to.map(|address| address.to_string()),
            amount: movement.amount,
            n: movement.n,
            leg: movement.order.leg,
        };
        Self {
            chain: tx.chain,
            id: tx.id.to_string(),
            height: tx.height,
            order: tx.order,
            time: tx.time,
            complete: tx.completeness == Completeness::Complete,
            conflict: view.has_conflict(),
            movements: view.movements().into_iter().map(leg).collect(),
            relations: view.relations().into_iter().map(Link::of).collect(),
        }
    }

    fn view(self) -> Result<TxView, String> {
        let chain = self.chain;
        let tx = TxId::parse(chain, &self.id).map_err(|error| error.to_string())?;
        let address = |text: Option<String>| {
            text.map(|text| Address::parse(chain, &text).map_err(|error| error.to_string())).transpose()
        };
        let movement = |leg: Leg| {
            Ok(Movement {
                chain,
                tx: tx.clone(),
                kind: leg.kind,
                asset: Asset::parse(chain, &leg.asset).map_err(|error| error.to_string())?,
                from: address(leg.from)?,
                to: address(leg.to)?,
                amount: leg.amount,
                n: leg.n,
                order: Order { height: self.height, tx: self.order, leg: leg.leg },
                time: self.time,
            })
        };
        if (self.order == TxOrder::Timed) != (self.height >= TIMED_HEIGHT) {
            return Err("the height and the order of the transaction contradict each other".to_owned());
        }
        let order = Order { height: self.height, tx: self.order, leg: None };
        let relations = self.relations.into_iter().map(|link| link.relation(chain, &tx, order, self.time));
        let relations = relations.collect::<Result<Vec<_>, _>>()?;
        if !relations.is_empty() && !self.complete {
            return Err("the transaction is partial and has relations: only a complete one has".to_owned());
        }
        let movements: Vec<Movement> = self.movements.into_iter().map(movement).collect::<Result<_, String>>()?;
        let completeness = if self.complete { Completeness::Complete } else { Completeness::Partial };
        let view = TxView::of_transaction(completeness, &movements);
        let view = view.ok_or("the transaction has no movements: each has at least one")?.with_relations(&relations);
        Ok(if self.conflict { view.in_conflict() } else { view })
    }
}

impl Link {
    fn of(relation: Relation) -> Self {
        Self {
            kind: relation.kind,
            subject: relation.subject.to_string(),
            object: relation.object.to_string(),
            asset: relation.asset.as_ref().map(Asset::name_on_chain),
        }
    }

    fn relation(self, chain: Chain, tx: &TxId, order: Order, time: Option<Time>) -> Result<Relation, String> {
        let address = |text: &str| Address::parse(chain, text).map_err(|error| error.to_string());
        let asset = self.asset.map(|text| Asset::parse(chain, &text)).transpose().map_err(|error| error.to_string())?;
        let (subject, object) = (address(&self.subject)?, address(&self.object)?);
        Ok(Relation { chain, kind: self.kind, subject, object, asset, tx: tx.clone(), order, time })
    }
}

//! The whole content of a database as one file of JSON lines, and back: to move it, to keep it, to bring it into another
//! format, to look into it with other tools.
//!
//! The first line says what the file is, the last one how many lines there were, so that a file that was cut off is
//! noticed. Between them stand transactions with their movements and relations, symbols, claims of coverage and finished loads, each
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

/// The version of these lines. The first one told no relations, and is read as well.
const VERSION: u32 = 2;
const VERSION_MIN: u32 = 1;

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
    /// What it shows of addresses besides; of complete transactions only.
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
        let link = |relation: Relation| Link {
            kind: relation.kind,
            subject: relation.subject.to_string(),
            object: relation.object.to_string(),
            asset: relation.asset.map(|asset| asset.name_on_chain()),
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
            relations: view.relations().into_iter().map(link).collect(),
        }
    }

    fn view(self) -> Result<TxView, String> {
        let chain = self.chain;
        let tx = TxId::parse(chain, &self.id).map_err(|error| error.to_string())?;
        if (self.order == TxOrder::Timed) != (self.height >= TIMED_HEIGHT) {
            return Err("the height and the order of the transaction contradict each other".to_owned());
        }
        if !self.complete && !self.relations.is_empty() {
            return Err("the transaction has relations and is not complete: only complete ones have some".to_owned());
        }
        let movement = |leg: Leg| {
            Ok(Movement {
                chain,
                tx: tx.clone(),
                kind: leg.kind,
                asset: asset(chain, &leg.asset)?,
                from: leg.from.map(|from| address(chain, &from)).transpose()?,
                to: leg.to.map(|to| address(chain, &to)).transpose()?,
                amount: leg.amount,
                n: leg.n,
                order: Order { height: self.height, tx: self.order, leg: leg.leg },
                time: self.time,
            })
        };
        let relation = |link: Link| {
            Ok(Relation {
                chain,
                kind: link.kind,
                subject: address(chain, &link.subject)?,
                object: address(chain, &link.object)?,
                asset: link.asset.map(|name| asset(chain, &name)).transpose()?,
                tx: tx.clone(),
                order: Order { height: self.height, tx: self.order, leg: None },
                time: self.time,
            })
        };
        let movements: Vec<Movement> = self.movements.into_iter().map(movement).collect::<Result<_, String>>()?;
        let relations: Vec<Relation> = self.relations.into_iter().map(relation).collect::<Result<_, String>>()?;
        let completeness = if self.complete { Completeness::Complete } else { Completeness::Partial };
        let view = TxView::of_transaction(completeness, &movements);
        let view = view.ok_or("the transaction has no movements: each has at least one")?.with_relations(&relations);
        Ok(if self.conflict { view.in_conflict() } else { view })
    }
}

fn address(chain: Chain, text: &str) -> Result<Address, String> {
    Address::parse(chain, text).map_err(|error| error.to_string())
}

fn asset(chain: Chain, name: &str) -> Result<Asset, String> {
    Asset::parse(chain, name).map_err(|error| error.to_string())
}

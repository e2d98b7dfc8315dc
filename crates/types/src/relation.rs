//! Relations: what a transaction shows of two addresses besides what moved between them. They are what clustering rests on.
//!
//! A relation is an observation and no judgement: that one paid the other's fee is a fact, that both are one person is not.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Account, Address, Asset, Chain, Order, Time, TxId};

/// What one transaction shows of two addresses of its chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Row", into = "Row")]
pub struct Relation {
    /// The chain on which it happened.
    pub chain: Chain,
    /// What it shows.
    pub kind: RelationKind,
    /// Whom it is said of.
    pub subject: Address,
    /// The other one; what each kind means is said there.
    pub object: Address,
    /// Of which asset; none if it is not about one.
    pub asset: Option<Asset>,
    /// The transaction.
    pub tx: TxId,
    /// Where it stands in its chain's history.
    pub order: Order,
    /// Time of the block; none if the source did not tell.
    pub time: Option<Time>,
}

/// What a relation shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// The object paid the fee of a transaction in which the subject, who is another, authorised a movement.
    FeePayer,
    /// Both signed. Has no direction: the smaller address is the subject.
    CoSigner,
    /// The object paid for the opening of a token account of the subject.
    RentPayer,
    /// What a closed account of the subject held went to the object.
    CloseDestination,
    /// The subject had no native coin before, and the object sent the first.
    FirstFunder,
    /// The object is a token account of the subject, for the asset.
    TokenAccount,
    /// The subject handed a token account with the asset to the object.
    Authority,
}

impl RelationKind {
    /// Every kind, in order.
    pub const ALL: [Self; 7] = [
        Self::FeePayer,
        Self::CoSigner,
        Self::RentPayer,
        Self::CloseDestination,
        Self::FirstFunder,
        Self::TokenAccount,
        Self::Authority,
    ];

    /// The name used in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::FeePayer => "fee_payer",
            Self::CoSigner => "co_signer",
            Self::RentPayer => "rent_payer",
            Self::CloseDestination => "close_destination",
            Self::FirstFunder => "first_funder",
            Self::TokenAccount => "token_account",
            Self::Authority => "authority",
        }
    }
}

impl FromStr for RelationKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|kind| kind.name()).collect();
            let text: String = text.chars().take(40).collect();
            format!("`{text}` is not a kind of relation: write one of {}", names.join(", "))
        })
    }
}

impl fmt::Display for RelationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A relation as it is written: both addresses as accounts, which name their chain.
#[derive(Serialize, Deserialize)]
struct Row {
    kind: RelationKind,
    subject: Account,
    object: Account,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asset: Option<Asset>,
    tx: TxId,
    order: Order,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time: Option<Time>,
}

impl From<Relation> for Row {
    fn from(one: Relation) -> Self {
        let account = |address| Account { chain: one.chain, address };
        Self {
            kind: one.kind,
            subject: account(one.subject),
            object: account(one.object),
            asset: one.asset,
            tx: one.tx,
            order: one.order,
            time: one.time,
        }
    }
}

impl TryFrom<Row> for Relation {
    type Error = String;

    fn try_from(row: Row) -> Result<Self, String> {
        let chain = row.subject.chain;
        if row.object.chain != chain || row.asset.as_ref().is_some_and(|asset| asset.chain != chain) {
            return Err(format!("the relation of {} and {} is not of one chain", row.subject, row.object));
        }
        Ok(Self {
            chain,
            kind: row.kind,
            subject: row.subject.address,
            object: row.object.address,
            asset: row.asset,
            tx: row.tx,
            order: row.order,
            time: row.time,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TxOrder;

    fn relation() -> Relation {
        let address = |byte| Address::Solana([byte; 32]);
        Relation {
            chain: Chain::SOLANA,
            kind: RelationKind::TokenAccount,
            subject: address(1),
            object: address(2),
            asset: Some(Asset::native(Chain::SOLANA)),
            tx: TxId::Solana([3; 64]),
            order: Order { height: 7, tx: TxOrder::Index(1), leg: None },
            time: Time::from_unix(1_700_000_000),
        }
    }

    #[test]
    fn relations_are_written_and_read_back() {
        let without = Relation { asset: None, time: None, kind: RelationKind::CoSigner, ..relation() };
        for one in [relation(), without] {
            let text = serde_json::to_string(&one).unwrap();
            assert_eq!(serde_json::from_str::<Relation>(&text).unwrap(), one, "{text}");
        }
        for kind in RelationKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        }
        assert!("friend".parse::<RelationKind>().is_err());
    }

    #[test]
    fn a_relation_across_chains_is_refused() {
        let text = serde_json::to_string(&relation()).unwrap().replacen(Chain::SOLANA.name(), "solana:other", 1);
        assert!(serde_json::from_str::<Relation>(&text).unwrap_err().to_string().contains("not of one chain"));
    }
}

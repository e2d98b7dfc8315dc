//! One transaction, explained: what is stored of it, what that means together, and what of it is not known.

use std::collections::BTreeSet;

use fundtrail_store::{Completeness, Store, StoredTx};
use fundtrail_types::{
    Account, Address, Asset, Chain, Change, Coverage, Date, Direction, Family, Kind, Movement, Reading, Relation, Side,
    TxAccount, TxAnswer, TxChange, TxGap, TxId, TxMovement, TxOrder, TxReading, TxRelation, What,
};

use crate::{Error, Reference};

/// Explains a stored transaction. Without a chain it is looked for on every chain of the database.
///
/// # Errors
/// If it is not stored, or on several chains; or the database fails.
pub fn explain(
    store: &Store,
    reference: &Reference,
    chain: Option<Chain>,
    id: &str,
    as_of: Date,
) -> Result<TxAnswer, Error> {
    let tx = find(store, chain, id)?;
    let movements = store.movements_at(&tx)?;
    let relations: Vec<TxRelation> = store.relations_at(&tx)?.into_iter().map(relation).collect();
    let movers: BTreeSet<Account> =
        movements.iter().flat_map(|one| [one.from_account(), one.to_account()]).flatten().collect();
    let coverage = coverage(store, &tx, &movers)?;
    let related = relations.iter().flat_map(|one| [one.subject.clone(), one.object.clone()]);
    let accounts: BTreeSet<Account> = movers.into_iter().chain(related).collect();
    let of_relations = relations.iter().filter_map(|one| one.asset.as_ref());
    let assets: BTreeSet<&Asset> = movements.iter().map(|one| &one.asset).chain(of_relations).collect();
    let labels = |account: &Account| reference.labels().lookup(account, as_of).into_iter().cloned().collect();
    Ok(TxAnswer {
        chain: tx.chain,
        height: matches!(tx.order, TxOrder::Index(_) | TxOrder::Unknown).then_some(tx.height),
        order: tx.order,
        time: tx.time,
        complete: tx.completeness == Completeness::Complete,
        as_of,
        assets: assets.into_iter().map(|asset| reference.asset_info(store, asset)).collect::<Result<_, _>>()?,
        reading: reading(tx.chain, &movements),
        gaps: gaps(&tx, &movements, &coverage),
        movements: movements.iter().map(movement).collect(),
        accounts: accounts.into_iter().map(|account| TxAccount { labels: labels(&account), account }).collect(),
        coverage,
        relations,
        tx: tx.id,
    })
}

/// The chain and the id of a stored transaction. Without a chain it is looked for on every chain of the database.
///
/// # Errors
/// If it is not stored, or on several chains; or the database fails.
pub fn find_tx(store: &Store, chain: Option<Chain>, id: &str) -> Result<(Chain, TxId), Error> {
    let tx = find(store, chain, id)?;
    Ok((tx.chain, tx.id))
}

fn find(store: &Store, chain: Option<Chain>, id: &str) -> Result<StoredTx, Error> {
    let chains = match chain {
        Some(chain) => vec![chain],
        None => store.chains()?.into_iter().map(|(chain, _)| chain).collect(),
    };
    let mut found = Vec::new();
    for chain in &chains {
        // What is no id of a chain is on no such chain.
        if let Ok(id) = TxId::parse(*chain, id) {
            found.extend(store.tx_by_id(*chain, &id)?);
        }
    }
    let names = |chains: Vec<Chain>| match chains.is_empty() {
        true => "any chain, for it is empty".to_owned(),
        false => chains.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let id = id.to_owned();
    match found.len() {
        0 => Err(Error::NoTransaction { id, chains: names(chains) }),
        1 => Ok(found.remove(0)),
        _ => Err(Error::OnSeveralChains { id, chains: names(found.iter().map(|tx| tx.chain).collect()) }),
    }
}

fn movement(one: &Movement) -> TxMovement {
    TxMovement {
        kind: one.kind,
        from: one.from_account(),
        to: one.to_account(),
        asset: one.asset.clone(),
        amount_raw: one.amount,
        leg: one.order.leg,
    }
}

fn relation(one: Relation) -> TxRelation {
    let account = |address| Account { chain: one.chain, address };
    TxRelation { kind: one.kind, subject: account(one.subject), object: account(one.object), asset: one.asset }
}

fn reading(chain: Chain, movements: &[Movement]) -> TxReading {
    let reading = Reading::of(movements);
    let account = |address: Address| Account { chain, address };
    let accounts = |addresses: Vec<Address>| addresses.into_iter().map(account).collect();
    let changes = |changes: Vec<Change>| {
        let change = |one: Change| TxChange {
            account: account(one.address),
            asset: one.asset,
            side: one.side,
            amount_raw: one.amount,
        };
        changes.into_iter().map(change).collect()
    };
    TxReading {
        actor: reading.actor().cloned().map(account),
        sender: reading.sender.map(account),
        changes: changes(reading.changes),
        payers: accounts(reading.payers),
        payees: accounts(reading.payees),
        converters: accounts(reading.converters),
        passages: accounts(reading.passages),
        compensation: changes(reading.compensation),
    }
}

/// What sources claim at the height of a transaction, of its chain and of its accounts.
fn coverage(store: &Store, tx: &StoredTx, accounts: &BTreeSet<Account>) -> Result<Vec<Coverage>, Error> {
    let mut claims = BTreeSet::new();
    // A stand-in for a height is covered by nobody.
    if matches!(tx.order, TxOrder::Index(_) | TxOrder::Unknown) {
        for account in accounts {
            claims.extend(store.coverage_of(account)?);
        }
    }
    claims.retain(|claim: &Coverage| (claim.from_height..=claim.to_height).contains(&tx.height));
    Ok(claims.into_iter().collect())
}

fn gaps(tx: &StoredTx, movements: &[Movement], coverage: &[Coverage]) -> Vec<TxGap> {
    let mut gaps = Vec::new();
    if tx.completeness == Completeness::Partial {
        let listed = |whats: &[What]| {
            coverage.iter().any(|claim| {
                claim.account.is_none()
                    && claim.asset.is_none()
                    && claim.direction == Direction::Both
                    && whats.contains(&claim.what)
            })
        };
        match tx.chain.family() {
            _ if listed(&[What::All]) => {}
            Family::Evm if listed(&[What::Internal]) => gaps.push(TxGap::Partial),
            Family::Evm => gaps.push(TxGap::InternalMissing),
            _ => gaps.push(TxGap::Partial),
        }
    }
    for one in movements.iter().filter(|one| one.kind == Kind::Unexplained) {
        let sides = [(one.to_account(), Side::In), (one.from_account(), Side::Out)];
        gaps.extend(sides.into_iter().filter_map(|(account, side)| {
            let (asset, amount_raw) = (one.asset.clone(), one.amount);
            Some(TxGap::Unexplained(Box::new(TxChange { account: account?, asset, side, amount_raw })))
        }));
    }
    if tx.conflict {
        gaps.push(TxGap::Conflict);
    }
    gaps.extend(match tx.order {
        TxOrder::Index(_) => None,
        TxOrder::Unknown => Some(TxGap::OrderUnknown),
        TxOrder::Opening => Some(TxGap::HeightUnknown { before: tx.height }),
        TxOrder::Timed => Some(TxGap::PlacedByTime),
    });
    // One alone needs no order, and fees come first whatever a source tells.
    let ordered: Vec<&Movement> = movements.iter().filter(|one| one.kind != Kind::Fee).collect();
    let unordered = ordered.iter().filter(|one| one.order.leg.is_none()).count();
    if ordered.len() > 1 && unordered > 0 {
        gaps.push(TxGap::MovementsUnordered { movements: unordered });
    }
    if tx.time.is_none() {
        gaps.push(TxGap::NoTime);
    }
    gaps
}

//! The certificate of an answer: what was searched, and every gap by name.

use std::collections::BTreeSet;

use fundtrail_store::AccountId;
use fundtrail_types::{Certificate, Chain, Fate, Gap, MethodAnswer, Position, TxOrder};

use crate::{
    Ledger, TraceError,
    engine::{Carried, Record},
    run::Run,
};

/// The certificate. Statements about the data are left to the caller.
pub(crate) fn certificate(
    run: Run<'_, impl Ledger>,
    record: &Record,
    carried: &[Carried],
    methods: &[MethodAnswer],
) -> Result<Certificate, TraceError> {
    let Run { ledger, seeds, .. } = run;
    let mut gaps = BTreeSet::new();
    for end in methods.iter().flat_map(|method| &method.dispositions).filter(|end| end.fate == Fate::DataEnds) {
        if let Some(account) = &end.account {
            gaps.insert(Gap::NoCoverage { account: account.clone(), asset: end.asset.clone() });
        }
    }
    gaps.extend(of_accounts(ledger, record)?);
    for opening in carried.iter().filter(|one| one.entry.order == TxOrder::Opening && one.to != AccountId::NONE) {
        gaps.insert(Gap::UnknownHeight { account: ledger.account(opening.to)?, before: opening.entry.position.height });
    }
    for (asset, movements) in &seeds.unverified {
        gaps.insert(Gap::UnverifiedAsset { asset: asset.clone(), movements: *movements });
    }
    for (account, movements) in &seeds.timeless {
        gaps.insert(Gap::NotChosen { account: account.clone(), movements: *movements });
    }
    gaps.extend(record.stopped.iter().map(|(chain, height)| Gap::Stopped { chain: *chain, height: *height }));
    gaps.extend(of_crossings(run, record));
    gaps.extend(of_transactions(ledger, record)?);
    let timeless = carried.iter().filter(|one| one.entry.time.is_none()).count();
    if timeless > 0 {
        gaps.insert(Gap::NoTimes { movements: timeless });
    }
    let mut coverage = record.coverage.clone();
    coverage.sort();
    coverage.dedup();
    let heights = record.heights.iter().map(|(chain, (low, high))| (chain.to_string(), *low, *high)).collect();
    Ok(Certificate {
        accounts_opened: record.accounts_opened,
        movements_read: record.movements_read,
        heights,
        coverage,
        gaps: gaps.into_iter().collect(),
        statements: Vec::new(),
    })
}

/// What is not known of the bridges that took value.
fn of_crossings(run: Run<'_, impl Ledger>, record: &Record) -> Vec<Gap> {
    let unjoined = record.unjoined.iter().filter_map(|gate| run.crossings.unjoined_at(gate));
    let unjoined =
        unjoined.map(|(crossing, why)| Gap::NotJoined { crossing: Box::new(crossing.clone()), why: why.clone() });
    let shared = record.shared.iter().map(|index| run.crossings.joined[*index].crossing.clone());
    let shared = shared.map(|crossing| Gap::CrossingShared { crossing: Box::new(crossing) });
    let rounds = record.rounds_over.map(|rounds| Gap::TooManyCrossings { rounds });
    unjoined.chain(shared).chain(rounds).collect()
}

/// What is not known of transactions that were taken as a whole.
fn of_transactions(ledger: &impl Ledger, record: &Record) -> Result<Vec<Gap>, TraceError> {
    let named = |places: &BTreeSet<(Chain, Position)>| {
        let tx = |(chain, at): &(Chain, Position)| ledger.txs(*chain, &[*at]);
        places.iter().map(tx).collect::<Result<Vec<_>, _>>().map(|txs| txs.into_iter().flatten())
    };
    let shares = named(&record.shares_stand_in)?.map(|tx| Gap::SharesStandIn { tx });
    let tangled = named(&record.tangled)?.map(|tx| Gap::Tangled { tx });
    Ok(shares.chain(tangled).collect())
}

/// What is not known of the accounts that were opened, or should have been.
fn of_accounts(ledger: &impl Ledger, record: &Record) -> Result<Vec<Gap>, TraceError> {
    let mut gaps = Vec::new();
    for (account, asset, amount_raw) in &record.unknown_inflow {
        gaps.push(Gap::UnknownInflow {
            account: ledger.account(*account)?,
            asset: ledger.asset(*asset)?,
            amount_raw: *amount_raw,
        });
    }
    for (account, asset) in &record.inflows_not_listed {
        gaps.push(Gap::InflowsNotListed { account: ledger.account(*account)?, asset: ledger.asset(*asset)? });
    }
    for ((account, asset), (in_raw, out_raw)) in &record.unexplained {
        gaps.push(Gap::Unexplained {
            account: ledger.account(*account)?,
            asset: ledger.asset(*asset)?,
            in_raw: *in_raw,
            out_raw: *out_raw,
        });
    }
    for (account, heights) in &record.internal_missing {
        gaps.push(Gap::InternalMissing { account: ledger.account(*account)?, heights: heights.clone() });
    }
    for (account, height) in &record.unknown_order {
        gaps.push(Gap::UnknownOrder { account: ledger.account(*account)?, height: *height });
    }
    for (account, movements) in &record.placed_by_time {
        gaps.push(Gap::PlacedByTime { account: ledger.account(*account)?, movements: *movements });
    }
    for id in &record.hubs {
        gaps.push(Gap::Hub { account: ledger.account(*id)? });
    }
    for id in &record.not_opened {
        gaps.push(Gap::NotOpened { account: ledger.account(*id)? });
    }
    Ok(gaps)
}

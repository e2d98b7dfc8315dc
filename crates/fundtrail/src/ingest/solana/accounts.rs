//! Histories of accounts. A transfer into a token account does not name its owner, so the token accounts are asked for by
//! themselves: those that the owner has now, and those that his transactions show he had.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_solana::{
    RawTransaction,
    ways::{Signature, Source},
};
use fundtrail_store::{Completeness, StoredTx};
use fundtrail_types::{Account, Address, Claim, Time, TxId, What, join_ranges, ranges_without};

use super::{
    intake::{Intake, SOURCE},
    listing::{Bounds, list},
};
use crate::{
    Error,
    ingest::{Listener, Stage, chain::holes},
};

/// Transactions that are asked for together, and stored together with what they cover.
const CHUNK: usize = 200;

const TOKENS_NOTE: &str = "of the token accounts that the owner has, and those that his transactions name; one that only others' \
     transactions name is not known";

/// Whose histories.
pub(super) struct Asked<'a> {
    pub(super) addresses: &'a [Address],
    pub(super) since: Option<Time>,
    pub(super) failed: bool,
}

/// What holds for every history of a run.
#[derive(Clone, Copy)]
struct Run {
    head: u64,
    first: u64,
    since: Option<Time>,
    failed: bool,
}

/// Loads the histories of accounts and of their token accounts.
pub(super) async fn load(
    source: &mut Source,
    intake: &mut Intake<'_>,
    asked: &Asked<'_>,
    listener: &mut Listener<'_>,
) -> Result<(), Error> {
    let head = intake.wait(listener, source.finalized()).await?;
    let first = intake.wait(listener, source.first_slot()).await?;
    if first > 1 {
        let name = source.name();
        intake.missing(format!(
            "{name} keeps nothing before slot {first}: what was earlier, only a node with the whole history knows"
        ));
    }
    let run = Run { head, first: if first > 1 { first } else { 0 }, since: asked.since, failed: asked.failed };
    for owner in asked.addresses {
        intake.report.accounts.push(Account { chain: intake.chain, address: owner.clone() });
        history(source, intake, owner, true, run, listener).await?;
        let mut done = BTreeSet::from([owner.clone()]);
        let mut waiting: BTreeSet<Address> = match intake.wait(listener, source.token_accounts(owner)).await {
            Ok(accounts) => accounts.into_iter().collect(),
            // Some providers refuse this for accounts with very many.
            Err(Error::Solana(error)) if error.is_answer() => {
                intake.missing(format!("the token accounts that {owner} has now are not told ({error}); those that his transactions name are loaded"));
                BTreeSet::new()
            }
            Err(error) => return Err(error),
        };
        loop {
            waiting.extend(intake.seen.of(owner));
            let Some(next) = waiting.iter().find(|account| !done.contains(*account)).cloned() else { break };
            history(source, intake, &next, false, run, listener).await?;
            intake.report.token_accounts += 1;
            done.insert(next);
        }
        cover_tokens(intake, owner, &done)?;
        intake.commit(source)?;
    }
    Ok(())
}

/// Tokens of an owner are known where the histories of all his token accounts are.
fn cover_tokens(intake: &mut Intake<'_>, owner: &Address, accounts: &BTreeSet<Address>) -> Result<(), Error> {
    let mut whole = known(intake, owner)?;
    for account in accounts {
        let his = known(intake, account)?;
        let holes = holes(&his, (0, u64::MAX));
        whole = ranges_without(whole, holes);
    }
    for slots in whole {
        intake.claim(Some(owner), What::Token, Claim::Listed, slots, Some(TOKENS_NOTE));
    }
    Ok(())
}

/// The slots of which the history of an address is stored.
fn known(intake: &Intake<'_>, address: &Address) -> Result<Vec<(u64, u64)>, Error> {
    let account = Account { chain: intake.chain, address: address.clone() };
    let claims = intake.store.coverage_of(&account)?;
    let of_account = |claim: &&fundtrail_types::Coverage| {
        claim.account.as_ref() == Some(&account) && claim.source == SOURCE && claim.what == What::Native
    };
    Ok(join_ranges(claims.iter().filter(of_account).map(|claim| (claim.from_height, claim.to_height)).collect()))
}

/// Loads the history of one address: of an owner, or of a token account.
async fn history(
    source: &mut Source,
    intake: &mut Intake<'_>,
    address: &Address,
    owner: bool,
    run: Run,
    listener: &mut Listener<'_>,
) -> Result<(), Error> {
    let known = if intake.again { Vec::new() } else { known(intake, address)? };
    let open = holes(&known, (run.first, run.head));
    let Some(lowest) = open.first().map(|(from, _)| *from) else { return Ok(()) };
    let bounds = Bounds { slot: lowest, since: run.since, first: run.first };
    let mut listing = list(source, intake, address, bounds, listener).await?;
    for (from, to) in open.into_iter().filter(|(_, to)| *to >= listing.from) {
        let from = from.max(listing.from);
        let above = to.checked_add(1).map(|above| listing.slots.split_off(&above)).unwrap_or_default();
        let mut slots = listing.slots.split_off(&from);
        listing.slots = above;
        let mut next = from;
        let failed: usize = slots.values().flatten().filter(|signature| signature.failed).count();
        let left_out = if run.failed { 0 } else { failed };
        if !run.failed {
            slots.values_mut().for_each(|signatures| signatures.retain(|signature| !signature.failed));
            slots.retain(|_, signatures| !signatures.is_empty());
        }
        if owner {
            intake.report.failed_not_asked += u64::try_from(left_out).unwrap_or(u64::MAX);
        }
        let whats: &[What] =
            if left_out > 0 { &[What::Native, What::Internal] } else { &[What::Native, What::Internal, What::Fee] };
        let total: usize = slots.values().map(Vec::len).sum();
        let mut done = 0;
        while !slots.is_empty() {
            let chunk = take_chunk(&mut slots);
            done += chunk.values().map(Vec::len).sum::<usize>();
            let last = if slots.is_empty() { to } else { chunk.keys().next_back().copied().unwrap_or(to) };
            let holes = fetch(source, intake, &chunk, listener).await?;
            let whole = ranges_without(vec![(next, last)], holes.into_iter().map(|slot| (slot, slot)).collect());
            claim(intake, address, owner, whats, &whole);
            intake.commit(source)?;
            next = last.saturating_add(1);
            let number = |count| u64::try_from(count).unwrap_or(u64::MAX);
            intake.tell(Stage::Transactions(number(done), number(total)), listener)?;
        }
        if next <= to && total == 0 {
            claim(intake, address, owner, whats, &[(from, to)]);
        }
    }
    intake.commit(source)
}

fn claim(intake: &mut Intake<'_>, address: &Address, owner: bool, whats: &[What], slots: &[(u64, u64)]) {
    for slots in slots {
        for what in whats {
            intake.claim(Some(address), *what, Claim::Listed, *slots, None);
        }
        if !owner {
            intake.claim(Some(address), What::Token, Claim::Listed, *slots, None);
        }
    }
}

/// Whether nothing of a stored transaction is missing.
pub(super) fn is_whole(tx: &StoredTx) -> bool {
    tx.completeness == Completeness::Complete
}

/// Whole slots from the oldest on, together about [`CHUNK`] transactions.
fn take_chunk(slots: &mut BTreeMap<u64, Vec<Signature>>) -> BTreeMap<u64, Vec<Signature>> {
    let mut chunk = BTreeMap::new();
    let mut size = 0;
    while size < CHUNK
        && let Some((slot, signatures)) = slots.pop_first()
    {
        size += signatures.len();
        chunk.insert(slot, signatures);
    }
    chunk
}

/// Fetches and adds the transactions that are not stored. Gives the slots of which one could not be had.
async fn fetch(
    source: &mut Source,
    intake: &mut Intake<'_>,
    chunk: &BTreeMap<u64, Vec<Signature>>,
    listener: &mut Listener<'_>,
) -> Result<Vec<u64>, Error> {
    let mut wanted: Vec<(u64, TxId)> = Vec::new();
    for (slot, signatures) in chunk {
        for signature in signatures {
            if !intake.again && intake.store.tx_by_id(intake.chain, &signature.id)?.is_some_and(|tx| is_whole(&tx)) {
                intake.report.transactions_known += 1;
            } else {
                wanted.push((*slot, signature.id.clone()));
            }
        }
    }
    let ids: Vec<TxId> = wanted.iter().map(|(_, id)| id.clone()).collect();
    let answers = intake.wait(listener, source.transactions(&ids)).await?;
    let mut holes = Vec::new();
    for ((slot, id), answer) in wanted.into_iter().zip(answers) {
        let mut raw = match answer {
            Ok(raw) => raw,
            Err(gone) => {
                intake.problem(
                    fundtrail_types::Problem {
                        file: intake.report.source.clone(),
                        line: None,
                        reason: gone.to_string(),
                        record: id.to_string(),
                    },
                    listener,
                )?;
                holes.push(slot);
                continue;
            }
        };
        place(source, intake, chunk, &mut raw, &id, listener).await?;
        if !intake.transaction(&raw, listener)? {
            holes.push(slot);
        }
    }
    holes.dedup();
    Ok(holes)
}

/// Finds out the place of a transaction in its slot, where it matters: where another of this account's stands beside it.
async fn place(
    source: &mut Source,
    intake: &Intake<'_>,
    chunk: &BTreeMap<u64, Vec<Signature>>,
    raw: &mut RawTransaction,
    id: &TxId,
    listener: &mut Listener<'_>,
) -> Result<(), Error> {
    if raw.index.is_some() || chunk.get(&raw.slot).is_none_or(|signatures| signatures.len() < 2) {
        return Ok(());
    }
    if let Some(order) = intake.wait(listener, source.order(raw.slot)).await? {
        raw.index = order.ids.get(id).copied();
    }
    Ok(())
}

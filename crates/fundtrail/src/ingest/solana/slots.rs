//! Whole slots. Each block names the slot of the block before it, and so proves that the slots between have none: a slot that
//! was skipped is told apart from one whose block the node no longer keeps.

use std::cmp::Ordering;

use fundtrail_solana::{
    DecodedBlock,
    ways::{Gone, Source},
};
use fundtrail_types::{Claim, Problem, What};

use super::intake::{Intake, SOURCE};
use crate::{
    Error,
    ingest::{
        Listener, Stage,
        chain::{Until, missing_ranges},
    },
};

/// Slots of which it is asked at once which have a block. Nodes list up to 500,000.
const LISTED: u64 = 10_000;

/// Blocks that are under way and held at once: a busy one takes some megabytes.
const GROUP: usize = 8;

/// Slots after the last one that are looked through for a block that proves how the range ends.
const BEYOND: u64 = 100;

/// A row of blocks without a hole.
#[derive(Clone, Copy)]
struct Row {
    from: u64,
    last: u64,
    /// Of the last block.
    hash: [u8; 32],
    claim: Claim,
}

/// Loads the slots of a range that are not stored.
pub(super) async fn load(
    source: &mut Source,
    intake: &mut Intake<'_>,
    (from, to): (u64, Until),
    listener: &mut Listener<'_>,
) -> Result<(), Error> {
    let head = intake.wait(listener, source.finalized()).await?;
    let first = intake.wait(listener, source.first_slot()).await?;
    let to = if let Until::Height(to) = to { to.min(head) } else { head };
    if to < from {
        return Err(Error::NoBlocks { from, to });
    }
    if first > from {
        let name = source.name();
        intake.missing(format!(
            "{name} keeps nothing before slot {first}: slots {from} to {} are not loaded",
            (first - 1).min(to)
        ));
    }
    let from = from.max(first);
    if from > to {
        return Ok(());
    }
    let claims =
        intake.store.chain_id(intake.chain)?.map(|id| intake.store.coverage(id)).transpose()?.unwrap_or_default();
    let claims = if intake.again { Vec::new() } else { claims };
    let claims: Vec<_> = claims.into_iter().filter(|claim| claim.source == SOURCE).collect();
    let ranges = missing_ranges(&claims, (from, to), true);
    let of: u64 = ranges.iter().map(|(from, to)| to - from + 1).sum();
    intake.report.slots_known = to - from + 1 - of;
    let mut done = 0;
    for (from, to) in ranges {
        range(source, intake, (from, to), (done, of), head, listener).await?;
        done += to - from + 1;
    }
    Ok(())
}

async fn range(
    source: &mut Source,
    intake: &mut Intake<'_>,
    (from, to): (u64, u64),
    (done, of): (u64, u64),
    head: u64,
    listener: &mut Listener<'_>,
) -> Result<(), Error> {
    let (mut row, mut next) = (None, from);
    while next <= to {
        let end = next.saturating_add(LISTED - 1).min(to);
        let slots = intake.wait(listener, source.slots(next, end)).await?;
        for group in slots.chunks(GROUP) {
            let blocks = intake.wait(listener, source.blocks(group)).await?;
            for (slot, block) in group.iter().zip(blocks) {
                let block = match block {
                    Ok(raw) => intake.block(&raw, listener)?,
                    Err(gone) => {
                        not_given(intake, *slot, &gone, listener)?;
                        None
                    }
                };
                row = follow(intake, row, from, *slot, block.as_ref(), listener)?;
            }
            if intake.is_full() {
                row = close(intake, row);
                intake.commit(source)?;
            }
            let at = group.last().copied().unwrap_or(next);
            intake.tell(Stage::Blocks(done + at.saturating_sub(from) + 1, of), listener)?;
        }
        let Some(after) = end.checked_add(1) else { break };
        next = after;
    }
    end(source, intake, row, (from, to), head, listener).await?;
    intake.commit(source)
}

/// Adds a block to a row, or begins another. What a block proves is that no block is between its parent and itself. Where it
/// contradicts the blocks before it, nobody tells which of them are of the chain: none of them is covered.
fn follow(
    intake: &mut Intake<'_>,
    row: Option<Row>,
    from: u64,
    slot: u64,
    block: Option<&DecodedBlock>,
    listener: &mut Listener<'_>,
) -> Result<Option<Row>, Error> {
    let Some(block) = block.filter(|block| block.problems.is_empty()) else {
        close(intake, row);
        return Ok(None);
    };
    if let Some(row) = row
        && let Some(agreed) = agreed(&row, block)
    {
        close(intake, Some(Row { last: agreed, ..row }));
        let (parent, last) = (block.parent_slot, row.last);
        let reason = format!(
            "it names slot {parent} as the one before it, and the block of slot {last} is another: use another node"
        );
        problem(intake, slot, reason, listener)?;
        return Ok(None);
    }
    let complete = block.transactions.iter().all(|transaction| transaction.complete);
    let claim = if complete { Claim::Complete } else { Claim::Listed };
    let proven = block.parent_slot.saturating_add(1).max(from).min(slot);
    intake.report.slots_skipped += slot - proven;
    let next = Row { from: proven, last: slot, hash: block.hash, claim };
    Ok(Some(match row {
        Some(row) if row.last == block.parent_slot && row.claim == claim => Row { from: row.from, ..next },
        row => {
            close(intake, row);
            if let Some(row) = row.filter(|row| row.last < block.parent_slot) {
                let (first, last) = (row.last + 1, block.parent_slot);
                intake.missing(format!(
                    "slots {first} to {last}: block {slot} shows that there was a block, and it is not here"
                ));
            }
            next
        }
    }))
}

/// Up to which slot a row stands, if the next block contradicts it.
fn agreed(row: &Row, block: &DecodedBlock) -> Option<u64> {
    match block.parent_slot.cmp(&row.last) {
        Ordering::Less => Some(block.parent_slot),
        Ordering::Equal if block.parent != row.hash => row.last.checked_sub(1),
        Ordering::Equal | Ordering::Greater => None,
    }
}

/// Claims a row as far as it goes. Gives what may still be added to it.
fn close(intake: &mut Intake<'_>, row: Option<Row>) -> Option<Row> {
    let Row { from, last, hash, claim } = row?;
    if from <= last {
        intake.claim(None, What::All, claim, (from, last), None);
    }
    Some(Row { from: last.saturating_add(1), last, hash, claim })
}

/// The slots after the last block of a range have none if the next block says so.
async fn end(
    source: &mut Source,
    intake: &mut Intake<'_>,
    row: Option<Row>,
    (from, to): (u64, u64),
    head: u64,
    listener: &mut Listener<'_>,
) -> Result<(), Error> {
    close(intake, row);
    let open = row.map_or(from, |row| row.last.saturating_add(1));
    if open > to {
        return Ok(());
    }
    let beyond = to.saturating_add(BEYOND).min(head);
    let next =
        if beyond > to { intake.wait(listener, source.slots(to + 1, beyond)).await?.first().copied() } else { None };
    if let Some(next) = next
        && let Some(order) = intake.wait(listener, source.order(next)).await?
        && order.parent_slot < open
    {
        intake.report.slots_skipped += to - open + 1;
        intake.claim(None, What::All, Claim::Complete, (open, to), None);
    } else {
        intake.missing(format!("slots {open} to {to} have no block here, and nothing proves that there was none"));
    }
    Ok(())
}

fn not_given(intake: &mut Intake<'_>, slot: u64, gone: &Gone, listener: &mut Listener<'_>) -> Result<(), Error> {
    problem(intake, slot, format!("its block was listed and is not given, {gone}"), listener)
}

fn problem(intake: &mut Intake<'_>, slot: u64, reason: String, listener: &mut Listener<'_>) -> Result<(), Error> {
    let file = format!("{} slot {slot}", intake.chain);
    intake.problem(Problem { file, line: None, reason, record: String::new() }, listener)
}

/// Adds recorded blocks that follow each other or do not.
pub(super) fn recorded(
    source: &mut Source,
    intake: &mut Intake<'_>,
    slots: &[u64],
    listener: &mut Listener<'_>,
) -> Result<(), Error> {
    let mut row = None;
    let of = u64::try_from(slots.len()).unwrap_or(u64::MAX);
    for (slot, done) in slots.iter().zip(1..) {
        let Some(raw) = source.recorded_block(*slot)? else { continue };
        let block = intake.block(&raw, listener)?;
        // Nothing before the first block of a row was asked for.
        let from = row.map_or(*slot, |row: Row| row.last + 1);
        row = follow(intake, row, from, *slot, block.as_ref(), listener)?;
        if intake.is_full() {
            row = close(intake, row);
            intake.commit(source)?;
        }
        intake.tell(Stage::Blocks(done, of), listener)?;
    }
    close(intake, row);
    intake.commit(source)
}

//! One block after the other into the store.

use fundtrail_ethereum::{DecodedBlock, RawBlock, Rules, decode};
use fundtrail_store::{Completeness, Store, TxView, Writer};
use fundtrail_types::{Claim, Coverage, Direction, Movement, Problem, What};

use super::{ChainReport, Endpoint};
use crate::{
    Error,
    ingest::{Listener, PROBLEMS_NAMED_MAX, Progress, Stage},
};

/// Views that wait before they are written: some seconds of a busy chain.
const VIEWS_PER_BATCH: usize = 20_000;

/// Blocks before they are written, so that a quiet chain is stored now and then, too.
const BLOCKS_PER_BATCH: u64 = 500;

const NO_CALLS: &str = "inner calls were not recorded";

/// Takes blocks in.
pub(super) struct Intake<'a> {
    pub(super) store: &'a Store,
    pub(super) rules: Rules,
    pub(super) report: ChainReport,
    /// Whose answers may repeat a key.
    pub(super) endpoint: Option<Endpoint>,
    /// Who claims what is covered.
    source: &'static str,
    writer: Writer<'a>,
    /// Blocks of one kind that follow each other.
    run: Option<Run>,
    waiting: u64,
}

#[derive(Clone, Copy)]
struct Run {
    known: Known,
    from: u64,
    to: u64,
}

/// What is known of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Everything, and balances agree.
    Verified,
    /// Everything.
    Whole,
    /// All but inner calls.
    WithoutCalls,
    /// Something was rejected: nothing is claimed, and another run asks for it again.
    Partly,
}

impl<'a> Intake<'a> {
    pub(super) fn new(
        store: &'a Store,
        rules: Rules,
        report: ChainReport,
        source: &'static str,
    ) -> Result<Self, Error> {
        Ok(Self { store, rules, report, endpoint: None, source, writer: store.writer()?, run: None, waiting: 0 })
    }

    /// Understands a block, and tells of what cannot be.
    pub(super) fn decode(
        &mut self,
        raw: &RawBlock,
        listener: &mut Listener<'_>,
    ) -> Result<Option<DecodedBlock>, Error> {
        match decode(raw, &self.rules) {
            Ok(block) => Ok(Some(block)),
            Err(problem) => {
                self.problem(problem, listener)?;
                self.extend(raw.height, Known::Partly);
                Ok(None)
            }
        }
    }

    /// Adds a block. It is stored with the next batch.
    pub(super) fn add(&mut self, block: DecodedBlock, listener: &mut Listener<'_>) -> Result<(), Error> {
        let calls = block.transactions.iter().all(|transaction| transaction.complete);
        let known = match (block.problems.len() > block.notes, calls) {
            (true, _) => Known::Partly,
            (false, false) => Known::WithoutCalls,
            // What the genesis gave out is in no movement.
            (false, true) if block.verified && block.height > 0 => Known::Verified,
            (false, true) => Known::Whole,
        };
        for transaction in &block.transactions {
            self.count(&transaction.movements);
            let completeness = if transaction.complete { Completeness::Complete } else { Completeness::Partial };
            self.view(completeness, &transaction.movements);
        }
        self.count(&block.own);
        self.view(Completeness::Complete, &block.own);
        self.writer.head(self.rules.chain, (block.height, block.hash));
        self.extend(block.height, known);
        let report = &mut self.report;
        report.blocks += 1;
        report.blocks_without_calls += u64::from(known == Known::WithoutCalls);
        report.transactions += u64::try_from(block.transactions.len()).unwrap_or(u64::MAX);
        report.balances_checked += block.reconciled.checked;
        report.balances_unexplained += block.reconciled.unexplained;
        report.fees_by_balance += block.reconciled.receivers;
        for (reason, number) in block.left_out.reasons() {
            if number > 0 {
                *report.left_out.entry(reason.to_owned()).or_default() += number;
            }
        }
        let mut problems = block.problems;
        for problem in problems.split_off(block.notes.min(problems.len())) {
            self.problem(problem, listener)?;
        }
        problems.into_iter().for_each(|note| self.note(note));
        self.waiting += 1;
        if self.writer.pending() >= VIEWS_PER_BATCH || self.waiting >= BLOCKS_PER_BATCH {
            self.commit()?;
        }
        Ok(())
    }

    /// Writes what waits, with what it covers.
    pub(super) fn commit(&mut self) -> Result<(), Error> {
        self.claim();
        self.waiting = 0;
        Ok(self.writer.commit(None)?)
    }

    /// Tells how far the load is, and stops it if the caller asks for that.
    pub(super) fn tell(&mut self, done: u64, of: u64, listener: &mut Listener<'_>) -> Result<(), Error> {
        let records = self.report.transactions;
        let stage = Stage::Blocks(done, of);
        let progress = Progress { stage, file: &self.report.source, bytes_read: 0, bytes_total: None, records };
        if (listener.progress)(progress) {
            return Ok(());
        }
        self.commit()?;
        Err(Error::Interrupted(self.report.blocks))
    }

    pub(super) fn problem(&mut self, problem: Problem, listener: &mut Listener<'_>) -> Result<(), Error> {
        let problem = self.redacted(problem);
        (listener.rejected)(&problem)?;
        self.report.rejected += 1;
        if self.report.problems.len() < PROBLEMS_NAMED_MAX {
            self.report.problems.push(problem);
        }
        Ok(())
    }

    /// What the source says itself that it could not tell.
    fn note(&mut self, note: Problem) {
        self.report.not_told += 1;
        if self.report.notes.len() < PROBLEMS_NAMED_MAX {
            let note = self.redacted(note);
            self.report.notes.push(note);
        }
    }

    fn redacted(&self, mut problem: Problem) -> Problem {
        if let Some(endpoint) = &self.endpoint {
            problem.reason = endpoint.redact(&problem.reason);
            problem.record = endpoint.redact(&problem.record);
        }
        problem
    }

    fn count(&mut self, movements: &[Movement]) {
        self.report.movements += u64::try_from(movements.len()).unwrap_or(u64::MAX);
        let zero = movements.iter().filter(|movement| movement.amount.is_zero()).map(|_| 1_u64).sum::<u64>();
        self.report.zero_value_events += zero;
    }

    fn view(&mut self, completeness: Completeness, movements: &[Movement]) {
        if let Some(view) = TxView::of_transaction(completeness, movements) {
            self.writer.view(view);
        }
    }

    fn extend(&mut self, height: u64, known: Known) {
        match &mut self.run {
            Some(run) if run.known == known && run.to.checked_add(1) == Some(height) => run.to = height,
            _ => {
                self.claim();
                self.run = Some(Run { known, from: height, to: height });
            }
        }
    }

    /// Claims the blocks of the run that ends.
    fn claim(&mut self) {
        let Some(Run { known, from, to }) = self.run.take() else { return };
        let (claim, whats, note): (Claim, &[What], Option<&str>) = match known {
            Known::Verified => (Claim::Complete, &[What::All], None),
            Known::Whole => (Claim::Listed, &[What::All], None),
            Known::WithoutCalls => (Claim::Listed, &[What::Native, What::Token, What::Fee], Some(NO_CALLS)),
            Known::Partly => return,
        };
        for what in whats {
            self.writer.coverage(&Coverage {
                chain: self.rules.chain,
                account: None,
                what: *what,
                direction: Direction::Both,
                asset: None,
                from_height: from,
                to_height: to,
                claim,
                source: self.source.to_owned(),
                note: note.map(str::to_owned),
            });
        }
    }
}

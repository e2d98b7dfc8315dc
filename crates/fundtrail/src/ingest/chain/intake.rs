//! One block after the other into the store.

use fundtrail_ethereum::{DecodedBlock, RawBlock, Rules, decode};
use fundtrail_rpc::Recorder;
use fundtrail_store::{Completeness, Store, TxView, Writer};
use fundtrail_types::{Claim, Coverage, Direction, Movement, Problem, What, join_ranges, ranges_without};

use super::{
    ChainReport, Endpoint,
    stored::{Heads, Stray},
};
use crate::{
    Error,
    ingest::{Listener, PROBLEMS_NAMED_MAX, Progress, Stage, unless_stopped},
};

/// What claims of coverage say of where they come from: not which node, because any node tells the same.
pub(super) const NODE: &str = "blocks of a node";
pub(super) const RECORDED: &str = "recorded replies of a node";

/// Who brings blocks.
pub(super) const SOURCES: [&str; 2] = [NODE, RECORDED];

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
    /// The node, if there is one. Its answers may repeat a key.
    pub(super) endpoint: Option<Endpoint>,
    /// Whether what comes stands in place of what is stored.
    pub(super) again: bool,
    /// Where replies are recorded.
    pub(super) recorder: Option<Recorder>,
    /// Heights that this run has been at, in order and apart.
    pub(super) done: Vec<(u64, u64)>,
    /// Hashes of the last stored blocks.
    heads: Heads,
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
        let heads = Heads::read(store, rules.chain)?;
        Ok(Self {
            store,
            rules,
            report,
            endpoint: None,
            again: false,
            recorder: None,
            done: Vec::new(),
            heads,
            source,
            writer: store.writer()?,
            run: None,
            waiting: 0,
        })
    }

    /// Waits for an answer, and stops if the caller asks for that. What came before is stored.
    pub(super) async fn wait<T>(
        &mut self,
        listener: &mut Listener<'_>,
        coming: impl Future<Output = T>,
    ) -> Result<T, Error> {
        match unless_stopped(listener, coming).await {
            Some(came) => Ok(came),
            None => Err(self.stop()),
        }
    }

    /// The caller asked to stop. What came before is stored.
    pub(super) fn stop(&mut self) -> Error {
        let done = self.report.blocks;
        self.commit().err().unwrap_or(Error::Interrupted { done, of: "blocks" })
    }

    /// Heights were undone: this run has to go there again.
    pub(super) fn undone(&mut self, heights: (u64, u64)) -> Result<(), Error> {
        self.done = ranges_without(std::mem::take(&mut self.done), vec![heights]);
        self.heads = Heads::read(self.store, self.rules.chain)?;
        let before = self.report.undone_from.unwrap_or(u64::MAX);
        self.report.undone_from = Some(before.min(heights.0));
        Ok(())
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

    /// Adds a block. It is stored with the next batch. One that is not of the chain that is stored is an error if it comes from
    /// a node, for then the chain turned; a recorded one is refused.
    pub(super) fn add(&mut self, block: DecodedBlock, listener: &mut Listener<'_>) -> Result<(), Error> {
        match self.heads.stray(&block) {
            Some(Stray::Other { stored, told }) if self.endpoint.is_some() => {
                let (chain, height) = (self.rules.chain, block.height);
                return Err(Error::Turned { chain, height, stored, told });
            }
            Some(stray) if self.endpoint.is_none() => {
                self.extend(block.height, Known::Partly);
                return self.problem(stray.problem(self.rules.chain, &block), listener);
            }
            _ => {}
        }
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
        if self.again {
            self.replace(block.height, known);
        }
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
        // What a protocol meant is beside what moved, which is known all the same.
        for problem in block.transactions.into_iter().flat_map(|transaction| transaction.unread) {
            self.problem(problem, listener)?;
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

    /// Of a block that came again, what is stored and did not come goes; and what was claimed of it is claimed anew. Of one
    /// that is known less than it was, nothing goes.
    fn replace(&mut self, height: u64, known: Known) {
        let chain = self.rules.chain;
        if known == Known::WithoutCalls {
            return;
        }
        if known != Known::Partly {
            self.writer.replace_block(chain, height);
        }
        SOURCES.into_iter().for_each(|source| self.writer.uncover(chain, source, height));
    }

    /// Writes what waits, with what it covers. What was recorded is on the disk before what rests on it.
    pub(super) fn commit(&mut self) -> Result<(), Error> {
        if let Some(recorder) = &self.recorder {
            recorder.sync()?;
        }
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
        Err(self.stop())
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
        match TxView::of_transaction(completeness, movements) {
            Some(view) if self.again => self.writer.replace(view),
            Some(view) => self.writer.view(view),
            None => {}
        }
    }

    fn extend(&mut self, height: u64, known: Known) {
        match self.done.last_mut() {
            Some((_, to)) if to.checked_add(1) == Some(height) => *to = height,
            _ => {
                self.done.push((height, height));
                self.done = join_ranges(std::mem::take(&mut self.done));
            }
        }
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

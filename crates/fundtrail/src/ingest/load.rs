//! One file into the store. One thread reads and understands rows, the other writes them.

use std::sync::{atomic::Ordering, mpsc};

use fundtrail_store::{Checkpoint, SourceInfo, Store, Writer};
use fundtrail_tables::{Rows, foreign::Told, movements::MovementRow};
use fundtrail_types::{Coverage, Problem};

use super::{IngestReport, Listener, PROBLEMS_NAMED_MAX, Progress, Stage};
use crate::Error;

/// Records per batch at the beginning of a load: large enough that the cost of a batch is spread, small enough that
/// little is lost.
const RECORDS_PER_BATCH: u64 = 10_000;

/// Records after which a load counts as large, and how many a batch has then: enough that most of its rows are written as
/// sorted tables. They are held in memory, some 500 bytes each.
const LARGE_AFTER: u64 = 100_000;
const RECORDS_PER_LARGE_BATCH: u64 = 250_000;

/// Records between two reports of progress: what the reading thread hands over at once.
const RECORDS_PER_REPORT: usize = 512;

/// Handfuls of records that the reading thread may be ahead.
const AHEAD_MAX: usize = 64;

/// A file to be loaded.
pub(super) struct Load<'a> {
    pub(super) store: &'a Store,
    pub(super) digest: String,
    /// What else decides which rows are taken from it.
    pub(super) settings: String,
}

/// What a table tells after its last row.
#[derive(Default)]
pub(super) struct Rest {
    pub(super) coverage: Vec<Coverage>,
}

/// The rows of a load on their way: counted, and handed to the writer if they are not stored yet.
pub(super) struct Batch<'a> {
    writer: Writer<'a>,
    report: IngestReport,
    stored: bool,
}

impl Load<'_> {
    /// Puts every row of a table into the store. `put` knows what a row is, `rest` what the whole table tells.
    pub(super) fn run<T: Send>(
        self,
        rows: Rows<'_, T>,
        listener: &mut Listener<'_>,
        put: impl Fn(&mut Batch<'_>, T),
        rest: impl Fn(&Rows<'_, T>) -> Rest,
    ) -> Result<IngestReport, Error> {
        let (name, kind) = (rows.file().name().to_owned(), rows.file().kind().name().to_owned());
        let (bytes, bytes_total) = (rows.file().bytes_read(), rows.file().size_bytes());
        let load = format!("{}{}", self.digest, self.settings);
        let resumed_after = self.store.checkpoint(&load)?.unwrap_or_default();
        let report = IngestReport {
            file: name.clone(),
            kind,
            digest: self.digest.clone(),
            resumed_after,
            ..IngestReport::default()
        };
        let mut batch = Batch { writer: self.store.writer()?, report, stored: true };
        let checkpoint = |records, finished| Checkpoint { load: load.clone(), records, finished };
        let mut next_commit = RECORDS_PER_BATCH;
        let rows = std::thread::scope(|scope| {
            let (sender, receiver) = mpsc::sync_channel(AHEAD_MAX);
            let reader = scope.spawn(move || read(rows, &sender));
            for handful in receiver {
                for row in handful {
                    // Records before the checkpoint are read again, for their counts and rejects, but not written again.
                    batch.take(row, resumed_after, listener, &put)?;
                    let records = batch.report.records;
                    if records >= next_commit && records > resumed_after {
                        batch.writer.commit(Some(&checkpoint(records, None)))?;
                        next_commit = records + per_batch(records);
                    }
                }
                let records = batch.report.records;
                let bytes_read = bytes.load(Ordering::Relaxed);
                let progress = Progress { stage: Stage::Rows, file: &name, bytes_read, bytes_total, records };
                if !(listener.progress)(progress) {
                    let records = records.max(resumed_after);
                    batch.writer.commit(Some(&checkpoint(records, None)))?;
                    return Err(Error::Interrupted { done: records, of: "records" });
                }
            }
            reader.join().map_err(|_| Error::ReaderEnded)
        })?;
        let Rest { coverage } = rest(&rows);
        coverage.iter().for_each(|claim| batch.writer.coverage(claim));
        let report = IngestReport { coverage, ..batch.report };
        let (records, rejected) = (report.records, report.rejected);
        let source = SourceInfo { digest: self.digest, name, records, rejected, undone: false };
        batch.writer.commit(Some(&checkpoint(records, Some(source))))?;
        Ok(report)
    }
}

/// Reads every row and hands them over by handfuls, until nobody takes them any more.
fn read<'t, T: Send>(mut rows: Rows<'t, T>, to: &mpsc::SyncSender<Vec<Result<T, Problem>>>) -> Rows<'t, T> {
    loop {
        let handful: Vec<_> = rows.by_ref().take(RECORDS_PER_REPORT).collect();
        if handful.is_empty() || to.send(handful).is_err() {
            return rows;
        }
    }
}

fn per_batch(records: u64) -> u64 {
    if records < LARGE_AFTER { RECORDS_PER_BATCH } else { RECORDS_PER_LARGE_BATCH }
}

impl Batch<'_> {
    fn take<T>(
        &mut self,
        row: Result<T, Problem>,
        resumed_after: u64,
        listener: &mut Listener<'_>,
        put: impl Fn(&mut Self, T),
    ) -> Result<(), Error> {
        self.report.records += 1;
        self.stored = self.report.records <= resumed_after;
        match row {
            Ok(row) => {
                self.report.taken += 1;
                put(self, row);
            }
            Err(problem) => {
                (listener.rejected)(&problem)?;
                self.report.rejected += 1;
                if self.report.problems.len() < PROBLEMS_NAMED_MAX {
                    self.report.problems.push(problem);
                }
            }
        }
        Ok(())
    }

    pub(super) fn movement(&mut self, row: &MovementRow) {
        self.report.movements += 1;
        self.report.zero_value_events += u64::from(row.movement.amount.is_zero());
        if self.stored {
            return;
        }
        self.writer.movement(&row.movement);
        if row.symbol.is_some() || row.decimals.is_some() {
            self.writer.symbol(&row.movement.asset, row.decimals, row.symbol.as_deref().unwrap_or_default());
        }
    }

    pub(super) fn told(&mut self, told: &Told) {
        if let Some(reason) = told.left_out {
            *self.report.left_out.entry(reason.reason().to_owned()).or_default() += 1;
        }
        told.movements.iter().for_each(|row| self.movement(row));
    }

    pub(super) fn coverage(&mut self, claim: &Coverage) {
        if !self.stored {
            self.writer.coverage(claim);
        }
    }
}

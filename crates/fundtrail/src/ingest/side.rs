//! Tables that say something about the rows of others: read first, into memory.

use std::{collections::HashMap, sync::atomic::Ordering};

use fundtrail_tables::{Role, SideTables, TableFile, TableKind};
use sha2::{Digest, Sha256};

use super::{IngestReport, IngestSetting, Listener, Progress, Stage};
use crate::{
    Error,
    input::{self, Input},
};

/// Records between two reports of progress.
const RECORDS_PER_REPORT: u64 = 4096;

/// Rejected rows that a report names.
const PROBLEMS_NAMED_MAX: usize = 20;

/// What the tables of one command say about each other's rows.
#[derive(Default)]
pub(super) struct Beside {
    tables: SideTables,
    /// Of tables that serve others only, by the place of their input.
    reports: HashMap<usize, IngestReport>,
    digests: Vec<String>,
}

impl Beside {
    /// Reads every table that others may need. Tables that are read for movements too are opened again for that.
    pub(super) fn read(
        inputs: &mut [Result<(Input, TableFile), Error>],
        setting: &IngestSetting<'_>,
        listener: &mut Listener<'_>,
    ) -> Result<Self, Error> {
        let mut beside = Self::default();
        for place in inputs.iter_mut() {
            let Ok((input, file)) = place else { continue };
            let TableKind::Foreign(foreign) = file.kind() else { continue };
            let role = foreign.role();
            if role == Role::Movements {
                continue;
            }
            let read = input.table().and_then(|file| beside.table(file, input, role, setting, listener));
            match read {
                Err(error) if !error.is_of_file() => return Err(error),
                Err(error) => *place = Err(error),
                Ok(()) => {}
            }
        }
        beside.digests.sort();
        Ok(beside)
    }

    fn table(
        &mut self,
        file: TableFile,
        input: &Input,
        role: Role,
        setting: &IngestSetting<'_>,
        listener: &mut Listener<'_>,
    ) -> Result<(), Error> {
        let (name, kind) = (file.name().to_owned(), file.kind().name().to_owned());
        let (bytes, bytes_total) = (file.bytes_read(), file.size_bytes());
        let mut report = IngestReport { file: name.clone(), kind, digest: input.digest.clone(), ..Default::default() };
        for row in self.tables.read(file, setting.chain).map_err(Error::File)? {
            report.records += 1;
            match row {
                Ok(()) => report.taken += 1,
                // Tables that are read again tell their problems then.
                Err(problem) if role == Role::Side => {
                    (listener.rejected)(&problem)?;
                    report.rejected += 1;
                    if report.problems.len() < PROBLEMS_NAMED_MAX {
                        report.problems.push(problem);
                    }
                }
                Err(_) => {}
            }
            if report.records.is_multiple_of(RECORDS_PER_REPORT) {
                let (bytes_read, records) = (bytes.load(Ordering::Relaxed), report.records);
                let progress = Progress { stage: Stage::Beside, file: &name, bytes_read, bytes_total, records };
                if !(listener.progress)(progress) {
                    return Err(Error::Interrupted { done: 0, of: "records" });
                }
            }
        }
        self.digests.push(input.digest.clone());
        if role == Role::Side {
            self.reports.insert(input.place, report);
        }
        Ok(())
    }

    /// What became of a table that serves others only.
    pub(super) fn report(&self, input: &Input) -> Option<&IngestReport> {
        self.reports.get(&input.place)
    }

    pub(super) fn tables(&self) -> &SideTables {
        &self.tables
    }

    /// What these tables add to the name of a load.
    pub(super) fn id(&self) -> String {
        if self.digests.is_empty() {
            return String::new();
        }
        format!("+{}", input::hex(&Sha256::digest(self.digests.concat())))
    }
}

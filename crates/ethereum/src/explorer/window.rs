//! Reading a list though explorers show only its first 10,000 rows.
//!
//! An explorer refuses pages beyond its window (page times rows of a page). So a full window is followed by another one that
//! begins at the block where it ended. That block may have been cut in the middle: its rows are not taken from the first
//! window but read again, whole, from the second, so that none is lost and none comes twice.
//!
//! Some explorers give fewer rows a page than were asked, without a word. A first page that is not full and has enough rows to
//! be such a cut is followed by a page of that size: if that brings more, the limit is known from then on.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Error, List, Source,
    ask::{Ask, Part},
};

/// No known explorer cuts its pages to fewer rows than this.
const CUT_ROWS_MIN: usize = 50;

/// How much is asked at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// Rows of a page, at least 1. Etherscan's free plan gives 1,000 at most (since July 2026, docs.etherscan.io, changelog);
    /// so do many others.
    pub page_rows: usize,
    /// Rows that can be reached by paging: 10,000 with Etherscan ("Result window is too large, PageNo x Offset size must be
    /// less than or equal to 10000").
    pub window_rows: usize,
}

impl Default for Paging {
    fn default() -> Self {
        Self { page_rows: 1_000, window_rows: 10_000 }
    }
}

/// A row, and the block that it belongs to.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) height: u64,
    pub(super) raw: Box<RawValue>,
}

/// What one window shows.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// In order of height.
    pub(super) rows: Vec<Placed>,
    /// Whether the list ends in it.
    pub(super) ended: bool,
    /// Why rows may be missing, if the explorer says so.
    pub(super) partial: Option<String>,
}

/// Which rows are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) list: List,
    pub(super) address: &'a fundtrail_types::Address,
    pub(super) start: u64,
    pub(super) end: u64,
}

impl Window {
    /// Reads a window. `paging` learns how many rows a page may have.
    pub(super) async fn read(source: &mut Source, wanted: Wanted<'_>, paging: &mut Paging) -> Result<Self, Error> {
        let mut window = Self::default();
        let (mut page, mut uncut): (usize, Option<usize>) = (1, None);
        while page == 1 || page.saturating_mul(paging.page_rows) <= paging.window_rows {
            let asked = paging.page_rows.min(paging.window_rows).max(1);
            let part = Part { start: wanted.start, end: wanted.end, page, rows: asked };
            let answer = source.page(&Ask::page(wanted.list, wanted.address, part)).await?;
            let rows = answer.rows.len();
            if rows > asked {
                let why = format!("{rows} rows came where {asked} were asked for");
                return Err(astray(source, wanted.list, why));
            }
            window.partial = answer.partial.or(window.partial);
            window.place(source, wanted, answer.rows)?;
            if rows < asked {
                if page > 1 || rows < CUT_ROWS_MIN {
                    // Nothing after it: the first page was short because the list is.
                    paging.page_rows = uncut.filter(|_| page == 2 && rows == 0).unwrap_or(paging.page_rows);
                    window.ended = true;
                    return Ok(window);
                }
                uncut = Some(std::mem::replace(&mut paging.page_rows, rows));
            }
            page += 1;
        }
        Ok(window)
    }

    /// Adds rows, and checks that they stand where they should.
    fn place(&mut self, source: &Source, wanted: Wanted<'_>, rows: Vec<Box<RawValue>>) -> Result<(), Error> {
        for raw in rows {
            let before = self.rows.last().map_or(wanted.start, |row| row.height);
            // Where a row does not tell its height, it stands in the block of the row before it, and is a problem later.
            let height = height(&raw).unwrap_or(before);
            if height < before || height > wanted.end {
                let (start, end) = (before, wanted.end);
                let why =
                    format!("a row of block {height} came where blocks {start} to {end} were asked for, in order");
                return Err(astray(source, wanted.list, why));
            }
            self.rows.push(Placed { height, raw });
        }
        Ok(())
    }

    /// The height of its last row.
    pub(super) fn last(&self) -> Option<u64> {
        self.rows.last().map(|row| row.height)
    }
}

fn astray(source: &Source, list: List, why: String) -> Error {
    Error::Astray { explorer: source.host().to_owned(), action: list.action(), why }
}

fn height(raw: &RawValue) -> Option<u64> {
    #[derive(Deserialize)]
    struct Height<'a> {
        #[serde(rename = "blockNumber", borrow)]
        height: &'a RawValue,
    }
    let row: Height<'_> = serde_json::from_str(raw.get()).ok()?;
    row.height.get().trim_matches('"').trim().parse().ok()
}

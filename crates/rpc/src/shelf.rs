//! Recorded replies on disk: found in one pass that keeps places, and read again from where they stand.

use std::{
    collections::HashMap,
    io,
    ops::Range,
    path::{Path, PathBuf},
};

use serde_json::value::RawValue;

use crate::{
    Error, Place, Stream, Told, files_of, in_file,
    reply::sort_out,
    split::{Splitter, VALUE_BYTES_MAX},
};

/// Files that are kept open between two reads. Replies that belong together often lie in several files that advance together.
const STREAMS_MAX: usize = 16;

/// Where a result stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// Which of the files.
    pub file: usize,
    /// The line, from 1.
    pub line: u64,
    /// Where the value begins that it stands in.
    pub place: Place,
    /// Bytes of the value.
    pub span: Range<usize>,
    /// Whether it is written as a text.
    pub escaped: bool,
}

/// What a pass over the files meets.
#[derive(Debug)]
pub enum Scanned<'a> {
    /// A reply, where its result stands, and the value that it stands in.
    Reply(Told<'a>, At, &'a str),
    /// Something that cannot be used: which file, which line, and why, with the remedy.
    Problem(usize, Option<u64>, String),
    /// What was met of this frame of this file is to be forgotten: it was recorded by us, and its end is cut off. What was
    /// recorded together is used together or not at all.
    Forget(usize, u64),
}

/// A folder of recorded replies, or one file of them.
pub struct Shelf {
    paths: Vec<PathBuf>,
    streams: HashMap<usize, Stream>,
}

impl Shelf {
    /// Finds the files.
    ///
    /// # Errors
    /// As [`files_of`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self { paths: files_of(path)?, streams: HashMap::new() })
    }

    /// The files, in order.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Goes over all files once and tells what they hold. Files that cannot be read are problems.
    pub fn scan(&self, take: &mut dyn FnMut(Scanned<'_>)) {
        for (file, path) in self.paths.iter().enumerate() {
            if let Err(error) = scan_file(file, path, take) {
                let reason = format!(
                    "it cannot be read to its end ({error}): what comes before is used; complete it, or record the rest again"
                );
                take(Scanned::Problem(file, None, reason));
            }
        }
    }

    /// Reads a result from where it stands.
    ///
    /// # Errors
    /// [`Error::File`] and [`Error::Changed`] if the file is not as it was when it was scanned.
    pub fn text(&mut self, at: &At) -> Result<Box<RawValue>, Error> {
        let bytes = self.read(at).map_err(in_file(&self.paths[at.file]))?;
        let text = String::from_utf8(bytes).map_err(|error| self.changed(at, &error.to_string()))?;
        let text = if at.escaped { serde_json::from_str(&text) } else { Ok(text) };
        text.and_then(RawValue::from_string).map_err(|error| self.changed(at, &error.to_string()))
    }

    /// The error for a result that is no longer what it was.
    #[must_use]
    pub fn changed(&self, at: &At, why: &str) -> Error {
        Error::Changed { path: self.paths[at.file].clone(), why: format!("line {}: {why}", at.line) }
    }

    fn read(&mut self, at: &At) -> io::Result<Vec<u8>> {
        let open = self
            .streams
            .remove(&at.file)
            .filter(|open| open.place().frame == at.place.frame && open.place() <= at.place);
        let mut stream = match open {
            Some(mut open) => {
                open.skip_to(at.place)?;
                open
            }
            None => Stream::open_at(&self.paths[at.file], at.place)?,
        };
        stream.skip(at.span.start)?;
        let bytes = stream.read_exact(at.span.len())?;
        if self.streams.len() >= STREAMS_MAX {
            self.streams.clear();
        }
        self.streams.insert(at.file, stream);
        Ok(bytes)
    }
}

impl std::fmt::Debug for Shelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shelf").field("files", &self.paths.len()).finish_non_exhaustive()
    }
}

fn scan_file(file: usize, path: &Path, take: &mut dyn FnMut(Scanned<'_>)) -> io::Result<()> {
    let mut splitter = Splitter::open(path, VALUE_BYTES_MAX)?;
    let mut recorded_in = None;
    loop {
        let piece = match splitter.next_piece() {
            Ok(Some(piece)) => piece,
            Ok(None) => return Ok(()),
            Err(error) => {
                if recorded_in == Some(splitter.frame()) {
                    take(Scanned::Forget(file, splitter.frame()));
                }
                return Err(error);
            }
        };
        let text = match piece.text.map(String::from_utf8) {
            Some(Ok(text)) => text,
            Some(Err(_)) => {
                let reason = "it is no text (UTF-8): write it as JSON".into();
                take(Scanned::Problem(file, Some(piece.line), reason));
                continue;
            }
            None => {
                let reason = format!(
                    "it is longer than {VALUE_BYTES_MAX} bytes, which no reply is: write one reply on each line"
                );
                take(Scanned::Problem(file, Some(piece.line), reason));
                continue;
            }
        };
        for told in sort_out(&text) {
            let at = At { file, line: piece.line, place: piece.place, span: told.span.clone(), escaped: told.escaped };
            if told.recorded {
                recorded_in = Some(piece.place.frame);
            }
            take(Scanned::Reply(told, at, &text));
        }
    }
}

//! A file as the JSON values in it: one a line, or one after another over many lines.
//!
//! Files with one value a line are read line by line, so that one broken line costs itself and no more. A `.json` file whose
//! first line is no whole value is read as values printed over many lines.

use std::{io, path::Path};

use serde::de::IgnoredAny;

use super::stream::{Place, Stream};

/// A value longer than this is not held, in bytes: four times what we take from a node by default.
pub(crate) const VALUE_BYTES_MAX: usize = 1 << 30;

/// One value, or a line that should be one.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) place: Place,
    /// The line it starts at, counted from 1.
    pub(crate) line: u64,
    /// None if it is longer than [`VALUE_BYTES_MAX`].
    pub(crate) text: Option<Vec<u8>>,
}

/// Splits a file into values.
pub(crate) struct Splitter {
    stream: Stream,
    by_line: bool,
    line: u64,
    bytes_max: usize,
}

impl Splitter {
    pub(crate) fn open(path: &Path, bytes_max: usize) -> io::Result<Self> {
        let mut splitter = Self { stream: Stream::open(path)?, by_line: true, line: 1, bytes_max };
        if is_json(path) {
            let first = splitter.next_line()?.and_then(|piece| piece.text);
            let by_line = first.is_none_or(|text| serde_json::from_slice::<IgnoredAny>(&text).is_ok());
            splitter = Self { stream: Stream::open(path)?, by_line, line: 1, bytes_max };
        }
        Ok(splitter)
    }

    /// The byte at which the frame begins that is read now.
    pub(crate) fn frame(&self) -> u64 {
        self.stream.place().frame
    }

    /// The next value; none at the end. After an error there is no going on.
    pub(crate) fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        if self.by_line { self.next_line() } else { self.next_value() }
    }

    fn next_line(&mut self) -> io::Result<Option<Piece>> {
        loop {
            // What begins with a frame is told as its start, not as the end of the frame before.
            self.stream.peek()?;
            let (place, line) = (self.stream.place(), self.line);
            let (mut text, mut long, mut ended) = (Vec::new(), false, false);
            while !ended {
                let piece = self.stream.peek()?;
                if piece.is_empty() {
                    break;
                }
                let end = piece.iter().position(|byte| *byte == b'\n');
                let part = &piece[..end.unwrap_or(piece.len())];
                long |= text.len() + part.len() > self.bytes_max;
                if !long {
                    text.extend_from_slice(part);
                }
                let step = part.len() + usize::from(end.is_some());
                self.stream.take(step);
                ended = end.is_some();
            }
            self.line += u64::from(ended);
            if long {
                return Ok(Some(Piece { place, line, text: None }));
            }
            if !text.trim_ascii().is_empty() {
                return Ok(Some(Piece { place, line, text: Some(text) }));
            }
            if !ended {
                return Ok(None);
            }
        }
    }

    fn next_value(&mut self) -> io::Result<Option<Piece>> {
        if !self.skip_space()? {
            return Ok(None);
        }
        let (place, line) = (self.stream.place(), self.line);
        let (mut text, mut long) = (Vec::new(), false);
        let mut nesting = Nesting::default();
        loop {
            let piece = self.stream.peek()?;
            if piece.is_empty() {
                break;
            }
            let end = piece.iter().position(|byte| nesting.ends_after(*byte));
            let part = &piece[..end.map_or(piece.len(), |end| end + 1)];
            self.line += u64::try_from(part.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
            long |= text.len() + part.len() > self.bytes_max;
            if !long {
                text.extend_from_slice(part);
            }
            let step = part.len();
            self.stream.take(step);
            if end.is_some() {
                break;
            }
        }
        Ok(Some(Piece { place, line, text: (!long).then_some(text) }))
    }

    /// Goes on to the next byte that is no white space; false at the end.
    fn skip_space(&mut self) -> io::Result<bool> {
        loop {
            let piece = self.stream.peek()?;
            if piece.is_empty() {
                return Ok(false);
            }
            let end = piece.iter().position(|byte| !byte.is_ascii_whitespace());
            let space = &piece[..end.unwrap_or(piece.len())];
            self.line += u64::try_from(space.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
            let step = space.len();
            self.stream.take(step);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

/// How deep in lists and objects a byte stands.
#[derive(Default)]
struct Nesting {
    depth: u64,
    in_text: bool,
    escaped: bool,
}

impl Nesting {
    /// Takes a byte; true if a value ends with it. A value that is neither list nor object ends with its line.
    fn ends_after(&mut self, byte: u8) -> bool {
        if self.in_text {
            let escaped = std::mem::replace(&mut self.escaped, false);
            match byte {
                _ if escaped => {}
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            b'\n' => return self.depth == 0,
            _ => {}
        }
        false
    }
}

/// Whether a file's name, without the ending of its packing, ends in `.json`.
fn is_json(path: &Path) -> bool {
    base_name(path).is_some_and(|name| name.ends_with(".json"))
}

/// Whether a file may hold replies, as its name says.
pub(crate) fn may_hold_replies(path: &Path) -> bool {
    base_name(path).is_some_and(|name| [".json", ".jsonl", ".ndjson"].iter().any(|ending| name.ends_with(ending)))
}

fn base_name(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    Some(name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name))
}

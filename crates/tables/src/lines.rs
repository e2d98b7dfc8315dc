//! Lines: the decompressed text, cut at line ends, with a bound on each.
//!
//! The bound is here, before anything else looks at the bytes, so that one line of a gigabyte costs time and no memory.

use std::io::{self, BufRead, Read};

/// The longest line or CSV record that is read. The longest row of our tables takes under 2 KiB without its note.
pub(crate) const LINE_LEN_MAX: usize = 1 << 20;

/// What is kept of a longer line, for the message.
const PREVIEW_LEN: usize = 2048;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Cuts lines.
pub(crate) struct Lines {
    input: Box<dyn BufRead + Send>,
    bytes: Vec<u8>,
    number: u64,
    again: Option<Found>,
}

/// What the last step found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A line.
    Line,
    /// A line over the bound; only its start is kept.
    TooLong,
    /// The end of the text.
    End,
}

impl Lines {
    pub(crate) fn new(input: Box<dyn BufRead + Send>) -> Self {
        Self { input, bytes: Vec::new(), number: 0, again: None }
    }

    /// Goes to the next line.
    pub(crate) fn advance(&mut self) -> io::Result<Found> {
        if let Some(found) = self.again.take() {
            return Ok(found);
        }
        self.bytes.clear();
        // One byte over the bound tells a line of just that length from a longer one.
        let bound = u64::try_from(LINE_LEN_MAX + 1).unwrap_or(u64::MAX);
        if (&mut *self.input).take(bound).read_until(b'\n', &mut self.bytes)? == 0 {
            return Ok(Found::End);
        }
        self.number += 1;
        if self.number == 1 && self.bytes.starts_with(BYTE_ORDER_MARK) {
            self.bytes.drain(..BYTE_ORDER_MARK.len());
        }
        if self.bytes.last() == Some(&b'\n') {
            self.bytes.pop();
            if self.bytes.last() == Some(&b'\r') {
                self.bytes.pop();
            }
        } else if self.bytes.len() > LINE_LEN_MAX {
            self.bytes.truncate(PREVIEW_LEN);
            self.input.skip_until(b'\n')?;
            return Ok(Found::TooLong);
        }
        Ok(Found::Line)
    }

    /// Goes to the next line that is not blank.
    pub(crate) fn advance_to_text(&mut self) -> io::Result<Found> {
        loop {
            let found = self.advance()?;
            if found != Found::Line || !self.bytes.trim_ascii().is_empty() {
                return Ok(found);
            }
        }
    }

    /// Lets the next step find the present line once more.
    pub(crate) fn step_back(&mut self, found: Found) {
        self.again = Some(found);
    }

    /// The present line, without its end.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The number of the present line, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn lines(input: impl Read + Send + 'static) -> Lines {
        Lines::new(Box::new(BufReader::new(input)))
    }

    #[test]
    fn line_ends_marks_and_numbers() {
        let mut lines = lines("\u{feff}a\r\n\n  \nb\rc\nlast".as_bytes());
        let mut seen = Vec::new();
        while lines.advance_to_text().unwrap() != Found::End {
            seen.push((lines.number(), String::from_utf8(lines.bytes().to_vec()).unwrap()));
        }
        assert_eq!(seen, [(1, "a".to_owned()), (4, "b\rc".to_owned()), (5, "last".to_owned())]);
    }

    #[test]
    fn a_line_at_the_bound_is_read_and_one_over_it_is_not() {
        let text = ["a".repeat(LINE_LEN_MAX), "b".repeat(LINE_LEN_MAX + 1), "c".to_owned()].join("\n");
        let mut lines = lines(io::Cursor::new(text));
        assert_eq!((lines.advance().unwrap(), lines.bytes().len()), (Found::Line, LINE_LEN_MAX));
        assert_eq!((lines.advance().unwrap(), lines.bytes().len()), (Found::TooLong, PREVIEW_LEN));
        assert_eq!((lines.advance().unwrap(), lines.bytes()), (Found::Line, &b"c"[..]));
        assert_eq!(lines.advance().unwrap(), Found::End);
    }

    #[test]
    fn an_endless_line_takes_no_memory() {
        let mut lines = lines(io::repeat(b'a').take(64 * u64::try_from(LINE_LEN_MAX).unwrap()));
        assert_eq!(lines.advance().unwrap(), Found::TooLong);
        assert!(lines.bytes.capacity() <= 4 * LINE_LEN_MAX, "{}", lines.bytes.capacity());
    }
}

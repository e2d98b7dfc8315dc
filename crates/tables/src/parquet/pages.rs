//! A look at the page headers of a column before it is read.
//!
//! A header says how large its page becomes, and the reader believes it: some bytes could ask for gigabytes. So the
//! headers are walked first, without their pages, and an absurd one refuses the file. Headers are Thrift structs in the
//! compact protocol: a byte with the type and the distance to the last field's number, then the value.

use std::io::{self, Read};

use parquet::file::reader::ChunkReader;

use super::chunks::{Chunks, Pieces};

/// The largest page that is read. Writers cut pages at 1 MiB; some wrote a whole column chunk as one page.
const PAGE_LEN_MAX: u64 = 128 << 20;

/// The largest dictionary, of which each value takes more room in memory than in the page.
const DICTIONARY_LEN_MAX: u64 = 16 << 20;

/// The longest header. It holds a few numbers, and the least and the greatest value of its page.
const HEADER_LEN_MAX: u64 = 4 << 20;

/// How deep a header nests, at most; real ones reach 3.
const DEPTH_MAX: u32 = 16;

/// `PageType` of a dictionary.
const DICTIONARY: u64 = 2;

/// Types of the compact protocol that a header may hold.
const STOP: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const STRUCT: u8 = 12;

/// What a header says about its page.
#[derive(Debug, Default, PartialEq, Eq)]
struct Header {
    kind: u64,
    len: u64,
    compressed_len: u64,
}

/// Walks the headers of a column chunk of `len` bytes from `start` on; says why it cannot be read.
pub(crate) fn check(chunks: &Chunks, start: u64, len: u64) -> Result<(), String> {
    let end = start.saturating_add(len);
    let mut place = start;
    while place < end {
        let input = chunks.get_read(place).map_err(|error| error.to_string())?;
        let mut bytes = Counted { input, len: 0 };
        let header = header(&mut bytes).map_err(|error| format!("a page header cannot be read ({error})"))?;
        let bound = if header.kind == DICTIONARY { DICTIONARY_LEN_MAX } else { PAGE_LEN_MAX };
        if header.len.max(header.compressed_len) > bound {
            return Err(format!(
                "a page of {} MiB, and more than {} are not read",
                header.len.max(header.compressed_len) >> 20,
                bound >> 20
            ));
        }
        place += bytes.len + header.compressed_len;
    }
    Ok(())
}

/// Reads a header. Each number that a page needs is among its first fields.
fn header(bytes: &mut Counted) -> io::Result<Header> {
    let mut header = Header::default();
    let mut field = 0;
    while let Some((number, kind)) = next_field(bytes, field)? {
        field = number;
        match (number, kind) {
            (1, I32) => header.kind = positive(bytes)?,
            (2, I32) => header.len = positive(bytes)?,
            (3, I32) => header.compressed_len = positive(bytes)?,
            _ => skip(bytes, kind, 0)?,
        }
    }
    Ok(header)
}

/// The number and the type of the next field of a struct; none at its end.
fn next_field(bytes: &mut Counted, last: u64) -> io::Result<Option<(u64, u8)>> {
    let byte = bytes.byte()?;
    match (byte >> 4, byte & 0x0f) {
        (_, STOP) => Ok(None),
        (0, kind) => Ok(Some((positive(bytes)?, kind))),
        (distance, kind) => Ok(Some((last.saturating_add(distance.into()), kind))),
    }
}

/// Passes over a value.
fn skip(bytes: &mut Counted, kind: u8, depth: u32) -> io::Result<()> {
    if depth > DEPTH_MAX {
        return Err(damaged("it nests too deep"));
    }
    match kind {
        TRUE | FALSE => Ok(()),
        BYTE => bytes.byte().map(drop),
        I16 | I32 | I64 => bytes.varint().map(drop),
        DOUBLE => bytes.pass(8),
        BINARY => {
            let len = bytes.varint()?;
            bytes.pass(len)
        }
        LIST | SET => {
            let byte = bytes.byte()?;
            let count = if byte >> 4 == 15 { bytes.varint()? } else { u64::from(byte >> 4) };
            match byte & 0x0f {
                // A bool takes a byte in a list, and none in a struct.
                TRUE | FALSE => bytes.pass(count),
                kind => (0..count).try_for_each(|_| skip(bytes, kind, depth + 1)),
            }
        }
        STRUCT => {
            let mut field = 0;
            while let Some((number, kind)) = next_field(bytes, field)? {
                field = number;
                skip(bytes, kind, depth + 1)?;
            }
            Ok(())
        }
        _ => Err(damaged("it holds a type that no header has")),
    }
}

/// A number that must not be negative: Thrift writes -1 as 1, 1 as 2.
fn positive(bytes: &mut Counted) -> io::Result<u64> {
    let number = bytes.varint()?;
    if number % 2 == 0 { Ok(number / 2) } else { Err(damaged("a length is negative")) }
}

/// Bytes with the count of those that were taken, which is bounded.
struct Counted {
    input: Pieces,
    len: u64,
}

impl Counted {
    fn byte(&mut self) -> io::Result<u8> {
        if self.len >= HEADER_LEN_MAX {
            return Err(damaged("it is too long"));
        }
        let mut byte = [0];
        self.input.read_exact(&mut byte)?;
        self.len += 1;
        Ok(byte[0])
    }

    fn pass(&mut self, len: u64) -> io::Result<()> {
        if self.len.saturating_add(len) > HEADER_LEN_MAX {
            return Err(damaged("it is too long"));
        }
        (0..len).try_for_each(|_| self.byte().map(drop))
    }

    /// Seven bits a byte, the lowest first; the top bit says that more follow.
    fn varint(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(damaged("a number is too long"))
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

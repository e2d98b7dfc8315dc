//! A file as the text it holds: plain, or unpacked while it is read; told by its first bytes, not by its name.
//!
//! A packed file is a row of frames (zstd) or members (gzip), and each can be unpacked without those before it. Places are
//! therefore told as the byte at which a frame begins and how far into its text. A recording has a frame for each block, so
//! any reply of it is reached without unpacking the rest.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use flate2::bufread::GzDecoder;
use zstd::stream::read::Decoder;

const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const ZSTD_SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Bytes that are unpacked at once.
const PIECE_BYTES: usize = 64 << 10;

/// Where a text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The byte of the file at which its frame begins; 0 for a plain file.
    pub frame: u64,
    /// Bytes into the text of the frame.
    pub offset: u64,
}

enum Packed {
    Plain(BufReader<File>),
    Zstd(Box<Decoder<'static, BufReader<File>>>),
    Gzip(Box<GzDecoder<BufReader<File>>>),
    /// Between two frames, or after the last.
    Between(BufReader<File>),
    /// Never seen from outside: what stands here while a frame is changed.
    Moved,
}

/// Reads the text of a file from a place on.
pub struct Stream {
    packed: Packed,
    piece: Vec<u8>,
    /// How much of the piece is filled, and how much of it was taken.
    filled: usize,
    taken: usize,
    /// Where the piece begins.
    place: Place,
}

impl Stream {
    /// Opens a file at its beginning.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::open_at(path, Place { frame: 0, offset: 0 })
    }

    /// Opens a file at a place that was told by [`Stream::place`].
    ///
    /// # Errors
    /// If it cannot be read, or ends before that place.
    pub fn open_at(path: &Path, place: Place) -> io::Result<Self> {
        let mut file = BufReader::with_capacity(PIECE_BYTES, File::open(path)?);
        file.seek(SeekFrom::Start(place.frame))?;
        let start = Place { frame: place.frame, offset: 0 };
        let mut stream =
            Self { packed: Packed::Between(file), piece: vec![0; PIECE_BYTES], filled: 0, taken: 0, place: start };
        stream.begin_frame()?;
        stream.skip_to(place)?;
        Ok(stream)
    }

    /// Where the next byte stands.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { offset: self.place.offset + bytes(self.taken), ..self.place }
    }

    /// Goes forward to a place of the same frame.
    ///
    /// # Errors
    /// If the file cannot be read, or the frame ends before that place.
    pub fn skip_to(&mut self, place: Place) -> io::Result<()> {
        while self.place() < place && !self.peek()?.is_empty() {
            let left = place.offset.saturating_sub(self.place().offset);
            let step = usize::try_from(left).unwrap_or(usize::MAX).min(self.filled - self.taken);
            self.take(step);
        }
        if self.place() == place { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    /// What stands next, empty at the end; always of one frame.
    ///
    /// # Errors
    /// If the file cannot be read or unpacked.
    pub fn peek(&mut self) -> io::Result<&[u8]> {
        while self.taken == self.filled {
            self.place = self.place();
            (self.taken, self.filled) = (0, 0);
            let count = match &mut self.packed {
                Packed::Plain(reader) => reader.read(&mut self.piece)?,
                Packed::Zstd(reader) => reader.read(&mut self.piece)?,
                Packed::Gzip(reader) => reader.read(&mut self.piece)?,
                Packed::Between(_) | Packed::Moved => 0,
            };
            self.filled = count;
            if count == 0 && !self.next_frame()? {
                break;
            }
        }
        Ok(&self.piece[self.taken..self.filled])
    }

    /// Takes what [`Stream::peek`] showed, or the first bytes of it.
    pub fn take(&mut self, count: usize) {
        self.taken = (self.taken + count).min(self.filled);
    }

    /// Leaves out exactly this many bytes, over the ends of frames.
    ///
    /// # Errors
    /// If the file cannot be read, or ends before.
    pub fn skip(&mut self, count: usize) -> io::Result<()> {
        let mut left = count;
        while left > 0 {
            let step = left.min(self.peek()?.len());
            if step == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.take(step);
            left -= step;
        }
        Ok(())
    }

    /// Reads exactly this many bytes, over the ends of frames.
    ///
    /// # Errors
    /// If the file cannot be read, or ends before.
    pub fn read_exact(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut text = Vec::with_capacity(count);
        while text.len() < count {
            let left = count - text.len();
            let piece = self.peek()?;
            if piece.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let step = left.min(piece.len());
            text.extend_from_slice(&piece[..step]);
            self.take(step);
        }
        Ok(text)
    }

    /// Goes on to the next frame; false if there is none.
    fn next_frame(&mut self) -> io::Result<bool> {
        let reader = match std::mem::replace(&mut self.packed, Packed::Moved) {
            Packed::Zstd(mut reader) => {
                reader.finish_frame()?;
                reader.into_inner()
            }
            Packed::Gzip(reader) => reader.into_inner(),
            other => {
                self.packed = other;
                return Ok(false);
            }
        };
        self.packed = Packed::Between(reader);
        self.begin_frame()
    }

    fn begin_frame(&mut self) -> io::Result<bool> {
        let Packed::Between(mut reader) = std::mem::replace(&mut self.packed, Packed::Moved) else { return Ok(false) };
        let frame = reader.stream_position()?;
        // Before anything can fail, so that an error is told of this frame and not of the one before.
        self.place = Place { frame, offset: 0 };
        let start = reader.fill_buf()?;
        let more = !start.is_empty();
        let zstd = start.starts_with(&ZSTD) || (start.len() > 3 && start[1..].starts_with(&ZSTD_SKIPPABLE));
        let gzip = start.starts_with(&GZIP);
        if frame > 0 && more && !zstd && !gzip {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("no packed frame begins at byte {frame}")));
        }
        self.packed = match (more, zstd, gzip) {
            (false, ..) => Packed::Between(reader),
            (_, true, _) => Packed::Zstd(Box::new(Decoder::with_buffer(reader)?.single_frame())),
            (_, _, true) => Packed::Gzip(Box::new(GzDecoder::new(reader))),
            _ => Packed::Plain(reader),
        };
        Ok(more)
    }
}

fn bytes(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stream(at {:?})", self.place())
    }
}

//! Bytes of a Parquet file by place, as its reader asks for them.
//!
//! Places and lengths come from the file's own footer, which is hostile input. So each is held against the size of the
//! file before anything is allocated, and what is taken is counted for a progress bar.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use parquet::{
    errors::{ParquetError, Result},
    file::reader::{ChunkReader, Length},
};

/// How much is read at once where the reader does not say how much it needs: a page header takes under 1 KiB.
const PIECE_LEN: usize = 8 * 1024;

/// A Parquet file, on disk or in memory.
#[derive(Clone)]
pub(crate) struct Chunks {
    input: Input,
    len: u64,
    /// Bytes taken so far. Some are taken twice, so it is held at the size of the file.
    bytes_read: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Input {
    File(Arc<Mutex<File>>),
    Memory(Bytes),
}

impl Chunks {
    /// A file on disk, of the size given.
    pub(crate) fn of_file(file: File, len: u64) -> Self {
        Self { input: Input::File(Arc::new(Mutex::new(file))), len, bytes_read: Arc::default() }
    }

    /// A file in memory.
    pub(crate) fn of_bytes(bytes: Vec<u8>) -> Self {
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Self { input: Input::Memory(Bytes::from(bytes)), len, bytes_read: Arc::default() }
    }

    /// The counter of the bytes taken so far.
    pub(crate) fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_read)
    }

    /// The bytes from `start` on, `len` of them.
    pub(crate) fn take(&self, start: u64, len: usize) -> io::Result<Bytes> {
        let len_u64 = u64::try_from(len).unwrap_or(u64::MAX);
        if start.checked_add(len_u64).is_none_or(|end| end > self.len) {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file ends before its own index says"));
        }
        let taken = match &self.input {
            Input::Memory(bytes) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX);
                bytes.slice(start..start + len)
            }
            Input::File(file) => {
                let mut file = file.lock().map_err(|_| io::Error::other("another reader of the file failed"))?;
                file.seek(SeekFrom::Start(start))?;
                let mut taken = vec![0; len];
                file.read_exact(&mut taken)?;
                Bytes::from(taken)
            }
        };
        // Relaxed: a progress bar reads the number and nothing else depends on it.
        let before = self.bytes_read.load(Ordering::Relaxed);
        self.bytes_read.store(before.saturating_add(len_u64).min(self.len), Ordering::Relaxed);
        Ok(taken)
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for Chunks {
    type T = Pieces;

    fn get_read(&self, start: u64) -> Result<Pieces> {
        Ok(Pieces { chunks: self.clone(), next: start, piece: Bytes::new() })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.take(start, length).map_err(|error| ParquetError::External(Box::new(error)))
    }
}

/// Reads on from a place, piece by piece.
pub(crate) struct Pieces {
    chunks: Chunks,
    next: u64,
    piece: Bytes,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.piece.is_empty() {
            let left = usize::try_from(self.chunks.len.saturating_sub(self.next)).unwrap_or(usize::MAX);
            let len = left.min(PIECE_LEN);
            if len == 0 {
                return Ok(0);
            }
            self.piece = self.chunks.take(self.next, len)?;
            self.next += u64::try_from(len).unwrap_or(u64::MAX);
        }
        let len = buffer.len().min(self.piece.len());
        buffer[..len].copy_from_slice(&self.piece.split_to(len));
        Ok(len)
    }
}

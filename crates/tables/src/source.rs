//! Opening: where the bytes of a table come from, and what they are wrapped in.
//!
//! Compression is told by the first bytes, not by the name: a download that was saved without `.gz`, or unpacked by
//! the browser that kept the ending, reads all the same. Bytes are counted before they are decompressed, because that
//! is the number a progress bar can compare with the size of the file.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Cursor, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use fundtrail_types::Problem;

use crate::parquet;

/// Room for a few thousand rows between two system calls.
const BUFFER_LEN: usize = 64 * 1024;

/// Enough for the longest magic.
const MAGIC_LEN: u8 = 4;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The largest Zstandard window that is accepted, as a power of two: 128 MiB, what the `zstd` tool takes unasked. A
/// frame may demand gigabytes, and its header is hostile input.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;

/// An opened input: decompressed bytes, and what is known about where they come from.
pub(crate) struct Source {
    /// As it was named.
    pub(crate) name: String,
    /// The decompressed bytes.
    pub(crate) input: Box<dyn BufRead + Send>,
    /// What they were wrapped in.
    pub(crate) wrap: Wrap,
    /// Bytes taken from the file so far, before decompression.
    pub(crate) bytes_read: Arc<AtomicU64>,
    /// Bytes of the file, where that is known.
    pub(crate) size_bytes: Option<u64>,
}

/// What an input is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrap {
    Plain,
    Gzip,
    Zstd,
}

impl Source {
    /// Opens a file.
    pub(crate) fn open(path: &Path) -> Result<Self, Problem> {
        let name = path.display().to_string();
        let refuse = |reason: &str| whole(&name, reason.to_owned());
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => refuse("there is no such file: check the path"),
            _ => refuse(&format!("the file cannot be opened ({error}): check its permissions")),
        };
        let about = path.metadata().map_err(unreadable)?;
        if about.is_dir() {
            return Err(refuse("this is a folder: name a file in it"));
        }
        let file = File::open(path).map_err(unreadable)?;
        Self::new(name.clone(), file, Some(about.len()).filter(|_| about.is_file()))
    }

    /// Wraps a stream: looks at its first bytes and puts the decompressor before it that they ask for.
    pub(crate) fn new(
        name: String,
        input: impl Read + Send + 'static,
        size_bytes: Option<u64>,
    ) -> Result<Self, Problem> {
        let bytes_read = Arc::new(AtomicU64::new(0));
        let mut input = Counted { input, bytes_read: Arc::clone(&bytes_read) };
        let mut magic = Vec::with_capacity(MAGIC_LEN.into());
        let unreadable = |wrap: Wrap, error: &io::Error| whole(&name, wrap.reason(error));
        (&mut input).take(MAGIC_LEN.into()).read_to_end(&mut magic).map_err(|error| unreadable(Wrap::Plain, &error))?;
        if magic == parquet::MAGIC {
            return Err(whole(
                &name,
                "a Parquet file cannot be read from a stream, because it has its header at its end: save it as a file \
                 and name that"
                    .to_owned(),
            ));
        }
        let wrap = Wrap::of(&magic);
        let whole_input = BufReader::with_capacity(BUFFER_LEN, Cursor::new(magic).chain(input));
        let input: Box<dyn BufRead + Send> = match wrap {
            Wrap::Plain => Box::new(whole_input),
            Wrap::Gzip => buffered(flate2::bufread::MultiGzDecoder::new(whole_input)),
            Wrap::Zstd => {
                let decoder = zstd::Decoder::with_buffer(whole_input).and_then(|mut decoder| {
                    decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
                    Ok(decoder)
                });
                buffered(decoder.map_err(|error| unreadable(wrap, &error))?)
            }
        };
        Ok(Self { name, input, wrap, bytes_read, size_bytes })
    }
}

impl Wrap {
    fn of(magic: &[u8]) -> Self {
        if magic.starts_with(&GZIP_MAGIC) {
            Self::Gzip
        } else if magic.starts_with(&ZSTD_MAGIC) {
            Self::Zstd
        } else {
            Self::Plain
        }
    }

    /// Why reading broke off, and what to do.
    pub(crate) fn reason(self, error: &io::Error) -> String {
        let name = match self {
            Self::Plain => return format!("the file cannot be read any further ({error}): copy or download it again"),
            Self::Gzip => "gzip",
            Self::Zstd => "Zstandard",
        };
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return format!("the {name} data is cut off: copy or download the file again");
        }
        format!("the {name} data cannot be read any further ({error}): copy or download the file again, or unpack it")
    }
}

/// A problem of the file as a whole.
pub(crate) fn whole(file: &str, reason: String) -> Problem {
    Problem { file: file.to_owned(), line: None, reason, record: String::new() }
}

fn buffered(input: impl Read + Send + 'static) -> Box<dyn BufRead + Send> {
    Box::new(BufReader::with_capacity(BUFFER_LEN, input))
}

/// Counts what is taken from the input.
struct Counted<R> {
    input: R,
    bytes_read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.input.read(buffer)?;
        // Relaxed: a progress bar reads the number and nothing else depends on it.
        self.bytes_read.fetch_add(u64::try_from(len).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(len)
    }
}

#[cfg(test)]
mod tests;

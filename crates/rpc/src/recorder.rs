//! Recording: every reply as one line, with the SHA-256 of its result.
//!
//! A line is `{"method":..,"params":..,"sha256":"..","result":..}`, where `result` is byte by byte what the node sent. A result
//! that holds line breaks (no known node sends such) is written as a text instead, under `result_text`, so that a reply is one
//! line in any case; the digest is of the result itself. Neither the endpoint nor the time nor the id of a request is
//! written, so the same answers make the same files.
//!
//! Files are `replies-000001.jsonl.zst` and so on. What is appended together is one frame of zstd with a checksum: when power
//! fails, the last frame may be cut, which is recognised when going on and when reading; no frame before it is touched.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Write},
    path::{Path, PathBuf},
};

use fundtrail_types::Problem;
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use zstd::{bulk::Compressor, zstd_safe::CParameter};

use crate::{Call, Error, frames::end_of_frames};

/// A file is followed by the next one from this size on, in bytes: small enough to copy and to check in a moment, large enough
/// that the blocks of a year make hundreds of files and not millions.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// The default of zstd. Recording must keep up with several nodes' worth of traces on one core.
const LEVEL: i32 = 3;

const PREFIX: &str = "replies-";
const SUFFIX: &str = ".jsonl.zst";

/// One reply: what was asked, and the result as it came.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// What was asked.
    pub call: &'a Call,
    /// The result of the JSON-RPC reply.
    pub result: &'a RawValue,
}

/// Writes replies into a folder. One recorder at a time may write into a folder.
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    path: PathBuf,
    file: File,
    number: u32,
    bytes: u64,
    bytes_max: u64,
}

impl Recorder {
    /// Opens a folder for recording, made if it is not there, and goes on after what was recorded before. A frame that was cut
    /// off, by a crash in the middle of writing, is removed and told as a problem.
    ///
    /// # Errors
    /// [`Error::File`] if the folder cannot be written, or another recorder writes into it.
    pub fn open(folder: &Path) -> Result<(Self, Option<Problem>), Error> {
        Self::with_size(folder, FILE_BYTES_MAX)
    }

    /// As [`Recorder::open`], with files of another size: a file is followed by the next one from `bytes_max` on.
    ///
    /// # Errors
    /// As [`Recorder::open`].
    pub fn with_size(folder: &Path, bytes_max: u64) -> Result<(Self, Option<Problem>), Error> {
        fs::create_dir_all(folder).map_err(in_file(folder))?;
        let number = last_number(folder).map_err(in_file(folder))?.unwrap_or(1);
        let (path, file) = open_file(folder, number)?;
        let end = end_of_frames(BufReader::new(&file)).map_err(in_file(&path))?;
        let mut problem = None;
        if end.cut {
            file.set_len(end.whole).map_err(in_file(&path))?;
            problem = Some(Problem {
                file: path.display().to_string(),
                line: None,
                reason: "the last replies were cut off while they were being written, and were removed: what they told is asked again"
                    .into(),
                record: format!("after byte {}", end.whole),
            });
        }
        let folder = folder.to_owned();
        Ok((Self { folder, path, file, number, bytes: end.whole, bytes_max }, problem))
    }

    /// Appends replies; they stay together whatever happens.
    ///
    /// # Errors
    /// [`Error::File`] if they cannot be written.
    pub fn append(&mut self, replies: &[Reply<'_>]) -> Result<(), Error> {
        if replies.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        let frame = replies.iter().try_for_each(|reply| write_line(&mut lines, reply)).and_then(|()| compress(&lines));
        let frame = frame.map_err(in_file(&self.path))?;
        if self.bytes >= self.bytes_max {
            self.sync()?;
            self.number += 1;
            (self.path, self.file) = open_file(&self.folder, self.number)?;
            self.bytes = 0;
        }
        // In one call, so that what can be cut is this frame alone.
        self.file.write_all(&frame).map_err(in_file(&self.path))?;
        self.bytes += u64::try_from(frame.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// The file that is written now.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until everything is on the disk. Whoever keeps a checkpoint calls this before it moves on.
    ///
    /// # Errors
    /// [`Error::File`] if the disk refuses.
    pub fn sync(&self) -> Result<(), Error> {
        self.file.sync_data().map_err(in_file(&self.path))
    }
}

/// The SHA-256 of a result, in hexadecimal digits.
#[must_use]
pub fn digest(result: &str) -> String {
    Sha256::digest(result.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write_line(lines: &mut Vec<u8>, reply: &Reply<'_>) -> io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a, P> {
        method: &'a str,
        params: &'a P,
        sha256: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        result: Option<&'a RawValue>,
        #[serde(skip_serializing_if = "Option::is_none")]
        result_text: Option<&'a str>,
    }
    let text = reply.result.get();
    let broken = text.contains(['\n', '\r']);
    let line = Line {
        method: reply.call.method(),
        params: reply.call.params(),
        sha256: digest(text),
        result: (!broken).then_some(reply.result),
        result_text: broken.then_some(text),
    };
    serde_json::to_writer(&mut *lines, &line)?;
    lines.push(b'\n');
    Ok(())
}

fn compress(lines: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressor = Compressor::new(LEVEL)?;
    compressor.set_parameter(CParameter::ChecksumFlag(true))?;
    compressor.compress(lines)
}

/// The number of the last file of a recording.
fn last_number(folder: &Path) -> io::Result<Option<u32>> {
    let mut last = None;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.parse().ok());
        last = last.max(number);
    }
    Ok(last)
}

fn open_file(folder: &Path, number: u32) -> Result<(PathBuf, File), Error> {
    let path = folder.join(format!("{PREFIX}{number:06}{SUFFIX}"));
    let open = || {
        let file = OpenOptions::new().read(true).append(true).create(true).open(&path)?;
        file.try_lock()?;
        Ok(file)
    };
    let file = open().map_err(in_file(&path))?;
    Ok((path, file))
}

/// An error of the system, with the file that it is about.
pub fn in_file(path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.to_owned();
    move |cause| Error::File { path: path.clone(), cause }
}

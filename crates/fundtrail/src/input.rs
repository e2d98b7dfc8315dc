//! Opening what is loaded, with the digest that names the load.
//!
//! A regular file is read twice: once for its digest, once for its rows. A pipe can be read only once, so its bytes go
//! to a temporary file first. Without that, rows would be lost in silence: whoever reads a pipe takes the bytes away.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use fundtrail_tables::TableFile;
use fundtrail_types::Problem;
use sha2::{Digest, Sha256};

use crate::Error;

/// Room for one read: large enough that system calls do not show.
const BUFFER_LEN: usize = 1 << 16;

/// A file that is loaded. It can be opened several times.
pub(crate) struct Input {
    path: PathBuf,
    /// SHA-256 of its bytes as they lie on disk or came through the pipe.
    pub(crate) digest: String,
    /// Its bytes, if it is a pipe.
    copy: Option<File>,
    /// Its place among the files of a command.
    pub(crate) place: usize,
}

impl Input {
    /// Opens a table.
    pub(crate) fn open(path: &Path, place: usize) -> Result<(Self, TableFile), Error> {
        // What is no file at all, or a folder, is explained by the reader of tables.
        let is_stream = path.metadata().is_ok_and(|about| !about.is_file() && !about.is_dir());
        let (digest, copy) = if is_stream { copied(path)? } else { (digest(path)?, None) };
        let input = Self { path: path.to_owned(), digest, copy, place };
        let file = input.table()?;
        Ok((input, file))
    }

    /// Opens the table from its beginning.
    pub(crate) fn table(&self) -> Result<TableFile, Error> {
        let Some(copy) = &self.copy else { return fundtrail_tables::open(&self.path).map_err(Error::File) };
        let again = || -> io::Result<File> {
            let mut copy = copy.try_clone()?;
            copy.rewind()?;
            Ok(copy)
        };
        let copy = again().map_err(|error| problem(&self.path, format!("its copy cannot be read again ({error})")))?;
        fundtrail_tables::from_reader(&self.path.display().to_string(), copy).map_err(Error::File)
    }
}

fn digest(path: &Path) -> Result<String, Error> {
    let digest = match path.metadata() {
        Ok(about) if about.is_file() => File::open(path).and_then(|file| digest_while(file, &mut io::sink())).ok(),
        _ => None,
    };
    match digest {
        Some(digest) => Ok(digest),
        None => {
            fundtrail_tables::open(path).map_err(Error::File)?;
            // Whatever kept the digest from being made, and not the reader of tables, is told here.
            Err(problem(path, "the file cannot be read to its end: check the disk".to_owned()))
        }
    }
}

fn copied(path: &Path) -> Result<(String, Option<File>), Error> {
    let stream = File::open(path).map_err(|error| problem(path, format!("it cannot be opened ({error})")))?;
    let no_copy = |error: io::Error| {
        let reason = format!(
            "the stream cannot be copied to a temporary file ({error}): make room, name another folder with TMPDIR, \
             or save the stream to a file and load that"
        );
        problem(path, reason)
    };
    let mut copy = tempfile::tempfile().map_err(no_copy)?;
    let digest = digest_while(stream, &mut copy).map_err(no_copy)?;
    Ok((digest, Some(copy)))
}

/// The digest of everything that `input` holds, which is written to `copy` on the way.
pub(crate) fn digest_while(mut input: impl Read, copy: &mut impl Write) -> io::Result<String> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; BUFFER_LEN]);
    loop {
        let read = match input.read(&mut buffer) {
            Ok(0) => return Ok(hex(&hash.finalize())),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(&buffer[..read]);
        copy.write_all(&buffer[..read])?;
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn problem(path: &Path, reason: String) -> Error {
    Error::File(Problem { file: path.display().to_string(), line: None, reason, record: String::new() })
}

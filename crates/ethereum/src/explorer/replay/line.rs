//! One recorded answer: its line, and where that stands.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use fundtrail_rpc::digest;
use serde::Deserialize;
use serde_json::value::RawValue;
use zstd::stream::read::Decoder;

/// Bytes of what was recorded together, unpacked: a page, at most as long as an answer may be, and its question.
const PART_BYTES_MAX: u64 = 256 << 20;

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Frames of zstd, each with whole lines.
    Frames,
    /// Lines.
    Plain,
}

impl Form {
    /// By the end of its name; none if it is no recording.
    pub(super) fn of(file: &Path) -> Option<Self> {
        let name = file.file_name()?.to_str()?;
        if name.ends_with(".jsonl.zst") { Some(Self::Frames) } else { name.ends_with(".jsonl").then_some(Self::Plain) }
    }

    /// Reads the part that begins here: a frame or a line. Empty at the end.
    pub(super) fn part(self, reader: &mut BufReader<File>) -> io::Result<Vec<u8>> {
        let mut part = Vec::new();
        if reader.fill_buf()?.is_empty() {
            return Ok(part);
        }
        let bytes = match self {
            Self::Plain => reader.by_ref().take(PART_BYTES_MAX).read_until(b'\n', &mut part)?,
            Self::Frames => {
                let mut decoder = Decoder::with_buffer(&mut *reader)?.single_frame();
                let bytes = decoder.by_ref().take(PART_BYTES_MAX).read_to_end(&mut part)?;
                decoder.finish_frame()?;
                bytes
            }
        };
        if u64::try_from(bytes).is_ok_and(|bytes| bytes < PART_BYTES_MAX) {
            Ok(part)
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "an answer is longer than 256 MiB"))
        }
    }
}

/// Where an answer stands.
#[derive(Clone, Debug)]
pub(super) struct At {
    pub(super) file: PathBuf,
    /// Where its frame begins, or its line where the file is not packed.
    pub(super) byte: u64,
    /// Which line of that.
    pub(super) line: usize,
}

impl At {
    /// Reads the answer; the inner error says how it is not what it was.
    pub(super) fn body(&self) -> io::Result<Result<Box<RawValue>, String>> {
        let mut reader = BufReader::new(File::open(&self.file)?);
        reader.seek(SeekFrom::Start(self.byte))?;
        let part = Form::of(&self.file).unwrap_or(Form::Plain).part(&mut reader)?;
        let line = part.split(|byte| *byte == b'\n').nth(self.line).unwrap_or_default();
        let line: serde_json::Result<Line<'_>> = serde_json::from_slice(line);
        Ok(line.map_err(|error| error.to_string()).and_then(|line| line.body()))
    }
}

/// A line of a recording.
#[derive(Deserialize)]
pub(super) struct Line<'a> {
    #[serde(borrow)]
    pub(super) method: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) params: &'a RawValue,
    #[serde(borrow)]
    sha256: Cow<'a, str>,
    #[serde(default, borrow)]
    result: Option<&'a RawValue>,
    #[serde(default)]
    result_text: Option<String>,
}

impl Line<'_> {
    /// The answer, if it is still what was recorded.
    pub(super) fn body(&self) -> Result<Box<RawValue>, String> {
        let text = match (self.result, &self.result_text) {
            (Some(result), _) => result.get(),
            (None, Some(text)) => text,
            (None, None) => return Err("it has no result".to_owned()),
        };
        if !self.sha256.eq_ignore_ascii_case(&digest(text)) {
            return Err("its SHA-256 is not that of its result".to_owned());
        }
        RawValue::from_string(text.to_owned()).map_err(|error| error.to_string())
    }
}

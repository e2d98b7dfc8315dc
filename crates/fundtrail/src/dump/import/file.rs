//! The file of an export, read twice: once to see that it is whole, and once to store it.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek},
    path::Path,
};

use crate::input;

const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// An export that can be read from its beginning again.
pub(super) struct Dump {
    file: File,
    /// The SHA-256 of the file's bytes.
    pub(super) digest: String,
}

impl Dump {
    /// Opens an export. What is no file but a pipe is copied into `folder` first, into a file without a name: it is gone
    /// whatever ends the process.
    pub(super) fn open(path: &Path, folder: &Path) -> Result<Self, String> {
        let unreadable = |error: io::Error| format!("it cannot be read ({error}): check the path");
        let mut file = File::open(path).map_err(unreadable)?;
        if file.metadata().map_err(unreadable)?.is_file() {
            let digest = input::digest_while(&mut file, &mut io::sink()).map_err(unreadable)?;
            return Ok(Self { file, digest });
        }
        let no_copy = |error: io::Error| {
            format!(
                "it is no file that can be read twice, and cannot be copied into the folder of the database ({error}): make \
                 room, or save it to a file and import that"
            )
        };
        let mut copy = tempfile::tempfile_in(folder).map_err(no_copy)?;
        let digest = input::digest_while(file, &mut copy).map_err(no_copy)?;
        Ok(Self { file: copy, digest })
    }

    /// What the file holds, unpacked, from its beginning.
    pub(super) fn begin(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        self.file.rewind()?;
        let mut magic = Vec::new();
        (&mut self.file).take(4).read_to_end(&mut magic)?;
        self.file.rewind()?;
        let file = BufReader::new(&mut self.file);
        if magic == ZSTD_MAGIC {
            return Ok(Box::new(BufReader::new(zstd::Decoder::with_buffer(file)?)));
        }
        Ok(Box::new(file))
    }
}

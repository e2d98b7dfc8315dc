//! The frames of zstd that a recording is made of: each is whole or worth nothing.

use std::io::{self, BufRead, Seek};

use zstd::stream::read::Decoder;

/// How a recording ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// Bytes up to the end of the last whole frame.
    pub(crate) whole: u64,
    /// Whether something that is no whole frame follows.
    pub(crate) cut: bool,
}

/// Walks over the frames, checksums included, to where the last whole one ends.
pub(crate) fn end_of_frames<R: BufRead + Seek>(mut reader: R) -> io::Result<End> {
    let mut whole = 0;
    loop {
        if reader.fill_buf()?.is_empty() {
            return Ok(End { whole, cut: false });
        }
        let mut decoder = Decoder::with_buffer(&mut reader)?.single_frame();
        let read = io::copy(&mut decoder, &mut io::sink()).and_then(|_| decoder.finish_frame());
        drop(decoder);
        if read.is_err() {
            return Ok(End { whole, cut: true });
        }
        whole = reader.stream_position()?;
    }
}

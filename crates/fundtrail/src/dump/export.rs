//! Writing an export.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use fundtrail_store::{Store, StoreError};
use sha2::{Digest, Sha256};

use super::{Line, Transaction, VERSION};
use crate::{Error, input};

/// Lines between two reports of progress.
const LINES_PER_REPORT: u64 = 4096;

/// Zstandard's usual level: the lines repeat themselves much, and a higher one takes many times as long.
const LEVEL: i32 = 3;

/// Writes everything that the store holds to a file, compressed if its name ends in `.zst`. Checkpoints of unfinished
/// loads stay behind, because what they stand for begins anew elsewhere. `go_on` is told how many lines were written, and
/// answers whether to go on. Gives how many there are.
///
/// # Errors
/// If the file cannot be written, the caller asks to stop, or the database fails. What was written until then is not left
/// under the name of the file.
pub fn export(store: &Store, path: &Path, go_on: &mut dyn FnMut(u64) -> bool) -> Result<u64, Error> {
    let cannot = |error: io::Error| Error::Export { path: path.to_owned(), cause: error };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let part = tempfile::Builder::new().prefix(".export").tempfile_in(folder).map_err(cannot)?;
    let file = BufWriter::new(part.as_file().try_clone().map_err(cannot)?);
    let lines = if path.extension().is_some_and(|ending| ending == "zst") {
        let mut out = zstd::Encoder::new(file, LEVEL).map_err(cannot)?;
        let lines = write(store, &mut out, go_on, &cannot)?;
        out.finish().and_then(|mut out| out.flush()).map_err(cannot)?;
        lines
    } else {
        let mut out = file;
        let lines = write(store, &mut out, go_on, &cannot)?;
        out.flush().map_err(cannot)?;
        lines
    };
    make_readable(part.as_file()).map_err(cannot)?;
    part.persist(path).map_err(|error| cannot(error.error))?;
    Ok(lines)
}

/// Temporary files are for their owner alone; an export is a file like others.
#[cfg(unix)]
fn make_readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &File) -> io::Result<()> {
    Ok(())
}

fn write(
    store: &Store,
    out: &mut impl Write,
    go_on: &mut dyn FnMut(u64) -> bool,
    cannot: &impl Fn(io::Error) -> Error,
) -> Result<u64, Error> {
    let (mut lines, mut hash) = (0, Sha256::new());
    let mut put = |line: &Line| -> Result<(), Error> {
        let mut text = serde_json::to_vec(line).map_err(|error| cannot(error.into()))?;
        text.push(b'\n');
        hash.update(&text);
        out.write_all(&text).map_err(cannot)?;
        lines += 1;
        if lines % LINES_PER_REPORT == 0 && !go_on(lines) { Err(Error::Stopped) } else { Ok(()) }
    };
    put(&Line::FundtrailExport { version: VERSION })?;
    for (_, chain) in store.chains()? {
        for tx in store.transactions(chain) {
            let tx = tx?;
            put(&Line::Transaction(Transaction::of(&tx, &store.view(&tx)?)))?;
        }
        for claim in store.coverage(chain)? {
            put(&Line::Coverage(claim))?;
        }
    }
    let named = |symbol: Result<_, StoreError>| {
        let (asset, decimals, symbol) = symbol?;
        Ok::<_, StoreError>((store.asset(asset)?, decimals, symbol))
    };
    // Numbers of assets are given in the order of loading, which an export does not tell.
    let mut symbols: Vec<_> = store.all_symbols().map(named).collect::<Result<_, _>>()?;
    symbols.sort();
    for (asset, decimals, symbol) in symbols {
        put(&Line::Symbol { asset, decimals, symbol })?;
    }
    for source in store.sources()? {
        put(&Line::Source(source))?;
    }
    let end = Line::End { lines, sha256: input::hex(&hash.finalize()) };
    serde_json::to_writer(&mut *out, &end).map_err(|error| cannot(error.into()))?;
    out.write_all(b"\n").map_err(cannot)?;
    Ok(lines)
}

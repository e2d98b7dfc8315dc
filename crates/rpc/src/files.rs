//! Which files of a folder may hold replies.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{Error, in_file, split::may_hold_replies};

/// The files of a folder, and of the folders in it, whose names end in `.json`, `.jsonl` or `.ndjson`, with or without `.gz` or
/// `.zst`, in the order of their names; or the one file that was named, whatever its name.
///
/// # Errors
/// [`Error::NothingRecorded`] if there is none; [`Error::File`] if the folder cannot be read.
pub fn files_of(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut paths = Vec::new();
    walk(path, &mut paths).map_err(in_file(path))?;
    if paths.is_empty() {
        return Err(Error::NothingRecorded { path: path.to_owned() });
    }
    paths.sort();
    Ok(paths)
}

fn walk(path: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        paths.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let (entry, path) = entry.map(|entry| (entry.file_type(), entry.path()))?;
        // A link to a folder could lead round in a circle; a link to a file is as good as the file.
        if entry?.is_dir() {
            walk(&path, paths)?;
        } else if path.is_file() && may_hold_replies(&path) {
            paths.push(path);
        }
    }
    Ok(())
}

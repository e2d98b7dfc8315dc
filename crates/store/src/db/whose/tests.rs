use std::collections::BTreeMap;

use super::*;
use crate::{FORMAT, Store};

/// Every file with its bytes, but for the log in which RocksDB tells its developers what it did.
fn files(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(path).unwrap().map(Result::unwrap);
    files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())).collect()
}

/// A key and its value, or none.
type Row = Option<(&'static [u8], &'static [u8])>;

/// A database with a row of some families; of the others, none.
fn database(families: &[(&str, Row)], settings: &Options) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut options = settings.clone();
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    let descriptors = families.iter().map(|(name, _)| ColumnFamilyDescriptor::new(*name, settings.clone()));
    let db = DB::open_cf_descriptors(&options, dir.path(), descriptors).unwrap();
    for (name, row) in families {
        if let Some((key, value)) = row {
            db.put_cf(db.cf_handle(name).unwrap(), key, value).unwrap();
        }
    }
    drop(db);
    dir
}

/// Whatever is asked of it, it says whose it is not, and no byte of it changes.
#[track_caller]
fn is_left_alone(dir: &tempfile::TempDir, says: &str) {
    let (path, before) = (dir.path(), files(dir.path()));
    let answers = [
        Store::open(path).map(drop),
        Store::open_existing(path).map(drop),
        Store::open_to_mend(path).map(drop),
        Store::open_read_only(path).map(drop),
        Store::migrate(path, &mut |_| true).map(drop),
    ];
    for answer in answers {
        let error = answer.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    assert!(files(path) == before, "a file was changed");
}

const ROW: Row = Some((b"key", b"value"));

#[test]
fn the_database_of_another_program_is_left_alone() {
    let options = Options::default();
    let reversed = {
        let mut options = Options::default();
        options.set_comparator("reversed", Box::new(|a, b| b.cmp(a)));
        options
    };
    for (families, settings) in [
        (vec![("default", None)], &options),
        (vec![("default", ROW)], &options),
        (vec![("default", None), ("coins", None)], &options),
        (vec![("default", ROW), ("coins", ROW)], &options),
        // A family of one of our names, with something else in it.
        (vec![("default", None), ("meta", ROW)], &options),
        (vec![("default", None), ("meta", Some((b"format".as_slice(), b"json".as_slice())))], &options),
        (vec![("default", None), ("meta", Some((b"format".as_slice(), b"jsonl".as_slice())))], &options),
        (vec![("default", None), ("meta", None), ("coins", None)], &options),
        (vec![("default", ROW)], &reversed),
    ] {
        is_left_alone(
            &database(&families, settings),
            "holds the database of another program, and nothing of it was changed",
        );
    }
}

#[test]
fn a_database_of_another_format_gets_no_families_of_this_one() {
    for format in [FORMAT + 1, FORMAT - 1] {
        let number = format.to_be_bytes().to_vec().leak();
        let dir = database(&[("default", None), ("meta", Some((FORMAT_KEY, number)))], &Options::default());
        let before = files(dir.path());
        for opened in [Store::open(dir.path()), Store::open_to_mend(dir.path()), Store::open_read_only(dir.path())] {
            let error = opened.unwrap_err();
            assert!(matches!(error, StoreError::Format { found, .. } if found == format), "{error}");
        }
        if format > FORMAT {
            assert!(matches!(Store::migrate(dir.path(), &mut |_| true), Err(StoreError::Format { .. })));
        }
        assert!(files(dir.path()) == before, "a file was changed");
    }
}

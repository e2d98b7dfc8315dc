use fundtrail_types::Asset;

use super::*;
use crate::{Checkpoint, SourceInfo};

#[test]
fn the_format_guard_refuses_in_both_directions_with_a_remedy() {
    for (format, remedy) in [(FORMAT - 1, "load your files again"), (FORMAT + 1, "use the newer fundtrail")] {
        let dir = tempfile::tempdir().unwrap();
        Store::open(dir.path()).unwrap().put(META, FORMAT_KEY, &format.to_be_bytes()).unwrap();
        for opened in [Store::open(dir.path()), Store::open_read_only(dir.path())] {
            let error = opened.unwrap_err();
            assert!(matches!(error, StoreError::Format { found, .. } if found == format), "{error}");
            assert!(error.to_string().contains(remedy), "{error}");
        }
    }
}

#[test]
fn what_is_no_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open_read_only(dir.path()), Err(StoreError::Missing(_))));
    std::fs::write(dir.path().join("letter.txt"), "dear").unwrap();
    assert!(matches!(Store::open(dir.path()), Err(StoreError::NotOurs(_))));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    assert!(matches!(Store::open(&dir.path().join("letter.txt/db")), Err(StoreError::Io { .. })));
}

#[test]
fn a_second_writer_is_told_to_wait_and_a_reader_may_read() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let error = Store::open(dir.path()).unwrap_err();
    assert!(matches!(error, StoreError::Busy { .. }), "{error}");
    assert!(error.to_string().contains("wait until it is done"));
    let reader = Store::open_read_only(dir.path()).unwrap();
    assert!(matches!(reader.writer(), Err(StoreError::ReadOnly(_))));
    assert!(store.writer().is_ok());
}

#[test]
fn a_damaged_row_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    store.put(crate::families::HISTORY, &[0; 29], b"short").unwrap();
    let error = store.history(crate::AccountId(0)).next().unwrap().unwrap_err();
    assert!(error.to_string().contains("`history`") && error.to_string().contains("fundtrail db check"), "{error}");
    let report = store.check(&mut |_| true).unwrap();
    assert_eq!(report.broken_total, 1, "{:?}", report.broken);
}

#[test]
fn what_a_killed_process_left_while_it_made_a_database_becomes_one() {
    let dir = tempfile::tempdir().unwrap();
    for file in ["LOCK", "LOG", "IDENTITY", "MANIFEST-000001", "000001.dbtmp"] {
        std::fs::write(dir.path().join(file), "").unwrap();
    }
    assert!(matches!(Store::open_read_only(dir.path()), Err(StoreError::Missing(_))));
    drop(Store::open(dir.path()).unwrap());
    assert_eq!(Store::open_read_only(dir.path()).unwrap().format().unwrap(), Some(FORMAT));
    // Without any family, and with the first of them.
    for families in [vec![], vec![META.name]] {
        let dir = tempfile::tempdir().unwrap();
        let mut options = Options::default();
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        drop(DB::open_cf(&options, dir.path(), &families).unwrap());
        // These come once all families are there.
        for file in std::fs::read_dir(dir.path()).unwrap().map(Result::unwrap) {
            if file.file_name().to_string_lossy().starts_with("OPTIONS-") {
                std::fs::remove_file(file.path()).unwrap();
            }
        }
        assert!(matches!(Store::open_read_only(dir.path()), Err(StoreError::Missing(_))), "{families:?}");
        drop(Store::open(dir.path()).unwrap());
        assert!(Store::open_read_only(dir.path()).is_ok());
    }
}

#[test]
fn a_newer_format_with_another_family_is_told_by_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store.put(META, FORMAT_KEY, &(FORMAT + 1).to_be_bytes()).unwrap();
    store.db.create_cf("actions", &Options::default()).unwrap();
    drop(store);
    for opened in [Store::open(dir.path()), Store::open_read_only(dir.path())] {
        let error = opened.unwrap_err();
        assert!(matches!(error, StoreError::Format { found, .. } if found == FORMAT + 1), "{error}");
    }
}

#[test]
fn a_reader_ends_the_step_of_a_killed_writer() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut batch = rocksdb::WriteBatch::default();
    batch.delete_cf(store.family(META).unwrap(), b"staged");
    batch.put_cf(store.family(META).unwrap(), b"compaction_due", []);
    store.put_synced(META, b"staged", batch.data()).unwrap();
    drop(store);
    assert!(Store::open_read_only(dir.path()).unwrap().compaction_due().unwrap());
}

/// What a power cut at this moment would leave, if the log reaches the disk only by being synced.
fn after_power_cut(store: &Store) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(store.path()).unwrap().map(Result::unwrap) {
        if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), dir.path().join(file.file_name())).unwrap();
        }
    }
    let store = Store::open_any_format(dir.path()).unwrap();
    (dir, store)
}

#[test]
fn what_a_load_ends_with_is_on_the_disk_before_it_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options::writing();
    options.set_manual_wal_flush(true);
    let store = Store::open_with(&options, dir.path()).unwrap();
    let source = SourceInfo { digest: "d".to_owned(), name: "f".to_owned(), records: 9, rejected: 0, undone: false };
    let load = |finished| Checkpoint { load: "d".to_owned(), records: 9, finished };
    let (goes_on, ends) = (load(None), load(Some(source)));
    // From so many rows on, tables are written. What has tables is noted first, and its end must be there before the next
    // step makes tables of the same names.
    let commits = [
        (usize::MAX, Some(&goes_on), false),
        (usize::MAX, Some(&ends), true),
        (usize::MAX, Some(&goes_on), false),
        (usize::MAX, None, true),
        (1, Some(&goes_on), true),
        (1, Some(&ends), true),
    ];
    for (number, (tables_from, checkpoint, is_kept)) in commits.into_iter().enumerate() {
        let mut writer = store.writer().unwrap().tables_from(tables_from);
        let symbol = format!("{number}: {tables_from} {checkpoint:?}");
        writer.symbol(&Asset::native(Chain::ETHEREUM), None, &symbol);
        writer.commit(checkpoint).unwrap();
        let (_dir, left) = after_power_cut(&store);
        let is_there = left.all_symbols().any(|one| one.unwrap().2 == symbol);
        assert_eq!((is_there, bulk::is_under_way(&left).unwrap()), (is_kept, false), "{symbol}");
    }
}

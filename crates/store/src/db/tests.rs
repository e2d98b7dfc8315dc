use super::*;

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

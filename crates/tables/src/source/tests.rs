//! Opening files, and damage.

use std::sync::atomic::Ordering;

use fundtrail_types::Label;

use crate::{
    Rows, from_bytes, labels, open,
    testing::{gzip, zstandard},
};

const HEADER: &str = "chain,address,entity,category,class,source,confidence\n";

const ROWS: u64 = 3000;

/// Rows that compress badly, so that the packed file takes several buffers and a cut leaves some of it readable.
fn text() -> String {
    let noise = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let row = |i: u64| {
        let (a, b, c, d) = (noise(i), noise(i << 20), noise(i << 30), noise(i << 40));
        format!("foreign:xmr,{a:x}{b:x}{c:x}{d:x},e,other,service,s,low\n")
    };
    (1..=ROWS).map(row).fold(HEADER.to_owned(), |text, row| text + &row)
}

#[test]
fn what_cannot_be_opened() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("labels.csv");
    let problem = open(&missing).unwrap_err();
    assert_eq!((problem.file, problem.line), (missing.display().to_string(), None));
    assert_eq!(problem.reason, "there is no such file: check the path");
    assert_eq!(open(folder.path()).unwrap_err().reason, "this is a folder: name a file in it");
}

#[test]
fn a_file_tells_its_size_and_how_much_of_it_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels");
    let packed = gzip(text().as_bytes());
    std::fs::write(&path, &packed).unwrap();
    let file = open(&path).unwrap();
    let (read, size) = (file.bytes_read(), u64::try_from(packed.len()).unwrap());
    assert_eq!(file.size_bytes(), Some(size));
    assert!(read.load(Ordering::Relaxed) < size);
    assert_eq!(labels::read(file).filter(Result::is_ok).count(), 3000);
    assert_eq!(read.load(Ordering::Relaxed), size);
}

#[test]
fn several_gzip_members_and_zstandard_frames_are_one_file() {
    let text = text();
    let (first, second) = text.split_at(text.len() / 2);
    for pack in [gzip, zstandard] {
        let bytes = [pack(first.as_bytes()), pack(second.as_bytes())].concat();
        assert_eq!(labels::read(from_bytes("labels", bytes).unwrap()).filter(Result::is_ok).count(), 3000);
    }
}

/// Reads all rows; the last must be the one problem, and says how many good rows came before.
fn cut_off(mut rows: Rows<'static, Label>) -> (String, u64, Option<u64>) {
    let results: Vec<_> = rows.by_ref().collect();
    let (last, before) = results.split_last().unwrap();
    assert!(before.iter().all(Result::is_ok));
    assert_eq!((rows.good(), rows.rejected()), (u64::try_from(before.len()).unwrap(), 1));
    let problem = last.as_ref().unwrap_err();
    assert!(problem.reason.contains(&format!("; {} good rows came before", before.len())), "{}", problem.reason);
    (problem.reason.clone(), rows.good(), problem.line)
}

#[test]
fn cut_off_compression_is_one_problem_and_no_half_row() {
    for (pack, name) in [(gzip as fn(&[u8]) -> Vec<u8>, "gzip"), (zstandard, "Zstandard")] {
        let mut bytes = pack(text().as_bytes());
        bytes.truncate(bytes.len() / 2);
        let (reason, good, line) = cut_off(labels::read(from_bytes("labels.csv", bytes).unwrap()));
        assert!(
            reason.starts_with(&format!("the {name} data is cut off: copy or download the file again")),
            "{reason}"
        );
        assert!(good > 100 && good < ROWS);
        assert_eq!(line, Some(good + 2));
    }
}

#[test]
fn damaged_compression_is_one_problem() {
    for (pack, name) in [(gzip as fn(&[u8]) -> Vec<u8>, "gzip"), (zstandard, "Zstandard")] {
        let mut bytes = pack(text().as_bytes());
        let middle = bytes.len() / 2;
        bytes[middle..middle + 64].fill(0xff);
        let rows = labels::read(from_bytes("labels.csv", bytes).unwrap());
        let last = rows.last().unwrap().unwrap_err();
        assert!(last.reason.contains(&format!("the {name} data cannot be read any further")), "{}", last.reason);
        assert!(last.reason.contains("copy or download the file again, or unpack it"), "{}", last.reason);
    }
}

#[test]
fn a_zstandard_frame_that_demands_too_large_a_window_is_refused() {
    // Magic, a header without content size, a window of 2^(10 + exponent) bytes, and one block of two bytes: `a\n`.
    let frame = |exponent: u8| [0x28, 0xb5, 0x2f, 0xfd, 0, exponent << 3, 0x11, 0, 0, b'a', b'\n'];
    let reason = |exponent| from_bytes("labels.csv", frame(exponent)).unwrap_err().reason;
    assert!(reason(17).starts_with("the columns `a` are those of no table"), "{}", reason(17));
    for exponent in [18, 31] {
        let reason = reason(exponent);
        assert!(reason.starts_with("the Zstandard data cannot be read any further"), "{reason}");
    }
}

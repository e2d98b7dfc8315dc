use fundtrail_types::{Asset, Chain};

use super::*;
use crate::{
    Checkpoint, Store,
    check::tests::{clean, filled, rows},
};

/// A database with a row of every kind.
fn with_notes() -> (tempfile::TempDir, Store) {
    let (dir, store) = filled();
    let mut writer = store.writer().unwrap();
    writer.symbol(&Asset::native(Chain::ETHEREUM), Some(18), "ETH");
    writer.head(Chain::ETHEREUM, (107, [7; 32]));
    writer.commit(Some(&Checkpoint { load: "e".to_owned(), records: 5, finished: None })).unwrap();
    drop(writer);
    (dir, store)
}

/// The first key of a family that begins so.
fn key(store: &Store, family: Family, prefix: &str) -> Bytes {
    let (_, key, _) = rows(store)
        .into_iter()
        .find(|(name, key, _)| *name == family.name && key.starts_with(prefix.as_bytes()))
        .unwrap();
    key
}

fn is_named(report: &crate::CheckReport, family: Family, key: &[u8], what: &str) {
    let [broken] = report.broken.as_slice() else { panic!("{:?}", report.broken) };
    assert_eq!(broken.invariant, format!("a row of family `{}` can be read", family.name));
    assert_eq!(broken.at, format!("{} ({what})", hex(key)));
}

#[test]
fn what_loading_says_again_is_named_and_taken_out() {
    let (_dir, mut store) = with_notes();
    let before = rows(&store);
    let symbol = |asset: u64, text: &[u8]| Put::default().u64(asset).u8(18).bytes(text).0;
    let of = |text: &str| Bytes::from_slice(text.as_bytes());
    for (family, key, value, what) in [
        (SYMBOLS, Put::default().u64(1).0, &b""[..], "a symbol without its asset or its decimals"),
        (SYMBOLS, symbol(1, &[0xff]), b"", "a symbol that is no text"),
        (SYMBOLS, symbol(99, b"USDT"), b"", "a symbol of an asset that is not known"),
        (META, of("checkpoint/f"), b"short", "a checkpoint that is no number of records"),
        (META, Put::default().bytes(b"checkpoint/").u8(0xff).0, &[0; 8], "a checkpoint of a load whose id is no text"),
        (META, of("head/eip155:1/0000000000000000x108"), &[7; 32], "a block without its height or its hash"),
        (META, of("head/eip155:1/00000000000000000108"), b"short", "a block without its height or its hash"),
        (META, of("head/1/00000000000000000108"), &[7; 32], "a block of a chain that there is not"),
    ] {
        store.put(family, &key, value).unwrap();
        let damaged = rows(&store);
        is_named(&store.check(&mut |_| true).unwrap(), family, &key, what);
        assert!(rows(&store) == damaged, "looking changes nothing");
        let report = store.mend(&mut |_| true).unwrap();
        is_named(&report, family, &key, what);
        assert_eq!((report.load_again.len(), report.unresolved), (0, 0));
        assert!(rows(&store) == before, "{what}");
    }
}

#[test]
fn a_claim_that_cannot_be_read_goes_and_every_load_is_to_be_loaded_again() {
    for (place, what, told) in [
        (0, "a claim about a chain that is not known", "what covers a chain that cannot be told by the word of `x`"),
        (4, "a claim about an account that is not known", "what covers eip155:1 by the word of `x`"),
        (12, "a claim of which a field is missing or means nothing", "what covers eip155:1 by the word of `x`"),
        (14, "a claim about an asset that is not known", "what covers eip155:1 by the word of `x`"),
        (39, "a claim of which a field is missing or means nothing", "what covers eip155:1 by the word of `\u{fffd}`"),
    ] {
        let (_dir, mut store) = with_notes();
        let before = key(&store, COVERAGE, "");
        let mut damaged = before.clone();
        damaged[place] ^= 0xff;
        store.delete(COVERAGE, &before).unwrap();
        store.put(COVERAGE, &damaged, b"").unwrap();
        for report in [store.check(&mut |_| true).unwrap(), store.mend(&mut |_| true).unwrap()] {
            is_named(&report, COVERAGE, &damaged, what);
            assert_eq!(report.load_again, [told]);
        }
        assert!(clean(&store), "{what}");
        let info = store.info().unwrap();
        assert!(info.chains[0].coverage.is_empty() && info.sources[0].undone && info.unfinished.is_empty(), "{info:?}");
    }
}

#[test]
fn a_load_whose_note_cannot_be_read_is_to_be_loaded_again() {
    for (value, what, told) in [
        (&b"?"[..], "a load of which a number is missing", "the file ? (sha256 `d`)"),
        (&[&[0; 17][..], b"f\xff"].concat(), "a load whose name is no text", "the file `f\u{fffd}` (sha256 `d`)"),
    ] {
        let (_dir, mut store) = with_notes();
        let source = key(&store, META, SOURCES);
        store.put(META, &source, value).unwrap();
        assert!(store.sources().is_err());
        for report in [store.check(&mut |_| true).unwrap(), store.mend(&mut |_| true).unwrap()] {
            is_named(&report, META, &source, what);
            assert_eq!(report.load_again, [told]);
        }
        assert!(clean(&store));
        let info = store.info().unwrap();
        assert_eq!((info.sources.len(), info.unfinished.len(), info.chains[0].coverage.len()), (0, 1, 1));
    }
}

#[test]
fn nothing_is_taken_out_because_the_number_of_a_chain_is_missing() {
    let (dir, mut store) = with_notes();
    store.delete(META, &key(&store, META, "chain/")).unwrap();
    let before = rows(&store);
    let errors = [store.check(&mut |_| true).unwrap_err(), store.mend(&mut |_| true).unwrap_err()];
    assert!(errors.iter().all(|error| error.to_string().contains("one of them is missing")), "{errors:?}");
    assert!(rows(&store) == before);
    drop(store);
    assert!(Store::open(dir.path()).is_ok(), "it is not closed either");
}

#[test]
fn the_number_of_the_next_chain_is_put_right() {
    for value in [&b"?"[..], &1_u64.to_be_bytes()] {
        let (_dir, mut store) = with_notes();
        let before = rows(&store);
        store.put(META, NEXT_CHAIN, value).unwrap();
        assert_eq!(
            store.check(&mut |_| true).unwrap().broken_total,
            1,
            "the next chain would get the number of another"
        );
        store.mend(&mut |_| true).unwrap();
        assert!(rows(&store) == before);
    }
}

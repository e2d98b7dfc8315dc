use fundtrail_types::{
    Address, Amount, Asset, Chain, Claim, Coverage, Direction, Kind, Movement, Order, Relation, RelationKind, TxId,
    TxOrder, What,
};

use super::*;
use crate::{
    Checkpoint, FAMILIES, SourceInfo,
    bytes::{Put, Take},
    families::{
        ACCOUNT_IDS, ACCOUNTS, ASSETS, COVERAGE, HISTORY, META, MOVEMENTS, RELATIONS, RELATIONS_OF, SYMBOLS, TXIDS, TXS,
    },
};

fn movement(tx: u8) -> Movement {
    let order = if tx.is_multiple_of(2) { TxOrder::Index(u32::from(tx / 4)) } else { TxOrder::Unknown };
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([tx; 32]),
        kind: Kind::Native,
        asset: Asset::native(Chain::ETHEREUM),
        from: Some(Address::Evm([1 + tx % 3; 20])),
        to: Some(Address::Evm([4 + tx % 3; 20])),
        amount: Amount::from(u64::from(tx)),
        n: 0,
        order: Order { height: 100 + u64::from(tx / 5), tx: order, leg: None },
        time: None,
    }
}

pub(super) fn filled() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut writer = store.writer().unwrap();
    (1..40).for_each(|tx| writer.movement(&movement(tx)));
    writer.coverage(&Coverage {
        chain: Chain::ETHEREUM,
        account: None,
        what: What::All,
        direction: Direction::Both,
        asset: None,
        from_height: 100,
        to_height: 200,
        claim: Claim::Listed,
        source: "x".to_owned(),
        note: None,
    });
    let source = SourceInfo { digest: "d".to_owned(), name: "f".to_owned(), records: 39, rejected: 0, undone: false };
    writer.commit(Some(&Checkpoint { load: "d".to_owned(), records: 39, finished: Some(source) })).unwrap();
    drop(writer);
    (dir, store)
}

/// As [`filled`], and complete transactions with relations.
fn related() -> (tempfile::TempDir, Store) {
    let (dir, store) = filled();
    let mut writer = store.writer().unwrap();
    for tx in 50..60 {
        let relation = Relation {
            chain: Chain::ETHEREUM,
            kind: if tx < 55 { RelationKind::FeePayer } else { RelationKind::TokenAccount },
            subject: Address::Evm([tx; 20]),
            object: Address::Evm([1; 20]),
            asset: (tx > 57).then(|| Asset::native(Chain::ETHEREUM)),
            tx: TxId::Evm([tx; 32]),
            order: Order::at(0),
            time: None,
        };
        let view = TxView::of_transaction(crate::Completeness::Complete, &[movement(tx)]).unwrap();
        writer.view(view.with_relations(&[relation]));
    }
    writer.commit(None).unwrap();
    drop(writer);
    (dir, store)
}

/// Every row of every family.
pub(super) fn rows(store: &Store) -> Vec<(&'static str, Bytes, Bytes)> {
    let of = |family: Family| store.scan(family, Bytes::new()).map(move |row| (family.name, owned(row.unwrap())));
    FAMILIES.into_iter().flat_map(of).map(|(name, (key, value))| (name, key, value)).collect()
}

pub(super) fn clean(store: &Store) -> bool {
    store.check(&mut |_| true).unwrap().broken_total == 0
}

#[test]
fn any_derived_row_that_is_lost_or_altered_is_named_and_made_anew() {
    let (_dir, mut store) = related();
    let before = rows(&store);
    for family in [HISTORY, TXIDS, ACCOUNTS, ACCOUNT_IDS, ASSETS, RELATIONS_OF] {
        let keys: Vec<Bytes> =
            before.iter().filter(|(name, ..)| *name == family.name).map(|row| row.1.clone()).collect();
        for key in [&keys[0], &keys[keys.len() / 2], &keys[keys.len() - 1]] {
            store.delete(family, key).unwrap();
            assert!(!clean(&store), "{} is not named", family.name);
            let report = store.mend(&mut |_| true).unwrap();
            assert!(report.mended && report.broken_total > 0 && report.lost == 0, "{report:?}");
            assert_eq!(rows(&store), before, "{} is not mended", family.name);
        }
    }
    for family in [HISTORY, TXIDS] {
        let (_, key, value) = before.iter().find(|(name, ..)| *name == family.name).unwrap();
        let mut altered = value.clone();
        altered[7] ^= 1;
        store.put(family, key, &altered).unwrap();
        assert!(!clean(&store));
        store.mend(&mut |_| true).unwrap();
        assert_eq!(rows(&store), before);
    }
}

#[test]
fn rows_that_lead_nowhere_are_taken_out() {
    let (_dir, mut store) = filled();
    let before = rows(&store);
    for family in [HISTORY, TXIDS, MOVEMENTS] {
        let (_, key, value) = before.iter().rfind(|(name, ..)| *name == family.name).unwrap();
        let mut stray = key.clone();
        stray[11] ^= 0x40;
        store.put(family, &stray, value).unwrap();
        assert!(!clean(&store), "{}", family.name);
        store.mend(&mut |_| true).unwrap();
        assert_eq!(but_claims(&store), without_claims(&before), "{}", family.name);
    }
    store.put(META, b"next_account", &Put::default().u64(2).0).unwrap();
    assert!(!clean(&store), "the next account would be given twice");
    store.mend(&mut |_| true).unwrap();
    assert_eq!(but_claims(&store), without_claims(&before));
}

/// Rows without what is said of loads and of coverage.
fn without_claims(rows: &[(&'static str, Bytes, Bytes)]) -> Vec<(&'static str, Bytes, Bytes)> {
    rows.iter().filter(|row| ![META.name, COVERAGE.name].contains(&row.0)).cloned().collect()
}

fn but_claims(store: &Store) -> Vec<(&'static str, Bytes, Bytes)> {
    without_claims(&rows(store))
}

#[test]
fn what_is_left_of_a_lost_transaction_is_a_loss_whatever_interrupts_the_mend() {
    for (family, stop_after) in [(TXS, u64::MAX), (MOVEMENTS, u64::MAX), (TXS, 0), (MOVEMENTS, 0)] {
        let (_dir, mut store) = filled();
        let (_, key, _) = rows(&store).into_iter().find(|(name, ..)| *name == family.name).unwrap();
        store.delete(family, &key).unwrap();
        // Interrupted at every report, then run to its end.
        let mut reports = 0;
        let mut interrupt = |_| {
            reports += 1;
            reports > stop_after
        };
        let interrupted = store.mend(&mut interrupt);
        let report = interrupted.unwrap_or_else(|_| store.mend(&mut |_| true).unwrap());
        assert!(report.lost > 0, "{report:?}");
        assert!(clean(&store) && store.sources().unwrap()[0].undone);
        let id = store.chain_id(Chain::ETHEREUM).unwrap().unwrap();
        assert!(store.coverage(id).unwrap().iter().all(|claim| claim.from_height > 100), "its height is not covered");
    }
}

#[test]
fn nobody_is_given_the_history_of_another() {
    let (_dir, mut store) = filled();
    let (_, key, value) = rows(&store).into_iter().find(|(name, ..)| *name == ACCOUNT_IDS.name).unwrap();
    let mut wrong = value.clone();
    wrong[10] ^= 1;
    store.put(ACCOUNT_IDS, &key, &wrong).unwrap();
    let report = store.mend(&mut |_| true).unwrap();
    assert!(report.unresolved > 0);
    assert_eq!(store.get(ACCOUNTS, &wrong).unwrap(), None, "the wrong name has no number");
    assert!(!clean(&store));
}

#[test]
fn a_transaction_that_cannot_be_read_goes_and_nothing_claims_to_be_whole() {
    for family in [TXS, MOVEMENTS] {
        let (_dir, mut store) = filled();
        let (_, key, _) = rows(&store).into_iter().find(|(name, ..)| *name == family.name).unwrap();
        store.put(family, &key, b"?").unwrap();
        let report = store.mend(&mut |_| true).unwrap();
        assert_eq!(report.lost, 1);
        assert!(clean(&store));
        let id = store.chain_id(Chain::ETHEREUM).unwrap().unwrap();
        let covered: Vec<_> = store.coverage(id).unwrap().iter().map(|one| (one.from_height, one.to_height)).collect();
        assert_eq!(covered, [(101, 200)]);
        assert!(store.sources().unwrap()[0].undone);
        let (_other, whole) = filled();
        let mut writer = store.writer().unwrap();
        (1..40).for_each(|tx| writer.movement(&movement(tx)));
        writer.commit(None).unwrap();
        let but = |store: &Store| -> Vec<_> {
            rows(store).into_iter().filter(|row| ![META.name, COVERAGE.name, SYMBOLS.name].contains(&row.0)).collect()
        };
        assert_eq!(but(&store), but(&whole), "loading it again brings it back");
    }
}

#[test]
fn a_transaction_in_the_wrong_place_is_put_right() {
    let (_dir, mut store) = filled();
    let before = rows(&store);
    // As a build with another idea of places would have written it: one slot further on.
    let tx = store.tx_by_id(Chain::ETHEREUM, &TxId::Evm([8; 32])).unwrap().unwrap();
    let view = store.view_at(tx.chain_id, tx.height, tx.slot).unwrap().unwrap();
    let movement =
        store.get(MOVEMENTS, &crate::keys::movement(tx.chain_id, place(tx.height, tx.slot))).unwrap().unwrap();
    let movements = [crate::rows::parse_movement(&movement).unwrap()];
    let numbers = crate::rows::Numbered { movements: &movements, relations: &[] };
    for (family, key, _) in crate::rows::list(tx.chain_id, tx.slot, &view, numbers) {
        store.delete(*family, &key).unwrap();
    }
    for (family, key, value) in crate::rows::list(tx.chain_id, tx.slot + 1, &view, numbers) {
        store.put(*family, &key, &value).unwrap();
    }
    assert!(!clean(&store));
    store.mend(&mut |_| true).unwrap();
    assert_eq!(rows(&store), before);
}

fn place(height: u64, slot: u64) -> fundtrail_types::Position {
    fundtrail_types::Position { height, timed: 0, tx: slot, leg: 0 }
}

#[test]
fn nobody_reads_what_is_not_mended_to_its_end() {
    let (dir, mut store) = filled();
    let before = rows(&store);
    store.put(META, b"mending", &[]).unwrap();
    store.renew(HISTORY).unwrap();
    drop(store);
    for opened in [Store::open(dir.path()), Store::open_read_only(dir.path())] {
        assert!(matches!(opened, Err(StoreError::Mending(_))));
    }
    let mut store = Store::open_to_mend(dir.path()).unwrap();
    store.mend(&mut |_| true).unwrap();
    assert_eq!(rows(&store), before);
    drop(store);
    assert!(Store::open_read_only(dir.path()).is_ok());
}

#[test]
fn a_relation_that_is_lost_or_strays_is_told() {
    // One that is gone shows by its sides, and comes back only by loading again: until then nothing claims its height.
    let (_dir, mut store) = related();
    assert_eq!(store.check(&mut |_| true).unwrap().relations, 10);
    let before = rows(&store);
    let (_, key, _) = before.iter().find(|(name, ..)| *name == RELATIONS.name).unwrap();
    store.delete(RELATIONS, key).unwrap();
    let report = store.mend(&mut |_| true).unwrap();
    assert_eq!((report.broken_total, report.lost), (2, 1), "{:?}", report.broken);
    let id = store.chain_id(Chain::ETHEREUM).unwrap().unwrap();
    let height = Take(&key[4..]).u64().unwrap();
    assert!(store.coverage(id).unwrap().iter().all(|one| !(one.from_height..=one.to_height).contains(&height)));
    assert!(clean(&store));

    let (_dir, mut store) = related();
    let last = before.iter().rfind(|(name, ..)| *name == RELATIONS.name).unwrap().1.clone();
    for (at, invariant) in [(11, "a relation has its transaction"), (20, "a transaction can be read")] {
        let mut stray = last.clone();
        stray[at] ^= 0x40;
        store.put(RELATIONS, &stray, &[]).unwrap();
        let report = store.mend(&mut |_| true).unwrap();
        assert!(report.broken.iter().any(|one| one.invariant == invariant), "{:?}", report.broken);
        assert!(clean(&store));
    }
    // One of a transaction that was told in part.
    let partial = store.tx_by_id(Chain::ETHEREUM, &TxId::Evm([8; 32])).unwrap().unwrap();
    let row = crate::relations::RelationRow::parse(key).unwrap().2;
    store.put(RELATIONS, &row.key(partial.chain_id, (partial.height, partial.slot)), &[]).unwrap();
    let report = store.mend(&mut |_| true).unwrap();
    assert_eq!(report.broken[0].invariant, "a transaction with relations is complete");
    assert_eq!(report.lost, 0);
    assert!(clean(&store));

    store.renew(RELATIONS_OF).unwrap();
    assert!(!clean(&store));
    store.mend(&mut |_| true).unwrap();
    assert!(clean(&store));
}

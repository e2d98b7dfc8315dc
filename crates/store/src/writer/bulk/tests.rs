use fundtrail_types::{Account, Address, Amount, Asset, Chain, Kind, Movement, Order, TxId};

use super::*;
use crate::Checkpoint;

fn movement(tx: u8) -> Movement {
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([tx; 32]),
        kind: Kind::Native,
        asset: Asset::native(Chain::ETHEREUM),
        from: Some(Address::Evm([1; 20])),
        to: Some(Address::Evm([2; 20])),
        amount: Amount::from(u64::from(tx)),
        n: 0,
        order: Order::at(100 + u64::from(tx)),
        time: None,
    }
}

/// What an account received, and how far the load has come.
fn told(store: &Store) -> (Vec<String>, Option<u64>) {
    let account = Account { chain: Chain::ETHEREUM, address: Address::Evm([2; 20]) };
    let id = store.account_id(&account).unwrap();
    let lines = id.into_iter().flat_map(|id| store.history(id).map(|line| line.unwrap().amount.to_string()));
    (lines.collect(), store.checkpoint("load").unwrap())
}

/// A database in which a step was interrupted after its tables were written and it was noted.
fn interrupted(path: &Path) {
    let store = Store::open(path).unwrap();
    let mut writer = store.writer().unwrap();
    writer.movement(&movement(1));
    writer.commit(Some(&Checkpoint { load: "load".to_owned(), records: 1, finished: None })).unwrap();
    writer.movement(&movement(2));
    writer.movement(&movement(3));
    let mut step = Step::default();
    writer.fill(&mut step, Some(&Checkpoint { load: "load".to_owned(), records: 3, finished: None })).unwrap();
    stage(&store, &mut step, 1).unwrap();
}

#[test]
fn a_step_under_way_is_brought_to_its_end_by_the_next_writer() {
    let dir = tempfile::tempdir().unwrap();
    interrupted(dir.path());
    let whole = (["1", "2", "3"].map(str::to_owned).to_vec(), Some(3));
    for _ in 0..2 {
        let store = Store::open(dir.path()).unwrap();
        assert_eq!(told(&store), whole);
        assert_eq!(store.check(&mut |_| true).unwrap().broken_total, 0);
        assert!(store.compaction_due().unwrap());
        assert!(!folder(&store).exists());
    }
    // Interrupted once more, now after some of its tables were taken.
    let dir = tempfile::tempdir().unwrap();
    interrupted(dir.path());
    let store = Store::open_any_format(dir.path()).unwrap();
    for family in FAMILIES.into_iter().take(7) {
        let table = folder(&store).join(format!("{}.sst", family.name));
        if table.is_file() {
            store.take_table(family, &table).unwrap();
        }
    }
    drop(store);
    assert_eq!(told(&Store::open(dir.path()).unwrap()), whole);
}

#[test]
fn tables_without_a_note_never_happened() {
    let dir = tempfile::tempdir().unwrap();
    interrupted(dir.path());
    let store = Store::open_any_format(dir.path()).unwrap();
    store.delete(META, STAGED).unwrap();
    drop(store);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(told(&store), (vec!["1".to_owned()], Some(1)));
    assert_eq!(store.check(&mut |_| true).unwrap().broken_total, 0);
}

#[test]
fn rows_that_replace_deleted_ones_survive_the_deletion() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut writer = store.writer().unwrap().tables_from(1);
    writer.movement(&movement(1));
    writer.commit(None).unwrap();
    // The same transaction with another movement: all its rows are deleted and put again.
    writer.movement(&Movement { n: 1, ..movement(1) });
    writer.movement(&movement(2));
    writer.commit(None).unwrap();
    assert_eq!(told(&store).0, ["1", "1", "2"]);
    assert_eq!(store.check(&mut |_| true).unwrap().broken_total, 0);
}

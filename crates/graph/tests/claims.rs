//! Coverage asked for many accounts at once is what it is for each of them.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use fundtrail_graph::{Ledger, MemoryLedger};
use fundtrail_store::Store;
use fundtrail_types::{
    Account, Address, Amount, Asset, Chain, Claim, Coverage, Direction, Kind, Movement, Order, TxId, TxOrder, What,
};

fn account(number: u8) -> Account {
    Account { chain: Chain::ETHEREUM, address: Address::Evm([number; 20]) }
}

fn payment(number: u8) -> Movement {
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([number; 32]),
        kind: Kind::Native,
        asset: Asset::native(Chain::ETHEREUM),
        from: Some(account(number).address),
        to: Some(account(number + 1).address),
        amount: Amount::from(5u64),
        n: 0,
        order: Order { height: u64::from(number), tx: TxOrder::Index(0), leg: Some(0) },
        time: None,
    }
}

fn claim(account: Option<Account>, from_height: u64) -> Coverage {
    Coverage {
        chain: Chain::ETHEREUM,
        account,
        what: What::All,
        direction: Direction::Both,
        asset: None,
        from_height,
        to_height: 20,
        claim: Claim::Listed,
        source: "test".to_owned(),
        note: None,
    }
}

fn same(ledger: &impl Ledger) {
    let id = |number| ledger.account_id(&account(number)).unwrap().unwrap();
    let wanted = [1, 2, 3].map(id);
    let among = ledger.coverage_among(Chain::ETHEREUM, &|id| wanted.contains(&id)).unwrap();
    for number in [1, 2, 3] {
        assert_eq!(among.of(id(number)), ledger.coverage_of(&account(number)).unwrap(), "{number}");
    }
    assert_eq!(among.of(id(2)).len(), 3, "two of its own and one of its chain");
    assert_eq!(among.of(id(4)).len(), 1, "it has a claim of its own, but was not asked for");
}

#[test]
fn claims_of_many_are_those_of_each() {
    let claims = [claim(None, 9), claim(Some(account(2)), 1), claim(Some(account(2)), 30), claim(Some(account(4)), 2)]
        .map(|one| {
            let to_height = one.to_height.max(one.from_height);
            Coverage { to_height, ..one }
        });
    let movements: Vec<Movement> = (1..5).map(payment).collect();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut writer = store.writer().unwrap();
    movements.iter().for_each(|movement| writer.movement(movement));
    claims.iter().for_each(|claim| writer.coverage(claim));
    writer.commit(None).unwrap();
    drop(writer);
    same(&store);
    same(&MemoryLedger::new(&movements).with_coverage(claims.to_vec()));
}

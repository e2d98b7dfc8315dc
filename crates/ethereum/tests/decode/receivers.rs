//! Who got a fee on a chain whose rule is not known: told by balances where these prove it, else left as it is.

use fundtrail_ethereum::{DecodedBlock, Reconciled, Rules, recorded::Recorded};
use fundtrail_types::{Amount, Chain, Kind};
use serde_json::json;

use crate::made::{BASE, FEE, GAS, HEIGHT, MAKER, Made, TIP, Tx, address, fees, hex, noun};

const HAD: u64 = 10_000_000;
const POOL: u64 = 0xb00;

/// One payment of 5 wei, and what accounts have more after it than its movements tell.
fn one(residues: &[(u64, i64)]) -> DecodedBlock {
    let mut changes = vec![(1, HAD, HAD - 5 - FEE), (2, 0, 5)];
    changes.extend(residues.iter().map(|(who, wei)| (*who, HAD, HAD.checked_add_signed(*wei).unwrap())));
    Made::of(&[Tx::plain(1, 2, 5)]).changed(&[&changes]).decoded_by(&Rules::unknown(Chain::ETHEREUM))
}

fn wei(wei: u64) -> i64 {
    wei.try_into().unwrap()
}

fn shares(block: &DecodedBlock) -> Vec<(Option<u64>, u64)> {
    let number =
        |who: &fundtrail_types::Address| [MAKER, POOL, 1, 2].into_iter().find(|one| noun(*one) == *who).unwrap();
    let fees = fees(&block.transactions[0].movements);
    fees.iter().map(|(who, amount)| (who.as_ref().map(number), amount.to_string().parse().unwrap())).collect()
}

#[test]
fn whom_the_balances_prove_gets_that_much_of_the_fee() {
    // To the maker: what is paid beyond the base; all; or any share, for the block itself says who he is.
    for tip in [TIP, FEE, FEE / 3] {
        let block = one(&[(MAKER, wei(tip))]);
        let rest = (FEE - tip > 0).then_some((None, FEE - tip));
        assert_eq!(shares(&block), rest.into_iter().chain([(Some(MAKER), tip)]).collect::<Vec<_>>());
        assert_eq!(block.reconciled, Reconciled { checked: 3, unexplained: 0, receivers: 1 });
        assert!(block.verified);
        let movements = &block.transactions[0].movements;
        assert!(movements.iter().all(|one| one.kind != Kind::Unexplained));
        let numbers: Vec<Option<u32>> = movements.iter().map(|one| one.order.leg).collect();
        assert_eq!(numbers, (0..).map(Some).take(movements.len()).collect::<Vec<_>>(), "fees first, in order");
    }
    // To another account: exactly a part of it. To both: each its part, as on chains that collect the base fee.
    assert_eq!(shares(&one(&[(POOL, wei(GAS * BASE))])), [(None, TIP), (Some(POOL), GAS * BASE)]);
    assert_eq!(
        shares(&one(&[(POOL, wei(GAS * BASE)), (MAKER, wei(TIP))])),
        [(Some(POOL), GAS * BASE), (Some(MAKER), TIP)]
    );
}

#[test]
fn who_pays_his_own_fee_gets_it_back() {
    let changes = [(MAKER, HAD, HAD - 5 - FEE + TIP), (2, 0, 5)];
    let block = Made::of(&[Tx::plain(MAKER, 2, 5)]).changed(&[&changes]).decoded_by(&Rules::unknown(Chain::ETHEREUM));
    assert_eq!(shares(&block), [(None, FEE - TIP), (Some(MAKER), TIP)]);
    assert!(block.verified);
}

#[test]
fn what_balances_do_not_prove_stays_unexplained() {
    let cases: [&[(u64, i64)]; 6] = [
        &[(MAKER, wei(FEE + 1))],
        &[(POOL, wei(TIP - 1))],
        &[(POOL, wei(FEE)), (MAKER, wei(TIP))],
        &[(MAKER, wei(TIP)), (POOL, 1)],
        &[(MAKER, wei(TIP)), (POOL, -1)],
        &[(MAKER, -wei(TIP))],
    ];
    for residues in cases {
        let block = one(residues);
        assert_eq!(shares(&block), [(None, FEE)], "{residues:?}");
        let count = u64::try_from(residues.len()).unwrap();
        assert_eq!(block.reconciled, Reconciled { checked: 2 + count, unexplained: count, receivers: 0 });
        let booked = block.transactions[0].movements.iter().filter(|one| one.kind == Kind::Unexplained).count();
        assert_eq!((booked, block.verified), (residues.len(), false));
    }
}

/// Where the rule is known, balances change nothing of it.
#[test]
fn a_known_rule_stands() {
    let changes = [(1, HAD, HAD - 5 - FEE), (2, 0, 5), (MAKER, HAD, HAD + FEE)];
    let block = Made::of(&[Tx::plain(1, 2, 5)]).changed(&[&changes]).decoded();
    assert_eq!(shares(&block), [(None, FEE - TIP), (Some(MAKER), TIP)]);
    assert_eq!((block.reconciled.unexplained, block.reconciled.receivers), (1, 0));
}

/// Balances before and after the block, as recorded: two transactions of one maker.
fn recorded(maker_gets: u64) -> DecodedBlock {
    let made = Made::of(&[Tx::plain(1, 2, 5), Tx::plain(2, 1, 5)]);
    let mut block = made.decoded_by(&Rules::unknown(Chain::ETHEREUM));
    let folder = tempfile::tempdir().unwrap();
    let balances = [(1, HAD, HAD - FEE), (2, HAD, HAD - FEE), (MAKER, 0, maker_gets)];
    let mut lines = vec![made.block.to_string()];
    for (who, before, after) in balances {
        for (height, wei) in [(HEIGHT - 1, before), (HEIGHT, after)] {
            let reply = json!({"jsonrpc": "2.0", "id": 1, "method": "eth_getBalance", "params": [address(who), hex(height)], "result": hex(wei)});
            lines.push(reply.to_string());
        }
    }
    std::fs::write(folder.path().join("replies.jsonl"), lines.join("\n")).unwrap();
    Recorded::open(folder.path()).unwrap().reconcile(&mut block);
    block
}

#[test]
fn balances_of_a_whole_block_prove_what_is_the_same_of_every_fee() {
    let block = recorded(2 * TIP);
    for transaction in &block.transactions {
        let amounts: Vec<Amount> = fees(&transaction.movements).into_values().collect();
        assert_eq!(amounts, [Amount::from(FEE - TIP), Amount::from(TIP)]);
    }
    assert_eq!(block.reconciled, Reconciled { checked: 3, unexplained: 0, receivers: 1 });
    assert!(block.verified);
    // A share that fits no part of the fees: nobody can say how much of it came from whom.
    let block = recorded(2 * TIP - 1);
    assert_eq!((block.reconciled.unexplained, block.reconciled.receivers, block.verified), (1, 0, false));
    assert!(block.transactions.iter().all(|one| fees(&one.movements).len() == 1));
    assert_eq!(block.own.iter().map(|one| one.kind).collect::<Vec<_>>(), [Kind::Unexplained]);
}

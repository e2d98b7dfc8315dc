use super::*;
use crate::{Chain, Order, TxId, TxOrder};

const SENDER: u8 = 1;
const ALICE: u8 = 2;
const BOB: u8 = 3;
const CAROL: u8 = 4;
const POOL: u8 = 5;
const WETH: u8 = 0xee;
const ETH: u8 = 0;
const USD: u8 = 0xdd;

fn who(byte: u8) -> Address {
    Address::Evm([byte; 20])
}

fn asset(byte: u8) -> Asset {
    let token = if byte == ETH { Token::Native } else { Token::Contract(who(byte)) };
    Asset { chain: Chain::ETHEREUM, token }
}

/// Nobody is 0.
fn moved(kind: Kind, what: u8, from: u8, to: u8, amount: u64) -> Movement {
    let side = |byte: u8| (byte != 0).then(|| who(byte));
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([9; 32]),
        kind,
        asset: asset(what),
        from: side(from),
        to: side(to),
        amount: Amount::from(amount),
        n: 0,
        order: Order { height: 1, tx: TxOrder::Index(0), leg: None },
        time: None,
    }
}

fn fee() -> Movement {
    moved(Kind::Fee, ETH, SENDER, 0, 7)
}

#[test]
fn a_safe_pays_whoever_sent_the_transaction() {
    let reading = Reading::of(&[
        fee(),
        moved(Kind::Native, ETH, SENDER, ALICE, 0),
        moved(Kind::Internal, ETH, ALICE, BOB, 10),
        moved(Kind::Token, USD, ALICE, CAROL, 20),
    ]);
    assert_eq!(
        (reading.payers.as_slice(), reading.payees.clone()),
        ([who(ALICE)].as_slice(), vec![who(BOB), who(CAROL)])
    );
    assert_eq!((reading.actor(), reading.sender.as_ref()), (Some(&who(ALICE)), Some(&who(SENDER))));
}

#[test]
fn a_bundler_that_gets_its_gas_back_is_no_payee() {
    let entry = POOL;
    let reading = Reading::of(&[
        fee(),
        moved(Kind::Internal, ETH, ALICE, entry, 9),
        moved(Kind::Internal, ETH, ALICE, BOB, 10),
        moved(Kind::Internal, ETH, entry, SENDER, 8),
    ]);
    assert_eq!(reading.actor(), Some(&who(ALICE)));
    assert_eq!((reading.payees.clone(), reading.compensation.len()), (vec![who(BOB), who(entry)], 1));
    assert_eq!(reading.compensation[0].amount, Amount::from(8_u64));
}

#[test]
fn a_sender_that_gets_all_there_is_was_paid() {
    let swept = Reading::of(&[
        fee(),
        moved(Kind::Native, ETH, SENDER, ALICE, 0),
        moved(Kind::Internal, ETH, ALICE, SENDER, 400),
    ]);
    assert_eq!((swept.payers.as_slice(), swept.payees.as_slice()), ([who(ALICE)].as_slice(), [who(SENDER)].as_slice()));
    assert_eq!(swept.compensation, []);
    let tokens =
        Reading::of(&[fee(), moved(Kind::Token, USD, ALICE, SENDER, 4), moved(Kind::Internal, ETH, ALICE, BOB, 4)]);
    assert_eq!(tokens.payees, [who(SENDER), who(BOB)]);
}

#[test]
fn a_swap_to_another_recipient_is_paid_by_the_one_who_gave() {
    let router = CAROL;
    let reading = Reading::of(&[
        fee(),
        moved(Kind::Native, ETH, SENDER, router, 10),
        moved(Kind::Internal, ETH, router, WETH, 10),
        moved(Kind::Wrap, WETH, 0, router, 10),
        moved(Kind::Token, WETH, router, POOL, 10),
        moved(Kind::Token, USD, POOL, BOB, 30),
    ]);
    assert_eq!(
        (reading.payers.as_slice(), reading.payees.as_slice()),
        ([who(SENDER)].as_slice(), [who(BOB)].as_slice())
    );
    assert_eq!((reading.converters.as_slice(), reading.passages), ([who(POOL)].as_slice(), vec![who(router)]));
}

#[test]
fn wrapping_pays_nobody() {
    let wrapped = [fee(), moved(Kind::Native, ETH, SENDER, WETH, 10), moved(Kind::Wrap, WETH, 0, SENDER, 10)];
    let reading = Reading::of(&wrapped);
    assert_eq!(
        (reading.converters.as_slice(), reading.payees, reading.passages),
        ([who(SENDER)].as_slice(), vec![], vec![])
    );
    let sides: Vec<(Side, Amount)> = reading.changes.iter().map(|change| (change.side, change.amount)).collect();
    assert_eq!(sides, [(Side::Out, Amount::from(10_u64)), (Side::In, Amount::from(10_u64))]);
    let unwrapped = [moved(Kind::Unwrap, WETH, SENDER, 0, 4), moved(Kind::Internal, ETH, WETH, SENDER, 4)];
    assert_eq!(Reading::of(&unwrapped).payers, []);
}

#[test]
fn round_trips_and_payments_to_oneself_change_nothing() {
    let reading = Reading::of(&[
        moved(Kind::Token, USD, ALICE, ALICE, 5),
        moved(Kind::Token, USD, BOB, CAROL, 6),
        moved(Kind::Token, USD, CAROL, BOB, 6),
    ]);
    assert_eq!((reading.changes, reading.payers, reading.payees), (vec![], vec![], vec![]));
    assert_eq!(reading.passages, [who(ALICE), who(BOB), who(CAROL)]);
}

#[test]
fn two_payers_leave_the_actor_open() {
    let reading =
        Reading::of(&[fee(), moved(Kind::Token, USD, ALICE, CAROL, 5), moved(Kind::Token, USD, BOB, CAROL, 6)]);
    assert_eq!((reading.actor(), reading.payers.len()), (None, 2));
}

//! Eleven mistakes that readers of blocks make, each with a transaction that shows it. A decoder that makes one fails the
//! test of its name.

use alloy::primitives::{address as real, keccak256};
use fundtrail_ethereum::{RawBlock, decode};
use fundtrail_types::{Amount, Asset, Chain, Kind, Side};
use serde_json::{Value, json};

use crate::made::{
    FEE, Made, TRANSFER, Tx, WETH, address, around, call, ethereum, event, failed, fees, leg, legs, moved, noun,
    reading, transfer, word,
};

const WETH_NUMBER: u64 = 0;
const DEPOSIT: &str = "Deposit(address,uint256)";
const WITHDRAWAL: &str = "Withdrawal(address,uint256)";

/// The contract of wrapped ether in the place of a number.
fn at_weth(mut call: Value) -> Value {
    for side in ["from", "to"] {
        if call[side] == address(WETH_NUMBER) {
            call[side] = json!(WETH);
        }
    }
    call
}

fn topic(signature: &str) -> String {
    keccak256(signature).to_string()
}

fn token(number: u64) -> Asset {
    Asset::parse(Chain::ETHEREUM, &address(number)).unwrap()
}

#[test]
fn mistake_1_crediting_what_a_failure_undid() {
    // A failed transaction, whose value and calls stand in its trace as if they had happened.
    let undone = failed(around(call("CALL", 1, 50, 9), vec![call("CALL", 50, 2, 9)]));
    let movements = moved(Tx { succeeds: false, ..Tx::of(undone, Vec::new()) });
    assert_eq!(legs(&movements), []);
    assert_eq!(fees(&movements).values().fold(Amount::ZERO, |sum, one| sum.saturating_add(*one)), Amount::from(FEE));
    // The same where its calls are not known, with a transfer that a damaged receipt still tells.
    let failing = Tx { succeeds: false, ..Tx::of(call("CALL", 1, 50, 9), vec![transfer(60, 1, 2, 9)]) };
    let raw = RawBlock { calls: None, ..Made::of(&[failing]).raw() };
    let block = decode(&raw, &ethereum()).unwrap();
    assert_eq!((legs(&block.transactions[0].movements), block.left_out.failed), (Vec::new(), 1));
    // A call that failed in one that succeeded: those below it are undone too, though they name no error of their own.
    let caught =
        failed(around(call("CALL", 50, 51, 4), vec![around(call("CALL", 51, 52, 4), vec![call("CALL", 52, 2, 4)])]));
    let movements = moved(Tx::of(around(call("CALL", 1, 50, 9), vec![caught, call("CALL", 50, 3, 1)]), Vec::new()));
    assert_eq!(legs(&movements), [leg(Kind::Native, 1, 50, 9), leg(Kind::Internal, 50, 3, 1)]);
}

#[test]
fn mistake_2_values_of_delegated_calls() {
    // A tracer names the value of the call around it; the code runs as the caller, and nothing moves.
    let below = ["DELEGATECALL", "CALLCODE", "STATICCALL"].map(|kind| call(kind, 50, 51, 9)).to_vec();
    let movements = moved(Tx::of(around(call("CALL", 1, 50, 9), below), Vec::new()));
    assert_eq!(legs(&movements), [leg(Kind::Native, 1, 50, 9)]);
}

#[test]
fn mistake_3_transfers_of_nothing_and_of_namesakes() {
    // Anybody can make another's transfer of nothing, to an address that looks like one he knows.
    let (usdt, fake) = (0xda, 0xdada);
    let logs = vec![transfer(usdt, 2, 3, 0), transfer(fake, 2, 3, 1_000_000)];
    let movements = moved(Tx::of(call("CALL", 1, usdt, 0), logs));
    let tokens: Vec<_> = movements.iter().filter(|one| one.kind == Kind::Token).collect();
    assert_eq!(tokens.iter().map(|one| one.amount).collect::<Vec<_>>(), [Amount::ZERO, Amount::from(1_000_000_u64)]);
    // An asset is its contract: a namesake is another one, whatever it calls itself.
    assert_eq!(tokens.iter().map(|one| one.asset.clone()).collect::<Vec<_>>(), [token(usdt), token(fake)]);
    let nothing = reading(&moved(Tx::of(call("CALL", 1, usdt, 0), vec![transfer(usdt, 2, 3, 0)])));
    assert!(nothing.changes.is_empty() && nothing.passages.is_empty() && nothing.actor().is_none(), "{nothing:?}");
}

#[test]
fn mistake_4_pictures_as_tokens() {
    let picture = event(&address(60), &[TRANSFER.to_owned(), word(2), word(3), word(8_520)], "0x");
    let made = Made::of(&[Tx::of(call("CALL", 1, 60, 0), vec![picture])]);
    let block = made.decoded();
    assert_eq!(legs(&block.transactions[0].movements), [leg(Kind::Native, 1, 60, 0)]);
    assert_eq!((block.left_out.nfts, block.left_out.odd_transfers), (1, 0));
}

#[test]
fn mistake_5_taking_the_sender_for_who_pays() {
    // A relayer sends, a Safe pays; it gives the relayer its gas back.
    let below = vec![call("CALL", 50, 2, 900), call("CALL", 50, 1, 3)];
    let reading = reading(&moved(Tx::of(around(call("CALL", 1, 50, 0), below), Vec::new())));
    assert_eq!(reading.sender, Some(noun(1)));
    assert_eq!((reading.actor(), reading.payers.as_slice()), (Some(&noun(50)), &[noun(50)][..]));
    assert_eq!(reading.payees, [noun(2)]);
    assert_eq!(reading.compensation.iter().map(|one| one.amount).collect::<Vec<_>>(), [Amount::from(3_u64)]);
}

#[test]
fn mistake_6_looking_at_the_top_only() {
    // As when Bybit's cold wallet was emptied: a transaction without value calls the wallet, whose own code pays all it has.
    let (thief, wallet) =
        (real!("0fa09C3A328792253f8dee7116848723b72a6d2e"), real!("1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4"));
    let loot = real!("47666Fab8bd0Ac7003bce3f5C3585383F09486E2");
    let mut sweep =
        around(call("CALL", 1, 2, 0), vec![around(call("DELEGATECALL", 2, 50, 0), vec![call("CALL", 2, 3, 401_346)])]);
    for (place, name) in
        [("", "from"), ("", "to"), ("/calls/0", "from"), ("/calls/0/calls/0", "from"), ("/calls/0/calls/0", "to")]
    {
        let who = match (place, name) {
            ("", "from") => thief,
            ("/calls/0/calls/0", "to") => loot,
            _ => wallet,
        };
        sweep.pointer_mut(place).unwrap()[name] = json!(who.to_string().to_lowercase());
    }
    let movements = moved(Tx::of(sweep, Vec::new()));
    let inner: Vec<_> = movements.iter().filter(|one| one.kind == Kind::Internal).collect();
    let [inner] = inner.as_slice() else { panic!("{movements:?}") };
    let noun = |one: alloy::primitives::Address| Some(fundtrail_types::Address::Evm(one.0.0));
    assert_eq!(
        (inner.from.clone(), inner.to.clone(), inner.amount),
        (noun(wallet), noun(loot), Amount::from(401_346_u64))
    );
    assert_eq!(reading(&movements).actor(), noun(wallet).as_ref());
}

#[test]
fn mistake_7_failures_inside_a_transaction_that_succeeded() {
    // A Safe says ExecutionFailure, an entry point UserOperationEvent with success false; the transaction has status 1.
    let failure = event(&address(50), &[topic("ExecutionFailure(bytes32,uint256)")], &format!("{}{:064x}", word(7), 0));
    let topics =
        [topic("UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256)"), word(1), word(51), word(0)];
    let operation = event(&address(70), &topics, &format!("{}{:064x}{:064x}{:064x}", word(1), 0, 30, 3));
    let below = vec![
        failed(call("CALL", 50, 2, 900)),
        around(
            call("CALL", 70, 51, 0),
            vec![failed(around(call("CALL", 51, 60, 800), vec![call("CALL", 60, 2, 800)]))],
        ),
        call("CALL", 70, 1, 30),
    ];
    let movements = moved(Tx::of(around(call("CALL", 1, 70, 0), below), vec![failure, operation]));
    assert_eq!(legs(&movements), [leg(Kind::Native, 1, 70, 0), leg(Kind::Internal, 70, 1, 30)]);
}

#[test]
fn mistake_8_wrapping_as_a_payment() {
    let deposit = event(WETH, &[topic(DEPOSIT), word(1)], &word(900));
    let movements = moved(Tx::of(at_weth(call("CALL", 1, WETH_NUMBER, 900)), vec![deposit]));
    assert_eq!(
        movements.iter().filter(|one| one.kind == Kind::Wrap).map(|one| one.amount).collect::<Vec<_>>(),
        [Amount::from(900_u64)]
    );
    let wrapped = reading(&movements);
    assert_eq!(wrapped.converters, [noun(1)]);
    assert!(wrapped.payers.is_empty() && wrapped.payees.is_empty() && wrapped.passages.is_empty(), "{wrapped:?}");
    let withdrawal = event(WETH, &[topic(WITHDRAWAL), word(1)], &word(900));
    let back = around(at_weth(call("CALL", 1, WETH_NUMBER, 0)), vec![at_weth(call("CALL", WETH_NUMBER, 1, 900))]);
    let unwrapped = reading(&moved(Tx::of(back, vec![withdrawal])));
    assert_eq!(unwrapped.converters, [noun(1)]);
    assert!(unwrapped.payers.is_empty() && unwrapped.payees.is_empty(), "{unwrapped:?}");
}

#[test]
fn mistake_9_counting_round_trips() {
    // A settlement contract takes 100 a and gives 40 b, both through itself, with a transfer to itself and a loan that comes back.
    let (a, b, trader, settlement, pool) = (0xa, 0xb, 1, 50, 60);
    let logs = vec![
        transfer(a, trader, settlement, 100),
        transfer(a, settlement, settlement, 100),
        transfer(b, pool, settlement, 500),
        transfer(b, settlement, pool, 500),
        transfer(a, settlement, pool, 100),
        transfer(b, pool, settlement, 40),
        transfer(b, settlement, trader, 40),
    ];
    let reading = reading(&moved(Tx::of(call("CALL", trader, settlement, 0), logs)));
    assert_eq!(reading.passages, [noun(settlement)]);
    assert_eq!(reading.converters, [noun(trader), noun(pool)]);
    let of_trader = reading.changes.iter().filter(|change| change.address == noun(trader));
    let of_trader: Vec<_> = of_trader.map(|change| (change.asset.clone(), change.side, change.amount)).collect();
    assert_eq!(of_trader, [(token(a), Side::Out, Amount::from(100_u64)), (token(b), Side::In, Amount::from(40_u64))]);
    assert!(reading.payers.is_empty() && reading.payees.is_empty(), "{reading:?}");
}

#[test]
fn mistake_10_the_code_behind_a_proxy() {
    // The token is the proxy 50, which runs the code of 51. The code first has 52 speak, then emits, and then pays 53.
    let code = around(call("DELEGATECALL", 50, 51, 0), vec![call("CALL", 50, 52, 0), call("CALL", 50, 53, 2)]);
    let logs = vec![transfer(52, 7, 8, 1), transfer(50, 1, 2, 30)];
    let movements = moved(Tx::of(around(call("CALL", 1, 50, 0), vec![code]), logs));
    let assets: Vec<Asset> =
        movements.iter().filter(|one| one.kind == Kind::Token).map(|one| one.asset.clone()).collect();
    assert_eq!(assets, [token(52), token(50)]);
    // It spoke while its code was at work, and so before the payment.
    let kinds: Vec<Kind> = movements.iter().filter(|one| one.kind != Kind::Fee).map(|one| one.kind).collect();
    assert_eq!(kinds, [Kind::Native, Kind::Token, Kind::Token, Kind::Internal]);
}

#[test]
fn mistake_11_one_topic_of_many_contracts() {
    // `Deposit(address,uint256)` and `Withdrawal(address,uint256)` of a staking contract wrap nothing.
    let said = [topic(DEPOSIT), topic(WITHDRAWAL)].map(|topic| event(&address(80), &[topic, word(1)], &word(900)));
    let movements = moved(Tx::of(call("CALL", 1, 80, 900), said.to_vec()));
    assert_eq!(legs(&movements), [leg(Kind::Native, 1, 80, 900)]);
}

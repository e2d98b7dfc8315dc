//! A payroll: a Safe pays many people in one transaction, in coin and in tokens. Who sends the transaction pays nobody.

use std::collections::BTreeMap;

use alloy::{
    primitives::{Address, Bytes},
    sol_types::SolCall,
};
use fundtrail_types::ActionKind;

use crate::{
    anvil::Fork,
    code,
    contracts::{Erc20, erc20},
    decoded::seen,
    safes::{Order, TwoOwners, list, multi_send},
    stage::{Stage, Told, milli, play_and},
    tx::Tx,
};

#[test]
fn a_safe_pays_its_people() {
    play_and("payroll", Fork::Prague, tell, |story| {
        let acts = [(ActionKind::Payment, 1), (ActionKind::BatchPayment, 1), (ActionKind::Failure, 2)];
        let wanted = acts.map(|(kind, times)| (("safe".to_owned(), kind), times));
        assert_eq!(seen(story), BTreeMap::from(wanted));
    });
}

fn pay(to: Address, thousandths: u64) -> Order {
    Order { to, value: milli(thousandths), data: Bytes::new(), delegate: false }
}

fn pay_token(token: Address, to: Address, thousandths: u64) -> Order {
    let data = Erc20::transferCall { to, amount: milli(thousandths) }.abi_encode().into();
    Order { to: token, value: milli(0), data, delegate: false }
}

fn tell(stage: &Stage) -> Told {
    let [first, second, treasurer] = ["first owner", "second owner", "treasurer"].map(|name| stage.person(name));
    let [ann, ben, cho] = ["ann", "ben", "cho"].map(|name| stage.stranger(name));
    let usd = erc20(stage, treasurer, "USD", milli(1_000_000), treasurer);
    let multi_send = multi_send(stage, first);
    let refusing = stage.deploy("refusing", first, &code::creating(&code::refusing()), &[]);
    let safe = TwoOwners::create(stage, [first, second]);
    let all = |orders: &[Order]| Order { to: multi_send, value: milli(0), data: list(orders), delegate: true };
    let from_height = stage.next_height();

    let funded = stage.done(&Tx::pay(treasurer, safe.safe, milli(9000)));
    let funded_usd =
        stage.done(&Tx::call(treasurer, usd, &Erc20::transferCall { to: safe.safe, amount: milli(50_000) }));
    let mut expected = vec![
        funded.native(treasurer, safe.safe, milli(9000)),
        funded_usd.token(usd, treasurer, safe.safe, milli(50_000)),
    ];
    // Ann is paid the same twice: equal movements of one transaction stay two.
    let orders = [pay(ann, 1000), pay(ben, 1500), pay(ann, 1000), pay_token(usd, ben, 7000), pay_token(usd, cho, 8000)];
    let paid = safe.act(stage, &all(&orders));
    expected.extend([
        paid.internal(safe.safe, ann, milli(1000)),
        paid.internal(safe.safe, ben, milli(1500)),
        paid.internal(safe.safe, ann, milli(1000)),
        paid.token(usd, safe.safe, ben, milli(7000)),
        paid.token(usd, safe.safe, cho, milli(8000)),
    ]);
    // One payment alone, without MultiSend.
    let alone = safe.act(stage, &pay(cho, 2000));
    expected.push(alone.internal(safe.safe, cho, milli(2000)));
    // The payee refuses: `ExecutionFailure`, in a transaction that succeeds.
    safe.act(stage, &pay(refusing, 300));
    // Ann's payment was made when the next one was refused, and all of the list was taken back.
    safe.act(stage, &all(&[pay(ann, 100), pay_token(usd, ann, 100), pay(refusing, 100)]));
    assert_eq!(stage.balance(safe.safe), milli(9000 - 3500 - 2000));
    assert_eq!(stage.balance(refusing), milli(0));
    Told { from_height, tokens: vec![usd], expected }
}

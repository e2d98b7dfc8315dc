//! ERC-4337: who pays is the account that the operation names, and not the bundler who sent the transaction. An operation may
//! fail inside a transaction that succeeds: then only its gas is paid.

use alloy::primitives::Address;

use crate::{
    anvil::Fork,
    code,
    stage::{Stage, Told, milli, play},
    tx::Tx,
    user_ops::Entry,
};

#[test]
fn the_account_pays_and_not_the_bundler() {
    play("user operations", Fork::Prague, tell);
}

fn tell(stage: &Stage) -> Told {
    let [bundler, ann, ben] = ["bundler", "ann", "ben"].map(|name| stage.person(name));
    let [carol, beneficiary] = ["carol", "beneficiary"].map(|name| stage.stranger(name));
    let entry = Entry::create(stage, bundler);
    let refusing = stage.deploy("refusing", bundler, &code::creating(&code::refusing()), &[]);
    let [anns, bens] =
        [("ann's account", ann), ("ben's account", ben)].map(|(name, one)| entry.account(stage, name, one));
    let from_height = stage.next_height();

    // Before the accounts have code.
    let funded = stage.together(&[Tx::pay(ann, anns, milli(5000)), Tx::pay(ben, bens, milli(6000))]);
    let mut expected = vec![funded[0].native(ann, anns, milli(5000)), funded[1].native(ben, bens, milli(6000))];
    // What goes to the entry point for gas, and from there to the beneficiary, is asked of the balances, and nobody's decoding.
    let balances = |accounts: [Address; 3]| accounts.map(|one| stage.balance(one));

    let before = balances([anns, bens, beneficiary]);
    let op = entry.pay(stage, [anns, ann], carol, milli(1000));
    let paid = stage.done(&entry.bundle(bundler, vec![op], beneficiary));
    let after = balances([anns, bens, beneficiary]);
    expected.extend([
        paid.internal(anns, entry.entry_point, before[0] - after[0] - milli(1000)),
        paid.internal(anns, carol, milli(1000)),
        paid.internal(entry.entry_point, beneficiary, after[2] - before[2]),
    ]);

    // In one transaction Ann's operation fails, because the payee refuses, and Ben's succeeds.
    let before = after;
    let ops =
        vec![entry.pay(stage, [anns, ann], refusing, milli(2000)), entry.pay(stage, [bens, ben], carol, milli(3000))];
    let both = stage.done(&entry.bundle(bundler, ops, beneficiary));
    let after = balances([anns, bens, beneficiary]);
    expected.extend([
        both.internal(anns, entry.entry_point, before[0] - after[0]),
        both.internal(bens, entry.entry_point, before[1] - after[1] - milli(3000)),
        both.internal(bens, carol, milli(3000)),
        both.internal(entry.entry_point, beneficiary, after[2] - before[2]),
    ]);
    assert_eq!((stage.balance(carol), stage.balance(refusing)), (milli(4000), milli(0)));
    Told { from_height, tokens: vec![], expected }
}

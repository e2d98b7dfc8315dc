//! Swaps on Uniswap V2: what is paid, what is got, and what pools and routers pass on in between.

use std::collections::BTreeMap;

use alloy::{
    primitives::{Address, U256},
    sol_types::SolValue,
};
use fundtrail_types::ActionKind;

use crate::{
    anvil::Fork,
    contracts::{Erc20, erc20, weth},
    decoded::seen,
    fact::Fact,
    sent::Sent,
    stage::{Stage, Told, milli, play_and},
    tx::Tx,
    uniswap2::{DEADLINE, Router2, V2},
};

#[test]
fn swaps_pay_somebody_else() {
    play_and("swap on v2", Fork::Prague, tell, |story| {
        // Two pools in one transaction, one in each of three.
        assert_eq!(seen(story), BTreeMap::from([(("uniswap-v2".to_owned(), ActionKind::Swap), 5)]));
    });
}

/// Who and what there is.
struct Scene {
    alice: Address,
    carol: Address,
    weth: Address,
    usd: Address,
    eur: Address,
    v2: V2,
}

fn tell(stage: &Stage) -> Told {
    let alice = stage.person("alice");
    let carol = stage.stranger("carol");
    let weth = weth(stage, alice);
    let [usd, eur] = ["USD", "EUR"].map(|name| erc20(stage, alice, name, milli(9_000_000), alice));
    let code = stage.packages.bytecode("@uniswap/v2-periphery/build/DeflatingERC20.json");
    let deflating = stage.deploy("DEFL", alice, &code, &milli(9_000_000).abi_encode());
    let v2 = V2::create(stage, alice, weth);
    let scene = Scene { alice, carol, weth, usd, eur, v2 };
    scene.v2.fill(stage, alice, eur, milli(1_000_000), milli(500_000));
    scene.v2.fill(stage, alice, deflating, milli(1_000_000), milli(500_000));
    stage.done(&Tx::call(alice, usd, &Erc20::approveCall { spender: scene.v2.router, amount: U256::MAX }));
    let from_height = stage.next_height();

    let filled = scene.v2.fill(stage, alice, usd, milli(2_000_000), milli(800_000));
    let mut expected = provided(stage, &scene, &filled);
    expected.extend(two_pools(stage, &scene));
    expected.extend(ether_in(stage, &scene));
    expected.extend(ether_out(stage, &scene));
    expected.extend(fee_on_transfer(stage, &scene, deflating));
    let pool = scene.v2.pair(stage, "USD pool", usd, weth);
    Told { from_height, tokens: vec![weth, usd, eur, deflating, pool], expected }
}

/// Liquidity for the USD pool: the pool's own token is made for Alice, but for a thousand units that are nobody's for ever.
fn provided(stage: &Stage, scene: &Scene, filled: &Sent) -> Vec<Fact> {
    let Scene { alice, weth, usd, v2, .. } = scene;
    let pool = v2.pair(stage, "USD pool", *usd, *weth);
    let share = stage.ask(pool, &Erc20::balanceOfCall { account: *alice });
    vec![
        filled.native(*alice, v2.router, milli(800_000)),
        filled.token(*usd, *alice, pool, milli(2_000_000)),
        filled.internal(v2.router, *weth, milli(800_000)),
        filled.wrap(*weth, v2.router, milli(800_000)),
        filled.token(*weth, v2.router, pool, milli(800_000)),
        filled.mint(pool, *alice, share),
    ]
}

fn two_pools(stage: &Stage, scene: &Scene) -> Vec<Fact> {
    let Scene { alice, carol, weth, usd, eur, v2 } = scene;
    let path = vec![*usd, *weth, *eur];
    let amounts = v2.quote(stage, milli(3000), &path);
    let [into, out] = [("USD pool", *usd), ("EUR pool", *eur)].map(|(name, one)| v2.pair(stage, name, one, *weth));
    let (none, to, deadline) = (U256::ZERO, *carol, DEADLINE);
    let swap = Router2::swapExactTokensForTokensCall { amountIn: amounts[0], amountOutMin: none, path, to, deadline };
    let sent = stage.done(&Tx::call(*alice, v2.router, &swap));
    vec![
        sent.token(*usd, *alice, into, milli(3000)),
        sent.token(*weth, into, out, amounts[1]),
        sent.token(*eur, out, *carol, amounts[2]),
    ]
}

fn ether_in(stage: &Stage, scene: &Scene) -> Vec<Fact> {
    let Scene { alice, carol, weth, usd, v2, .. } = scene;
    let path = vec![*weth, *usd];
    let amounts = v2.quote(stage, milli(700), &path);
    let pool = v2.pair(stage, "USD pool", *usd, *weth);
    let swap = Router2::swapExactETHForTokensCall { amountOutMin: U256::ZERO, path, to: *carol, deadline: DEADLINE };
    let sent = stage.done(&Tx::call(*alice, v2.router, &swap).value(milli(700)));
    vec![
        sent.native(*alice, v2.router, milli(700)),
        sent.internal(v2.router, *weth, milli(700)),
        sent.wrap(*weth, v2.router, milli(700)),
        sent.token(*weth, v2.router, pool, milli(700)),
        sent.token(*usd, pool, *carol, amounts[1]),
    ]
}

fn ether_out(stage: &Stage, scene: &Scene) -> Vec<Fact> {
    let Scene { alice, carol, weth, usd, v2, .. } = scene;
    let path = vec![*usd, *weth];
    let amounts = v2.quote(stage, milli(5000), &path);
    let pool = v2.pair(stage, "USD pool", *usd, *weth);
    let (none, to, deadline) = (U256::ZERO, *carol, DEADLINE);
    let swap = Router2::swapExactTokensForETHCall { amountIn: amounts[0], amountOutMin: none, path, to, deadline };
    let before = stage.balance(*carol);
    let sent = stage.done(&Tx::call(*alice, v2.router, &swap));
    assert_eq!(stage.balance(*carol) - before, amounts[1]);
    vec![
        sent.token(*usd, *alice, pool, milli(5000)),
        sent.token(*weth, pool, v2.router, amounts[1]),
        sent.unwrap(*weth, v2.router, amounts[1]),
        sent.internal(*weth, v2.router, amounts[1]),
        sent.internal(v2.router, *carol, amounts[1]),
    ]
}

/// A hundredth of every transfer is burnt, so the pool gets less than the swap was asked to take.
fn fee_on_transfer(stage: &Stage, scene: &Scene, deflating: Address) -> Vec<Fact> {
    let Scene { alice, carol, weth, v2, .. } = scene;
    let (asked, burnt, got) = (milli(4000), milli(40), milli(3960));
    let path = vec![deflating, *weth];
    let amounts = v2.quote(stage, got, &path);
    let pool = v2.pair(stage, "DEFL pool", deflating, *weth);
    let swap = Router2::swapExactTokensForTokensSupportingFeeOnTransferTokensCall {
        amountIn: asked,
        amountOutMin: U256::ZERO,
        path,
        to: *carol,
        deadline: DEADLINE,
    };
    let sent = stage.done(&Tx::call(*alice, v2.router, &swap));
    vec![
        sent.burn(deflating, *alice, burnt),
        sent.token(deflating, *alice, pool, got),
        sent.token(*weth, pool, *carol, amounts[1]),
    ]
}

//! What carried nothing: look-alike tokens, empty calls, and dust that strangers sent to the thief.

use std::collections::BTreeSet;

use fundtrail::types::{Amount, Fate, ReachState, TraceAnswer};

use crate::{
    bybit::{CMETH, DEMO, ETH, METH, ROWS, STETH, STRANGERS, THEFT, account, asset, ether},
    desk::Desk,
};

#[test]
fn nothing_moves_along_but_ether_and_the_three_real_tokens() {
    let real: BTreeSet<_> = [ETH, STETH, METH, CMETH].map(asset).into();
    let moved: BTreeSet<_> = DEMO.trace.flow.movements.iter().map(|movement| movement.asset.clone()).collect();
    assert_eq!(moved, real);
    assert!(DEMO.trace.flow.movements.iter().all(|movement| !movement.amount_raw.is_zero()));
    let assets = DEMO.trace.targets.iter().flat_map(|target| target.reaches.iter().map(|reach| &reach.asset));
    assert!(assets.into_iter().all(|asset| real.contains(asset)));
    let empty = ROWS.iter().filter(|row| row.amount_raw.is_zero()).count();
    assert!(empty > 0);
    assert_eq!(DEMO.loaded[0].zero_value_events, empty as u64);
}

#[test]
fn a_look_alike_is_followed_only_by_name_and_never_taken_for_the_real_thing() {
    for info in &DEMO.trace.assets {
        assert_eq!(info.verified, [ETH, STETH, METH, CMETH].contains(&info.asset.to_string().as_str()), "{info:?}");
    }
    let (desk, fake) = (Desk::with_demo(), "0xee33058E9FcEb8eBece8BDb0E70fCB257595C562");
    let answer: TraceAnswer =
        desk.run(&format!("trace {THEFT} --asset {fake} --db db --as-of 2026-11-22 --json")).done().json();
    let fake = asset(&format!("eip155:1/erc20:{fake}"));
    let info = answer.assets.iter().find(|info| info.asset == fake).unwrap();
    assert_eq!((answer.seeds.len(), &answer.seeds[0].asset, info.verified), (1, &fake, false));
    assert!(!info.symbol.is_empty() && info.symbol != "stETH", "{info:?}");
    assert!(answer.flow.movements.iter().all(|movement| movement.asset == info.asset));
}

#[test]
fn who_sent_dust_to_the_thief_is_nowhere_in_the_answer() {
    let whole = serde_json::to_string(&DEMO.trace).unwrap() + &serde_json::to_string(&DEMO.audit).unwrap();
    let whole = whole.to_lowercase();
    assert!(whole.contains(&THEFT.to_lowercase()));
    for stranger in STRANGERS {
        assert!(!whole.contains(&stranger.to_lowercase()), "{stranger}");
    }
}

#[test]
fn the_dust_is_in_the_store_and_goes_to_the_thief_and_no_further() {
    let desk = Desk::with_demo();
    for (stranger, amount) in STRANGERS.into_iter().zip(["0.05", "0.1", "0.01"]) {
        let answer: TraceAnswer =
            desk.run(&format!("trace {stranger} --db db --as-of 2026-11-22 --json")).done().json();
        assert_eq!(answer.seeds.len(), 1);
        assert_eq!(answer.seeds[0].amount_raw, ether(amount));
        let movements = &answer.flow.movements;
        assert_eq!(movements.len(), 1, "the thief paid its ether before the dust came");
        assert_eq!(movements[0].to, Some(account(THEFT)));
        for method in answer.methods.iter().filter(|answer| answer.method.conserves()) {
            let sum: Amount = method.dispositions.iter().map(|end| end.seed_raw).sum();
            assert_eq!(sum, ether(amount));
            assert!(method.dispositions.iter().all(|end| end.fate == Fate::DataEnds), "{:?}", method.dispositions);
        }
        assert!(answer.targets.iter().all(|target| target.state == ReachState::NotReached));
        assert!(answer.findings.is_empty());
    }
}

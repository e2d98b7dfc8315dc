//! What was stolen, and that every unit of it has one end.

use fundtrail::types::{Amount, Fate, Method};

use crate::bybit::{CMETH, CMETH_END, COLD, CONSERVING, DEMO, ETH, METH, STETH, account, asset, raw, seed_of};

#[test]
fn the_seeds_are_what_left_the_cold_wallet_to_the_base_unit() {
    let seeds = [
        (ETH, "401346768858404671846374"),
        (STETH, "90375547907685258392043"),
        (METH, "8000000000000000000000"),
        (CMETH, "15000000000000000000000"),
    ];
    assert_eq!(DEMO.trace.seeds.len(), seeds.len());
    for (name, amount) in seeds {
        let seed = &DEMO.trace.seeds[seed_of(&DEMO.trace, name)];
        assert_eq!((&seed.account, seed.amount_raw, seed.movements), (&account(COLD), raw(amount), 1), "{name}");
    }
}

#[test]
fn every_unit_of_every_seed_has_one_end_under_haircut_and_fifo() {
    let methods: Vec<Method> = DEMO.trace.methods.iter().map(|answer| answer.method).collect();
    assert_eq!(methods, Method::USUAL);
    for answer in &DEMO.trace.methods {
        if answer.method == Method::Poison {
            assert!(answer.dispositions.is_empty(), "poison is reach, not amount");
            continue;
        }
        for (index, seed) in DEMO.trace.seeds.iter().enumerate() {
            let ends = answer.dispositions.iter().filter(|end| end.seed == index);
            let sum: Amount = ends.clone().map(|end| end.seed_raw).sum();
            assert_eq!(sum, seed.amount_raw, "{} {}", answer.method, seed.asset);
            // Nothing is swapped in this file, so what is held is the seed's own asset, unit for unit.
            for end in ends {
                assert_eq!((&end.asset, end.held_raw), (&seed.asset, end.seed_raw), "{} {end:?}", answer.method);
                assert!(!end.seed_raw.is_zero() && end.account.is_some(), "{end:?}");
            }
        }
    }
}

#[test]
fn the_cmeth_rests_and_the_data_ends_for_the_steth_and_the_meth() {
    for method in CONSERVING {
        let answer = DEMO.trace.methods.iter().find(|answer| answer.method == method).unwrap();
        let ends = |name| answer.dispositions.iter().filter(move |end| end.asset == asset(name));
        let cmeth: Vec<_> = ends(CMETH).collect();
        assert_eq!(cmeth.len(), 1, "{method}");
        assert_eq!(cmeth[0].account, Some(account(CMETH_END)));
        assert_eq!((&cmeth[0].fate, cmeth[0].hops), (&Fate::AtRest { height: 21_895_586 }, 2));
        for name in [STETH, METH] {
            assert!(ends(name).count() > 0, "{method} {name}");
            assert!(ends(name).all(|end| end.fate == Fate::DataEnds), "{method} {name}");
        }
    }
}

#[test]
fn what_the_thief_kept_of_the_ether_is_what_it_did_not_pay_on() {
    let kept = DEMO.trace.seeds[seed_of(&DEMO.trace, ETH)].amount_raw.checked_sub(crate::bybit::ether("400001"));
    for answer in DEMO.trace.methods.iter().filter(|answer| answer.method.conserves()) {
        let thief = Some(account(crate::bybit::THEFT));
        let rest: Vec<_> =
            answer.dispositions.iter().filter(|end| end.account == thief && end.asset == asset(ETH)).collect();
        assert_eq!(rest.len(), 1);
        assert_eq!((Some(rest[0].seed_raw), &rest[0].fate), (kept, &Fate::AtRest { height: 21_895_739 }));
    }
}

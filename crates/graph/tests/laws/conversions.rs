//! The same laws where transactions have several legs in two assets: swaps, routers, batch payments and knots.

use fundtrail_types::{
    Address, Amount, Asset, Chain, Kind, Method, Movement, Order, Question, Source, Start, Token, TraceAnswer, TxId,
    TxOrder, Way,
};
use proptest::prelude::*;

use crate::{CONSERVING, account, ask_of, question};

const ACCOUNTS: usize = 6;

/// (from, to, whether it is the token, amount); an account beyond the last is nobody.
type Leg = (usize, usize, bool, u64);

fn token() -> Asset {
    Asset { chain: Chain::ETHEREUM, token: Token::Contract(Address::Evm([0xcc; 20])) }
}

fn movements(txs: &[Vec<Leg>]) -> Vec<Movement> {
    let mut movements = Vec::new();
    for (height, legs) in txs.iter().enumerate() {
        for (leg, (from, to, is_token, amount)) in legs.iter().enumerate().filter(|(_, (from, to, ..))| from != to) {
            let side = |index: usize| (index < ACCOUNTS).then(|| account(index).address);
            let kind = match (is_token, *from < ACCOUNTS, *to < ACCOUNTS) {
                (false, ..) => Kind::Native,
                (true, false, _) => Kind::Mint,
                (true, _, false) => Kind::Burn,
                _ => Kind::Token,
            };
            movements.push(Movement {
                chain: Chain::ETHEREUM,
                tx: TxId::Evm([height as u8; 32]),
                kind,
                asset: if *is_token { token() } else { Asset::native(Chain::ETHEREUM) },
                from: side(*from),
                to: side(*to),
                amount: Amount::from(*amount),
                n: 0,
                order: Order { height: height as u64, tx: TxOrder::Index(0), leg: Some(leg as u32) },
                time: None,
            });
        }
    }
    movements
}

fn transactions() -> impl Strategy<Value = Vec<Vec<Leg>>> {
    let leg = (0..ACCOUNTS, 0..ACCOUNTS + 1, any::<bool>(), 1..30u64);
    prop::collection::vec(prop::collection::vec(leg, 1..6), 1..12)
}

fn ask(txs: &[Vec<Leg>], methods: &[Method]) -> Option<TraceAnswer> {
    let also = (1..ACCOUNTS).map(account).collect();
    ask_of(&movements(txs), &Question { also, bounds_max: ACCOUNTS, ..question(methods) })
}

/// Without any account that is looked for, so that value passes through all of them.
fn ask_freely(txs: &[Vec<Leg>], methods: &[Method]) -> Option<TraceAnswer> {
    ask_of(&movements(txs), &question(methods))
}

fn carried(answer: &TraceAnswer, method: Method) -> Vec<(usize, Option<usize>, Amount, Amount)> {
    let shares = answer.flow.movements.iter().enumerate().flat_map(|(index, one)| {
        one.shares.iter().filter(|share| share.method == method).map(move |share| (index, share))
    });
    shares.map(|(index, share)| (index, share.seed, share.amount.held_raw, share.amount.seed_raw)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn dispositions_add_up_to_every_seed_through_conversions(txs in transactions(), looked_for in any::<bool>()) {
        let answer = if looked_for { ask(&txs, &Method::ALL) } else { ask_freely(&txs, &Method::ALL) };
        let Some(answer) = answer else { return Ok(()) };
        for method in answer.methods.iter().filter(|one| one.method.conserves()) {
            for (index, seed) in answer.seeds.iter().enumerate() {
                let ends = method.dispositions.iter().filter(|end| end.seed == index);
                prop_assert_eq!(ends.map(|end| end.seed_raw).sum::<Amount>(), seed.amount_raw, "{} of seed {}", method.method, index);
            }
        }
    }

    #[test]
    fn sources_add_up_to_what_was_asked_about_through_conversions(txs in transactions(), asked in 0..ACCOUNTS) {
        let starts = vec![Start::of(account(asked))];
        let question = Question { way: Way::Backward, starts, ..question(&Method::ALL) };
        let Some(answer) = ask_of(&movements(&txs), &question) else { return Ok(()) };
        for one in &answer.asked {
            for method in answer.methods.iter().filter(|one| !one.method.looks_at_taint()) {
                let parts = method.dispositions.iter().filter(|end| (end.account.as_ref(), &end.asset) == (Some(&one.account), &one.asset));
                prop_assert_eq!(parts.map(|end| end.held_raw).sum::<Amount>(), one.amount_raw, "{}", method.method);
            }
        }
    }

    #[test]
    fn who_is_reached_has_the_payer_as_a_source_through_conversions(txs in transactions(), asked in 1..ACCOUNTS) {
        let forward = Question { also: vec![account(asked)], ..question(&[Method::Poison]) };
        let Some(reached) = ask_of(&movements(&txs), &forward) else { return Ok(()) };
        let backward = Question { way: Way::Backward, starts: vec![Start::of(account(asked))], also: vec![account(0)], ..question(&[Method::Poison]) };
        let sources = ask_of(&movements(&txs), &backward).map(|answer| answer.seeds).unwrap_or_default();
        let is_source = sources.iter().any(|seed| seed.account == account(0) && seed.source == Some(Source::LookedFor));
        prop_assert_eq!(is_source, reached.targets.iter().flat_map(|target| &target.reaches).any(|reach| !reach.proven.is_empty()));
    }

    #[test]
    fn no_movement_carries_more_than_it_moves(txs in transactions()) {
        let Some(answer) = ask_freely(&txs, &Method::ALL) else { return Ok(()) };
        for method in CONSERVING {
            for (index, movement) in answer.flow.movements.iter().enumerate() {
                let held: Amount = carried(&answer, method).iter().filter(|one| one.0 == index).map(|one| one.2).sum();
                prop_assert!(held <= movement.amount_raw, "{method}: {held} of {}", movement.amount_raw);
            }
        }
    }

    #[test]
    fn methods_asked_together_answer_as_each_alone_through_conversions(txs in transactions()) {
        let Some(together) = ask_freely(&txs, &Method::ALL) else { return Ok(()) };
        let of = |answer: &TraceAnswer, method| {
            let mut rows: Vec<_> = carried(answer, method).into_iter().map(|(index, seed, held, units)| {
                let one = &answer.flow.movements[index];
                (one.tx.clone(), one.from.clone(), one.to.clone(), one.asset.clone(), one.amount_raw, seed, held, units)
            }).collect();
            rows.sort();
            rows
        };
        for method in CONSERVING {
            let alone = ask_freely(&txs, &[method]).unwrap();
            prop_assert_eq!(of(&together, method), of(&alone, method), "{}", method);
        }
    }

    #[test]
    fn poison_reaches_whatever_a_conserving_method_reaches_through_conversions(txs in transactions()) {
        let Some(answer) = ask_freely(&txs, &Method::ALL) else { return Ok(()) };
        let poison: Vec<usize> = carried(&answer, Method::Poison).into_iter().filter(|one| one.1.is_some()).map(|one| one.0).collect();
        for method in CONSERVING {
            for (index, seed, held, _) in carried(&answer, method) {
                prop_assert!(seed.is_none() || held.is_zero() || poison.contains(&index), "{method}");
            }
        }
    }

    #[test]
    fn no_rule_leaves_the_bounds_of_what_arrived_unconverted(txs in transactions()) {
        let Some(answer) = ask(&txs, &Method::ALL) else { return Ok(()) };
        for target in &answer.targets {
            for bounds in &target.bounds {
                for method in CONSERVING {
                    let reaches = target.reaches.iter().filter(|reach| reach.method == method && reach.asset == bounds.asset);
                    let arrived: Amount = reaches.flat_map(|reach| &reach.proven).filter(|(seed, _)| *seed == bounds.seed).map(|(_, sum)| sum.held_raw).sum();
                    prop_assert!(bounds.lower_raw <= arrived && arrived <= bounds.upper_raw, "{method}: {arrived} in {bounds:?}");
                }
            }
        }
    }
}

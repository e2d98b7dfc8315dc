//! Joins across chains, by an id and in no other way.

use fundtrail_types::{
    Account, Address, Amount, Asset, Basis, Chain, Crossing, CrossingEnd, CrossingSide, Fate, Gap, Kind, Method,
    Movement, Order, Question, ReachState, Source, Start, Through, TraceAnswer, TxId, TxOrder, Unjoined, Way,
};
use proptest::prelude::*;

use crate::{CONSERVING, ask_over, question};

const ACCOUNTS: usize = 4;
/// The bridge's account on both chains.
const BRIDGE: usize = 9;
fn other() -> Chain {
    "eip155:137".parse().unwrap()
}

fn account(chain: Chain, index: usize) -> Account {
    Account { chain, address: Address::Evm([index as u8 + 1; 20]) }
}

/// A payment on one of two chains, or a crossing of so much, of which less is paid out.
#[derive(Clone, Copy, Debug)]
enum Step {
    Pay { there: bool, from: usize, to: usize, amount: u64 },
    Cross { there: bool, from: usize, to: usize, amount: u64, fee: u64 },
}

struct World {
    movements: Vec<Movement>,
    sides: Vec<CrossingSide>,
}

/// What a bridge takes is paid out at once on the other chain.
fn world(steps: &[Step]) -> World {
    let mut world = World { movements: Vec::new(), sides: Vec::new() };
    for (number, step) in steps.iter().enumerate() {
        match *step {
            Step::Pay { there, from, to, amount } => {
                world.pay(number, there, from, to, amount);
            }
            Step::Cross { there, from, to, amount, fee } => {
                let got = amount.saturating_sub(fee).max(1);
                let taken = world.pay(number, there, from, BRIDGE, amount);
                let paid = world.pay(100 + number, !there, BRIDGE, to, got);
                world.side(number, CrossingEnd::Deposit, taken, amount);
                world.side(number, CrossingEnd::Release, paid, got);
            }
        }
    }
    world
}

impl World {
    fn pay(&mut self, number: usize, there: bool, from: usize, to: usize, amount: u64) -> (Chain, TxId) {
        let (chain, tx) = (if there { other() } else { Chain::ETHEREUM }, TxId::Evm([number as u8; 32]));
        if from != to {
            self.movements.push(Movement {
                chain,
                tx: tx.clone(),
                kind: Kind::Native,
                asset: Asset::native(chain),
                from: Some(account(chain, from).address),
                to: Some(account(chain, to).address),
                amount: Amount::from(amount),
                n: 0,
                order: Order { height: (number % 100) as u64, tx: TxOrder::Index(0), leg: Some(0) },
                time: None,
            });
        }
        (chain, tx)
    }

    fn side(&mut self, number: usize, side: CrossingEnd, (chain, tx): (Chain, TxId), amount: u64) {
        let (bridge, id, source) = ("bridge".to_owned(), number.to_string(), "test".to_owned());
        let crossing = Crossing { bridge, id, through: Through::Bridge, basis: Basis::Id, source };
        let (asset, amount_raw) = (Asset::native(chain), Amount::from(amount));
        self.sides.push(CrossingSide { crossing, side, tx, account: None, asset, amount_raw });
    }

    fn ask(&self, question: &Question) -> Option<TraceAnswer> {
        ask_over(&self.movements, &self.sides, question)
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (any::<bool>(), 0..ACCOUNTS, 0..ACCOUNTS, 1..20u64, 0..3u64, 0..3u8).prop_map(
        |(there, from, to, amount, fee, kind)| match kind {
            0 => Step::Cross { there, from, to, amount, fee },
            _ => Step::Pay { there, from, to, amount },
        },
    );
    prop::collection::vec(step, 1..24)
}

/// As if both chains were one: what a bridge takes goes on under the same account's name on the other.
fn ask_both(world: &World, methods: &[Method]) -> Option<TraceAnswer> {
    world.ask(&Question { starts: vec![Start::of(account(Chain::ETHEREUM, 0))], ..question(methods) })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_seed_is_accounted_for_over_bridges(steps in steps()) {
        let Some(answer) = ask_both(&world(&steps), &Method::ALL) else { return Ok(()) };
        for method in answer.methods.iter().filter(|one| one.method.conserves()) {
            for (index, seed) in answer.seeds.iter().enumerate() {
                let sum: Amount = method.dispositions.iter().filter(|end| end.seed == index).map(|end| end.seed_raw).sum();
                prop_assert_eq!(sum, seed.amount_raw, "{}", method.method);
            }
        }
    }

    #[test]
    fn every_seed_is_accounted_for_over_bridges_within_any_memory(steps in steps(), memory in 0..60_000u64) {
        let asked = Question { memory_max: Some(memory), starts: vec![Start::of(account(Chain::ETHEREUM, 0))], ..question(&Method::ALL) };
        let Some(answer) = world(&steps).ask(&asked) else { return Ok(()) };
        for method in answer.methods.iter().filter(|one| one.method.conserves()) {
            for (index, seed) in answer.seeds.iter().enumerate() {
                let sum: Amount = method.dispositions.iter().filter(|end| end.seed == index).map(|end| end.seed_raw).sum();
                prop_assert_eq!(sum, seed.amount_raw, "{}", method.method);
            }
        }
    }

    #[test]
    fn a_bridge_pays_out_no_more_taint_than_it_took_and_after_it(steps in steps()) {
        let Some(answer) = ask_both(&world(&steps), &Method::ALL) else { return Ok(()) };
        for method in CONSERVING {
            let mut taken = std::collections::BTreeMap::<String, Amount>::new();
            for movement in &answer.flow.movements {
                let Some((end, crossing)) = movement.crossing.as_deref() else { continue };
                let shares = movement.shares.iter().filter(|share| share.method == method && share.seed.is_some());
                let units: Amount = shares.map(|share| share.amount.seed_raw).sum();
                match end {
                    CrossingEnd::Deposit => {
                        taken.insert(crossing.id.clone(), units);
                    }
                    CrossingEnd::Release => {
                        let took = taken.get(&crossing.id).copied().unwrap_or_default();
                        prop_assert!(units <= took, "{}: {} out of {}", method, units, took);
                    }
                }
            }
        }
    }

    #[test]
    fn without_the_ids_nothing_crosses(steps in steps()) {
        let world = World { sides: Vec::new(), ..world(&steps) };
        let Some(answer) = ask_both(&world, &Method::ALL) else { return Ok(()) };
        prop_assert!(answer.flow.movements.iter().all(|one| one.from.chain == Chain::ETHEREUM && one.crossing.is_none()));
    }

    #[test]
    fn sources_over_bridges_add_up_and_are_those_that_the_way_there_finds(steps in steps(), asked in 1..ACCOUNTS) {
        let world = world(&steps);
        let (from, to) = (account(Chain::ETHEREUM, 0), account(other(), asked));
        let back = Question { way: Way::Backward, starts: vec![Start::of(to.clone())], also: vec![from.clone()], ..question(&Method::ALL) };
        let Some(back) = world.ask(&back) else { return Ok(()) };
        for method in back.methods.iter().filter(|one| one.method.conserves() && !one.method.looks_at_taint()) {
            let sum: Amount = method.dispositions.iter().map(|end| end.held_raw).sum();
            prop_assert_eq!(sum, back.asked[0].amount_raw, "{}", method.method);
        }
        let is_source = back.seeds.iter().any(|seed| seed.account == from && seed.source == Some(Source::LookedFor));
        let forward = Question { starts: vec![Start::of(from)], also: vec![to], ..question(&[Method::Poison]) };
        let reached = world.ask(&forward).is_some_and(|answer| answer.targets.iter().any(|one| one.state != ReachState::NotReached));
        prop_assert_eq!(is_source, reached);
    }

    #[test]
    fn sources_over_bridges_add_up_whatever_the_limit_on_hops(steps in steps(), asked in 1..ACCOUNTS, hops_max in 1..6u32) {
        let starts = vec![Start::of(account(other(), asked))];
        let Some(back) = world(&steps).ask(&Question { way: Way::Backward, starts, hops_max, ..question(&Method::ALL) }) else { return Ok(()) };
        for method in back.methods.iter().filter(|one| one.method.conserves() && !one.method.looks_at_taint()) {
            let sum: Amount = method.dispositions.iter().map(|end| end.held_raw).sum();
            prop_assert_eq!(sum, back.asked[0].amount_raw, "{}", method.method);
        }
    }

    #[test]
    fn what_came_along_paths_over_bridges_adds_up(steps in prop::collection::vec(steps().prop_map(|steps| steps[0]), 1..10)) {
        let world = world(&steps);
        let also = (1..ACCOUNTS).map(|index| account(other(), index)).collect();
        let asked = Question { starts: vec![Start::of(account(Chain::ETHEREUM, 0))], also, paths_max: 10_000, ..question(&[Method::Fifo]) };
        let Some(answer) = world.ask(&asked) else { return Ok(()) };
        for target in answer.targets.iter().filter(|target| target.state == ReachState::Proven) {
            let arrived: Amount = target.reaches.iter().flat_map(|reach| &reach.proven).map(|(_, sum)| sum.held_raw).sum();
            let along: Amount = target.paths.iter().flat_map(|path| &path.along).map(|part| part.amount.held_raw).sum();
            // A fee is shared by largest remainder among what crossed, which depends on what else did.
            let slack = Amount::from(2 * (steps.len() * target.paths.len()) as u64);
            let difference = arrived.saturating_sub(along).max(along.saturating_sub(arrived));
            prop_assert!(difference <= slack, "{} arrived, {} along the paths", arrived, along);
        }
    }
}

#[test]
fn what_is_not_joined_says_why() {
    let steps = [Step::Cross { there: false, from: 0, to: 2, amount: 10, fee: 0 }];
    let why = |world: &World, through_mixers| {
        let asked = Question { through_mixers, ..question(&[Method::Fifo]) };
        let answer = world.ask(&asked).unwrap();
        let ended = answer.methods[0].dispositions[0].fate.clone();
        let gap = answer.certificate.gaps.into_iter().find_map(|gap| match gap {
            Gap::NotJoined { why, .. } => Some(why),
            _ => None,
        });
        (ended, gap)
    };
    let bridge = || Fate::Bridge { entity: "bridge".to_owned() };
    let mut one = world(&steps);
    one.sides.pop();
    assert_eq!(why(&one, false), (bridge(), Some(Unjoined::OtherSideNotTold)));
    let mut one = world(&steps);
    let tx = TxId::Evm([200; 32]);
    one.sides[1].tx = tx.clone();
    assert_eq!(why(&one, false), (bridge(), Some(Unjoined::NotStored { chain: other(), tx })));
    let mut one = world(&steps);
    one.sides[1].amount_raw = Amount::from(9u64);
    let tx = one.sides[1].tx.clone();
    assert_eq!(why(&one, false), (bridge(), Some(Unjoined::NoSuchMovement { chain: other(), tx })));
    let mut one = world(&steps);
    for side in &mut one.sides {
        side.crossing.through = Through::Mixer;
    }
    assert_eq!(why(&one, false), (Fate::Mixer { entity: "bridge".to_owned() }, Some(Unjoined::Mixer)));
    let (ended, gap) = why(&one, true);
    assert_eq!((ended, gap), (Fate::DataEnds, None), "an asserted withdrawal is followed if the question says so");
}

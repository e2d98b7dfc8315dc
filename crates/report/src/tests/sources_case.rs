//! An answer to a backward question: what account 4 received, of a listed account, a mixer and nobody knows whom.

use fundtrail_types::{
    Amount, Asked, Disposition, Fate, Finding, Gap, Method, MethodAnswer, ReachState, Seed, Source, Start, Subject,
    Target, TraceAnswer, Unjoined, Way,
};

use super::cases::{self, account, eth, milli};

pub(super) fn answer() -> TraceAnswer {
    let whole = cases::trace();
    let seed = |number, source, amount| Seed {
        start: None,
        source: Some(source),
        account: account(number),
        asset: eth(),
        amount_raw: milli(amount),
        movements: 1,
    };
    let part = |seed, amount: u64, hops| {
        let (held_raw, seed_raw) = (milli(amount), milli(amount));
        Disposition { seed, fate: Fate::Asked, account: Some(account(4)), asset: eth(), held_raw, seed_raw, hops }
    };
    let method = |method, parts: [u64; 3]| {
        let hops = [2, 1, 4];
        let parts = parts.into_iter().zip(hops).enumerate().filter(|(_, (amount, _))| *amount > 0);
        let dispositions = parts.map(|(seed, (amount, hops))| part(seed, amount, hops)).collect();
        MethodAnswer { method, dispositions }
    };
    let listed = whole.targets.iter().find(|target| target.state == ReachState::Proven).cloned().unwrap();
    let subject = Subject { from: listed.account.clone(), reached: account(4) };
    let rule = "source_of_funds".to_owned();
    let mut question = whole.question.clone();
    (question.way, question.starts) = (Way::Backward, vec![Start::of(account(4))]);
    question.methods = vec![Method::Haircut, Method::Fifo, Method::DirtyFirst];
    let mut certificate = whole.certificate.clone();
    certificate.gaps = vec![
        Gap::InflowsNotListed { account: account(2), asset: eth() },
        Gap::SourcesNotTold { method: Method::CleanFirst, sources: 300 },
        Gap::Hub { account: account(6) },
        Gap::NotJoined { crossing: Box::new(cases::crossing()), why: Unjoined::OtherSideNotTold },
        Gap::NotJoined { crossing: Box::new(cases::crossing()), why: Unjoined::Mixer },
        Gap::CrossingShared { crossing: Box::new(cases::crossing()) },
        Gap::TooManyCrossings { rounds: 64 },
        Gap::NotChosen { account: account(1), movements: 2 },
    ];
    let not_reached = Target { account: account(9), state: ReachState::NotReached, ..listed.clone() };
    TraceAnswer {
        question,
        asked: vec![Asked { start: 0, account: account(4), asset: eth(), amount_raw: milli(10_000), movements: 2 }],
        seeds: vec![
            seed(3, Source::LookedFor, 7_000),
            seed(6, Source::Mixer { entity: "Mixer <b>".to_owned() }, 5_000),
            seed(2, Source::UnknownInflow, 1_000),
        ],
        methods: vec![
            method(Method::Haircut, [5_000, 4_000, 1_000]),
            method(Method::Fifo, [7_000, 3_000, 0]),
            method(Method::DirtyFirst, [7_000, 5_000, 0]),
        ],
        findings: vec![Finding { rule, subject, ..whole.findings[0].clone() }],
        targets: vec![listed, Target { reaches: Vec::new(), paths: Vec::new(), paths_total: Some(0), ..not_reached }],
        bounds: Vec::new(),
        certificate,
        ..whole
    }
}

/// An amount that does not add up.
pub(super) fn broken() -> TraceAnswer {
    let mut answer = answer();
    answer.methods[1].dispositions[0].held_raw = Amount::ZERO;
    answer
}

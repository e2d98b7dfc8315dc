//! A small trace and a small audit, whose figures can be checked by hand.
//!
//! Account 1 pays 100 ETH to 2, which pays 40 on to 3 (flagged) and 20 to 6 (an exchange), and 500 units of a token with
//! a hostile name to 4, a mixer with a hostile name. From 4 something of unknown decimals goes to 5 (flagged), which
//! only an unknown inflow explains. 7 is flagged and not reached.

use fundtrail_types::{
    Account, Amount, Asset, AssetInfo, Basis, Bounds, Category, Certificate, Chain, Chosen, Claim, Class, Confidence,
    Coverage, Crossing, CrossingEnd, Direction, Disposition, Fate, Finding, FlowAccount, FlowGraph, FlowMovement,
    FlowPath, Gap, InForce, Kind, Label, Method, MethodAnswer, PathAmount, Question, Reach, ReachState, Scope, Seed,
    SeedAmount, Severity, Share, Standing, Start, Stop, StopAt, Subject, Target, Through, TraceAnswer, TxId, Unbounded,
    Way, What,
};

/// Turns the rest of a line around, recolours it, forges a row, and is a formula.
pub(super) const HOSTILE_SYMBOL: &str = "=US\u{202e}DT\u{1b}[31m\nfake";
/// Closes quotes, elements and escapes of every format.
pub(super) const HOSTILE_ENTITY: &str = "@Mix\"er\\ <b>&amp;\u{200f} \u{1b}[2J]]>";

pub(super) fn account(number: u8) -> Account {
    format!("eip155:1:0x{number:040}").parse().unwrap()
}

pub(super) fn eth() -> Asset {
    Asset::native(Chain::ETHEREUM)
}

/// Calls itself [`HOSTILE_SYMBOL`], has 6 decimals.
pub(super) fn hostile() -> Asset {
    format!("eip155:1/erc20:0x{:040}", 91).parse().unwrap()
}

/// Nobody told its symbol or decimals.
pub(super) fn nameless() -> Asset {
    format!("eip155:1/erc20:0x{:040}", 92).parse().unwrap()
}

pub(super) fn assets() -> Vec<AssetInfo> {
    let info =
        |asset, symbol: &str, decimals, verified| AssetInfo { asset, symbol: symbol.to_owned(), decimals, verified };
    vec![
        info(eth(), "ETH", Some(18), true),
        info(hostile(), HOSTILE_SYMBOL, Some(6), false),
        info(nameless(), "", None, false),
    ]
}

/// Ether in thousandths.
pub(super) fn milli(thousandths: u64) -> Amount {
    Amount::from(u128::from(thousandths) * 10u128.pow(15))
}

pub(super) fn tx(number: u8) -> TxId {
    TxId::parse(Chain::ETHEREUM, &format!("0x{number:064}")).unwrap()
}

pub(super) fn label(number: u8, entity: &str, category: Category, class: Class) -> Label {
    let listed = class == Class::Listed;
    Label {
        chain: Scope::One(Chain::ETHEREUM),
        address: account(number).address.to_string(),
        entity: entity.to_owned(),
        category,
        class,
        programme: listed.then(|| "CYBER2".to_owned()),
        uid: None,
        source: "test-list".to_owned(),
        confidence: Confidence::High,
        in_force: listed.then(|| InForce { from: "2022-08-08".parse().ok(), until: "2025-03-21".parse().ok() }),
        known_since: "2025-02-26".parse().ok(),
        known_by: None,
        note: None,
    }
}

fn both(amount: Amount) -> SeedAmount {
    SeedAmount { held_raw: amount, seed_raw: amount }
}

fn share(method: Method, seed: Option<usize>, amount: Amount) -> Share {
    Share { method, seed, hops: 1, amount: both(amount) }
}

fn movement(number: u8, from: u8, to: Option<u8>, asset: Asset, amount: Amount, shares: Vec<Share>) -> FlowMovement {
    FlowMovement {
        tx: tx(number),
        height: 100 + u64::from(number),
        before_height: false,
        after_height: false,
        order_known: true,
        time: format!("2025-02-21T14:00:{number:02}Z").parse().ok(),
        kind: Kind::Native,
        from: account(from),
        to: to.map(account),
        asset,
        amount_raw: amount,
        gave: None,
        crossing: None,
        asked: false,
        through: Vec::new(),
        shares,
    }
}

pub(super) fn crossing() -> Crossing {
    let (bridge, id, source) = ("Bridge <i>".to_owned(), "7\u{202e}:9".to_owned(), "test-bridges".to_owned());
    Crossing { bridge, id, through: Through::Bridge, basis: Basis::Id, source }
}

fn movements() -> Vec<FlowMovement> {
    let three = |haircut, fifo| {
        let of = |method, amount| share(method, Some(0), milli(amount));
        vec![of(Method::Haircut, haircut), of(Method::Fifo, fifo), of(Method::Poison, 100_000)]
    };
    let mut to_listed = three(30_000, 40_000);
    to_listed.push(share(Method::Haircut, None, milli(5_000)));
    let units = |amount: u64| Amount::from(amount);
    let token = vec![share(Method::Haircut, Some(1), units(500)), share(Method::Fifo, Some(1), units(500))];
    vec![
        movement(1, 1, Some(2), eth(), milli(100_000), three(100_000, 100_000)),
        FlowMovement { order_known: false, ..movement(2, 2, Some(3), eth(), milli(40_000), to_listed) },
        FlowMovement {
            after_height: true,
            order_known: false,
            ..movement(3, 2, Some(6), eth(), milli(20_000), three(20_000, 20_000))
        },
        FlowMovement { kind: Kind::Fee, ..movement(4, 2, None, eth(), milli(1), three(1, 1)) },
        FlowMovement {
            before_height: true,
            time: None,
            kind: Kind::Token,
            ..movement(5, 1, Some(4), hostile(), units(500), token)
        },
        FlowMovement {
            gave: Some(Box::new((eth(), milli(9)))),
            crossing: Some(Box::new((CrossingEnd::Release, crossing()))),
            through: vec![account(6)],
            ..movement(6, 4, Some(5), nameless(), units(7), vec![share(Method::Haircut, None, units(7))])
        },
        FlowMovement {
            gave: Some(Box::new((eth(), milli(2)))),
            ..movement(7, 2, Some(2), nameless(), units(3), three(1, 1))
        },
    ]
}

fn end(seed: usize, fate: Fate, account_number: Option<u8>, held: (Asset, Amount), seed_raw: Amount) -> Disposition {
    let (asset, held_raw) = held;
    Disposition { seed, fate, account: account_number.map(account), asset, held_raw, seed_raw, hops: 1 }
}

fn dispositions(listed: u64, kept: u64) -> Vec<Disposition> {
    let ether = |amount| (eth(), milli(amount));
    let exchange = Fate::Service { entity: "Exchange".to_owned() };
    let mixer = Fate::Mixer { entity: HOSTILE_ENTITY.to_owned() };
    let swapped = (nameless(), Amount::from(7u64));
    vec![
        Disposition { hops: 2, ..end(0, Fate::AtRest { height: 200 }, Some(3), ether(listed), milli(listed)) },
        end(0, Fate::DataEnds, Some(2), ether(kept), milli(kept)),
        Disposition { hops: 3, ..end(0, Fate::DataEnds, Some(4), swapped, milli(9_000)) },
        Disposition { hops: 2, ..end(0, exchange, Some(6), ether(20_000), milli(20_000)) },
        end(0, Fate::Fee, None, ether(1), milli(1)),
        end(0, Fate::Unexplained, None, ether(1), milli(1)),
        end(1, mixer, Some(4), (hostile(), Amount::from(500u64)), Amount::from(500u64)),
    ]
}

fn target(number: u8, state: ReachState, hops: Option<u32>, labels: Vec<Label>) -> Target {
    Target {
        account: account(number),
        labels,
        state,
        hops,
        first_time: None,
        arrived_on: Vec::new(),
        received: Vec::new(),
        reaches: Vec::new(),
        bounds: Vec::new(),
        paths: Vec::new(),
        must_pass: Some(Vec::new()),
        paths_total: Some(0),
    }
}

fn bounds(lower: u64, upper: u64) -> Bounds {
    let at = |number: u8| StopAt {
        height: 100 + u64::from(number),
        time: "2025-02-21T14:00:00Z".parse().ok(),
        tx: tx(number),
    };
    let payment = Stop::Payment { at: at(1), from: account(1), to: Some(account(2)), amount_raw: milli(upper) };
    let balance = Stop::Balance { account: account(2), after: at(1), before: at(2), amount_raw: milli(upper) };
    Bounds {
        seed: 0,
        asset: eth(),
        lower_raw: milli(lower),
        upper_raw: milli(upper),
        first_stops: vec![payment],
        last_stops: vec![balance],
    }
}

/// Proven, possible only and not reached, in the order of their accounts.
fn targets() -> Vec<Target> {
    let reach = |method, asset, proven: Vec<(usize, Amount)>, possible_raw| {
        let proven = proven.into_iter().map(|(seed, amount)| (seed, both(amount))).collect();
        Reach { method, asset, proven, possible_raw }
    };
    let along = |method, amount| PathAmount { method, asset: eth(), amount: both(milli(amount)) };
    let amounts = vec![along(Method::Haircut, 20_000), along(Method::Fifo, 40_000), along(Method::Poison, 100_000)];
    let listed = vec![
        label(3, "Lazarus Group", Category::Theft, Class::AttributedDprk),
        label(3, "Old listing", Category::Mixer, Class::Listed),
    ];
    vec![
        Target {
            first_time: "2025-02-21T14:00:02Z".parse().ok(),
            arrived_on: Vec::new(),
            received: vec![(eth(), milli(50_000))],
            reaches: vec![
                reach(Method::Haircut, eth(), vec![(0, milli(30_000))], milli(35_000)),
                reach(Method::Fifo, eth(), vec![(0, milli(40_000))], milli(40_000)),
                reach(Method::Fifo, hostile(), vec![(1, Amount::from(5u64))], Amount::from(5u64)),
                reach(Method::Poison, eth(), vec![(0, milli(100_000))], milli(100_000)),
            ],
            bounds: vec![bounds(25_000, 45_000)],
            paths: vec![FlowPath { seed: Some(0), movements: vec![0, 1], narrowest: Some(1), along: amounts }],
            must_pass: Some(vec![account(2)]),
            paths_total: Some(17),
            ..target(3, ReachState::Proven, Some(2), listed)
        },
        Target {
            reaches: vec![reach(Method::Haircut, nameless(), Vec::new(), Amount::from(7u64))],
            paths: vec![FlowPath {
                narrowest: None,
                seed: None,
                movements: vec![5],
                along: vec![PathAmount {
                    method: Method::Haircut,
                    asset: nameless(),
                    amount: both(Amount::from(7u64)),
                }],
            }],
            must_pass: None,
            paths_total: None,
            ..target(
                5,
                ReachState::Possible,
                Some(2),
                vec![label(5, HOSTILE_ENTITY, Category::Other, Class::AllegedDprk)],
            )
        },
        target(7, ReachState::NotReached, None, vec![label(7, "Far away", Category::Theft, Class::ListedDprk)]),
    ]
}

pub(super) fn finding() -> Finding {
    Finding {
        rule: "exposure".to_owned(),
        severity: Severity::Escalate,
        subject: Subject { from: account(1), reached: account(3) },
        summary: format!("value of {} reached Lazarus Group\nforged line", account(1)),
        labels: vec![label(3, "Lazarus Group", Category::Theft, Class::AttributedDprk)],
        standing_then: vec![Standing::NoListing],
        standing_now: vec![Standing::NoListing],
        state: ReachState::Proven,
        hops: 2,
        amounts: vec![
            PathAmount { method: Method::Haircut, asset: eth(), amount: both(milli(30_000)) },
            PathAmount { method: Method::Poison, asset: eth(), amount: both(milli(100_000)) },
        ],
        paths: vec![FlowPath { seed: Some(0), movements: vec![0, 1], narrowest: Some(1), along: Vec::new() }],
        refuted_by: "the outflow of account 2 was its own money".to_owned(),
    }
}

pub(super) fn certificate() -> Certificate {
    Certificate {
        accounts_opened: 4,
        movements_read: 6,
        heights: vec![("eip155:1".to_owned(), 101, 106)],
        coverage: vec![Coverage {
            chain: Chain::ETHEREUM,
            account: Some(account(1)),
            what: What::All,
            direction: Direction::Out,
            asset: None,
            from_height: 100,
            to_height: 200,
            claim: Claim::Listed,
            source: "test\u{202e}case".to_owned(),
            note: None,
        }],
        gaps: vec![
            Gap::NoCoverage { account: account(2), asset: eth() },
            Gap::NoCoverage { account: account(4), asset: nameless() },
            Gap::NoCoverage { account: account(5), asset: eth() },
            Gap::NoCoverage { account: account(6), asset: eth() },
            Gap::InternalMissing { account: account(2), heights: vec![(101, 150)] },
            Gap::InternalMissing { account: account(4), heights: (10..15).map(|at| (at * 10, at * 10 + 5)).collect() },
            Gap::UnknownInflow { account: account(4), asset: nameless(), amount_raw: Amount::from(7u64) },
            Gap::Unexplained { account: account(4), asset: eth(), in_raw: milli(1), out_raw: Amount::ZERO },
            Gap::Unexplained { account: account(5), asset: eth(), in_raw: milli(2), out_raw: milli(3) },
            Gap::UnknownOrder { account: account(2), height: 102 },
            Gap::UnknownHeight { account: account(4), before: 105 },
            Gap::PlacedByTime { account: account(6), movements: 2 },
            Gap::Unbounded { targets: 1, why: Unbounded::Number },
            Gap::SharesStandIn { tx: tx(6) },
            Gap::Tangled { tx: tx(2) },
            Gap::NotOpened { account: account(6) },
            Gap::Stopped { chain: Chain::ETHEREUM, height: 17_000_900 },
            Gap::UnverifiedAsset { asset: hostile(), movements: 3 },
            Gap::NoTimes { movements: 1 },
        ],
        statements: vec!["gas is not in this case\u{1b}[0m".to_owned()],
    }
}

pub(super) fn trace() -> TraceAnswer {
    let flow_account = |number, hops, labels| FlowAccount {
        account: account(number),
        hops,
        labels,
        unknown_inflow: if number == 4 { vec![(nameless(), Amount::from(7u64))] } else { Vec::new() },
    };
    let targets = targets();
    let labels = |index: usize| targets[index].labels.clone();
    let exchange = vec![label(6, "Exchange", Category::Exchange, Class::Service)];
    let accounts = vec![
        flow_account(1, 0, Vec::new()),
        flow_account(2, 1, Vec::new()),
        flow_account(4, 1, Vec::new()),
        flow_account(3, 2, labels(0)),
        flow_account(6, 2, exchange),
        flow_account(5, 2, labels(1)),
    ];
    let seed = |asset, amount_raw, movements| Seed {
        start: Some(0),
        source: None,
        account: account(1),
        asset,
        amount_raw,
        movements,
    };
    let answer = |method, dispositions| MethodAnswer { method, dispositions };
    TraceAnswer {
        question: Question {
            way: Way::Forward,
            starts: vec![Start::of(account(1))],
            chosen: Chosen::default(),
            also: Vec::new(),
            assets: Vec::new(),
            methods: Method::USUAL.to_vec(),
            hops_max: 5,
            accounts_max: 100,
            memory_max: None,
            hub_movements: 50_000,
            through_mixers: false,
            stop_at_flagged: false,
            dust_raw: Amount::ZERO,
            as_of: "2025-12-31".parse().unwrap(),
            paths_max: 1,
            bounds_max: 1,
        },
        assets: assets(),
        seeds: vec![seed(eth(), milli(100_000), 1), seed(hostile(), Amount::from(500u64), 2)],
        methods: vec![
            answer(Method::Haircut, dispositions(30_000, 40_998)),
            answer(Method::Fifo, dispositions(40_000, 30_998)),
            answer(Method::Poison, Vec::new()),
        ],
        flow: FlowGraph { accounts, movements: movements() },
        targets,
        shared: Vec::new(),
        asked: Vec::new(),
        bounds: vec![bounds(45_000, 45_000)],
        findings: vec![finding(), Finding { severity: Severity::Info, ..finding() }],
        certificate: certificate(),
    }
}

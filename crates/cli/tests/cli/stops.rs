//! A trace stops where value is mixed with that of others, and says at whom.

use fundtrail::types::{Amount, Disposition, Fate, Method, ReachState, Standing, TraceAnswer};

use crate::{
    bybit::{account, both, ether, target},
    desk::Desk,
    ledger::{nobody, payments},
};

/// From `data/labels`: an exchange's hot wallet, a mixer's pool, a bridge.
const EXCHANGE: &str = "0x28C6c06298d514Db089934071355E5743bf21d60";
const MIXER: &str = "0x910Cbd523D972eb0a6f4cAe4618aD62622b39DbF";
const BRIDGE: &str = "0x337685fdaB40D39bd02028545a4FfA7D287cC3E2";

/// Ten ether go to an account that splits them; each service pays others afterwards.
fn ledger() -> Desk {
    let (origin, hub, other, later) = (nobody(1), nobody(2), nobody(3), nobody(4));
    Desk::with_rows(&payments(&[
        (&origin, &hub, "10"),
        (&hub, EXCHANGE, "4"),
        (&hub, MIXER, "3"),
        (&hub, BRIDGE, "2"),
        (&hub, &other, "1"),
        (EXCHANGE, &later, "400"),
        (MIXER, &later, "3"),
        (BRIDGE, &later, "2"),
    ]))
}

fn trace(desk: &Desk, more: &str) -> TraceAnswer {
    desk.run(&format!("trace {} --db db --json --as-of 2026-11-22 {more}", nobody(1))).done().json()
}

/// The ends under one method, by account.
#[track_caller]
fn end<'a>(answer: &'a TraceAnswer, method: Method, at: &str) -> &'a Disposition {
    let answer = answer.methods.iter().find(|one| one.method == method).unwrap();
    let ends: Vec<_> = answer.dispositions.iter().filter(|end| end.account == Some(account(at))).collect();
    assert_eq!(ends.len(), 1, "{at}: {ends:?}");
    ends[0]
}

#[test]
fn value_ends_at_an_exchange_a_mixer_and_a_bridge() {
    let desk = ledger();
    let answer = trace(&desk, "");
    for method in [Method::Haircut, Method::Fifo] {
        for (at, amount, name) in [(EXCHANGE, "4", "service"), (MIXER, "3", "mixer"), (BRIDGE, "2", "bridge")] {
            let end = end(&answer, method, at);
            assert_eq!((end.fate.name(), end.held_raw, end.hops), (name, ether(amount), 2), "{method} {at}");
            let (Fate::Service { entity } | Fate::Mixer { entity } | Fate::Bridge { entity }) = &end.fate else {
                panic!("{end:?}")
            };
            let label = &answer.flow.accounts.iter().find(|one| one.account == account(at)).unwrap().labels[0];
            assert_eq!(*entity, label.entity);
        }
        assert_eq!(end(&answer, method, &nobody(3)).fate, Fate::DataEnds);
        let method = answer.methods.iter().find(|one| one.method == method).unwrap();
        assert_eq!(method.dispositions.iter().map(|end| end.seed_raw).sum::<Amount>(), ether("10"));
    }
    // What the services pay to others later is not followed, not even by poison.
    let beyond = account(&nobody(4));
    assert!(answer.flow.accounts.iter().all(|one| one.account != beyond));
    assert!(answer.flow.movements.iter().all(|one| one.to != Some(beyond.clone())));
}

#[test]
fn a_listing_is_told_as_it_was_then_and_as_it_is_now() {
    let desk = ledger();
    let answer = trace(&desk, "");
    let pool = target(&answer, &account(MIXER));
    assert_eq!((pool.state, pool.hops), (ReachState::Proven, Some(2)));
    let [finding] = answer.findings.as_slice() else { panic!("{:?}", answer.findings) };
    assert_eq!(finding.subject.reached, account(MIXER));
    // The payment is of June 2023, between the listing and its end.
    assert_eq!((finding.standing_then[0], finding.standing_now[0]), (Standing::InForce, Standing::Ended));
    for path in &pool.paths {
        assert!(path.along.iter().all(|along| along.amount == both(ether("3"))), "{path:?}");
    }
}

#[test]
fn without_lists_nothing_stops_a_trace() {
    let desk = ledger();
    let answer = trace(&desk, "--no-bundled-lists");
    assert!(answer.flow.accounts.iter().any(|one| one.account == account(&nobody(4))));
    assert!(answer.targets.is_empty());
    let fates = answer.methods.iter().flat_map(|one| &one.dispositions).map(|end| end.fate.name());
    assert!(fates.into_iter().all(|fate| fate == "data_ends"));
}

#[test]
fn ones_own_list_stops_a_trace_as_well() {
    let desk = ledger();
    let list = format!(
        "chain,address,entity,category,class,source,confidence\neip155:1,{},A shop,exchange,service,me,low\n",
        nobody(2)
    );
    desk.write("mine.csv", list);
    let answer = trace(&desk, "--labels mine.csv");
    let end = end(&answer, Method::Fifo, &nobody(2));
    assert_eq!((&end.fate, end.held_raw), (&Fate::Service { entity: "A shop".to_owned() }, ether("10")));
    assert_eq!(answer.flow.movements.len(), 1);
}

#[test]
fn a_transaction_fee_a_burn_and_a_return_are_ends_too() {
    let (origin, hub) = (nobody(1), nobody(2));
    let head = "chain,tx,block,kind,asset,from,to,amount\n";
    let row = |number: usize, kind: &str, from: &str, to: &str, amount: &str| {
        format!("eip155:1,{},{},{kind},native,{from},{to},{amount}\n", crate::ledger::tx(number), 100 + number)
    };
    let rows = [
        row(1, "native", &origin, &hub, "10"),
        row(2, "fee", &hub, "", "1"),
        row(3, "native", &hub, &origin, "6"),
        row(4, "native", &hub, "", "2"),
    ];
    let answer = trace(&Desk::with_rows(&(head.to_owned() + &rows.concat())), "");
    for method in answer.methods.iter().filter(|one| one.method.conserves()) {
        let ends: Vec<_> = method.dispositions.iter().map(|end| (end.fate.name(), end.held_raw)).collect();
        let mut wanted = vec![
            ("fee", ether("1")),
            ("returned_to_seed", ether("6")),
            ("burned", ether("2")),
            ("data_ends", ether("1")),
        ];
        wanted.sort_by_key(|(name, _)| ends.iter().position(|(one, _)| one == name));
        assert_eq!(ends, wanted, "{}", method.method);
    }
}

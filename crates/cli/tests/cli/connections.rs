//! How two accounts are connected, through the binary.

use fundtrail::types::{ConnectAnswer, ReachState, Traced};

use crate::{desk::Desk, swaps};

fn connect(desk: &Desk, one: &str, other: &str) -> ConnectAnswer {
    desk.run(&format!("connect {one} {other} --db db --as-of 2026-11-22 --json")).done().json()
}

fn reached(part: &Traced, account: &str) -> ReachState {
    let targets = &part.answer().unwrap().targets;
    targets.iter().find(|one| one.account.to_string().contains(account)).unwrap().state
}

#[test]
fn pay_connects_the_company_with_the_listed_address_one_way_only() {
    let desk = swaps::desk();
    let (company, listed) = (swaps::nobody(1), swaps::LISTED);
    let answer = connect(&desk, &company, listed);
    assert_eq!(reached(&answer.there, listed), ReachState::Proven);
    assert!(matches!(&answer.back, Traced::Nothing(why) if why.contains("nothing that could be followed")));
    let turned = connect(&desk, listed, &company);
    assert_eq!(reached(&turned.back, listed), ReachState::Proven);
    let text = desk.run(&format!("connect {company} {listed} --db db --as-of 2026-11-22")).done();
    for part in [
        &format!("What eip155:1:{company} sent to eip155:1:{listed}"),
        "proven, 2 hops away",
        "turned 5000 USDC into 2 ETH",
        "nothing: ",
        "What was not searched of what the first sent",
    ] {
        assert!(text.text().contains(part), "{part}: {text:?}");
    }
}

#[test]
fn two_payers_of_one_payee_meet_where_the_payee_sends_it() {
    let desk = swaps::desk();
    let [company, friend, payee] = [1, 5, 2].map(swaps::nobody);
    let answer = connect(&desk, &company, &friend);
    for (part, to) in [(&answer.there, &friend), (&answer.back, &company)] {
        assert_eq!(reached(part, to), ReachState::NotReached);
    }
    let met: Vec<String> =
        answer.descendants.answer().unwrap().shared.iter().map(|one| one.account.to_string()).collect();
    assert_eq!(met.len(), 2, "{met:?}");
    assert!(met.iter().any(|one| one.contains(&payee)) && met.iter().any(|one| one.contains(swaps::LISTED)), "{met:?}");
    let text = desk.run(&format!("connect {company} {friend} --db db --as-of 2026-11-22")).done();
    assert!(text.text().contains("Where several starts meet"), "{text:?}");
}

#[test]
fn one_account_and_accounts_that_nobody_knows_are_refused() {
    let desk = swaps::desk();
    let company = swaps::nobody(1);
    desk.run(&format!("connect {company} {company} --db db")).ended(2).complains(&["the same", "name two"]);
    let unknown = swaps::nobody(99);
    desk.run(&format!("connect {company} {unknown} --db db")).ended(2).complains(&[&unknown, "check the address"]);
    desk.run(&format!("connect {company} {} --db db --out x.csv", swaps::nobody(2))).ended(2);
}

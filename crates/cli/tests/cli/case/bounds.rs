//! What reached the listed accounts, whatever method one argues for.

use fundtrail::types::{Amount, Gap, Method, TraceAnswer, Unbounded};

use crate::{
    bybit::{COLD, ETH, account, asset, ether, ether_paid_by, listed_by_fbi, seed_of},
    desk::Desk,
};

#[test]
fn every_method_lies_between_the_bounds_and_all_listed_accounts_together_are_certain() {
    let desk = Desk::new();
    desk.run("demo --db db").done();
    let answer: TraceAnswer = desk.run(&format!("trace {COLD} --db db --method all --bounds 51 --json")).done().json();
    assert_eq!(answer.methods.iter().map(|one| one.method).collect::<Vec<_>>(), Method::ALL);
    let seed = seed_of(&answer, ETH);
    for target in &answer.targets {
        for bounds in &target.bounds {
            for method in Method::ALL.into_iter().filter(|method| method.conserves()) {
                let of_method =
                    target.reaches.iter().filter(|reach| reach.method == method && reach.asset == bounds.asset);
                let proven = of_method.flat_map(|reach| &reach.proven).map(|(_, sum)| sum.held_raw).sum::<Amount>();
                assert!(bounds.lower_raw <= proven && proven <= bounds.upper_raw, "{method} at {}", target.account);
            }
        }
        assert!(!target.bounds.is_empty(), "{}", target.account);
    }
    // What was stolen, less what the first account kept and what it paid to an account that nobody lists.
    let thief = &answer.flow.movements[0].to.clone().unwrap();
    let paid: Vec<_> = ether_paid_by(thief).collect();
    let to_listed =
        paid.iter().filter(|row| listed_by_fbi().contains(&row.to)).map(|row| row.amount_raw).sum::<Amount>();
    assert_eq!(to_listed, ether("390001"));
    let together = answer.bounds.iter().find(|bounds| bounds.seed == seed).unwrap();
    assert_eq!((&together.asset, together.lower_raw, together.upper_raw), (&asset(ETH), to_listed, to_listed));
}

#[test]
fn what_is_not_bounded_is_said_and_what_is_asked_for_by_name_comes_first() {
    let desk = Desk::new();
    desk.run("demo --db db").done();
    let last = listed_by_fbi().into_iter().next_back().unwrap();
    let answer: TraceAnswer =
        desk.run(&format!("paths {COLD} {} --bounds 1 --db db --json", last.address)).done().json();
    assert!(!answer.targets[0].bounds.is_empty() && answer.targets[0].account == account(&last.address.to_string()));
    assert!(answer.certificate.gaps.contains(&Gap::Unbounded { targets: 50, why: Unbounded::Number }));
    let answer: TraceAnswer = desk.run(&format!("trace {COLD} --hops 2 --db db --json")).done().json();
    assert!(answer.bounds.is_empty() && answer.targets.iter().all(|target| target.bounds.is_empty()));
    let limited = |gap: &Gap| matches!(gap, Gap::Unbounded { why: Unbounded::Limits, .. });
    assert!(answer.certificate.gaps.iter().any(limited));
    let answer: TraceAnswer = desk.run(&format!("trace {COLD} --bounds 0 --db db --json")).done().json();
    assert!(
        answer.bounds.is_empty() && !answer.certificate.gaps.iter().any(|gap| matches!(gap, Gap::Unbounded { .. }))
    );
}

//! The 51 accounts that the FBI lists: for each, how it is reached, or that it is not proven.

use std::collections::BTreeSet;

use fundtrail::types::{ReachState, Severity, Standing};

use crate::bybit::{CONSERVING, DEMO, listed_by_fbi, target};

#[test]
fn all_51_listed_accounts_are_targets_with_the_authority_behind_each() {
    let listed = listed_by_fbi();
    assert_eq!(listed.len(), 51);
    let targets: BTreeSet<_> = DEMO.trace.targets.iter().map(|target| target.account.clone()).collect();
    assert_eq!(targets, listed, "no other account of the case is flagged");
    for target in &DEMO.trace.targets {
        let says: Vec<_> = target.labels.iter().map(|label| (label.class.name(), label.source.as_str())).collect();
        assert_eq!(says, [("attributed_dprk", "fbi-psa-i-022625")], "{}", target.account);
        assert!(!target.received.is_empty(), "{}", target.account);
    }
}

#[test]
fn each_target_is_proven_by_a_path_or_said_not_to_be() {
    for target in &DEMO.trace.targets {
        let proven = target
            .reaches
            .iter()
            .filter(|reach| CONSERVING.contains(&reach.method))
            .any(|reach| reach.proven.iter().any(|(_, amount)| !amount.held_raw.is_zero()));
        assert_eq!(target.state == ReachState::Proven, proven, "{}", target.account);
        if proven {
            assert!(target.hops.is_some_and(|hops| hops >= 2), "{}", target.account);
            assert!(target.paths_total.is_some_and(|total| total >= target.paths.len() as u64));
            assert!(!target.paths.is_empty(), "{}", target.account);
        }
        for path in &target.paths {
            let ways: Vec<_> = path.movements.iter().map(|index| &DEMO.trace.flow.movements[*index]).collect();
            assert_eq!(ways.last().and_then(|last| last.to.as_ref()), Some(&target.account));
            for pair in ways.windows(2) {
                assert_eq!(pair[0].to.as_ref(), Some(&pair[1].from), "a path hangs together");
                assert!(pair[0].height <= pair[1].height, "no value flows back in time");
            }
        }
    }
}

#[test]
fn all_51_are_proven_in_this_case_and_each_has_its_finding() {
    assert!(DEMO.trace.targets.iter().all(|target| target.state == ReachState::Proven));
    let reached: BTreeSet<_> = DEMO.trace.findings.iter().map(|finding| finding.subject.reached.clone()).collect();
    assert_eq!((DEMO.trace.findings.len(), &reached), (51, &listed_by_fbi()));
    for finding in &DEMO.trace.findings {
        assert_eq!((finding.rule.as_str(), finding.severity), ("exposure", Severity::Escalate));
        assert_eq!(finding.hops, target(&DEMO.trace, &finding.subject.reached).hops.unwrap());
        // An attribution is no listing: it never was in force.
        assert_eq!(
            (&finding.standing_then, &finding.standing_now),
            (&vec![Standing::NoListing], &vec![Standing::NoListing])
        );
        assert!(!finding.amounts.is_empty() && !finding.refuted_by.is_empty());
    }
}

#[test]
fn the_answer_says_what_was_not_searched() {
    let certificate = &DEMO.trace.certificate;
    let (gaps, lists) = certificate.statements.split_at(DEMO.case.gaps.len());
    assert_eq!(gaps, DEMO.case.gaps);
    assert!(lists[0].starts_with("lists used: fbi-psa-i-022625 (51 labels)"), "{lists:?}");
    assert!(certificate.accounts_opened > 0 && certificate.movements_read > 0);
    assert_eq!(certificate.heights, [("eip155:1".to_owned(), 21_895_251, 21_968_077)]);
    assert_eq!(certificate.coverage.len(), 7);
}

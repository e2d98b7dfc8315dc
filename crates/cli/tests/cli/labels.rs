//! `labels show` and `labels list`: who is who as of a day, on chains that are traced and on those that are not.

use fundtrail::{
    Conflict, Summary,
    types::{Account, Category, Class, Date, Label, Standing},
};
use serde::{Deserialize, Serialize};

use crate::desk::Desk;

/// What `labels show --json` prints.
#[derive(Debug, Serialize, Deserialize)]
struct Shown {
    account: Account,
    as_of: Date,
    labels: Vec<LabelNow>,
}

#[derive(Debug, Serialize, Deserialize)]
struct LabelNow {
    #[serde(flatten)]
    label: Label,
    standing: Standing,
}

/// What `labels list --json` prints.
#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    as_of: Date,
    summary: Summary,
    conflicts: Vec<Conflict>,
    labels: Vec<Label>,
}

/// Tornado Cash's pool of 100 ether.
const POOL: &str = "0xA160cdAB225685dA1d56aa342Ad8841c3b53f291";

fn show(account: &str, more: &str) -> Shown {
    Desk::new().run(&format!("labels show {account} --json {more}")).done().json()
}

/// The classes of an account's labels with their standing, and all of them as of the day asked.
fn standings(account: &str, day: &str) -> Vec<(Class, Standing)> {
    let shown = show(account, &format!("--as-of {day}"));
    assert_eq!(shown.as_of.to_string(), day);
    shown.labels.iter().map(|now| (now.label.class, now.standing)).collect()
}

#[test]
fn a_mixers_pool_was_unknown_then_listed_then_taken_off() {
    assert_eq!(standings(POOL, "2022-01-01"), []);
    assert_eq!(standings(POOL, "2022-08-07"), []);
    assert_eq!(standings(POOL, "2022-08-08"), [(Class::Listed, Standing::InForce)]);
    assert_eq!(standings(POOL, "2023-01-01"), [(Class::Listed, Standing::InForce)]);
    assert_eq!(standings(POOL, "2025-03-20"), [(Class::Listed, Standing::InForce)]);
    assert_eq!(standings(POOL, "2025-03-21"), [(Class::Listed, Standing::Ended)]);
    assert_eq!(standings(POOL, "2025-04-01"), [(Class::Listed, Standing::Ended)]);
    assert!(show(POOL, "").labels.iter().all(|now| now.label.category == Category::Mixer));
}

#[test]
fn people_read_the_standing_in_words() {
    let desk = Desk::new();
    for (day, words) in [
        ("2023-01-01", "standing on that day: in force\n"),
        ("2025-04-01", "not in force any more"),
        ("2022-01-01", "no list at hand names this address"),
    ] {
        let run = desk.run(&format!("labels show {POOL} --as-of {day}")).done();
        assert!(run.text().contains(words), "{}", run.text());
    }
}

#[test]
fn one_of_the_51_is_attributed_and_has_no_legal_standing() {
    let thief = "0xA4B2Fd68593B6F34E51cB9eDB66E71c1B4Ab449e";
    assert_eq!(standings(thief, "2025-02-25"), []);
    assert_eq!(standings(thief, "2025-02-26"), [(Class::AttributedDprk, Standing::NoListing)]);
    // The key is the same on every EVM chain, so the holder is.
    let elsewhere = show(&format!("eip155:137:{thief}"), "");
    assert_eq!(elsewhere.labels.len(), 1);
    assert_eq!(elsewhere.account.to_string(), format!("eip155:137:{thief}"));
    // A pool is a contract of one chain.
    assert_eq!(show(&format!("eip155:137:{POOL}"), "").labels.len(), 0);
}

#[test]
fn a_party_listed_under_another_programme_but_linked_is_told_apart() {
    for address in ["0x4F47Bc496083C727c5fbe3CE9CDf2B0f6496270c", "TGXE9dGWawjfd3xqFSho1h1bRbRv9wUGrF"] {
        let shown = show(address, "--as-of 2026-11-22");
        assert!(!shown.labels.is_empty(), "{address}");
        for now in &shown.labels {
            assert_eq!((now.label.class, now.standing), (Class::ListedDprkLinked, Standing::InForce), "{address}");
            assert_eq!(now.label.programme.as_deref(), Some("NPWMD"));
        }
    }
}

#[test]
fn addresses_of_chains_that_are_not_traced_are_screened() {
    for (address, chain, class) in [
        ("125W5ek3DT6Zqy5S2iPt4FHQdNMCbZA3FU", "bip122:000000000019d6689c085ae165831e93", Class::ListedDprk),
        ("TA3941uFAvmVibSkQ6fMJXxmaSNovX86mz", "tron:0x2b6653dc", Class::ListedDprk),
    ] {
        let shown = show(address, "--as-of 2026-11-22");
        assert_eq!(shown.account.to_string(), format!("{chain}:{address}"));
        assert_eq!(shown.labels.iter().map(|now| now.label.class).collect::<Vec<_>>(), [class], "{address}");
        // Letter case is part of these addresses, and their checksum guards it.
        let lower = Desk::new().run(&format!("labels show {}", address.to_lowercase())).ended(2);
        assert!(lower.stdout.is_empty(), "{lower:?}");
    }
}

#[test]
fn the_summary_counts_what_the_files_hold() {
    let listed: Listed = Desk::new().run("labels list --json --as-of 2026-11-22").done().json();
    let summary = &listed.summary;
    assert_eq!((summary.by_source["fbi-psa-i-022625"], summary.by_class[&Class::AttributedDprk]), (51, 51));
    assert_eq!(summary.by_source["ofac-sdn-2026-08-20"], 976);
    assert_eq!(summary.by_class.values().sum::<usize>(), summary.labels);
    assert_eq!(summary.by_source.values().sum::<usize>(), summary.labels);
    assert_eq!(summary.by_category.values().sum::<usize>(), summary.labels);
    assert!(listed.labels.is_empty(), "labels are listed when a class, a category or a source is named");
    let fbi: Listed = Desk::new().run("labels list --json --source fbi-psa-i-022625").done().json();
    assert_eq!(fbi.labels.len(), 51);
    let none: Listed = Desk::new().run("labels list --json --source fbi-psa-i-022625 --as-of 2025-02-25").done().json();
    assert_eq!(none.labels.len(), 0);
    let both: Listed = Desk::new().run("labels list --json --class service --category exchange").done().json();
    assert!(!both.labels.is_empty() && both.labels.iter().all(|label| label.category == Category::Exchange));
}

#[test]
fn contradictions_are_reported_and_not_settled() {
    let desk = Desk::new();
    let bundled: Listed = desk.run("labels list --json --as-of 2026-11-22").done().json();
    let mine = "chain,address,entity,category,class,source,confidence,known_since\n\
                eip155:1,0xA160cdAB225685dA1d56aa342Ad8841c3b53f291,A baker,payment,service,me,low,2024-05-01\n";
    desk.write("mine.csv", mine);
    let more: Listed = desk.run("labels list --json --as-of 2026-11-22 --labels mine.csv").done().json();
    let new: Vec<_> = more.conflicts.iter().filter(|one| !bundled.conflicts.contains(one)).collect();
    let [conflict] = new.as_slice() else { panic!("{new:?}") };
    assert_eq!((conflict.first.class, conflict.second.source.as_str()), (Class::Listed, "me"));
    assert_eq!(show(POOL, "").labels.len(), 1);
    let earlier: Listed = desk.run("labels list --json --as-of 2024-04-30 --labels mine.csv").done().json();
    assert!(earlier.conflicts.iter().all(|one| one.second.source != "me"), "not yet published");
    let text = desk.run("labels list --as-of 2026-11-22 --labels mine.csv").done();
    assert!(text.text().contains(&format!("contradictions as of 2026-11-22: {}\n", more.conflicts.len())));
}

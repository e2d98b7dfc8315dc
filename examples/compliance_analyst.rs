//! A compliance analyst has an alert: did value stolen from Bybit reach this account? Every hop must stand in front of
//! an auditor, and what is not known must be said as clearly as what is.
//!
//! `cargo run --example compliance_analyst`

#![allow(clippy::print_stdout, reason = "an example talks to the person who runs it")]

use std::{error::Error, path::Path};

use fundtrail::{
    IngestSetting, Listener, QuestionDefaults, Reference, Store, ingest, trace,
    types::{Amount, Asset, FlowAccount, FlowMovement, Method, Problem, Question, ReachState, TraceAnswer},
};

/// The cold wallet that was robbed on 21 February 2025.
const ROBBED: &str = "eip155:1:0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4";
/// The account that the alert is about.
const ALERT: &str = "eip155:1:0xEB0bAA3A556586192590CAD296b1e48dF62a8549";

fn main() -> Result<(), Box<dyn Error>> {
    // A database is a folder. A real one stays beside the case; this one goes when the program ends.
    let folder = tempfile::tempdir()?;
    let store = Store::open(folder.path())?;

    // Who is who, and what tokens are called, stays outside of the database: tomorrow's list needs no new load.
    let reference = Reference::bundled()?;

    // The case is two tables: movements, and what their publisher claims to have listed. A bad row is told, not fatal.
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/cases/bybit-2025");
    for table in ["movements.csv", "coverage.csv"] {
        let mut rejected = |problem: &Problem| {
            println!("rejected: {problem}");
            Ok(())
        };
        let mut listener = Listener { progress: &mut |_| true, rejected: &mut rejected };
        let report = ingest(&store, &case.join(table), &IngestSetting::new(reference.tokens()), &mut listener)?;
        println!("{table}: {} rows taken, {} rejected", report.taken, report.rejected);
    }

    // The question carries every setting that bears on the answer, so that it can be asked again, word for word. The
    // day decides which lists count as published.
    let (robbed, alert) = (ROBBED.parse()?, ALERT.parse()?);
    let question = Question { also: vec![alert], ..QuestionDefaults::question(robbed, "2025-03-03".parse()?) };
    let answer = trace(&store, &reference, &question, &mut |_| true)?;
    let alert = &question.also[0];
    let target = answer.targets.iter().find(|target| target.account == *alert).ok_or("the case does not hold it")?;

    println!("\n{alert}");
    for label in &target.labels {
        println!("  {} says: {} ({})", label.source, label.entity, label.class);
    }

    // Methods differ in what they hold to be the traced part of a mixed balance, and courts differ in which applies.
    // Proven is what the data shows; possible is what could have come if all value of unknown origin were stolen too.
    println!("  {}, {} hops away", state(target.state), target.hops.unwrap_or_default());
    for reach in target.reaches.iter().filter(|reach| reach.method.conserves()) {
        let proven = reach.proven.iter().map(|(_, amount)| amount.held_raw).sum();
        let (proven, possible) =
            (print(&answer, &reach.asset, proven), print(&answer, &reach.asset, reach.possible_raw));
        println!("  {:<8} proven {proven}; possible {possible}", reach.method.name());
    }

    // The path that carried most, hop by hop. The transaction is the evidence: anybody can look it up.
    for path in target.paths.iter().take(1) {
        println!("\nThe path that carried most, of {}:", target.paths_total.unwrap_or(u64::MAX));
        for (hop, index) in (1..).zip(&path.movements) {
            hop_line(&answer, hop, &answer.flow.movements[*index]);
        }
    }

    // Nothing is said without what was not searched.
    let certificate = &answer.certificate;
    println!("\nWhat is not known:");
    println!("  {} gaps in the data of {} accounts opened", certificate.gaps.len(), certificate.accounts_opened);
    let verified = certificate.coverage.iter().filter(|one| one.claim == fundtrail::types::Claim::Complete).count();
    println!("  {verified} of {} claims of coverage are verified to be complete", certificate.coverage.len());
    Ok(())
}

/// One hop: when, who, how much of it is traced, and what the payer's own history lacks.
fn hop_line(answer: &TraceAnswer, hop: usize, movement: &FlowMovement) {
    let when = movement.time.map_or_else(|| "time not published".to_owned(), |time| time.to_string());
    let to = movement.to.as_ref().map_or_else(String::new, |to| to.address.to_string());
    println!("  {hop}. height {}, {when}", movement.height);
    println!("     {} pays {to}", movement.from.address);
    let share = |method| {
        let proven = movement.shares.iter().filter(|share| share.method == method && share.seed.is_some());
        print(answer, &movement.asset, proven.map(|share| share.amount.held_raw).sum())
    };
    let (whole, haircut, fifo) =
        (print(answer, &movement.asset, movement.amount_raw), share(Method::Haircut), share(Method::Fifo));
    println!("     {whole}, of which traced {haircut} by haircut, {fifo} by fifo");
    println!("     transaction {}", movement.tx);
    let payer = answer.flow.accounts.iter().find(|account| account.account == movement.from);
    for (_, amount) in payer.into_iter().flat_map(|payer: &FlowAccount| &payer.unknown_inflow).filter(is(movement)) {
        println!("     not known: where {} came from, which the payer spent", print(answer, &movement.asset, *amount));
    }
}

/// Whether an inflow is of the asset that a movement moved.
fn is(movement: &FlowMovement) -> impl Fn(&&(Asset, Amount)) -> bool + '_ {
    |(asset, _)| *asset == movement.asset
}

fn state(state: ReachState) -> &'static str {
    match state {
        ReachState::Proven => "reached, proven",
        ReachState::Possible => "possibly reached, not proven",
        ReachState::PoisonOnly => "paid by an account that was reached, no value proven",
        ReachState::NotReached => "not reached in this data",
    }
}

/// An amount with its unit. Base units alone mean nothing to a reader.
fn print(answer: &TraceAnswer, asset: &Asset, amount: Amount) -> String {
    let info = answer.assets.iter().find(|info| info.asset == *asset);
    info.map_or_else(|| format!("{amount} base units of {asset}"), |info| info.print(amount))
}

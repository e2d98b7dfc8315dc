//! What a trace reached of a case, under each method, as the tables of published tools measure it.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail::{
    Case, QuestionDefaults, Reference, Store, trace,
    types::{Account, Method, Question, TraceAnswer},
};

/// More than the longest way in any of these ledgers (19), so that no limit ends what is measured.
pub(crate) const HOPS_MAX: u32 = 64;

/// Everything that one method reached from every source of a case.
#[derive(Default)]
pub(crate) struct Reached {
    /// Where a seed's value arrived, and by how few hops.
    pub(crate) proven: BTreeMap<String, u32>,
    /// The same, and where value of unknown origin arrived in the asset of the case.
    pub(crate) possible: BTreeSet<String>,
}

/// The answers from every source of a case, one after the other.
pub(crate) fn ask(store: &Store, reference: &Reference, case: &Case, hops_max: u32) -> Vec<TraceAnswer> {
    let one = |from: &Account| {
        let question = Question {
            assets: case.assets.clone(),
            methods: Method::ALL.to_vec(),
            hops_max,
            bounds_max: 0,
            ..QuestionDefaults::question(from.clone(), case.as_of)
        };
        trace(store, reference, &question, &mut |_| true).unwrap()
    };
    std::iter::once(&case.from).chain(&case.also_from).map(one).collect()
}

/// What `method` reached in all of the answers, read off their movements, which are in order of time. The shortest way
/// along a movement is the shortest way to its payer so far, and one hop more.
pub(crate) fn reached(answers: &[TraceAnswer], method: Method) -> Reached {
    let mut all = Reached::default();
    for answer in answers {
        let source = name(answer.question.accounts().next().unwrap());
        all.possible.insert(source.clone());
        let mut proven = BTreeMap::from([(source, 0)]);
        for movement in &answer.flow.movements {
            let Some(to) = movement.to.as_ref().map(name) else { continue };
            let mut shares = movement.shares.iter().filter(|share| share.method == method).peekable();
            // Unknown inflow in any asset may be the other side of a swap; what arrives in others is not the case's.
            if shares.peek().is_some() && answer.question.assets.contains(&movement.asset) {
                all.possible.insert(to.clone());
                all.possible.extend(movement.through.iter().map(name));
            }
            if shares.any(|share| share.seed.is_some()) {
                // Nothing leaves an account before something has arrived: no payer is missing.
                let next = proven[&name(&movement.from)] + 1;
                // What it passed through within the transaction it reached as well.
                movement.through.iter().for_each(|one| keep_less(&mut proven, name(one), next));
                keep_less(&mut proven, to, next);
            }
        }
        proven.into_iter().for_each(|(account, hops)| keep_less(&mut all.proven, account, hops));
    }
    all
}

fn keep_less(all: &mut BTreeMap<String, u32>, account: String, hops: u32) {
    let best = all.entry(account).or_insert(hops);
    *best = hops.min(*best);
}

/// An account as the edges name it.
pub(crate) fn name(account: &Account) -> String {
    account.to_string().to_lowercase()
}

/// The names of accounts that were reached.
pub(crate) fn names(reached: &BTreeMap<String, u32>) -> BTreeSet<String> {
    reached.keys().cloned().collect()
}

/// A row of the table: how many terminals are proven, and how many at least possible; accounts reached, those of them in
/// no edge of the case, the most hops to any, and the mean hops to a terminal, all of what is proven.
pub(crate) fn row(case: &Case, truth: &BTreeSet<String>, around: &str, method: Method, reached: &Reached) -> String {
    let terminals: BTreeSet<String> = case.terminals.iter().map(name).collect();
    let of =
        |count: usize| format!("{count} of {} ({} %)", terminals.len(), hundredths(count * 10_000, terminals.len()));
    let Reached { proven, possible } = reached;
    let extra = proven.keys().filter(|account| !truth.contains(*account)).count();
    let depth = proven.values().max().copied().unwrap_or_default();
    let ways: Vec<u32> = terminals.iter().filter_map(|one| proven.get(one).copied()).collect();
    let mean = hundredths(usize::try_from(ways.iter().sum::<u32>()).unwrap() * 100, ways.len());
    format!(
        "| {} | {around} | {method} | {} | {} | {} | {extra} | {depth} | {mean} |",
        case.name,
        of(ways.len()),
        of(terminals.intersection(possible).count()),
        proven.len()
    )
}

/// A fraction of which the numerator is given times a hundred, cut after two places.
fn hundredths(numerator: usize, denominator: usize) -> String {
    let whole = numerator / denominator.max(1);
    format!("{}.{:02}", whole / 100, whole % 100)
}

//! The answer to a backward question: what was asked about, and of which sources it is made.
//!
//! One replay of the ancestors tells haircut, FIFO and LIFO of all sources at once. Methods that look at taint take each source by
//! itself for tainted and all others for clean, so they are replayed for one source after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use fundtrail_store::{AccountId, AssetId};
use fundtrail_types::{
    Amount, Asset, FlowPath, Gap, Method, PathAmount, Question, Reach, ReachState, SeedAmount, Source, Start, Target,
    Time, TraceAnswer,
};

use crate::{
    Ledger, TraceError,
    answer::{flow_graph, method_answers},
    certificate::certificate,
    engine::{Carried, Record, step_of},
    flow::Flow,
    lot::Origin,
    paths::Reachable,
    run::Run,
    seeds::receipts,
    shared,
    sought::{AskedFor, Sought, collect},
    targets::{Search, reach_state},
};

/// Sources that are replayed one after the other, at most: each costs a whole replay.
const SOURCES_ALONE_MAX: usize = 200;

/// Tells where what the starts received came from.
pub(crate) fn sources<L: Ledger>(
    run: Run<'_, L>,
    is_verified: &dyn Fn(&Asset) -> bool,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<TraceAnswer, TraceError> {
    let Run { ledger, question, .. } = run;
    let (receipts, left_out) = receipts(ledger, question, is_verified)?;
    let asked = AskedFor::new(ledger, receipts, itself(run)?)?;
    let sought = collect(run, &asked, go_on)?;
    let run = Run { asked: Some(&asked), sought: Some(&sought), ..run };
    let (mut record, gaps) = replay(run, &sought, go_on)?;
    let found = Found::new(&sought, &mut record);
    let carried = leading_there(std::mem::take(&mut record.carried));
    let seeds = left_out.with(found.seeds, found.assets);
    let run = Run { seeds: &seeds, ..run };
    let flow = Flow::new(&carried);
    let targets = Told { run, record: &record, flow: &flow, asked: &asked }.targets()?;
    let methods = method_answers(ledger, question, &record)?;
    let shared = shared::ancestors(run, &carried, &asked)?;
    let mut certificate = certificate(run, &record, &carried, &methods)?;
    certificate.gaps.extend(gaps);
    certificate.gaps.sort();
    let graph = flow_graph(run, &record, &flow)?;
    Ok(TraceAnswer {
        question: question.clone(),
        assets: Vec::new(),
        asked: asked.list.clone(),
        seeds: seeds.seeds.clone(),
        methods,
        flow: graph,
        targets,
        shared,
        bounds: Vec::new(),
        findings: Vec::new(),
        certificate,
    })
}

/// The accounts of which everything was asked about.
fn itself<L: Ledger>(run: Run<'_, L>) -> Result<BTreeSet<AccountId>, TraceError> {
    let mut accounts = BTreeSet::new();
    for start in &run.question.starts {
        if let Start::Account { account } = start {
            accounts.extend(run.ledger.account_id(account)?);
        }
    }
    Ok(accounts)
}

/// Replays what was collected, under every method. Poison is replayed in any case: it tells which sources may have given anything.
fn replay<L: Ledger>(
    run: Run<'_, L>,
    sought: &Sought,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<(Record, Vec<Gap>), TraceError> {
    let asked = &run.question.methods;
    let (alone, together): (Vec<Method>, Vec<Method>) =
        asked.iter().partition(|method| method.looks_at_taint() && **method != Method::Poison);
    let mut together: Vec<Method> = together.into_iter().filter(|method| *method != Method::Poison).collect();
    together.push(Method::Poison);
    let question = Question { methods: together.clone(), ..run.question.clone() };
    let found = run.asking(&question).follow(None, go_on)?;
    let poison = together.len() - 1;
    let reaching: BTreeSet<usize> = found
        .carried
        .iter()
        .filter(|one| one.asked)
        .flat_map(|one| &one.shares[poison])
        .filter_map(|(origin, ..)| if let Origin::Seed(seed) = origin { Some(*seed) } else { None })
        .collect();
    let mut whole = rearranged(found, &together, asked);
    let mut gaps = Vec::new();
    if alone.is_empty() {
        return Ok((whole, gaps));
    }
    if reaching.len() > SOURCES_ALONE_MAX {
        gaps.extend(alone.iter().map(|method| Gap::SourcesNotTold { method: *method, sources: reaching.len() }));
        return Ok((whole, gaps));
    }
    let places: HashMap<_, usize> = whole.carried.iter().map(step_of).zip(0..).collect();
    let question = Question { methods: alone.clone(), ..run.question.clone() };
    let read = whole.movements_read;
    for source in reaching {
        let run = Run { colour: Some(source), sought: Some(sought), ..run.asking(&question) };
        let one = run.follow(None, &mut |more| go_on(read + more))?;
        add_alone(&mut whole, one, &alone, asked, &places);
    }
    Ok((whole, gaps))
}

/// Puts what was told per method in the order in which the methods were asked; those that were not have nothing yet.
fn rearranged(mut record: Record, told: &[Method], asked: &[Method]) -> Record {
    let place = |method: &Method| told.iter().position(|one| one == method);
    let ends = asked.iter().map(|method| place(method).map(|at| record.ends[at].clone()).unwrap_or_default()).collect();
    record.ends = ends;
    for one in &mut record.carried {
        let shares = asked.iter().map(|method| place(method).map(|at| one.shares[at].clone()).unwrap_or_default());
        one.shares = shares.collect();
    }
    record
}

/// Adds what was told of one source alone.
fn add_alone(
    whole: &mut Record,
    one: Record,
    told: &[Method],
    asked: &[Method],
    places: &HashMap<crate::engine::Step, usize>,
) {
    for (at, method) in told.iter().enumerate() {
        let Some(to) = asked.iter().position(|one| one == method) else { continue };
        whole.ends[to].extend(one.ends[at].iter().map(|(end, sum)| (end.clone(), *sum)));
        for carried in &one.carried {
            if let Some(place) = places.get(&step_of(carried)) {
                whole.carried[*place].shares[to].extend(carried.shares[at].iter().copied());
            }
        }
    }
}

/// The movements along which something came to what was asked about.
fn leading_there(carried: Vec<Carried>) -> Vec<Carried> {
    let mut wanted: HashSet<(AccountId, AssetId)> = HashSet::new();
    let mut crossed: HashSet<usize> = HashSet::new();
    let mut kept: Vec<Carried> = Vec::new();
    for one in carried.into_iter().rev() {
        let is_any = one.shares.iter().any(|shares| !shares.is_empty());
        let leads = match one.into_crossings.as_slice() {
            [] => wanted.contains(&(one.to, one.entry.asset)),
            crossings => crossings.iter().any(|crossing| crossed.contains(crossing)),
        };
        if is_any && (one.asked || leads) {
            match one.out_of_crossing {
                Some(crossing) => crossed.insert(crossing),
                None => wanted.insert((one.from, one.given())),
            };
            kept.push(one);
        }
    }
    kept.reverse();
    kept
}

/// The sources of which something arrived, numbered anew.
struct Found {
    seeds: Vec<fundtrail_types::Seed>,
    assets: Vec<AssetId>,
}

impl Found {
    /// Leaves out sources of which nothing arrived, and numbers the others anew wherever they are named.
    fn new(sought: &Sought, record: &mut Record) -> Self {
        let arrived = record.carried.iter().filter(|one| one.asked).flat_map(|one| one.shares.iter().flatten());
        let seed = |(origin, ..): &(Origin, u32, SeedAmount)| match origin {
            Origin::Seed(seed) => Some(*seed),
            Origin::Unknown => None,
        };
        let ended = record.ends.iter().flat_map(|ends| ends.keys()).map(|(seed, ..)| *seed);
        let arrived: BTreeSet<usize> = arrived.filter_map(seed).chain(ended).collect();
        let numbers: HashMap<usize, usize> = arrived.iter().copied().zip(0..).collect();
        for ends in &mut record.ends {
            let renumbered = std::mem::take(ends).into_iter();
            let renumber =
                |((seed, fate, account, asset), sum)| Some(((*numbers.get(&seed)?, fate, account, asset), sum));
            *ends = renumbered.filter_map(renumber).collect();
        }
        for one in &mut record.carried {
            for shares in &mut one.shares {
                shares.retain_mut(|(origin, ..)| renumber_origin(origin, &numbers));
                shares.sort_by_key(|(origin, ..)| *origin);
            }
            one.begun = one.begun.iter().filter_map(|(seed, amount)| Some((*numbers.get(seed)?, *amount))).collect();
        }
        let seeds = arrived.iter().map(|seed| {
            let (amount_raw, movements) = record.given.get(seed).copied().unwrap_or_default();
            fundtrail_types::Seed { amount_raw, movements, ..sought.seeds[*seed].clone() }
        });
        Self { seeds: seeds.collect(), assets: arrived.iter().map(|seed| sought.assets[*seed]).collect() }
    }
}

/// Gives an origin its new number. Says whether it has one.
fn renumber_origin(origin: &mut Origin, numbers: &HashMap<usize, usize>) -> bool {
    let Origin::Seed(seed) = origin else { return true };
    numbers.get(seed).map(|number| *seed = *number).is_some()
}

/// What is told of flagged accounts.
struct Told<'a, L: Ledger> {
    run: Run<'a, L>,
    record: &'a Record,
    flow: &'a Flow<'a>,
    asked: &'a AskedFor,
}

impl<L: Ledger> Told<'_, L> {
    /// The flagged accounts that the ledger knows, and whether they are sources: those that are first.
    fn targets(&self) -> Result<Vec<Target>, TraceError> {
        let search = Search { run: self.run, record: self.record, flow: self.flow };
        let mut targets = Vec::new();
        for account in search.flagged_accounts()? {
            let Some(id) = self.run.ledger.account_id(&account)? else { continue };
            let is_it = |seed: &&(usize, &fundtrail_types::Seed)| {
                seed.1.account == account && seed.1.source == Some(Source::LookedFor)
            };
            let seeds: Vec<usize> =
                self.run.seeds.seeds.iter().enumerate().filter(|one| is_it(&one)).map(|(seed, _)| seed).collect();
            let reaches = self.reaches(&seeds)?;
            let state = reach_state(&reaches);
            let arrived = || self.flow.carried.iter().filter(|one| one.asked && carries(one, &seeds));
            let hops = arrived().filter_map(|one| hops_of(one, &seeds)).min();
            let days: BTreeSet<_> = arrived().map(|one| one.entry.time.map(Time::date)).collect();
            let (paths, paths_total) = self.paths(&search, &seeds, state)?;
            targets.push(Target {
                labels: self.run.labels.of(id, &account).to_vec(),
                state,
                hops,
                first_time: arrived().next().and_then(|one| one.entry.time),
                arrived_on: days.into_iter().collect(),
                received: if state == ReachState::NotReached { Vec::new() } else { self.received() },
                reaches,
                bounds: Vec::new(),
                must_pass: None,
                paths,
                paths_total,
                account,
            });
        }
        targets.sort_by(|a, b| b.state.cmp(&a.state).then_with(|| a.account.cmp(&b.account)));
        Ok(targets)
    }

    /// What arrived of some sources, per method and asset. Nothing beyond it is possible: what nobody knows is a source of its own.
    fn reaches(&self, seeds: &[usize]) -> Result<Vec<Reach>, TraceError> {
        let mut reaches = Vec::new();
        for (place, method) in self.run.question.methods.iter().enumerate() {
            let mut sums: BTreeMap<Asset, BTreeMap<usize, SeedAmount>> = BTreeMap::new();
            for one in self.flow.carried.iter().filter(|one| one.asked) {
                for (origin, _, share) in &one.shares[place] {
                    let Origin::Seed(seed) = origin else { continue };
                    if seeds.contains(seed) {
                        let sums = sums.entry(self.run.ledger.asset(one.entry.asset)?).or_default();
                        let sum = sums.entry(*seed).or_default();
                        sum.held_raw = sum.held_raw.saturating_add(share.held_raw);
                        sum.seed_raw = sum.seed_raw.saturating_add(share.seed_raw);
                    }
                }
            }
            for (asset, proven) in sums {
                let possible_raw = proven.values().map(|sum| sum.held_raw).sum();
                reaches.push(Reach { method: *method, asset, proven: proven.into_iter().collect(), possible_raw });
            }
        }
        Ok(reaches)
    }

    /// All that was asked about, per asset: what the part of a source is a part of.
    fn received(&self) -> Vec<(Asset, Amount)> {
        let mut sums: BTreeMap<Asset, Amount> = BTreeMap::new();
        for asked in &self.asked.list {
            let sum = sums.entry(asked.asset.clone()).or_default();
            *sum = sum.saturating_add(asked.amount_raw);
        }
        sums.into_iter().collect()
    }

    /// The most valuable paths from some sources to what was asked about.
    fn paths(
        &self,
        search: &Search<'_, L>,
        seeds: &[usize],
        state: ReachState,
    ) -> Result<(Vec<FlowPath>, Option<u64>), TraceError> {
        let (mut listed, mut total) = (Vec::new(), Some(0));
        if state == ReachState::NotReached {
            return Ok((listed, total));
        }
        for seed in seeds {
            let begins = |index: usize| self.flow.carried[index].begins(*seed);
            let methods = &self.run.question.methods;
            let reachable = Reachable::new(self.flow, methods, Origin::Seed(*seed), &begins, None);
            for account in self.asked.accounts().collect::<BTreeSet<_>>() {
                let is_asked = |index: usize| self.flow.carried[index].asked;
                let (paths, number) = search.listed(account, &reachable, &begins, &is_asked)?;
                total = total.zip(number).and_then(|(a, b): (u64, u64)| a.checked_add(b));
                listed.extend(paths);
            }
        }
        listed.sort_by_key(|path| std::cmp::Reverse(along(path)));
        listed.truncate(self.run.question.paths_max);
        Ok((listed, total))
    }
}

fn along(path: &FlowPath) -> Amount {
    path.along.iter().map(|part: &PathAmount| part.amount.held_raw).max().unwrap_or_default()
}

fn carries(one: &Carried, seeds: &[usize]) -> bool {
    hops_of(one, seeds).is_some()
}

fn hops_of(one: &Carried, seeds: &[usize]) -> Option<u32> {
    let is_any = |(origin, ..): &&(Origin, u32, SeedAmount)| match origin {
        Origin::Seed(seed) => seeds.contains(seed),
        Origin::Unknown => false,
    };
    one.shares.iter().flatten().filter(is_any).map(|(_, hops, _)| *hops).min()
}

//! From a question to its answer: seeds, engine, flow, targets, certificate.

use std::collections::{BTreeMap, HashMap};

use fundtrail_labels::LabelBook;
use fundtrail_store::AccountId;
use fundtrail_types::{
    Account, Amount, Asset, Chain, Crossing, CrossingEnd, CrossingSide, Disposition, FlowAccount, FlowGraph,
    FlowMovement, MethodAnswer, Position, Question, Share, TraceAnswer, TxId, TxOrder, Way,
};

use crate::{
    Ledger, TraceError, bounds,
    cached::{Cached, Labelled},
    certificate::certificate,
    crossings::Crossings,
    engine::{Carried, Record},
    flow::Flow,
    lot::Origin,
    run::Run,
    seeds::Seeds,
    shared,
    sources::sources,
    targets::Search,
};

/// What a trace needs beside the ledger.
pub struct Request<'a> {
    /// What is asked.
    pub question: &'a Question,
    /// Who is who.
    pub labels: &'a LabelBook,
    /// What joins chains, and who says so.
    pub crossings: &'a [CrossingSide],
    /// Whether a token is vouched for. Others are followed only if the question names them.
    pub is_verified: &'a dyn Fn(&Asset) -> bool,
    /// Told the number of movements read, now and then; answers whether to go on.
    pub go_on: &'a mut dyn FnMut(u64) -> bool,
}

impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("question", self.question).finish_non_exhaustive()
    }
}

/// Follows value from the starts of the question to where it went, or back to where it came from. Findings, names of assets and statements about the data
/// are left to the caller.
///
/// # Errors
/// If a start is unknown or moved nothing, the caller asks to stop, or the ledger fails.
pub fn trace(ledger: &impl Ledger, request: Request<'_>) -> Result<TraceAnswer, TraceError> {
    let Request { question, labels, crossings, is_verified, go_on } = request;
    let reach = &bounds::reach(question);
    let (ledger, labels) = (&Cached::new(ledger), &Labelled::new(labels, question.as_of));
    let is_followed: &dyn Fn(&Asset) -> bool = &|asset| is_verified(asset) || question.assets.contains(asset);
    let (nothing, crossings) = (Seeds::default(), &Crossings::find(ledger, crossings, question)?);
    let run = Run {
        ledger,
        labels,
        question,
        seeds: &nothing,
        is_followed,
        asked: None,
        sought: None,
        colour: None,
        crossings,
        first: None,
    };
    if question.way == Way::Backward {
        return sources(run, is_verified, go_on);
    }
    let seeds = Seeds::find(ledger, question, is_verified)?;
    let run = Run { seeds: &seeds, ..run };
    let mut record = run.follow(None, go_on)?;
    let carried = std::mem::take(&mut record.carried);
    let flow = Flow::new(&carried);
    let run = Run { first: Some(&record), ..run };
    let (mut targets, counted_again) = Search { run, record: &record, flow: &flow }.targets(go_on)?;
    let asked = bounds::Asked { run, reach };
    let (bounds, unbounded) = asked.tell(&mut targets, go_on)?;
    let methods = method_answers(ledger, question, &record)?;
    let mut certificate = certificate(run, &record, &carried, &methods)?;
    certificate.gaps.extend(counted_again.into_iter().chain(unbounded));
    certificate.gaps.sort();
    let graph = flow_graph(run, &record, &flow)?;
    let shared = shared::descendants(run, &carried)?;
    Ok(TraceAnswer {
        question: question.clone(),
        assets: Vec::new(),
        asked: Vec::new(),
        seeds: seeds.seeds,
        methods,
        flow: graph,
        targets,
        shared,
        bounds,
        findings: Vec::new(),
        certificate,
    })
}

/// What became of the seeds, per method.
pub(crate) fn method_answers(
    ledger: &impl Ledger,
    question: &Question,
    record: &Record,
) -> Result<Vec<MethodAnswer>, TraceError> {
    (0..question.methods.len()).map(|place| method_answer(ledger, question, record, place)).collect()
}

fn method_answer(
    ledger: &impl Ledger,
    question: &Question,
    record: &Record,
    place: usize,
) -> Result<MethodAnswer, TraceError> {
    let method = question.methods[place];
    let mut dispositions = Vec::new();
    for ((seed, fate, account, asset), (sum, hops)) in record.ends[place].iter().filter(|_| method.conserves()) {
        let account = account.map(|id| ledger.account(id)).transpose()?;
        let asset = ledger.asset(*asset)?;
        let (held_raw, seed_raw) = (sum.held_raw, sum.seed_raw);
        dispositions.push(Disposition {
            seed: *seed,
            fate: fate.clone(),
            account,
            asset,
            held_raw,
            seed_raw,
            hops: *hops,
        });
    }
    // Numbers of the store must not show in the order.
    dispositions.sort_by(|a, b| (a.seed, &a.fate, &a.account, &a.asset).cmp(&(b.seed, &b.fate, &b.account, &b.asset)));
    Ok(MethodAnswer { method, dispositions })
}

/// The accounts and movements of the flow, by name.
pub(crate) fn flow_graph(run: Run<'_, impl Ledger>, record: &Record, flow: &Flow<'_>) -> Result<FlowGraph, TraceError> {
    let Run { ledger, labels, question, .. } = run;
    let name = |id: AccountId| if id == AccountId::NONE { Ok(None) } else { ledger.account(id).map(Some) };
    let names: Vec<Option<Account>> = flow.accounts().map(name).collect::<Result<_, _>>()?;
    let accounts = accounts(ledger, labels, record, flow, &names)?;
    let txs = transactions(ledger, flow.carried)?;
    let mut movements = Vec::with_capacity(flow.carried.len());
    for (index, (carried, tx)) in flow.carried.iter().zip(txs).enumerate() {
        let Some((from, to)) = flow.ends(index) else { continue };
        // What nobody gave is told as its receiver's.
        let Some(from) = names[from].clone().or_else(|| names[to].clone()) else { continue };
        let mut movement = movement(question, carried, tx, ledger.asset(carried.entry.asset)?, from, names[to].clone());
        movement.gave = carried
            .gave
            .map(|(asset, amount)| Ok::<_, TraceError>(Box::new((ledger.asset(asset)?, amount))))
            .transpose()?;
        movement.crossing = crossing_of(run, carried).map(Box::new);
        movement.through = carried.through.iter().map(|id| ledger.account(*id)).collect::<Result<_, _>>()?;
        movements.push(movement);
    }
    Ok(FlowGraph { accounts, movements })
}

/// Which crossing a movement is a side of. One that goes into several at once is told as the first of them.
fn crossing_of(run: Run<'_, impl Ledger>, carried: &Carried) -> Option<(CrossingEnd, Crossing)> {
    let deposit = carried.into_crossings.first().map(|index| (CrossingEnd::Deposit, *index));
    let release = carried.out_of_crossing.map(|index| (CrossingEnd::Release, index));
    let (end, index) = deposit.or(release)?;
    Some((end, run.crossings.joined[index].crossing.clone()))
}

/// The transactions of movements.
fn transactions(ledger: &impl Ledger, carried: &[Carried]) -> Result<Vec<TxId>, TraceError> {
    let mut of: BTreeMap<Chain, Vec<(Position, usize)>> = BTreeMap::new();
    for (index, one) in carried.iter().enumerate() {
        of.entry(one.chain).or_default().push((one.entry.position, index));
    }
    let mut txs: Vec<Option<TxId>> = vec![None; carried.len()];
    for (chain, places) in of {
        let positions: Vec<Position> = places.iter().map(|(at, _)| *at).collect();
        for ((_, index), tx) in places.into_iter().zip(ledger.txs(chain, &positions)?) {
            txs[index] = Some(tx);
        }
    }
    Ok(txs.into_iter().flatten().collect())
}

fn accounts(
    ledger: &impl Ledger,
    labels: &Labelled<'_>,
    record: &Record,
    flow: &Flow<'_>,
    names: &[Option<Account>],
) -> Result<Vec<FlowAccount>, TraceError> {
    let mut hops: Vec<Option<u32>> = vec![None; names.len()];
    for (index, movement) in flow.carried.iter().enumerate() {
        let least = movement.shares.iter().flatten().map(|(_, hops, _)| *hops).min();
        if let (Some(least), Some((from, to))) = (least, flow.ends(index)) {
            hops[to] = Some(hops[to].map_or(least, |hops| hops.min(least)));
            if movement.start {
                hops[from] = hops[from].or(Some(0));
            }
        }
    }
    let mut unknown: HashMap<AccountId, Vec<(Asset, Amount)>> = HashMap::new();
    for (account, asset, amount) in &record.unknown_inflow {
        unknown.entry(*account).or_default().push((ledger.asset(*asset)?, *amount));
    }
    let mut accounts = Vec::with_capacity(names.len());
    for ((id, name), hops) in flow.accounts().zip(names).zip(hops) {
        let Some(account) = name else { continue };
        let labels = labels.of(id, account).to_vec();
        let mut unknown_inflow = unknown.remove(&id).unwrap_or_default();
        unknown_inflow.sort();
        accounts.push(FlowAccount { account: account.clone(), hops: hops.unwrap_or_default(), labels, unknown_inflow });
    }
    Ok(accounts)
}

fn movement(
    question: &Question,
    carried: &Carried,
    tx: TxId,
    asset: Asset,
    from: Account,
    to: Option<Account>,
) -> FlowMovement {
    let entry = &carried.entry;
    let mut shares = Vec::with_capacity(carried.shares.iter().map(|parts| parts.len()).sum());
    for (method, parts) in question.methods.iter().zip(&carried.shares) {
        for (origin, hops, amount) in parts {
            let seed = if let Origin::Seed(seed) = origin { Some(*seed) } else { None };
            shares.push(Share { method: *method, seed, hops: *hops, amount: *amount });
        }
    }
    FlowMovement {
        tx,
        height: entry.position.height,
        before_height: entry.order == TxOrder::Opening,
        after_height: entry.order == TxOrder::Timed,
        order_known: matches!(entry.order, TxOrder::Index(_)),
        time: entry.time,
        kind: entry.kind,
        from,
        to,
        asset,
        amount_raw: entry.amount,
        gave: None,
        crossing: None,
        asked: carried.asked,
        through: Vec::new(),
        shares,
    }
}

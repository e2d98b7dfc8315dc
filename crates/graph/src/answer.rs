//! From a question to its answer: seeds, engine, flow, targets, certificate.

use std::collections::HashMap;

use fundtrail_labels::LabelBook;
use fundtrail_store::AccountId;
use fundtrail_types::{
    Account, Amount, Asset, Disposition, FlowAccount, FlowGraph, FlowMovement, MethodAnswer, Position, Question, Share,
    TraceAnswer, TxId, TxOrder,
};

use crate::{
    Ledger, TraceError, bounds,
    cached::{Cached, Labelled},
    certificate::certificate,
    engine::{Carried, Engine, Record},
    flow::Flow,
    lot::Origin,
    seeds::Seeds,
    targets::Search,
};

/// What a trace needs beside the ledger.
pub struct Request<'a> {
    /// What is asked.
    pub question: &'a Question,
    /// Who is who.
    pub labels: &'a LabelBook,
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

/// Follows value forward from the account of the question. Findings, names of assets and statements about the data
/// are left to the caller.
///
/// # Errors
/// If the account is unknown or paid out nothing, the caller asks to stop, or the ledger fails.
pub fn trace(ledger: &impl Ledger, request: Request<'_>) -> Result<TraceAnswer, TraceError> {
    let Request { question, labels, is_verified, go_on } = request;
    let reach = &bounds::reach(question);
    let (ledger, labels) = (&Cached::new(ledger), &Labelled::new(labels, question.as_of));
    let seeds = Seeds::find(ledger, question, is_verified)?;
    let followed = |asset: &Asset| is_verified(asset) || question.assets.contains(asset);
    let mut record = Engine::new(ledger, labels, question, &seeds, &followed, None).run(go_on)?;
    let mut carried = std::mem::take(&mut record.carried);
    carried.sort_by_key(Carried::order);
    let flow = Flow::new(&carried);
    let search =
        Search { ledger, labels, question, seeds: &seeds, record: &record, flow: &flow, is_followed: &followed };
    let (mut targets, counted_again) = search.targets(go_on)?;
    let asked = bounds::Asked { ledger, labels, question, reach, seeds: &seeds, is_followed: &followed };
    let (bounds, unbounded) = asked.tell(&mut targets, go_on)?;
    let methods = (0..question.methods.len())
        .map(|place| method_answer(ledger, question, &record, place))
        .collect::<Result<Vec<_>, _>>()?;
    let mut certificate = certificate(ledger, question, &record, &seeds, &carried, &methods)?;
    certificate.gaps.extend(counted_again.into_iter().chain(unbounded));
    certificate.gaps.sort();
    let graph = flow_graph(ledger, labels, question, &record, &flow)?;
    Ok(TraceAnswer {
        question: question.clone(),
        assets: Vec::new(),
        seeds: seeds.seeds,
        methods,
        flow: graph,
        targets,
        bounds,
        findings: Vec::new(),
        certificate,
    })
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
fn flow_graph(
    ledger: &impl Ledger,
    labels: &Labelled<'_>,
    question: &Question,
    record: &Record,
    flow: &Flow<'_>,
) -> Result<FlowGraph, TraceError> {
    let name = |id: AccountId| if id == AccountId::NONE { Ok(None) } else { ledger.account(id).map(Some) };
    let names: Vec<Option<Account>> = flow.accounts().map(name).collect::<Result<_, _>>()?;
    let accounts = accounts(ledger, labels, record, flow, &names)?;
    let places: Vec<Position> = flow.carried.iter().map(|carried| carried.entry.position).collect();
    let txs = ledger.txs(question.from.chain, &places)?;
    let mut movements = Vec::with_capacity(flow.carried.len());
    for (index, (carried, tx)) in flow.carried.iter().zip(txs).enumerate() {
        let (from, to) = flow.ends(index).map_or((None, None), |(from, to)| (names[from].clone(), names[to].clone()));
        let mut movement = movement(question, carried, tx, ledger.asset(carried.entry.asset)?, from, to);
        movement.gave =
            carried.gave.map(|(asset, amount)| Ok::<_, TraceError>((ledger.asset(asset)?, amount))).transpose()?;
        movement.through = carried.through.iter().map(|id| ledger.account(*id)).collect::<Result<_, _>>()?;
        movements.push(movement);
    }
    Ok(FlowGraph { accounts, movements })
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
        let labels = labels.of(id, account).into_iter().cloned().collect();
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
    from: Option<Account>,
    to: Option<Account>,
) -> FlowMovement {
    let entry = &carried.entry;
    let mut shares = Vec::with_capacity(carried.shares.iter().map(Vec::len).sum());
    for (method, parts) in question.methods.iter().zip(&carried.shares) {
        for (origin, _, amount) in parts {
            let seed = if let Origin::Seed(seed) = origin { Some(*seed) } else { None };
            shares.push(Share { method: *method, seed, amount: *amount });
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
        from: from.or_else(|| to.clone()).unwrap_or_else(|| question.from.clone()),
        to,
        asset,
        amount_raw: entry.amount,
        gave: None,
        through: Vec::new(),
        shares,
    }
}

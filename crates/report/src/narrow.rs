//! An answer narrowed to one target: the same type, so that every format writes it and every reader reads it.
//!
//! Kept whole are the question, the seeds, the dispositions (they add up to the seed only together) and the
//! certificate (nothing is said without it). Narrowed are targets, findings, and the flow, of which the movements on
//! the listed paths remain.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_types::{Account, FlowGraph, FlowPath, TraceAnswer};

use crate::ReportError;

/// What the answer says about `to`. Its indices must have been checked.
pub(crate) fn to_target(answer: &TraceAnswer, to: &Account) -> Result<TraceAnswer, ReportError> {
    let target = answer.targets.iter().find(|target| target.account == *to);
    let mut target = target.cloned().ok_or_else(|| ReportError::NoTarget { account: to.clone() })?;
    let mut findings: Vec<_> =
        answer.findings.iter().filter(|finding| finding.subject.reached == *to).cloned().collect();

    let paths = || target.paths.iter().chain(findings.iter().flat_map(|finding| &finding.paths));
    let used: BTreeSet<usize> = paths().flat_map(|path| path.movements.iter().copied()).collect();
    let new_index: BTreeMap<usize, usize> = used.iter().enumerate().map(|(new, &old)| (old, new)).collect();
    let flow = narrow_flow(&answer.flow, &used, to);

    let renumber = |path: &mut FlowPath| path.movements.iter_mut().for_each(|index| *index = new_index[index]);
    target.paths.iter_mut().for_each(renumber);
    findings.iter_mut().flat_map(|finding| &mut finding.paths).for_each(renumber);
    Ok(TraceAnswer {
        question: answer.question.clone(),
        assets: answer.assets.clone(),
        asked: answer.asked.clone(),
        seeds: answer.seeds.clone(),
        methods: answer.methods.clone(),
        flow,
        targets: vec![target],
        shared: Vec::new(),
        // Those of all targets together say nothing of one.
        bounds: Vec::new(),
        findings,
        certificate: answer.certificate.clone(),
    })
}

fn narrow_flow(flow: &FlowGraph, used: &BTreeSet<usize>, to: &Account) -> FlowGraph {
    let movements: Vec<_> = used.iter().map(|&index| flow.movements[index].clone()).collect();
    let ends: BTreeSet<&Account> =
        movements.iter().flat_map(|movement| [Some(&movement.from), movement.to.as_ref()]).flatten().collect();
    let on_path = |account: &Account| account == to || ends.contains(account);
    let accounts = flow.accounts.iter().filter(|account| on_path(&account.account)).cloned().collect();
    FlowGraph { accounts, movements }
}

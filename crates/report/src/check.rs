//! An answer refers to its seeds and movements by index. An answer that was read from a file may have been edited, so
//! the indices are checked once, before anything is written.

use fundtrail_types::{FlowPath, TraceAnswer};

use crate::ReportError;

/// Every index in the answer points at something in the answer.
pub(crate) fn trace(answer: &TraceAnswer) -> Result<(), ReportError> {
    let seed = |index: usize| within("seed", index, answer.seeds.len());
    let path = |path: &FlowPath| {
        path.seed.map_or(Ok(()), seed)?;
        path.movements.iter().try_for_each(|&index| within("movement", index, answer.flow.movements.len()))
    };
    answer.methods.iter().flat_map(|method| &method.dispositions).try_for_each(|end| seed(end.seed))?;
    let shares = answer.flow.movements.iter().flat_map(|movement| &movement.shares);
    shares.filter_map(|share| share.seed).try_for_each(seed)?;
    let reaches = answer.targets.iter().flat_map(|target| &target.reaches);
    reaches.flat_map(|reach| &reach.proven).try_for_each(|&(index, _)| seed(index))?;
    let of_targets = answer.targets.iter().flat_map(|target| &target.paths);
    let of_findings = answer.findings.iter().flat_map(|finding| &finding.paths);
    of_targets.chain(of_findings).try_for_each(path)
}

fn within(what: &'static str, index: usize, len: usize) -> Result<(), ReportError> {
    if index < len { Ok(()) } else { Err(ReportError::Dangling { what, index, len }) }
}

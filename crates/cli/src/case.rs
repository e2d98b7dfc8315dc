//! Going on with a saved case: the answer to a trace, as JSON.

use std::path::Path;

use anyhow::Context;
use fundtrail::types::{Question, TraceAnswer};

/// An answer that was saved as JSON.
pub(crate) fn saved(case: &Path) -> anyhow::Result<TraceAnswer> {
    let text = std::fs::read(case).with_context(|| format!("cannot read the case {}", case.display()))?;
    serde_json::from_slice(&text).with_context(|| {
        format!("{} is no saved trace: save one with `fundtrail trace START --out CASE.json`", case.display())
    })
}

/// A saved question, with the larger limits of both and the day of the new one.
pub(crate) fn extended(saved: &Question, now: Question) -> Question {
    let mut methods = saved.methods.clone();
    methods.extend(now.methods);
    methods.sort();
    methods.dedup();
    Question {
        methods,
        hops_max: saved.hops_max.max(now.hops_max),
        accounts_max: saved.accounts_max.max(now.accounts_max),
        memory_max: saved.memory_max.zip(now.memory_max).map(|(saved, now)| saved.max(now)),
        hub_movements: saved.hub_movements.max(now.hub_movements),
        paths_max: saved.paths_max.max(now.paths_max),
        bounds_max: saved.bounds_max.max(now.bounds_max),
        through_mixers: saved.through_mixers || now.through_mixers,
        as_of: now.as_of,
        ..saved.clone()
    }
}

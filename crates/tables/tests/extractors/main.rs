//! What real extractors wrote of one private chain, against what its node says of it: the same movements by either
//! extractor, and by every account just the change of its balance.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]
#![allow(clippy::print_stdout, reason = "a test that is not run says so")]

mod agreement;
mod alone;
mod golden;

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
};

use fundtrail_tables::{
    Role, SideTables, TableFile, TableKind, TokenTable,
    foreign::{self, LeftOut, Setting},
    open,
};
use fundtrail_types::{Chain, Movement, Problem};

pub(crate) const BOTH: [Role; 2] = [Role::Side, Role::Both];

/// What a command that loads these files together would read.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) movements: Vec<Movement>,
    pub(crate) left_out: BTreeMap<LeftOut, u64>,
    pub(crate) problems: Vec<Problem>,
}

pub(crate) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn role(file: &TableFile) -> Role {
    match file.kind() {
        TableKind::Foreign(foreign) => foreign.role(),
        _ => Role::Movements,
    }
}

/// Reads side tables first, then what moved, as a command does.
pub(crate) fn load(paths: &[PathBuf], chain: Option<Chain>, tokens: &TokenTable) -> Loaded {
    let mut loaded = Loaded::default();
    let mut side = SideTables::default();
    for path in paths {
        let file = open(path).unwrap();
        let role = role(&file);
        if BOTH.contains(&role) {
            let problems = side.read(file, chain).unwrap().filter_map(Result::err);
            // Those of tables that are read again come again.
            loaded.problems.extend(problems.filter(|_| role == Role::Side));
        }
    }
    for path in paths {
        let file = open(path).unwrap();
        if role(&file) == Role::Side {
            continue;
        }
        for told in foreign::read(file, Setting { chain, side: Some(&side), ..Setting::new(tokens) }).unwrap() {
            match told {
                Ok(told) => {
                    loaded.movements.extend(told.movements.into_iter().map(|row| row.movement));
                    if let Some(reason) = told.left_out {
                        *loaded.left_out.entry(reason).or_default() += 1;
                    }
                }
                Err(problem) => loaded.problems.push(problem),
            }
        }
    }
    loaded
}

/// Movements as a store keeps them: those that several tables tell once, with the order that any of them told.
pub(crate) fn merged(movements: &[Movement]) -> Vec<Movement> {
    let mut by_identity: HashMap<_, Movement> = HashMap::new();
    for movement in movements {
        let (kind, from, to) = movement.canonical();
        let identity = (
            movement.tx.clone(),
            kind.class(),
            movement.asset.clone(),
            (from.cloned(), to.cloned()),
            movement.amount,
            movement.n,
        );
        let known = by_identity.entry(identity).or_insert_with(|| movement.clone());
        known.order.leg = known.order.leg.or(movement.order.leg);
        known.order.tx = known.order.tx.min(movement.order.tx);
        known.time = known.time.or(movement.time);
    }
    let mut all: Vec<Movement> = by_identity.into_values().collect();
    all.sort_by_key(|one| {
        (one.order, one.kind, one.asset.clone(), one.from.clone(), one.to.clone(), one.amount, one.n)
    });
    all
}

pub(crate) fn anvil() -> Chain {
    "eip155:31337".parse().unwrap()
}

//! A trace: the graph's answer, joined with names, findings and statements.

use std::collections::BTreeSet;

use fundtrail_graph::{Request, TraceError};
use fundtrail_store::Store;
use fundtrail_types::{
    Account, Amount, Asset, AssetInfo, Chosen, Date, Gap, Method, Question, Start, TraceAnswer, Traced, Way,
};

use crate::{Error, Reference, candidates::candidates};

/// What a question asks for unless told otherwise.
#[derive(Clone, Copy, Debug)]
pub struct QuestionDefaults;

impl QuestionDefaults {
    /// Longer chains of hops are rare in published cases (at most 9), and each hop dilutes the claim.
    pub const HOPS_MAX: u32 = 12;
    /// Accounts in one answer: beyond this a person cannot read it.
    pub const ACCOUNTS_MAX: usize = 50_000;
    /// Bytes that hold what is found on the way. With the 256 MiB that the store may cache, a trace stays within a gibibyte.
    pub const MEMORY_MAX: u64 = 768 << 20;
    /// Paths listed for each target.
    pub const PATHS_MAX: usize = 5;
    /// Targets whose bounds are told.
    pub const BOUNDS_MAX: usize = 20;

    /// Movements beyond which an account without a label behaves like a service. People and companies stay far below it; exchanges'
    /// wallets, faucets and busy contracts go beyond it within weeks.
    pub const HUB_MOVEMENTS: u64 = 50_000;

    /// The usual methods, forward, everything that `from` paid out.
    pub fn question(from: Account, as_of: Date) -> Question {
        Self::starting(Way::Forward, vec![Start::of(from)], as_of)
    }

    /// The usual methods.
    pub fn starting(way: Way, starts: Vec<Start>, as_of: Date) -> Question {
        Question {
            way,
            starts,
            chosen: Chosen::default(),
            also: Vec::new(),
            assets: Vec::new(),
            methods: Method::USUAL.to_vec(),
            hops_max: Self::HOPS_MAX,
            accounts_max: Self::ACCOUNTS_MAX,
            memory_max: Some(Self::MEMORY_MAX),
            hub_movements: Self::HUB_MOVEMENTS,
            through_mixers: false,
            stop_at_flagged: false,
            dust_raw: Amount::ZERO,
            as_of,
            paths_max: Self::PATHS_MAX,
            bounds_max: Self::BOUNDS_MAX,
        }
    }
}

/// Follows value to where it went, or back to where it came from. `go_on` is told the number of movements read, and answers whether to go on.
///
/// # Errors
/// If the account is unknown or has nothing to follow, the caller asks to stop, or the database fails.
pub fn trace(
    store: &Store,
    reference: &Reference,
    question: &Question,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<TraceAnswer, Error> {
    let is_verified = |asset: &Asset| reference.is_verified(asset);
    let (labels, crossings) = (reference.labels(), reference.crossings());
    let request = Request { question, labels, crossings, is_verified: &is_verified, go_on };
    let mut answer = fundtrail_graph::trace(store, request)?;
    answer.certificate.gaps.extend(candidates(store, reference, &answer)?);
    answer.certificate.gaps.sort();
    answer.assets = asset_infos(store, reference, &answer)?;
    answer.findings = fundtrail_risk::findings(&answer);
    answer.certificate.statements.extend(reference.statements());
    Ok(answer)
}

/// As [`trace`], where it is no error that there is nothing to follow.
pub(crate) fn traced(
    store: &Store,
    reference: &Reference,
    question: &Question,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Traced, Error> {
    match trace(store, reference, question, go_on) {
        Ok(answer) => Ok(Traced::Answer(Box::new(answer))),
        Err(Error::Trace(nothing @ TraceError::NothingToFollow { .. })) => Ok(Traced::Nothing(nothing.to_string())),
        Err(error) => Err(error),
    }
}

/// What every asset that the answer names is called, in the assets' order.
fn asset_infos(store: &Store, reference: &Reference, answer: &TraceAnswer) -> Result<Vec<AssetInfo>, Error> {
    let mut assets: BTreeSet<&Asset> = answer.seeds.iter().map(|seed| &seed.asset).collect();
    assets.extend(answer.asked.iter().map(|asked| &asked.asset));
    assets.extend(answer.shared.iter().flat_map(|shared| &shared.parts).map(|part| &part.asset));
    let moved = answer.flow.movements.iter();
    assets
        .extend(moved.flat_map(|movement| {
            [&movement.asset].into_iter().chain(movement.gave.as_deref().map(|(asset, _)| asset))
        }));
    assets.extend(answer.flow.accounts.iter().flat_map(|account| &account.unknown_inflow).map(|(asset, _)| asset));
    assets.extend(answer.targets.iter().flat_map(|target| &target.received).map(|(asset, _)| asset));
    assets.extend(answer.certificate.gaps.iter().filter_map(|gap| match gap {
        Gap::UnverifiedAsset { asset, .. } | Gap::UnknownInflow { asset, .. } | Gap::Unexplained { asset, .. } => {
            Some(asset)
        }
        _ => None,
    }));
    Ok(assets.into_iter().map(|asset| reference.asset_info(store, asset)).collect::<Result<_, _>>()?)
}

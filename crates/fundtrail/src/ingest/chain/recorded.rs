//! Blocks from recorded replies: our own recordings, and those of other programs.

use std::path::Path;

use fundtrail_ethereum::recorded::Recorded;
use fundtrail_store::Store;
use fundtrail_types::Chain;

use super::{
    ChainReport, in_order,
    intake::{Intake, RECORDED},
    node::chain_of,
};
use crate::{
    Chains, Error,
    ingest::{Listener, compact},
};

/// Which recorded blocks are loaded.
#[derive(Clone, Copy, Debug)]
pub struct RecordedSetting<'a> {
    /// The folder, or one file.
    pub path: &'a Path,
    /// The chain, if the recording does not name it.
    pub chain: Option<Chain>,
    /// The first and the last block; none for all that there are.
    pub heights: (Option<u64>, Option<u64>),
    /// Whether what is recorded stands in place of what was told of the same blocks before.
    pub again: bool,
    /// What differs between chains.
    pub chains: &'a Chains,
}

/// Loads recorded blocks. Loading them twice changes nothing. Blocks of another chain than the one that is stored, as far as
/// hashes are kept, are refused.
///
/// # Errors
/// If the recording cannot be read, names another chain, or none and no chain is given; if the caller asks to stop, or
/// the database fails.
pub fn ingest_recorded(
    store: &Store,
    setting: &RecordedSetting<'_>,
    listener: &mut Listener<'_>,
) -> Result<ChainReport, Error> {
    in_order(setting.heights.0.unwrap_or(0), setting.heights.1)?;
    let mut recorded = Recorded::open(setting.path)?;
    let chain = chain(&recorded, setting)?;
    let (from, to) = (setting.heights.0.unwrap_or(0), setting.heights.1.unwrap_or(u64::MAX));
    let heights: Vec<u64> = recorded.heights().filter(|height| (from..=to).contains(height)).collect();
    let (Some(first), Some(last)) = (heights.first(), heights.last()) else {
        return Err(Error::NoneRecorded { path: setting.path.to_owned() });
    };
    let report = ChainReport::new(chain, setting.path.display().to_string(), (*first, *last));
    let mut intake = Intake::new(store, setting.chains.rules(chain), report, RECORDED)?;
    intake.again = setting.again;
    for problem in recorded.problems().to_vec() {
        intake.problem(problem, listener)?;
    }
    let of = u64::try_from(heights.len()).unwrap_or(u64::MAX);
    for (height, done) in heights.into_iter().zip(1..) {
        let Some(raw) = recorded.block(height)? else { continue };
        if let Some(mut decoded) = intake.decode(&raw, listener)? {
            if !decoded.verified && decoded.transactions.iter().all(|transaction| transaction.complete) {
                recorded.reconcile(&mut decoded);
            }
            intake.add(decoded, listener)?;
        }
        intake.tell(done, of, listener)?;
    }
    intake.commit()?;
    compact(store, listener)?;
    Ok(intake.report)
}

/// The chain that the recording names, or the one that was given.
fn chain(recorded: &Recorded, setting: &RecordedSetting<'_>) -> Result<Chain, Error> {
    let named: Vec<Chain> = recorded.chain_ids().iter().map(|id| chain_of(*id)).collect::<Result<_, _>>()?;
    match (named.as_slice(), setting.chain) {
        ([], None) => Err(Error::ChainNotNamed { path: setting.path.to_owned() }),
        ([], Some(chain)) => Ok(chain),
        ([named], None) => Ok(*named),
        ([named], Some(chain)) if *named == chain => Ok(chain),
        (named, _) => Err(Error::RecordedChains {
            path: setting.path.to_owned(),
            chains: named.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        }),
    }
}

//! All that is recorded: the histories that were asked for, whole blocks, and what stands alone.

use fundtrail_solana::ways::{Replay, Source};

use super::{accounts, intake::Intake, slots};
use crate::{
    Error,
    ingest::{Listener, Stage},
};

/// Transactions that stand alone and are stored together.
const CHUNK: usize = 1_000;

/// Loads a recording. Where it holds what a load of accounts asked, that load is run again, so that it covers the same.
pub(super) async fn load(
    source: &mut Source,
    intake: &mut Intake<'_>,
    failed: bool,
    listener: &mut Listener<'_>,
) -> Result<(), Error> {
    let chain = intake.chain;
    let owners = source.recorded().map(|replay| replay.owners(chain)).unwrap_or_default();
    if !owners.is_empty() {
        let asked = accounts::Asked { addresses: &owners, since: None, failed };
        accounts::load(source, intake, &asked, listener).await?;
    }
    let blocks: Vec<u64> = source.recorded().map(|replay| replay.slots().collect()).unwrap_or_default();
    slots::recorded(source, intake, &blocks, listener)?;
    let alone = source.recorded().map(Replay::transactions).unwrap_or_default();
    let of = u64::try_from(alone.len()).unwrap_or(u64::MAX);
    let mut done = 0;
    for chunk in alone.chunks(CHUNK) {
        for (slot, id) in chunk {
            done += 1;
            if !intake.again && intake.store.tx_by_id(chain, id)?.is_some_and(|tx| accounts::is_whole(&tx)) {
                continue;
            }
            if let Some(raw) = source.recorded_transaction(*slot, id)? {
                intake.transaction(&raw, listener)?;
            }
        }
        intake.commit(source)?;
        intake.tell(Stage::Transactions(done, of), listener)?;
    }
    Ok(())
}

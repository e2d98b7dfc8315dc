//! Blocks from a node.
//!
//! First, and again whenever the chain turns during the load, hashes of stored blocks are held against the chain as the node
//! has it now. From where the two differ, stored blocks are undone and loaded anew.

use fundtrail_ethereum::rpc::{Blocks, Calls, Diffs, Node};
use fundtrail_rpc::{Client, Recorder, Reply};
use fundtrail_store::Store;
use fundtrail_types::{Chain, Family, ranges_without};

use super::{
    ChainReport, NodeSetting, Reconcile, Until, in_order,
    intake::{Intake, NODE, SOURCES},
    ranges,
};
use crate::{
    Error,
    ingest::{Listener, Progress, Stage, unless_stopped},
};

/// How often a chain may go another way during one load.
const TURNS_MAX: u32 = 10;

/// Loads blocks from a node. Blocks that are stored whole are not asked for again.
///
/// # Errors
/// If the node cannot be asked or is of another chain, the caller asks to stop, or the database fails. What was stored
/// stays, and the same command goes on from there.
pub fn ingest_node(
    store: &Store,
    setting: &NodeSetting<'_>,
    listener: &mut Listener<'_>,
) -> Result<ChainReport, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Error::Runtime(error.to_string()))?;
    let report = runtime.block_on(load(store, setting, listener));
    // A look-up of a name that hangs is not waited for.
    runtime.shutdown_background();
    let report = report?;
    super::super::compact(store, listener)?;
    Ok(report)
}

async fn load(store: &Store, setting: &NodeSetting<'_>, listener: &mut Listener<'_>) -> Result<ChainReport, Error> {
    in_order(setting.from, if let Until::Height(to) = setting.to { Some(to) } else { None })?;
    let contact = unless_stopped(listener, contact(setting)).await;
    let (node, chain, head) = contact.unwrap_or(Err(Error::Interrupted { done: 0, of: "blocks" }))?;
    let mut report = ChainReport::new(chain, setting.endpoint.to_string(), (setting.from, head));
    report.missing = missing(&node, setting.reconcile);
    let mut intake = Intake::new(store, setting.chains.rules(chain), report, NODE)?;
    (intake.endpoint, intake.again) = (Some(setting.endpoint.clone()), setting.again);
    if let Some((mut recorder, cut)) = setting.record.map(Recorder::open).transpose()? {
        if let Some(problem) = cut {
            intake.problem(problem, listener)?;
        }
        let (call, result) = node.chain_reply();
        recorder.append(&[Reply { call: &call, result }])?;
        intake.recorder = Some(recorder);
    }
    let mut turns = 0;
    loop {
        let loaded = match follow(&node, &mut intake, listener).await {
            Ok(()) => blocks(&node, setting, head, &mut intake, listener).await,
            Err(error) => Err(error),
        };
        match loaded {
            Err(Error::Ethereum(fundtrail_ethereum::Error::Reorganised { .. }) | Error::Turned { .. })
                if turns < TURNS_MAX =>
            {
                intake.commit()?;
                turns += 1;
            }
            Err(error) => {
                // What came before it stands; after the database failed, nothing more can be written.
                if !matches!(error, Error::Store(_)) {
                    intake.commit()?;
                }
                return Err(error);
            }
            Ok(()) => break,
        }
    }
    intake.commit()?;
    Ok(intake.report)
}

/// A node that was asked what it tells, its chain, and the last block to load.
async fn contact(setting: &NodeSetting<'_>) -> Result<(Node, Chain, u64), Error> {
    let client = Client::new(setting.endpoint.clone(), setting.rpc.clone())?;
    let mut node = Node::connect(client, setting.chain.map(chain_id).transpose()?).await?;
    let chain = chain_of(node.chain_id())?;
    let head = match setting.to {
        Until::Height(height) => height,
        Until::Finalized => node.finalized().await?.height,
        Until::Latest => node.latest().await?.height,
    };
    if head < setting.from {
        return Err(Error::NoBlocks { from: setting.from, to: head });
    }
    node.find_abilities(head).await?;
    if setting.reconcile == Reconcile::Off {
        node.without_differences();
    }
    Ok((node, chain, head))
}

/// Loads the blocks that are not stored whole.
async fn blocks(
    node: &Node,
    setting: &NodeSetting<'_>,
    head: u64,
    intake: &mut Intake<'_>,
    listener: &mut Listener<'_>,
) -> Result<(), Error> {
    let chain = intake.rules.chain;
    let claims = intake.store.chain_id(chain)?.map(|id| intake.store.coverage(id)).transpose()?.unwrap_or_default();
    let claims = if setting.again { Vec::new() } else { claims };
    let ranges = ranges::missing(&claims, (setting.from, head), node.abilities().calls != Calls::None);
    // Where this run has been already it need not go once more, whatever came of it.
    let ranges = ranges_without(ranges, intake.done.clone());
    let count = |ranges: &[(u64, u64)]| ranges.iter().map(|(from, to)| to - from + 1).sum::<u64>();
    let of = count(&ranges);
    intake.report.blocks_known = (head - setting.from + 1).saturating_sub(of + count(&intake.done));
    if intake.recorder.is_some() && intake.report.blocks_known > 0 && intake.done.is_empty() {
        let known = intake.report.blocks_known;
        let missing = format!("{known} blocks were stored before, and are not recorded: --again asks for them again");
        intake.report.missing.push(missing);
    }
    let abilities = node.abilities();
    // Without inner calls most balances would not agree, and everybody knows why.
    let balances =
        setting.reconcile == Reconcile::Balances && abilities.diffs == Diffs::None && abilities.calls != Calls::None;
    let mut done = 0;
    for (from, to) in ranges {
        let below =
            from.checked_sub(1).and_then(|height| parent(intake.store, chain, height).transpose()).transpose()?;
        let mut blocks = Blocks::new(node, from..=to, setting.rpc.concurrency, below.map(Into::into));
        intake.tell(done, of, listener)?;
        while let Some(block) = intake.wait(listener, blocks.next()).await? {
            let block = block?;
            if let Some(recorder) = &mut intake.recorder {
                block.record(recorder)?;
            }
            if let Some(mut decoded) = intake.decode(&block.raw, listener)? {
                if balances {
                    let mut recorder = intake.recorder.take();
                    let held = unless_stopped(listener, node.reconcile(&mut decoded, recorder.as_mut())).await;
                    // Back before anything is stored that rests on what it wrote.
                    intake.recorder = recorder;
                    held.ok_or_else(|| intake.stop())??;
                }
                intake.add(decoded, listener)?;
            }
            done += 1;
            intake.tell(done, of, listener)?;
        }
    }
    Ok(())
}

/// Undoes stored blocks that the chain has given up since. Blocks whose hashes are kept lie in runs; of each run the last block
/// is compared, and from there as far down as they differ, because within a run each follows the one below it.
async fn follow(node: &Node, intake: &mut Intake<'_>, listener: &mut Listener<'_>) -> Result<(), Error> {
    let (store, chain) = (intake.store, intake.rules.chain);
    let tip = intake.wait(listener, node.latest()).await??.height;
    let heads: Vec<_> = store.heads(chain)?.into_iter().filter(|(height, _)| *height <= tip).collect();
    let (mut given_up, mut one_agrees) = (Vec::new(), false);
    for (run, is_last) in heads
        .chunk_by(|a, b| a.0.checked_add(1) == Some(b.0))
        .rev()
        .zip([true].into_iter().chain(std::iter::repeat(false)))
    {
        let mut differs = None;
        for (height, hash) in run.iter().rev() {
            if intake.wait(listener, node.header(*height)).await??.hash.0 == *hash {
                one_agrees = true;
                break;
            }
            differs = Some(*height);
        }
        let last = run.last().filter(|_| !is_last).map_or(u64::MAX, |(height, _)| *height);
        given_up.extend(differs.map(|from| (from, last)));
    }
    if let Some((height, _)) = heads.first().filter(|_| !one_agrees && heads.len() > 1) {
        return Err(Error::AnotherChain { chain, height: *height, db: store.path().to_owned() });
    }
    for heights in given_up {
        let mut go_on = |_| {
            let stage = Stage::Waiting;
            (listener.progress)(Progress { stage, file: "", bytes_read: 0, bytes_total: None, records: 0 })
        };
        let undone = store.undo_blocks(chain, heights, &SOURCES, &mut go_on)?;
        intake.undone(heights)?;
        if !undone.complete {
            return Err(Error::Interrupted { done: intake.report.blocks, of: "blocks" });
        }
    }
    Ok(())
}

fn parent(store: &Store, chain: Chain, height: u64) -> Result<Option<[u8; 32]>, Error> {
    let heads = store.heads(chain)?;
    Ok(heads.into_iter().find(|(stored, _)| *stored == height).map(|(_, hash)| hash))
}

/// What the node does not tell.
fn missing(node: &Node, reconcile: Reconcile) -> Vec<String> {
    let abilities = node.abilities();
    let mut missing = Vec::new();
    if abilities.calls == Calls::None {
        missing.push(
            "this node tells no inner calls: native coin that contracts moved is missing, and every answer that it touches \
             will say so; a node that traces calls, or an explorer, knows them"
                .to_owned(),
        );
    }
    if abilities.diffs == Diffs::None && reconcile == Reconcile::Auto {
        missing.push(
            "this node tells no differences of balances, so movements were not held against balances; `--reconcile balances` asks for \
             the balance of every account that a block touched"
                .to_owned(),
        );
    }
    missing.extend(abilities.reasons.iter().cloned());
    missing
}

/// The number of an EVM chain.
fn chain_id(chain: Chain) -> Result<u64, Error> {
    let number = (chain.family() == Family::Evm).then(|| chain.name().split_once(':')?.1.parse().ok()).flatten();
    number.ok_or(Error::NotEvm(chain))
}

pub(super) fn chain_of(id: u64) -> Result<Chain, Error> {
    format!("eip155:{id}").parse().map_err(|_| Error::Runtime(format!("{id} is no chain id")))
}

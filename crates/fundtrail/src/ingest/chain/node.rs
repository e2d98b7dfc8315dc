//! Blocks from a node.
//!
//! First, and again whenever the chain turns during the load, hashes of stored blocks are held against the chain as the node
//! has it now. From where the two differ, stored blocks are undone and loaded anew.

use fundtrail_ethereum::{
    recorded::{Recorder, Reply},
    rpc::{Blocks, Calls, Client, Diffs, Node},
};
use fundtrail_store::Store;
use fundtrail_types::{Chain, Family};

use super::{ChainReport, NodeSetting, Reconcile, Until, intake::Intake, ranges};
use crate::{Error, ingest::Listener};

/// What a claim of coverage says of where it comes from: not which node, because any node tells the same.
const SOURCE: &str = "blocks of a node";

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
    let report = runtime.block_on(load(store, setting, listener))?;
    super::super::compact(store, listener)?;
    Ok(report)
}

async fn load(store: &Store, setting: &NodeSetting<'_>, listener: &mut Listener<'_>) -> Result<ChainReport, Error> {
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
    let mut report = ChainReport::new(chain, setting.endpoint.to_string(), (setting.from, head));
    report.missing = missing(&node, setting.reconcile);
    let mut intake = Intake::new(store, setting.chains.rules(chain), report, SOURCE)?;
    intake.endpoint = Some(setting.endpoint.clone());
    let (mut recorder, cut) = setting.record.map(Recorder::open).transpose()?.unzip();
    for problem in cut.into_iter().flatten() {
        intake.problem(problem, listener)?;
    }
    if let Some(recorder) = recorder.as_mut() {
        let (call, result) = node.chain_reply();
        recorder.append(&[Reply { call: &call, result }])?;
    }
    let mut turns = 0;
    loop {
        follow(&node, &mut intake).await?;
        match blocks(&node, setting, head, &mut intake, recorder.as_mut(), listener).await {
            Err(Error::Ethereum(fundtrail_ethereum::Error::Reorganised { .. })) if turns < TURNS_MAX => {
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
    if let Some(recorder) = recorder {
        recorder.sync()?;
    }
    Ok(intake.report)
}

/// Loads the blocks that are not stored whole.
async fn blocks(
    node: &Node,
    setting: &NodeSetting<'_>,
    head: u64,
    intake: &mut Intake<'_>,
    mut recorder: Option<&mut Recorder>,
    listener: &mut Listener<'_>,
) -> Result<(), Error> {
    let chain = intake.rules.chain;
    let claims = intake.store.chain_id(chain)?.map(|id| intake.store.coverage(id)).transpose()?.unwrap_or_default();
    let claims = if setting.again && intake.report.blocks == 0 { Vec::new() } else { claims };
    let ranges = ranges::missing(&claims, (setting.from, head), node.abilities().calls != Calls::None);
    let of: u64 = ranges.iter().map(|(from, to)| to - from + 1).sum();
    intake.report.blocks_known = (head - setting.from + 1).saturating_sub(of + intake.report.blocks);
    if recorder.is_some() && intake.report.blocks_known > 0 && intake.report.blocks == 0 {
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
        while let Some(block) = blocks.next().await {
            let block = block?;
            if let Some(recorder) = recorder.as_deref_mut() {
                recorder.append_block(&block)?;
            }
            if let Some(mut decoded) = intake.decode(&block.raw, listener)? {
                if balances {
                    node.reconcile(&mut decoded, recorder.as_deref_mut()).await?;
                }
                intake.add(decoded, listener)?;
            }
            done += 1;
            intake.tell(done, of, listener)?;
        }
    }
    Ok(())
}

/// Undoes stored blocks that the chain has given up since.
async fn follow(node: &Node, intake: &mut Intake<'_>) -> Result<(), Error> {
    let (store, chain) = (intake.store, intake.rules.chain);
    let heads = store.heads(chain)?;
    let tip = node.latest().await?.height;
    let mut given_up = None;
    for (height, hash) in heads.iter().rev().filter(|(height, _)| *height <= tip) {
        if node.header(*height).await?.hash.0 == *hash {
            break;
        }
        given_up = Some(*height);
    }
    let Some(from) = given_up else { return Ok(()) };
    if heads.first().is_some_and(|(height, _)| *height == from) && heads.len() > 1 {
        return Err(Error::AnotherChain { chain, height: from });
    }
    store.undo(chain, (from, u64::MAX), &mut |_| true)?;
    intake.report.undone_from = Some(intake.report.undone_from.map_or(from, |before| before.min(from)));
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

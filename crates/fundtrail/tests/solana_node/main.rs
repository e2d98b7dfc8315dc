//! The stories of crates/solana on a real node: acted out as signed transactions, loaded by slot and by account over RPC, and held
//! against the balances that the node itself has.
//!
//! `make test-solana-node` compiles the node and names it in `FUNDTRAIL_SOLANA_NODE`; without it this is left out, and says so.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

#[path = "../../../solana/tests/stories/book.rs"]
mod book;
mod books;
mod cast;
mod node;
#[allow(dead_code, reason = "other stories use the rest")]
#[path = "../../../solana/tests/stories/programs.rs"]
mod programs;
#[allow(dead_code, reason = "other stories use the rest")]
#[path = "../../../ethereum/tests/stories/rpc.rs"]
mod rpc;
mod story;

use std::collections::BTreeSet;

use fundtrail::{
    Endpoint, Listener, RpcSettings, SolanaReport, SolanaSetting, SolanaWay, SolanaWhat, Store, Until, ingest_solana,
    types::{Address, Amount, Chain, Kind, Movement, TxId, TxOrder},
};
use node::Node;

fn load(store: &Store, node: &Node, what: SolanaWhat) -> SolanaReport {
    let endpoint = Endpoint::parse(&node.rpc.url).unwrap();
    let way = SolanaWay::Node { endpoint, rpc: RpcSettings::default(), record: None };
    let setting = SolanaSetting { way, what, chain: None, failed: true, again: false };
    let mut rejected = |problem: &fundtrail::types::Problem| panic!("{problem}");
    ingest_solana(store, &setting, &mut Listener { progress: &mut |_| true, rejected: &mut rejected }).unwrap()
}

fn all_reconcile(report: &SolanaReport) {
    assert_eq!((report.rejected, &report.problems, report.balances_unexplained), (0, &vec![], 0), "{report:#?}");
    assert_eq!((report.reconciled, &report.unexplained), (report.with_balances, &Default::default()));
}

#[test]
fn every_balance_of_the_node_is_explained_by_slot_and_by_account() {
    let Some(mut node) = Node::start() else { return };
    let told = story::act(&mut node);
    let last = node.settle();
    let folder = tempfile::tempdir().unwrap();
    let by_slot = Store::open(&folder.path().join("slots")).unwrap();
    let report = load(&by_slot, &node, SolanaWhat::Slots { from: 0, to: Until::Height(last) });
    all_reconcile(&report);
    assert_eq!((report.missing.clone(), report.with_balances), (Vec::<String>::new(), report.transactions));
    assert!(report.blocks > 10 && report.transactions > node.sent.len() as u64);
    // Accounts that the story made had nothing before it.
    let chain = report.chain;
    assert_eq!(books::of_store(&by_slot, chain, &told.made), books::of_node(&node, &told.made));
    let again = load(&by_slot, &node, SolanaWhat::Slots { from: 0, to: Until::Height(last) });
    assert_eq!((again.blocks, again.transactions, again.slots_known), (0, 0, last + 1));

    let by_account = Store::open(&folder.path().join("accounts")).unwrap();
    let key = |key: &solana_sdk::pubkey::Pubkey| Address::Solana(key.to_bytes());
    let report = load(
        &by_account,
        &node,
        SolanaWhat::Accounts { addresses: told.owners.iter().map(key).collect(), since: None },
    );
    all_reconcile(&report);
    assert!(report.token_accounts >= 5, "{report:#?}");
    let owners: BTreeSet<_> = told.owners.iter().copied().collect();
    assert_eq!(books::of_store(&by_account, chain, &owners), books::of_node(&node, &told.made).only(&owners));
    for id in &node.sent {
        let (of_slot, of_account) = (moved(&by_slot, chain, id), moved(&by_account, chain, id));
        assert!(!of_slot.is_empty(), "{id}");
        assert!(
            of_account.is_empty() || of_account == of_slot,
            "{id}: {of_account:#?} by account, {of_slot:#?} by slot"
        );
    }
    let only_fee = moved(&by_slot, chain, &told.failed);
    assert_eq!(
        only_fee.iter().map(|one| (one.kind, one.amount)).collect::<Vec<_>>(),
        [(Kind::Fee, Amount::from(5_000_u64))]
    );
    assert_eq!(moved(&by_account, chain, &told.failed), only_fee);
}

/// What a transaction moved, in order. Its place in its slot is known by slot alone.
fn moved(store: &Store, chain: Chain, id: &TxId) -> Vec<Movement> {
    let mut movements = store.movements_by_id(chain, id).unwrap();
    movements.iter_mut().for_each(|one| one.order.tx = TxOrder::Unknown);
    movements
}

/// What the story tells of itself.
struct Told {
    /// Whose histories are loaded.
    owners: Vec<solana_sdk::pubkey::Pubkey>,
    /// Every account that it made, owners among them.
    made: BTreeSet<solana_sdk::pubkey::Pubkey>,
    /// A transaction that failed.
    failed: TxId,
}

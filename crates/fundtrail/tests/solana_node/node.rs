//! A node of its own for the test, transactions sent to it, and accounts read from it.

use std::{
    collections::BTreeSet,
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use fundtrail::types::{Chain, TxId};
use serde_json::{Value, json};
use solana_sdk::{
    account::Account,
    hash::Hash,
    instruction::Instruction,
    message::{AddressLookupTableAccount, VersionedMessage, v0},
    pubkey::Pubkey,
    signature::Keypair,
    signer::Signer,
    transaction::VersionedTransaction,
};
use tempfile::TempDir;

use crate::rpc;

/// A node makes its first block, and finalizes a slot, within this.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Node {
    pub(crate) rpc: rpc::Node,
    /// The transactions of the story, in order.
    pub(crate) sent: Vec<TxId>,
    /// Every account that they name.
    pub(crate) named: BTreeSet<Pubkey>,
    process: Child,
    _ledger: TempDir,
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Node {
    /// A node with a new ledger; none if nobody names its program.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = std::env::var_os("FUNDTRAIL_SOLANA_NODE") else {
            eprintln!(
                "stories on a real Solana node: left out, because FUNDTRAIL_SOLANA_NODE names none (make test-solana-node)"
            );
            return None;
        };
        let ledger = tempfile::tempdir().unwrap();
        // Ports beside a free one are free as a rule; if not, the node says so and the test fails.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().min(60_000);
        let number = |offset: u16| (port + offset).to_string();
        let mut command = Command::new(program);
        command.args(["--bind-address", "127.0.0.1", "--quiet", "--reset"]).arg("--ledger").arg(ledger.path());
        command.args(["--rpc-port", &number(0), "--faucet-port", &number(2), "--gossip-port", &number(3)]);
        command.args(["--dynamic-port-range", &format!("{}-{}", number(4), number(40))]);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let rpc = rpc::Node::at(format!("http://127.0.0.1:{port}"));
        let node = Self { rpc, sent: Vec::new(), named: BTreeSet::new(), process, _ledger: ledger };
        node.until("the node makes blocks", || node.slot("confirmed").filter(|slot| *slot > 1));
        Some(node)
    }

    fn until<T>(&self, what: &str, mut done: impl FnMut() -> Option<T>) -> T {
        let started = Instant::now();
        loop {
            if let Some(done) = done() {
                return done;
            }
            assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
            sleep(Duration::from_millis(200));
        }
    }

    pub(crate) fn slot(&self, commitment: &str) -> Option<u64> {
        let slot = self.rpc.ask("getSlot", &json!([{"commitment": commitment}])).ok()?;
        serde_json::from_str(slot.get()).ok()
    }

    pub(crate) fn rent(&self, bytes: u64) -> u64 {
        self.rpc.get("getMinimumBalanceForRentExemption", json!([bytes]))
    }

    pub(crate) fn latest(&self) -> Hash {
        let latest: Value = self.rpc.get("getLatestBlockhash", json!([{"commitment": "confirmed"}]));
        latest["value"]["blockhash"].as_str().unwrap().parse().unwrap()
    }

    /// What a faucet gives.
    pub(crate) fn fund(&mut self, who: Pubkey, lamports: u64) {
        // The faucet starts after the node.
        let id: String = self.until("the faucet gives", || {
            let given = self.rpc.ask("requestAirdrop", &json!([who.to_string(), lamports])).ok()?;
            serde_json::from_str(given.get()).ok()
        });
        assert!(self.confirmed(&id));
    }

    /// Sends what must succeed.
    pub(crate) fn act(&mut self, instructions: &[Instruction], signers: &[&Keypair]) {
        let latest = self.latest();
        assert!(self.send(instructions, signers, &[], latest), "{:?}", self.sent.last());
    }

    /// Sends a transaction that the first of the signers pays; whether it succeeded.
    pub(crate) fn send(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
        tables: &[AddressLookupTableAccount],
        recent: Hash,
    ) -> bool {
        let message = v0::Message::try_compile(&signers[0].pubkey(), instructions, tables, recent).unwrap();
        let signed = VersionedTransaction::try_new(VersionedMessage::V0(message), signers).unwrap();
        let bytes = STANDARD.encode(bincode::serialize(&signed).unwrap());
        // Without the rehearsal, or what must fail would not come into a block.
        let how = json!({"encoding": "base64", "skipPreflight": true, "preflightCommitment": "confirmed"});
        let id: String = self.rpc.get("sendTransaction", json!([bytes, how]));
        self.sent.push(TxId::parse(Chain::SOLANA, &id).unwrap());
        self.named.extend(instructions.iter().flat_map(|one| &one.accounts).map(|account| account.pubkey));
        self.confirmed(&id)
    }

    fn confirmed(&self, id: &str) -> bool {
        self.until("a transaction is confirmed", || {
            let told: Value = self.rpc.get("getSignatureStatuses", json!([[id]]));
            let status = &told["value"][0];
            let is_there = matches!(status["confirmationStatus"].as_str(), Some("confirmed" | "finalized"));
            is_there.then(|| status["err"].is_null())
        })
    }

    /// Waits until all that was sent is final. Gives a slot after it that is final.
    pub(crate) fn settle(&self) -> u64 {
        let now = self.slot("confirmed").unwrap();
        self.until("the last slot is final", || self.slot("finalized").filter(|slot| *slot > now))
    }

    /// Accounts as they lie on the node; those that are not there have nothing.
    pub(crate) fn accounts(&self, keys: &[Pubkey]) -> Vec<Account> {
        let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
        let how = json!({"encoding": "base64", "commitment": "finalized"});
        let told: Value = self.rpc.get("getMultipleAccounts", json!([names, how]));
        let account = |told: &Value| {
            let Some(lamports) = told["lamports"].as_u64() else { return Account::default() };
            let data = STANDARD.decode(told["data"][0].as_str().unwrap()).unwrap();
            let owner = told["owner"].as_str().unwrap().parse().unwrap();
            Account { lamports, data, owner, ..Account::default() }
        };
        told["value"].as_array().unwrap().iter().map(account).collect()
    }
}

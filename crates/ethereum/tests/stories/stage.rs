//! Where a story is played: a node, its people, and transactions of theirs, each in a block of its own.

use std::cell::{Cell, RefCell};

use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::SolCall,
};
use serde_json::{Value, json};

use crate::{
    anvil::{Anvil, Fork},
    fact::{Fact, Story},
    npm::Packages,
    reconcile,
    rpc::Node,
    sent::Sent,
    tx::Tx,
};

/// Seconds between blocks, as on mainnet.
const BLOCK_TIME: u64 = 12;
/// How many unlocked accounts with 10,000 ether each the node has.
const PEOPLE: usize = 10;

/// One whole coin.
pub(crate) const ETHER: u128 = 1_000_000_000_000_000_000;

/// `ether` thousandths of a coin, in wei.
pub(crate) fn milli(ether: u64) -> U256 {
    U256::from(ether) * U256::from(ETHER / 1000)
}

/// A node with its people.
pub(crate) struct Stage {
    pub(crate) node: Node,
    pub(crate) packages: Packages,
    people: Vec<Address>,
    hired: Cell<usize>,
    accounts: RefCell<Vec<(&'static str, Address)>>,
    fork: Fork,
    _anvil: Anvil,
}

/// Says that a story was not played, because a test that passes in silence would claim that it was.
#[allow(clippy::print_stderr, reason = "the only way in which a test can say that it was left out")]
pub(crate) fn left_out(name: &str) {
    eprintln!("story `{name}` left out: `sh scripts/npm-fixtures.sh` installs the node that it is played on");
}

/// Plays a story and proves it; without the packages, says that it is left out.
pub(crate) fn play(name: &'static str, fork: Fork, tell: impl FnOnce(&Stage) -> Told) {
    play_and(name, fork, tell, |_| ());
}

/// The same, and then looks closer at the story while its node runs.
pub(crate) fn play_and(name: &'static str, fork: Fork, tell: impl FnOnce(&Stage) -> Told, look: impl FnOnce(&Story)) {
    let Some(packages) = Packages::find() else { return left_out(name) };
    let stage = Stage::open(packages, fork);
    let told = tell(&stage);
    let story = stage.story(name, told);
    reconcile::prove(&story);
    look(&story);
}

/// What a story's own file says.
pub(crate) struct Told {
    /// The first height at which the facts are complete.
    pub(crate) from_height: u64,
    pub(crate) tokens: Vec<Address>,
    pub(crate) expected: Vec<Fact>,
}

impl Stage {
    pub(crate) fn open(packages: Packages, fork: Fork) -> Self {
        let anvil = Anvil::start(&packages, fork);
        let node = Node::at(anvil.url.clone());
        let _: Value = node.get("anvil_setBlockTimestampInterval", json!([BLOCK_TIME]));
        let people: Vec<Address> = node.get("eth_accounts", json!([]));
        assert_eq!(people.len(), PEOPLE);
        let accounts = RefCell::default();
        let stage = Self { node, packages, people, hired: Cell::new(0), accounts, fork, _anvil: anvil };
        // Tips go to an account that nobody else uses, so that they show.
        let builder = stage.stranger("builder");
        let _: Value = stage.node.get("anvil_setCoinbase", json!([builder]));
        stage
    }

    /// The next unlocked account.
    pub(crate) fn person(&self, name: &'static str) -> Address {
        let next = self.hired.replace(self.hired.get() + 1);
        self.named(name, self.people[next])
    }

    /// An account that never sent anything, so it holds what the story gave it.
    pub(crate) fn stranger(&self, name: &'static str) -> Address {
        self.named(name, Address::from_word(keccak256(name)))
    }

    /// Gives an account its name in messages, and a place among those that the truths are asked for.
    pub(crate) fn named(&self, name: &'static str, account: Address) -> Address {
        self.accounts.borrow_mut().push((name, account));
        account
    }

    /// Creates a contract; `arguments` are those of its constructor, encoded.
    pub(crate) fn deploy(&self, name: &'static str, by: Address, code: &Bytes, arguments: &[u8]) -> Address {
        let sent = self.send(&Tx::create(by, [code, arguments].concat().into()));
        assert!(sent.ok, "{name} was not deployed");
        self.named(name, sent.created.unwrap())
    }

    /// Sends a transaction into a block of its own.
    pub(crate) fn send(&self, tx: &Tx) -> Sent {
        self.together(std::slice::from_ref(tx)).remove(0)
    }

    /// The same, for what must succeed.
    pub(crate) fn done(&self, tx: &Tx) -> Sent {
        let sent = self.send(tx);
        assert!(sent.ok, "{} failed", tx.json());
        sent
    }

    /// Sends several transactions into one block, in this order.
    pub(crate) fn together(&self, txs: &[Tx]) -> Vec<Sent> {
        let hashes: Vec<B256> = txs.iter().map(|tx| self.node.get("eth_sendTransaction", json!([tx.json()]))).collect();
        let _: Value = self.node.get("evm_mine", json!([]));
        hashes.into_iter().map(|hash| Sent::of(&self.node, hash)).collect()
    }

    /// Asks a contract without a transaction, at the latest height.
    pub(crate) fn ask<C: SolCall>(&self, to: Address, call: &C) -> C::Return {
        let data = Bytes::from(call.abi_encode());
        let answer: Bytes = self.node.get("eth_call", json!([{"to": to, "data": data}, "latest"]));
        C::abi_decode_returns(&answer).unwrap()
    }

    /// The height of the next block.
    pub(crate) fn next_height(&self) -> u64 {
        let latest: alloy::primitives::U64 = self.node.get("eth_blockNumber", json!([]));
        latest.to::<u64>() + 1
    }

    /// What an account holds now.
    pub(crate) fn balance(&self, account: Address) -> U256 {
        self.node.get("eth_getBalance", json!([account, "latest"]))
    }

    pub(crate) fn story(&self, name: &'static str, told: Told) -> Story {
        let Told { from_height, tokens, expected } = told;
        let (accounts, rpc_url) = (self.accounts.borrow().clone(), self.node.url.clone());
        Story {
            name,
            rpc_url,
            fork: self.fork,
            from_height,
            to_height: self.next_height() - 1,
            accounts,
            tokens,
            expected,
        }
    }
}

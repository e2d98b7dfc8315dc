//! A node of our own: started for one story, on a free port, and gone with it.
//!
//! Accounts, genesis time and the time between blocks are fixed, so the same story has the same hashes wherever it is played.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::npm::Packages;

/// Everybody's test mnemonic: its keys are public, and worthless.
const MNEMONIC: &str = "test test test test test test test test test test test junk";
const GENESIS_TIME: &str = "1700000000";
/// A start takes far less; a busy machine may need some of it.
const START_MAX: Duration = Duration::from_secs(30);

/// The rules that the chain obeys.
#[derive(Clone, Copy)]
pub(crate) enum Fork {
    /// Proof of work's rules, with EIP-1559; SELFDESTRUCT destroys.
    London,
    /// The last rules under which SELFDESTRUCT destroys any contract.
    Shanghai,
    /// EIP-7702, blobs, and EIP-6780: SELFDESTRUCT destroys only what the same transaction created.
    Prague,
}

/// A running node; dropped, it ends.
pub(crate) struct Anvil {
    process: Child,
    pub(crate) url: String,
}

impl Anvil {
    pub(crate) fn start(packages: &Packages, fork: Fork) -> Self {
        let fork = match fork {
            Fork::London => "london",
            Fork::Shanghai => "shanghai",
            Fork::Prague => "prague",
        };
        let mut command = Command::new(packages.anvil().expect("anvil is among the packages"));
        // Port 0 lets the system choose, and the node says which it was: no other process can take it in between.
        command.args(["--port", "0", "--host", "127.0.0.1", "--threads", "1", "--chain-id", "31337"]);
        command.args(["--mnemonic", MNEMONIC, "--timestamp", GENESIS_TIME, "--hardfork", fork]);
        // As mainnet has it: room for several of the stories' transactions.
        command.args(["--gas-limit", "60000000"]);
        // A story mines when it has sent what belongs together, in the order of arrival; the default is by fee.
        command.args(["--no-mining", "--order", "fifo"]);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let url = listening(process.stdout.take().unwrap());
        let Some(url) = url else {
            let _ = process.kill();
            panic!("anvil did not listen within {START_MAX:?}");
        };
        Self { process, url }
    }
}

/// Waits for the line that names the port, and reads on in the background: a full pipe would stop the node.
fn listening(output: ChildStdout) -> Option<String> {
    let (say, heard) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(address) = line.strip_prefix("Listening on ") {
                let _ = say.send(format!("http://{address}"));
            }
        }
    });
    heard.recv_timeout(START_MAX).ok()
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

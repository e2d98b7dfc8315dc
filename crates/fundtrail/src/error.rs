//! What can go wrong between a question and its answer.

use fundtrail_graph::TraceError;
use fundtrail_store::StoreError;
use fundtrail_types::Problem;

/// Why something could not be done. Input that is only partly bad is no error: it is counted and reported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file as a whole could not be read.
    #[error("{0}")]
    File(Problem),
    /// A file is a table, but not one that can be used here.
    #[error("{file} is a table of {found}: {remedy}")]
    WrongTable {
        /// The file.
        file: String,
        /// What it holds.
        found: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A case file is no case.
    #[error("{file} is not a case: {reason}")]
    Case {
        /// The file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// The rows that were rejected could not be written.
    #[error("cannot write the list of rejected rows: {0}")]
    Rejects(String),
    /// The caller asked to stop. What was stored stays; running again goes on from there.
    #[error("interrupted after {done} {of}: run the same command again to go on from there")]
    Interrupted {
        /// How many are done.
        done: u64,
        /// Of what: `records`, `blocks`, `movements`.
        of: &'static str,
    },
    /// An export cannot be written.
    #[error("cannot write the export to {path} ({cause}): make room, or name another file")]
    Export {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The caller asked to stop, and nothing of what was done is kept.
    #[error("interrupted: nothing was written")]
    Stopped,
    /// A thread ended early.
    #[error("the thread that reads the file ended early: run the same command again; if it stays so, tell us")]
    ReaderEnded,
    /// An endpoint did not answer, or a recording cannot be written or read.
    #[error(transparent)]
    Rpc(#[from] fundtrail_rpc::Error),
    /// A chain could not be asked.
    #[error(transparent)]
    Ethereum(#[from] fundtrail_ethereum::Error),
    /// Transactions of Solana could not be had.
    #[error(transparent)]
    Solana(#[from] fundtrail_solana::Error),
    /// A list goes round.
    #[error("{source_name} gives the same page of transactions of {address} again and again: use another node")]
    PagesRepeat {
        /// Without its key.
        source_name: String,
        /// Whose list.
        address: fundtrail_types::Address,
    },
    /// An explorer could not be asked.
    #[error(transparent)]
    Explorer(#[from] fundtrail_ethereum::explorer::Error),
    /// The load ends before it begins.
    #[error(
        "the load would go from block {from} to block {to}, the last one that there is to load: name an earlier block with --from, or wait"
    )]
    NoBlocks {
        /// The first block.
        from: u64,
        /// The last.
        to: u64,
    },
    /// The load would end before it begins.
    #[error("--from {from} is over --to {to}: swap or correct them")]
    HeightsSwapped {
        /// The first block.
        from: u64,
        /// The last.
        to: u64,
    },
    /// A block is another one than the one that is stored, again and again.
    #[error(
        "block {height} of {chain} is {told} here, and the one that is stored is {stored}: the chain goes one way and then the other; wait, or load only what is finalized"
    )]
    Turned {
        /// The chain.
        chain: fundtrail_types::Chain,
        /// Where.
        height: u64,
        /// The hash that is stored.
        stored: String,
        /// The hash that came.
        told: String,
    },
    /// A recording without blocks.
    #[error(
        "no block of these heights is recorded in {path}: name a folder with replies of eth_getBlockByNumber, or other heights"
    )]
    NoneRecorded {
        /// The folder.
        path: std::path::PathBuf,
    },
    /// A recording that does not tell its chain.
    #[error("the replies in {path} do not tell their chain: name it with --chain, for example --chain eip155:1")]
    ChainNotNamed {
        /// The folder.
        path: std::path::PathBuf,
    },
    /// A recording of other chains.
    #[error(
        "the replies in {path} are of {chains}: name that chain, or keep recordings of several chains in folders of their own"
    )]
    RecordedChains {
        /// The folder.
        path: std::path::PathBuf,
        /// The chains that they name.
        chains: String,
    },
    /// Not a chain of Ethereum's kind.
    #[error("{0} is no chain of Ethereum's kind: name one as eip155:1")]
    NotEvm(fundtrail_types::Chain),
    /// The blocks that are stored are not those of the node's chain.
    #[error(
        "none of the last stored blocks of {chain} is in the chain that this node has, down to block {height}, the lowest one whose hash is kept: if the node is of another network with the same number, load into another database with --db; if the chain took back so many, `fundtrail db undo --chain {chain} --from {height} --db {db}` takes them away, or --from an earlier block, if it went another way before", db = db.display()
    )]
    AnotherChain {
        /// The chain.
        chain: fundtrail_types::Chain,
        /// The lowest block that was compared.
        height: u64,
        /// The database.
        db: std::path::PathBuf,
    },
    /// Nothing can be asked at all.
    #[error("cannot begin to ask: {0}")]
    Runtime(String),
    /// A transaction that is not stored.
    #[error(
        "the database holds no transaction {id} of {chains}: check the id, name another chain with --chain, or load data that holds it"
    )]
    NoTransaction {
        /// What was asked for.
        id: String,
        /// Where it was looked for.
        chains: String,
    },
    /// One id on several chains.
    #[error("transaction {id} is stored on {chains}: name one of them with --chain")]
    OnSeveralChains {
        /// What was asked for.
        id: String,
        /// The chains.
        chains: String,
    },
    /// The trace failed.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// Whether it is about one file, so that others can still be loaded.
    pub fn is_of_file(&self) -> bool {
        matches!(self, Self::File(_) | Self::WrongTable { .. })
    }
}

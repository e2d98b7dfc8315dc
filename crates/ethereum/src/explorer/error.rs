//! Why an explorer's lists could not be had. Each error names the explorer (never its key), what was asked, and what to do.

use std::path::PathBuf;

/// Why an explorer's lists could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No HTTP client can be made, or a file cannot be read or written.
    #[error(transparent)]
    Way(#[from] fundtrail_rpc::Error),
    /// What was given is no address of an explorer. What was given is not repeated: it may hold a key.
    #[error(
        "the address of the explorer cannot be read ({why}): give the URL of its API, such as https://eth.blockscout.com/api"
    )]
    Url {
        /// What is wrong with it.
        why: String,
    },
    /// Explorers of this kind are of EVM chains.
    #[error("{chain} is not a chain of Ethereum's kind: name the explorer's chain, for example eip155:1")]
    NotEvm {
        /// The chain that was named.
        chain: String,
    },
    /// The URL names a chain, and it is another one.
    #[error("the URL of {explorer} asks for chain {found}, and chain {expected} is wanted: correct one of the two")]
    WrongChain {
        /// Which explorer.
        explorer: String,
        /// The chain id that is wanted.
        expected: String,
        /// The chain id in the URL.
        found: String,
    },
    /// So short a text is no key, and could not be kept out of messages.
    #[error(
        "the key for {explorer} has fewer than 8 characters: give the whole key, or none if the explorer wants none"
    )]
    ShortKey {
        /// Which explorer.
        explorer: String,
    },
    /// Connections fail, break, or bring nothing in time.
    #[error(
        "{explorer} did not answer {action} in {tries} tries ({why}): check that it can be reached, then run the command again"
    )]
    Unreachable {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// How often.
        tries: usize,
        /// What happened the last time.
        why: String,
    },
    /// The explorer asks us to slow down, again and again.
    #[error(
        "{explorer} still limits our requests ({action}, after {tries} tries: {why}): set a lower rate of requests per second, or give a key of your own"
    )]
    RateLimited {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// How often.
        tries: usize,
        /// What it said the last time.
        why: String,
    },
    /// No further call may be made.
    #[error(
        "{explorer} was not asked for more ({action}): the budget of calls is spent; give a larger one to go on from here"
    )]
    Spent {
        /// Which explorer.
        explorer: String,
        /// What would have been asked.
        action: &'static str,
    },
    /// The requests of the day or month are used up.
    #[error(
        "{explorer} gives no more answers on this plan for now ({action}: {said}): go on when the limit is reset, or use a larger plan"
    )]
    Quota {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// What it said.
        said: String,
    },
    /// The key is missing or wrong.
    #[error(
        "{explorer} does not take the key ({action}: {said}): give a valid key of this explorer; a new one may take some minutes to work"
    )]
    Key {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// What it said.
        said: String,
    },
    /// The plan of the key does not have this chain or list.
    #[error(
        "{explorer} does not serve {action} on this plan ({said}): use a larger plan, or a Blockscout explorer of the chain, or a node"
    )]
    Plan {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// What it said.
        said: String,
    },
    /// The explorer does not have the chain, or was not told it in its way.
    #[error(
        "{explorer} does not know the chain that was asked for ({action}: {said}): check the chain, and that the URL is that of the API (Etherscan: https://api.etherscan.io/v2/api)"
    )]
    Chain {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// What it said.
        said: String,
    },
    /// Another HTTP status than success.
    #[error("{explorer} answers {action} with HTTP {status} ({said}): check its URL, path included, and the key")]
    Status {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// The status.
        status: u16,
        /// The beginning of what it said.
        said: String,
    },
    /// An answer longer than we take.
    #[error(
        "the answer of {explorer} to {action} is longer than {bytes_max} bytes and was not read to its end: ask for fewer rows a page, or raise the limit of bytes in one answer"
    )]
    TooLarge {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// The limit, in bytes after decompression.
        bytes_max: usize,
    },
    /// An answer that is none of an Etherscan-compatible API.
    #[error(
        "{explorer} does not answer {action} as an Etherscan-compatible explorer does ({why}): check that its URL is that of the API, path included, such as https://HOST/api"
    )]
    NotExplorer {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// What is wrong, with the beginning of what came.
        why: String,
    },
    /// The explorer understood, and refused for another reason.
    #[error("{explorer} refuses {action} ({said}): ask for what it serves, or use another explorer or a node")]
    Refused {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// What it said.
        said: String,
    },
    /// The explorer heeds neither range nor page, so that no list could be read whole.
    #[error(
        "{explorer} does not page {action} as asked ({why}): nothing of it was taken; ask for fewer rows a page, or use another explorer"
    )]
    Astray {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// What it did.
        why: String,
    },
    /// More rows in one block than can be had.
    #[error(
        "block {height} has {rows} rows or more of {action} for this account, and {explorer} gives no more than {rows} of one block: ask a node for this block, and go on from the next"
    )]
    BlockTooLong {
        /// Which explorer.
        explorer: String,
        /// What was asked.
        action: &'static str,
        /// The block.
        height: u64,
        /// Rows that were had.
        rows: usize,
    },
    /// The recording does not have an answer.
    #[error("{path}: no answer to {question} is recorded: replay with the same account, heights and page size as recorded, or ask the explorer", path = path.display())]
    NotRecorded {
        /// The folder.
        path: PathBuf,
        /// What was asked.
        question: String,
    },
    /// Recordings of several explorers lie in one folder, and it is not told which one to believe.
    #[error("{path} holds answers of several explorers ({explorers}): keep the recordings of each in a folder of its own", path = path.display())]
    SeveralExplorers {
        /// The folder.
        path: PathBuf,
        /// Their names.
        explorers: String,
    },
}

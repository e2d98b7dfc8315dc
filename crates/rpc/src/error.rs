//! Errors of asking and of recording. Each names the endpoint (without its key) or the file, and what to do.

use std::path::PathBuf;

use crate::Endpoint;

/// Why an answer could not be had, or a recording not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was given is no address of a node. What was given is not repeated: it may hold a key.
    #[error("the address of the node cannot be read ({why}): give a URL such as http://localhost:8545")]
    Url {
        /// What is wrong with it.
        why: String,
    },
    /// No HTTP client could be made.
    #[error(
        "no connection to {endpoint} can be made from here ({why}): check the TLS certificates and proxy settings of this system"
    )]
    Setup {
        /// Where.
        endpoint: Endpoint,
        /// What the HTTP library said.
        why: String,
    },
    /// Connections fail, break, or bring nothing in time.
    #[error(
        "{endpoint} did not answer {method} in {tries} tries ({why}): check that the node runs and can be reached, then run the command again"
    )]
    Unreachable {
        /// Where.
        endpoint: Endpoint,
        /// What was asked.
        method: String,
        /// How often.
        tries: usize,
        /// What happened the last time.
        why: String,
    },
    /// No further call may be made.
    #[error("{endpoint} was not asked {method}: the budget of calls is spent; give a larger one to go on from here")]
    Spent {
        /// Where.
        endpoint: Endpoint,
        /// What would have been asked.
        method: String,
    },
    /// The endpoint asks us to slow down, again and again.
    #[error(
        "{endpoint} still limits our requests ({method}, after {tries} tries: {why}): set a lower rate of requests per second or fewer at once, or use an endpoint with a higher limit"
    )]
    RateLimited {
        /// Where.
        endpoint: Endpoint,
        /// What was asked.
        method: String,
        /// How often.
        tries: usize,
        /// What it said the last time.
        why: String,
    },
    /// The endpoint does not let us in.
    #[error(
        "{endpoint} does not let us in (HTTP {status}, {said}): check the key in its URL, and that its plan allows {method}"
    )]
    Denied {
        /// Where.
        endpoint: Endpoint,
        /// What was asked.
        method: String,
        /// 401, 403 or 407.
        status: u16,
        /// The beginning of what it said.
        said: String,
    },
    /// Another HTTP status than success.
    #[error(
        "{endpoint} answers {method} with HTTP {status} ({said}): check that its URL is that of a JSON-RPC endpoint, path included"
    )]
    Status {
        /// Where.
        endpoint: Endpoint,
        /// What was asked.
        method: String,
        /// The status.
        status: u16,
        /// The beginning of what it said.
        said: String,
    },
    /// An answer longer than we take.
    #[error(
        "the answer of {endpoint} to {method} is longer than {bytes_max} bytes and was not read to its end: if this is no mistake of the endpoint, raise the limit of bytes in one answer"
    )]
    TooLarge {
        /// Where.
        endpoint: Endpoint,
        /// What was asked.
        method: String,
        /// The limit, in bytes after decompression.
        bytes_max: usize,
    },
    /// An answer that is no JSON-RPC, or answers something else.
    #[error(
        "{endpoint} does not answer {method} as JSON-RPC does ({why}): check that its URL is that of a JSON-RPC endpoint, path included"
    )]
    NotJsonRpc {
        /// Where.
        endpoint: Endpoint,
        /// What was asked.
        method: String,
        /// What is wrong, with the beginning of what came.
        why: String,
    },
    /// The node understood, and answered with an error.
    #[error(
        "{endpoint} answers {method} with error {code} ({message}): use a node that serves this method with these parameters"
    )]
    Answered {
        /// Where.
        endpoint: Endpoint,
        /// What was asked.
        method: String,
        /// The code of JSON-RPC.
        code: i64,
        /// What the node said.
        message: String,
    },
    /// A result whose form is not that of its method.
    #[error("{endpoint} answers {method} with something else than {expected} ({why}): use another node")]
    Malformed {
        /// Where.
        endpoint: Endpoint,
        /// What was asked.
        method: String,
        /// What should have come.
        expected: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A file or folder cannot be read or written.
    #[error("{path}: {cause}: check that it is there, that it may be read and written, and that the disk is not full", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// A recorded reply that was indexed can no longer be read.
    #[error("{path} changed while it was being read ({why}): leave it alone and run the command again", path = path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// What does not hold any more.
        why: String,
    },
    /// No recorded blocks where there should be.
    #[error("no recorded replies in {path}: give a folder of .json or .jsonl files (plain, .gz or .zst)", path = path.display())]
    NothingRecorded {
        /// The folder.
        path: PathBuf,
    },
}

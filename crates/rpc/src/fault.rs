//! What can go wrong with one exchange, and whether trying again may help.

use std::time::Duration;

use crate::{Endpoint, Error};

/// One exchange that brought no result. Texts in it have lost the endpoint's key already.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// No connection, or it broke.
    #[error("{0}")]
    Connect(String),
    /// Nothing came in time.
    #[error("no {what} within {} s", after.as_secs_f32())]
    Timeout {
        /// What did not come.
        what: &'static str,
        /// How long it was waited for.
        after: Duration,
    },
    /// The answer ended too early.
    #[error("the answer was cut off: {0}")]
    Cut(String),
    /// The answer was longer than we take.
    #[error("more than {bytes_max} bytes")]
    TooLarge {
        /// The limit, after decompression.
        bytes_max: usize,
    },
    /// Another HTTP status than success.
    #[error("HTTP {status}, {said}")]
    Status {
        /// The status.
        status: u16,
        /// The pause that was asked for.
        retry_after: Option<Duration>,
        /// The beginning of the page.
        said: String,
    },
    /// What came is no answer of JSON-RPC.
    #[error("{0}")]
    NotJsonRpc(String),
    /// It answers something else than what was asked.
    #[error("{0}")]
    Ids(String),
    /// An error of JSON-RPC that may pass on this chain.
    #[error("error {code}, {message}")]
    NotNow {
        /// Its code.
        code: i64,
        /// What it says.
        message: String,
    },
    /// Nothing was sent: no further call may be made.
    #[error("the budget of calls is spent")]
    Spent,
    /// An error of JSON-RPC.
    #[error("error {code}, {message}")]
    Answered {
        /// Its code.
        code: i64,
        /// What it says.
        message: String,
    },
}

/// What to do about a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It may pass: try again, after the pause that the endpoint asked for if it did.
    Again(Option<Duration>),
    /// It may be an accident of a load balancer, but is more likely the wrong address: try again only a little.
    Little,
    /// It will not pass.
    Never,
}

impl Fault {
    /// What to do about it.
    #[must_use]
    pub fn course(&self) -> Course {
        match self {
            Self::Connect(_) | Self::Timeout { .. } | Self::Cut(_) | Self::NotNow { .. } => Course::Again(None),
            Self::Status { status, retry_after, .. } => match status {
                408 | 425 | 429 | 500..=599 if *status != 501 && *status != 505 => Course::Again(*retry_after),
                _ => Course::Never,
            },
            Self::NotJsonRpc(_) | Self::Ids(_) => Course::Little,
            Self::Answered { code, message } if says_slow_down(*code, message) => Course::Again(None),
            Self::TooLarge { .. } | Self::Spent | Self::Answered { .. } => Course::Never,
        }
    }

    /// Whether a smaller batch may do what this one could not.
    #[must_use]
    pub fn blames_batch(&self) -> bool {
        match self {
            Self::TooLarge { .. } | Self::Timeout { .. } => true,
            Self::Status { status, .. } => matches!(status, 400 | 404 | 405 | 406 | 413 | 415 | 422 | 501),
            // An endpoint that knows no batches answers one with a single error, or with a page.
            Self::NotJsonRpc(_) | Self::Ids(_) => true,
            Self::Answered { code, message } => {
                matches!(code, -32_600 | -32_700) || message.to_lowercase().contains("batch")
            }
            Self::Connect(_) | Self::Cut(_) | Self::NotNow { .. } | Self::Spent => false,
        }
    }

    /// Whether the endpoint said outright that it takes no such batch.
    #[must_use]
    pub fn refuses_batch(&self) -> bool {
        self.blames_batch() && !matches!(self, Self::Timeout { .. } | Self::NotJsonRpc(_) | Self::Ids(_))
    }

    /// The error for people, once it is final.
    #[must_use]
    pub fn into_error(self, endpoint: &Endpoint, method: &str, tries: usize) -> Error {
        let (endpoint, method) = (endpoint.clone(), method.to_owned());
        let why = self.to_string();
        match self {
            Self::Connect(_) | Self::Timeout { .. } | Self::Cut(_) | Self::NotNow { .. } => {
                Error::Unreachable { endpoint, method, tries, why }
            }
            Self::Spent => Error::Spent { endpoint, method },
            Self::TooLarge { bytes_max } => Error::TooLarge { endpoint, method, bytes_max },
            Self::Status { status: 429, .. } => Error::RateLimited { endpoint, method, tries, why },
            Self::Status { status: status @ (401 | 403 | 407), said, .. } => {
                Error::Denied { endpoint, method, status, said }
            }
            Self::Status { status: 500..=599, .. } => Error::Unreachable { endpoint, method, tries, why },
            Self::Status { status, said, .. } => Error::Status { endpoint, method, status, said },
            Self::NotJsonRpc(_) | Self::Ids(_) => Error::NotJsonRpc { endpoint, method, why },
            Self::Answered { code, ref message } if says_slow_down(code, message) => {
                Error::RateLimited { endpoint, method, tries, why }
            }
            Self::Answered { code, message } => Error::Answered { endpoint, method, code, message },
        }
    }
}

/// Whether an error of JSON-RPC means "too many requests" or "not now", in one of the many ways of providers.
///
/// The numbers are those of Alchemy (429), Infura and Solana's nodes that lag behind (-32005) and Cloudflare (-32055). Others
/// give numbers that mean something else elsewhere, so their words are asked.
fn says_slow_down(code: i64, message: &str) -> bool {
    const CODES: [i64; 3] = [429, -32_005, -32_055];
    const WORDS: [&str; 11] = [
        "concurrent requests",
        "credits limited",
        "header not found",
        "rate exceeded",
        "rate limit",
        "rate-limit",
        "ratelimit",
        "request limit",
        "throttl",
        "too many concurrent",
        "too many request",
    ];
    let message = message.to_lowercase();
    CODES.contains(&code) || WORDS.iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(code: i64, message: &str) -> Course {
        Fault::Answered { code, message: message.into() }.course()
    }

    fn status(status: u16) -> Course {
        Fault::Status { status, retry_after: None, said: String::new() }.course()
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        for (code, message) in [
            (-32_005, "limit exceeded"),
            (429, "slow down"),
            (-32_000, "Too Many Requests"),
            (-32_007, "100/second request limit reached"),
            (-32_016, "over rate limit"),
        ] {
            assert_eq!(answered(code, message), Course::Again(None), "{code} {message}");
        }
        for code in [408, 429, 500, 502, 503, 504, 520] {
            assert_eq!(status(code), Course::Again(None), "{code}");
        }
    }

    #[test]
    fn what_cannot_succeed_is_not() {
        for (code, message) in [
            (-32_601, "the method debug_traceBlockByNumber does not exist/is not available"),
            (-32_602, "invalid argument 0"),
            (-32_000, "missing trie node"),
        ] {
            assert_eq!(answered(code, message), Course::Never, "{code} {message}");
        }
        for code in [301, 400, 401, 403, 404, 501] {
            assert_eq!(status(code), Course::Never, "{code}");
        }
    }
}

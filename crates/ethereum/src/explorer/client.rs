//! Asking an explorer, with patience.

use std::{num::NonZeroU32, time::Duration};

use backon::{BackoffBuilder, ExponentialBuilder};
use fundtrail_rpc::{Course, Fault, Http, Recorder, Reply, Settings};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use serde_json::value::RawValue;
use tokio::time::sleep;

use super::{
    Error, Site,
    answer::{self, Page, Refusal},
    ask::Ask,
};

/// Requests per second that every plan allows: the free plan of Etherscan has 3 (docs.etherscan.io, rate limits; it was 5 until
/// 2025), Blockscout without a key 5.
const RATE: u32 = 3;

/// A page of 1,000 rows takes about 1 MB; the input of a call, which some explorers print, can make it many times that.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// How often something is tried again that is more likely a mistake than an accident.
const LITTLE: usize = 2;

/// How an explorer is asked if nothing else is said. `concurrency` and `batch` have no meaning here: it is asked one page
/// after the other.
#[must_use]
pub fn settings() -> Settings {
    Settings {
        rate: NonZeroU32::new(RATE),
        answer_bytes_max: ANSWER_BYTES_MAX,
        first_byte: Duration::from_secs(60),
        ..Settings::default()
    }
}

/// An explorer that is asked one question at a time.
#[derive(Debug)]
pub struct Explorer {
    site: Site,
    http: Http,
    settings: Settings,
    rate: Option<DefaultDirectRateLimiter>,
    recorder: Option<Recorder>,
}

/// Why one try brought nothing.
enum Trouble {
    Exchange(Fault),
    Refused(Refusal),
}

impl Explorer {
    /// Makes a client; nothing is sent yet. [`settings`] suits the free plans.
    ///
    /// # Errors
    /// [`Error::Way`] if the system has no TLS certificates, or unreadable proxy settings.
    pub fn new(site: Site, settings: Settings) -> Result<Self, Error> {
        let http = Http::new(site.endpoint().clone(), &settings)?;
        let rate = settings.rate.map(|rate| RateLimiter::direct(Quota::per_second(rate).allow_burst(NonZeroU32::MIN)));
        Ok(Self { site, http, settings, rate, recorder: None })
    }

    /// Records every good answer while it comes: the whole body, with its SHA-256 and the question without the key.
    #[must_use]
    pub fn record(mut self, recorder: Recorder) -> Self {
        self.recorder = Some(recorder);
        self
    }

    /// Where it asks.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Waits until what was recorded is on the disk. Whoever keeps a checkpoint calls this before it moves on.
    ///
    /// # Errors
    /// [`Error::Way`] if the disk refuses.
    pub fn sync(&self) -> Result<(), Error> {
        self.recorder.as_ref().map_or(Ok(()), |recorder| Ok(recorder.sync()?))
    }

    pub(super) async fn page(&mut self, ask: &Ask) -> Result<Page, Error> {
        self.patiently(ask, answer::page).await
    }

    /// The height of its last block; none if it does not tell.
    pub(super) async fn head(&mut self) -> Result<Option<u64>, Error> {
        for ask in [Ask::head(), Ask::blockscout_head()] {
            match self.patiently(&ask, answer::height).await {
                Ok(height) => return Ok(Some(height)),
                // It does not have the module, and says so in its way.
                Err(Error::Refused { .. } | Error::NotExplorer { .. } | Error::Plan { .. }) => {}
                Err(Error::Status { status: 400 | 404 | 405 | 422 | 501, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Asks until there is an answer or a final error.
    async fn patiently<T>(&mut self, ask: &Ask, read: fn(&RawValue) -> Result<T, Refusal>) -> Result<T, Error> {
        let mut pauses = ExponentialBuilder::new()
            .with_jitter()
            .with_min_delay(self.settings.pause_min)
            .with_max_delay(self.settings.pause_max)
            .with_max_times(self.settings.retries)
            .build();
        let (mut tries, mut little) = (0, LITTLE);
        loop {
            tries += 1;
            let trouble = match self.once(ask, read).await {
                Ok((body, answer)) => {
                    self.keep(ask, &body)?;
                    return Ok(answer);
                }
                Err(trouble) => trouble,
            };
            let (pause, wished) = match trouble.course() {
                Course::Never => (None, None),
                Course::Little if little == 0 => (None, None),
                Course::Little => {
                    little -= 1;
                    (pauses.next(), None)
                }
                Course::Again(wished) => (pauses.next(), wished),
            };
            let Some(pause) = pause else { return Err(self.error(ask.action, tries, trouble)) };
            sleep(pause.max(wished.unwrap_or_default().min(self.settings.retry_after_max))).await;
        }
    }

    async fn once<T>(
        &self,
        ask: &Ask,
        read: fn(&RawValue) -> Result<T, Refusal>,
    ) -> Result<(Box<RawValue>, T), Trouble> {
        if let Some(rate) = &self.rate {
            rate.until_ready().await;
        }
        let query: Vec<(&str, &str)> = ask.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = self.http.get(&query).await.map_err(Trouble::Exchange)?;
        let body = self.parse(&body).map_err(Trouble::Exchange)?;
        let answer = read(&body).map_err(Trouble::Refused)?;
        Ok((body, answer))
    }

    fn parse(&self, body: &[u8]) -> Result<Box<RawValue>, Fault> {
        serde_json::from_slice(body).map_err(|error| {
            if error.is_eof() && !body.trim_ascii().is_empty() {
                Fault::Cut(format!("its JSON ends after {} bytes", body.len()))
            } else {
                Fault::NotJsonRpc(format!("it sent {}", self.http.excerpt(body)))
            }
        })
    }

    fn keep(&mut self, ask: &Ask, body: &RawValue) -> Result<(), Error> {
        let Some(recorder) = &mut self.recorder else { return Ok(()) };
        let call = ask.recorded(self.site.chain(), self.site.host());
        let strange = |error: serde_json::Error| Error::NotExplorer {
            explorer: self.site.endpoint().to_string(),
            action: ask.action,
            why: error.to_string(),
        };
        let shown = RawValue::from_string(self.site.without_key(body.get())).map_err(strange)?;
        Ok(recorder.append(&[Reply { call: &call, result: &shown }])?)
    }

    /// The error for people, once it is final.
    fn error(&self, action: &'static str, tries: usize, trouble: Trouble) -> Error {
        let explorer = self.site.endpoint().to_string();
        // What an explorer says may repeat the key.
        let hide = |said: String| self.http.excerpt(said.as_bytes());
        match trouble {
            Trouble::Exchange(fault) => exchange_error(explorer, action, tries, fault),
            Trouble::Refused(refusal) => match refusal {
                Refusal::SlowDown(said) => Error::RateLimited { explorer, action, tries, why: hide(said) },
                Refusal::Busy(said) => Error::Unreachable { explorer, action, tries, why: hide(said) },
                Refusal::Quota(said) => Error::Quota { explorer, action, said: hide(said) },
                Refusal::Key(said) => Error::Key { explorer, action, said: hide(said) },
                Refusal::Plan(said) => Error::Plan { explorer, action, said: hide(said) },
                Refusal::Chain(said) => Error::Chain { explorer, action, said: hide(said) },
                Refusal::Other(said) => Error::Refused { explorer, action, said: hide(said) },
                Refusal::Strange(why) => Error::NotExplorer { explorer, action, why },
            },
        }
    }
}

impl Trouble {
    fn course(&self) -> Course {
        match self {
            Self::Exchange(fault) => fault.course(),
            Self::Refused(Refusal::SlowDown(_) | Refusal::Busy(_)) => Course::Again(None),
            Self::Refused(_) => Course::Never,
        }
    }
}

fn exchange_error(explorer: String, action: &'static str, tries: usize, fault: Fault) -> Error {
    let why = fault.to_string();
    match fault {
        Fault::Status { status: 429, .. } => Error::RateLimited { explorer, action, tries, why },
        Fault::Status { status: 402, said, .. } => Error::Plan { explorer, action, said },
        Fault::Status { status: 500..=599, .. } => Error::Unreachable { explorer, action, tries, why },
        Fault::Status { status, said, .. } => Error::Status { explorer, action, status, said },
        Fault::Spent => Error::Spent { explorer, action },
        Fault::TooLarge { bytes_max } => Error::TooLarge { explorer, action, bytes_max },
        Fault::Connect(_) | Fault::Timeout { .. } | Fault::Cut(_) | Fault::NotNow { .. } => {
            Error::Unreachable { explorer, action, tries, why }
        }
        Fault::NotJsonRpc(_) | Fault::Ids(_) | Fault::Answered { .. } => Error::NotExplorer { explorer, action, why },
    }
}

//! Requests with patience: bounded in number, in batches, sent again where that may help.
//!
//! Each request gets an answer of its own, and its result is handed on as the bytes that came. What an endpoint is asked by
//! several tasks at once is bounded here, so that who asks needs no bounds of their own.

use std::{
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use futures_util::future::join_all;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    Course, Endpoint, Error, Fault, Http, Settings,
    packet::{Request, Response},
};

/// How often something is tried again that is more likely a mistake than an accident.
const LITTLE: usize = 2;

/// One request: a method and its parameters.
#[derive(Clone, Debug)]
pub struct Call {
    method: &'static str,
    params: serde_json::Value,
}

impl Call {
    /// A request of a method; `params` as JSON-RPC wants them, in a list.
    #[must_use]
    pub fn new(method: &'static str, params: serde_json::Value) -> Self {
        Self { method, params }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &impl Serialize {
        &self.params
    }
}

/// A client of one endpoint. It is shared and cheap to clone; clones share its limits.
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    http: Http,
    settings: Settings,
    places: Semaphore,
    rate: Option<DefaultDirectRateLimiter>,
    /// Nothing is sent before this moment: set when the endpoint asks for a pause, kept by all.
    not_before: Mutex<Instant>,
    /// The largest batch that the endpoint has not refused.
    batch: AtomicUsize,
    next_id: AtomicU64,
}

/// What one request of a batch brought.
type Outcome = Result<Box<RawValue>, Fault>;

impl Client {
    /// Makes a client; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Setup`] as [`Http::new`].
    pub fn new(endpoint: Endpoint, settings: Settings) -> Result<Self, Error> {
        let http = Http::new(endpoint, &settings)?;
        Ok(Self(Arc::new(Inner {
            http,
            places: Semaphore::new(settings.concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            rate: settings.rate.map(limiter),
            not_before: Mutex::new(Instant::now()),
            batch: AtomicUsize::new(settings.batch.max(1)),
            next_id: AtomicU64::new(1),
            settings,
        })))
    }

    /// Where it asks.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        self.0.http.endpoint()
    }

    /// The settings it was made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Asks one request; the result as it came, `null` included.
    ///
    /// # Errors
    /// [`Error::Answered`] if the node answers with an error that will not pass; otherwise what kept the endpoint from
    /// answering, once the tries are used up.
    pub async fn call(&self, call: Call) -> Result<Box<RawValue>, Error> {
        let mut results = self.patiently(std::slice::from_ref(&call)).await;
        match results.pop() {
            Some(result) => result,
            None => Err(Fault::Ids("no answer".into()).into_error(self.endpoint(), call.method, 1)),
        }
    }

    /// Asks many requests, in batches under way at once; the results in the order of the requests.
    pub async fn calls(&self, calls: &[Call]) -> Vec<Result<Box<RawValue>, Error>> {
        let batches = calls.chunks(self.batch_size()).map(|batch| self.patiently(batch));
        join_all(batches).await.into_iter().flatten().collect()
    }

    /// Asks until each request has its result or a final error.
    async fn patiently(&self, calls: &[Call]) -> Vec<Result<Box<RawValue>, Error>> {
        let mut results: Vec<Option<Result<Box<RawValue>, Error>>> = calls.iter().map(|_| None).collect();
        let mut open: Vec<usize> = (0..calls.len()).collect();
        let mut patience = Patience::new(self.settings());
        let mut limit = usize::MAX;
        while !open.is_empty() {
            let group: Vec<usize> = open.iter().copied().take(self.batch_size().min(limit)).collect();
            let asked: Vec<&Call> = group.iter().filter_map(|place| calls.get(*place)).collect();
            patience.tries += 1;
            let outcomes = self.ask(&asked).await;
            let blamed = |outcome: &Outcome| outcome.as_ref().is_err_and(Fault::blames_batch);
            let smaller = group.len() > 1 && outcomes.iter().any(blamed);
            let (mut progress, mut last) = (false, None);
            for ((place, call), outcome) in group.iter().zip(&asked).zip(outcomes) {
                let done = match outcome {
                    Ok(result) => Ok(result),
                    Err(fault) if fault.course() == Course::Never && !(smaller && fault.blames_batch()) => {
                        Err(fault.into_error(self.endpoint(), call.method, patience.tries))
                    }
                    Err(fault) => {
                        self.heed(&fault);
                        last = Some(fault);
                        continue;
                    }
                };
                progress = true;
                results[*place] = Some(done);
            }
            open.retain(|place| results[*place].is_none());
            let Some(fault) = last else { continue };
            if smaller {
                limit = (group.len() / 2).max(1);
                // A page or a time-out may be an accident of this one batch, down to where no batch works.
                if fault.refuses_batch() || limit == 1 {
                    self.0.batch.fetch_min(limit, Ordering::Relaxed);
                }
            } else if progress {
                patience = Patience::new(self.settings());
            }
            if !smaller && !patience.wait(&fault).await {
                for place in open.drain(..) {
                    let error = fault.clone().into_error(self.endpoint(), calls[place].method, patience.tries);
                    results[place] = Some(Err(error));
                }
            }
        }
        results.into_iter().flatten().collect()
    }

    /// One HTTP message, and what it brought for each request.
    async fn ask<'a>(&self, calls: &[&'a Call]) -> Vec<Outcome> {
        let request =
            |call: &&'a Call| Request::new(self.0.next_id.fetch_add(1, Ordering::Relaxed), call.method, &call.params);
        let requests: Vec<Request<'a>> = calls.iter().map(request).collect();
        let answer = {
            // The semaphore is never closed, so there is no error to speak of.
            let _place = self.0.places.acquire().await;
            self.pace(requests.len()).await;
            self.0.http.send(&requests).await
        };
        let mut responses: Vec<Response> = match answer {
            Ok(answer) => answer.into_responses(),
            Err(fault) => return calls.iter().map(|_| Err(fault.clone())).collect(),
        };
        let mut take = |id: u64| {
            let place = responses.iter().position(|response| response.id == id)?;
            Some(self.outcome(responses.swap_remove(place)))
        };
        requests
            .iter()
            .map(|request| {
                take(request.id).unwrap_or_else(|| Err(Fault::Cut("the batch has no answer to this request".into())))
            })
            .collect()
    }

    fn outcome(&self, response: Response) -> Outcome {
        response.payload.map_err(|error| {
            let (code, message) = (error.code, self.endpoint().quote(&error.message));
            if self.settings().passing.contains(&code) {
                Fault::NotNow { code, message }
            } else {
                Fault::Answered { code, message }
            }
        })
    }

    /// Waits until the endpoint may be asked `requests` more.
    async fn pace(&self, requests: usize) {
        loop {
            let until = *self.0.not_before.lock().unwrap_or_else(PoisonError::into_inner);
            if until <= Instant::now() {
                break;
            }
            sleep_until(until).await;
        }
        if let Some(rate) = &self.0.rate {
            // One by one, for a batch may be larger than what may be asked in one second.
            for _ in 0..requests {
                rate.until_ready().await;
            }
        }
    }

    /// Keeps the pause that an endpoint asks for, with all requests.
    fn heed(&self, fault: &Fault) {
        if let Course::Again(Some(pause)) = fault.course() {
            let until = Instant::now() + pause.min(self.settings().retry_after_max);
            let mut not_before = self.0.not_before.lock().unwrap_or_else(PoisonError::into_inner);
            *not_before = until.max(*not_before);
        }
    }

    fn batch_size(&self) -> usize {
        self.0.batch.load(Ordering::Relaxed)
    }
}

fn limiter(rate: NonZeroU32) -> DefaultDirectRateLimiter {
    // No burst: a second's worth of requests at once is what providers refuse.
    RateLimiter::direct(Quota::per_second(rate).allow_burst(NonZeroU32::MIN))
}

/// How much longer to try.
#[derive(Debug)]
struct Patience {
    pauses: ExponentialBackoff,
    little: usize,
    tries: usize,
}

impl Patience {
    fn new(settings: &Settings) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_jitter()
            .with_min_delay(settings.pause_min)
            .with_max_delay(settings.pause_max)
            .with_max_times(settings.retries)
            .build();
        Self { pauses, little: LITTLE, tries: 0 }
    }

    /// Waits before the next try; false if there is to be none.
    async fn wait(&mut self, fault: &Fault) -> bool {
        if fault.course() == Course::Little {
            let Some(left) = self.little.checked_sub(1) else { return false };
            self.little = left;
        }
        let pause: Option<Duration> = self.pauses.next();
        match pause {
            Some(pause) => {
                sleep(pause).await;
                true
            }
            None => false,
        }
    }
}

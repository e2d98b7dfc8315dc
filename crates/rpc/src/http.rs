//! One exchange of JSON-RPC over HTTP, with bounds on everything that the other side decides.
//!
//! The body is read piece by piece and given up as soon as it is longer than the limit: dropping it closes the connection, so an
//! endless stream costs the limit and no more. Compressed bodies are counted after decompression. Redirects are not followed,
//! for they would carry the key in the URL to somewhere else.

use std::{collections::HashMap, time::Duration};

use reqwest::{Client, RequestBuilder, header, redirect};
use tokio::time::timeout;

use serde_json::Value;

use crate::{
    Budget, Endpoint, Error, Fault, Settings,
    packet::{Answer, Request, message},
    retry_after::retry_after,
};

/// Bytes of an error page that are read: enough to say what it is.
const PAGE_BYTES_MAX: usize = 64 << 10;

/// A bounded HTTP transport of JSON-RPC. It is shared and cheap to clone.
#[derive(Clone)]
pub struct Http {
    client: Client,
    endpoint: Endpoint,
    first_byte: Duration,
    between_pieces: Duration,
    whole: Duration,
    answer_bytes_max: usize,
    budget: Budget,
}

impl Http {
    /// Makes a transport; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Setup`] if the system has no TLS certificates, or unreadable proxy settings.
    pub fn new(endpoint: Endpoint, settings: &Settings) -> Result<Self, Error> {
        // Another part of the program may have chosen a provider already; its choice is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .connect_timeout(settings.connect)
            .redirect(redirect::Policy::none())
            .referer(false)
            .gzip(true)
            .user_agent(concat!("fundtrail/", env!("CARGO_PKG_VERSION")));
        if endpoint.is_local() {
            builder = builder.no_proxy();
        }
        if endpoint.url().scheme() == "http" {
            // Without TLS no certificates are needed, and a bare container has none.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|error| Error::Setup {
            endpoint: endpoint.clone(),
            why: endpoint.quote(&chain(&error.without_url())),
        })?;
        Ok(Self {
            client,
            endpoint,
            first_byte: settings.first_byte,
            between_pieces: settings.between_pieces,
            whole: settings.whole,
            answer_bytes_max: settings.answer_bytes_max,
            budget: settings.budget.clone(),
        })
    }

    /// Where it sends to.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Sends requests as one message and reads the answer. Every response in it answers one of the requests; of a batch some may be missing.
    pub(crate) async fn send(&self, requests: &[Request<'_>]) -> Result<Answer, Fault> {
        self.budget.take(requests.len())?;
        let exchange = self.exchange(requests);
        match timeout(self.whole, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(Fault::Timeout { what: "whole answer", after: self.whole }),
        }
    }

    /// Asks with GET, `query` added to what the URL asks already; the body as it came.
    /// # Errors
    /// What kept it from being read.
    pub async fn get(&self, query: &[(&str, &str)]) -> Result<Vec<u8>, Fault> {
        self.budget.take(1)?;
        let mut url = self.endpoint.url().clone();
        url.query_pairs_mut().extend_pairs(query);
        let exchange = async {
            let response = self.response(self.client.get(url)).await?;
            let status = response.status();
            if status.is_success() {
                return self.body(response, self.answer_bytes_max).await;
            }
            let retry_after = retry_after(response.headers());
            let page = self.body(response, PAGE_BYTES_MAX).await.unwrap_or_default();
            Err(Fault::Status { status: status.as_u16(), retry_after, said: self.excerpt(&page) })
        };
        let late = |_| Fault::Timeout { what: "whole answer", after: self.whole };
        timeout(self.whole, exchange).await.map_err(late)?
    }

    /// Sends, and waits until the answer begins.
    async fn response(&self, request: RequestBuilder) -> Result<reqwest::Response, Fault> {
        let request = request.header(header::ACCEPT, "application/json").send();
        timeout(self.first_byte, request)
            .await
            .map_err(|_| Fault::Timeout { what: "answer", after: self.first_byte })?
            .map_err(|error| self.connect_fault(error))
    }

    async fn exchange(&self, requests: &[Request<'_>]) -> Result<Answer, Fault> {
        let text = message(requests).map_err(|error| Fault::NotJsonRpc(error.to_string()))?;
        let request = self.client.post(self.endpoint.url().clone()).body(text);
        let response = self.response(request.header(header::CONTENT_TYPE, "application/json")).await?;
        let status = response.status().as_u16();
        if response.status().is_success() {
            let body = self.body(response, self.answer_bytes_max).await?;
            return self.check_ids(requests, self.parse(&body)?);
        }
        let retry_after = retry_after(response.headers());
        // What an error page says is of use; that it cannot be read changes nothing.
        let page = self.body(response, PAGE_BYTES_MAX).await.unwrap_or_default();
        // Some nodes send a JSON-RPC error along with 400 or 404, and then it says more than the status.
        if matches!(status, 400 | 404 | 405 | 422)
            && let Ok(answer) = self.parse(&page)
            && answer.is_error()
        {
            return self.check_ids(requests, answer);
        }
        Err(Fault::Status { status, retry_after, said: self.excerpt(&page) })
    }

    async fn body(&self, mut response: reqwest::Response, bytes_max: usize) -> Result<Vec<u8>, Fault> {
        let mut body = Vec::new();
        loop {
            let piece = timeout(self.between_pieces, response.chunk())
                .await
                .map_err(|_| Fault::Timeout { what: "further piece of the answer", after: self.between_pieces })?
                .map_err(|error| Fault::Cut(self.endpoint.quote(&chain(&error.without_url()))))?;
            let Some(piece) = piece else { return Ok(body) };
            if body.len() + piece.len() > bytes_max {
                return Err(Fault::TooLarge { bytes_max });
            }
            body.extend_from_slice(&piece);
        }
    }

    fn parse(&self, body: &[u8]) -> Result<Answer, Fault> {
        Answer::parse(body).map_err(|error| {
            // A JSON text that ends too early was cut; one that is empty or wrong is another thing altogether.
            if error.is_eof() && !body.trim_ascii().is_empty() {
                Fault::Cut(format!("its JSON ends after {} bytes", body.len()))
            } else {
                Fault::NotJsonRpc(format!("it sent {}", self.excerpt(body)))
            }
        })
    }

    fn connect_fault(&self, error: reqwest::Error) -> Fault {
        if error.is_timeout() {
            return Fault::Connect("no connection in time".into());
        }
        Fault::Connect(self.endpoint.quote(&chain(&error.without_url())))
    }

    /// Lets through only what answers the requests. One error without an id answers the whole of it: that is how endpoints refuse
    /// what they did not care to read.
    fn check_ids(&self, requests: &[Request<'_>], answer: Answer) -> Result<Answer, Fault> {
        if let Answer::Single(response) = &answer
            && let Err(error) = &response.payload
            && (requests.len() > 1 || response.id.is_null())
        {
            return Err(Fault::Answered { code: error.code, message: self.endpoint.quote(&error.message) });
        }
        let mut asked: HashMap<Value, bool> = requests.iter().map(|request| (request.id.into(), false)).collect();
        let responses = answer.responses();
        for response in responses {
            let id =
                || self.endpoint.quote(&response.id.as_str().map_or_else(|| response.id.to_string(), str::to_owned));
            match asked.get_mut(&response.id) {
                Some(answered @ false) => *answered = true,
                Some(true) => return Err(Fault::Ids(format!("it answers request {} twice", id()))),
                None => return Err(Fault::Ids(format!("it answers request {}, which was not asked", id()))),
            }
        }
        if responses.is_empty() {
            return Err(Fault::Ids("it answers none of the requests".into()));
        }
        Ok(answer)
    }

    /// The beginning of a body, for a message.
    #[must_use]
    pub fn excerpt(&self, body: &[u8]) -> String {
        // More than is quoted, so that what is quoted is not cut in the middle of a letter.
        let start = body.get(..PAGE_BYTES_MAX).unwrap_or(body);
        match self.endpoint.quote(&String::from_utf8_lossy(start)) {
            said if said.is_empty() => "nothing that can be read".into(),
            said => format!("\"{said}\""),
        }
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The client would show the system's proxies, which may have passwords.
        f.debug_struct("Http").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// An error with its causes: the outermost one of an HTTP library says next to nothing.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

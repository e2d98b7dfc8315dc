//! Where a node is, without telling its key.
//!
//! Providers put the key of a customer into the URL: as user and password, as a segment of the path, or as a value of the
//! query. Errors travel into logs and bug reports, so an endpoint is printed as scheme, host and port only, and what it keeps
//! to itself is also taken out of whatever the endpoint says back.

use std::sync::Arc;

use url::Url;

use crate::Error;

/// Segments of a path shorter than this are versions and names (`v3`, `mainnet`), not keys; taking them out of messages would
/// only make these unreadable. The keys of known providers have 20 characters and more.
const KEY_LENGTH_MIN: usize = 8;

/// Characters of what an endpoint said that go into a message, and bytes that are looked at for them.
const SAID_CHARS_MAX: usize = 160;
const SAID_BYTES_MAX: usize = 4 << 10;

/// What stands in place of a key.
const HIDDEN: &str = "***";

/// The address of a node. Printed, and shown in Debug, as `scheme://host[:port]`.
///
/// It is shared and cheap to clone: every error carries one.
#[derive(Clone)]
pub struct Endpoint(Arc<Inner>);

struct Inner {
    url: Url,
    shown: String,
    /// Longest first, so that a key that holds another is hidden whole.
    secrets: Vec<String>,
}

impl Endpoint {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`Error::Url`] if it is none, or not of `http` or `https`. The message does not repeat what was given, which may hold a
    /// key.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let url = Url::parse(text.trim()).map_err(|error| Error::Url { why: error.to_string() })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Url { why: "its scheme is neither http nor https".into() });
        }
        let Some(host) = url.host_str() else { return Err(Error::Url { why: "it names no host".into() }) };
        let shown = match url.port() {
            Some(port) => format!("{}://{host}:{port}", url.scheme()),
            None => format!("{}://{host}", url.scheme()),
        };
        let secrets = secrets(&url);
        Ok(Self(Arc::new(Inner { url, shown, secrets })))
    }

    /// The address itself, key included: for sending, and never to be shown.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0.url
    }

    /// Whether it is on this machine, where no proxy has a part.
    pub(crate) fn is_local(&self) -> bool {
        match self.0.url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// A text without the endpoint's key, whatever repeats it.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.0.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), HIDDEN))
    }

    /// The beginning of what the endpoint said, on one line and without its key: error pages like to repeat what was asked.
    #[must_use]
    pub fn quote(&self, said: &str) -> String {
        let mut end = said.len().min(SAID_BYTES_MAX);
        while !said.is_char_boundary(end) {
            end -= 1;
        }
        let text =
            self.0.secrets.iter().fold(said[..end].to_owned(), |text, secret| text.replace(secret.as_str(), HIDDEN));
        let mut words: Vec<&str> = text.split_whitespace().collect();
        if end < said.len() {
            // It may be the first half of a key, which would not be known as one.
            words.pop();
        }
        let line: String = words.join(" ").chars().filter(|letter| !letter.is_control()).collect();
        match line.char_indices().nth(SAID_CHARS_MAX) {
            Some((end, _)) => format!("{}...", &line[..end]),
            None => line,
        }
    }
}

/// All that may be a key, as it is written in the URL and as it reads decoded.
fn secrets(url: &Url) -> Vec<String> {
    let mut found = vec![url.username().to_owned(), url.password().unwrap_or_default().to_owned()];
    found.extend(url.path_segments().into_iter().flatten().map(str::to_owned));
    found.retain(|part| part.len() >= KEY_LENGTH_MIN);
    if let Some(password) = url.password().filter(|password| !password.is_empty()) {
        found.push(password.to_owned());
    }
    for (_, value) in url.query_pairs() {
        if value.len() >= KEY_LENGTH_MIN {
            found.push(value.into_owned());
        }
    }
    found.extend(url.query().filter(|query| query.len() >= KEY_LENGTH_MIN).map(str::to_owned));
    let decoded: Vec<String> = found
        .iter()
        .flat_map(|part| {
            url::form_urlencoded::parse(part.as_bytes()).map(|(key, _)| key.into_owned()).collect::<Vec<_>>()
        })
        .filter(|part| part.len() >= KEY_LENGTH_MIN)
        .collect();
    found.extend(decoded);
    found.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    found.dedup();
    found
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.shown)
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Endpoint({})", self.0.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URLS: &[&str] = &[
        "https://node.example/v3/0123456789abcdefSECRET",
        "https://user:SECRET@node.example:8545/",
        "https://SECRETSECRET@node.example/",
        "https://node.example/?apikey=0123456789SECRET",
        "https://node.example/v2/SECRET%2Dpart0?x=SECRET%3D9876",
    ];

    #[test]
    fn neither_display_nor_debug_show_a_key() {
        for url in URLS {
            let endpoint = Endpoint::parse(url).unwrap();
            assert!(!format!("{endpoint} {endpoint:?}").contains("SECRET"), "{endpoint:?}");
        }
        assert_eq!(Endpoint::parse(URLS[1]).unwrap().to_string(), "https://node.example:8545");
    }

    #[test]
    fn what_an_endpoint_says_back_loses_the_key() {
        for url in URLS {
            let endpoint = Endpoint::parse(url).unwrap();
            let page = format!("no such project: {}", url.replace("user:", ""));
            assert!(!endpoint.quote(&page).contains("SECRET"), "{}", endpoint.quote(&page));
        }
        let endpoint = Endpoint::parse("https://node.example/v2/SECRET%2Dpart0").unwrap();
        assert_eq!(endpoint.quote("bad key\n SECRET-part0\t for v2"), "bad key *** for v2");
    }

    #[test]
    fn a_long_page_is_quoted_in_part_and_never_with_half_a_key() {
        let endpoint = Endpoint::parse(URLS[0]).unwrap();
        let page = format!("{}0123456789abcdefSECRET", " ".repeat(SAID_BYTES_MAX - 18));
        assert_eq!(endpoint.quote(&page), "");
        let quoted = endpoint.quote(&"\u{e9}".repeat(10_000));
        assert_eq!(endpoint.quote(&"\u{e9} ".repeat(10_000)).chars().count(), SAID_CHARS_MAX + 3);
        assert_eq!(quoted, "", "one endless word is none");
    }

    #[test]
    fn what_is_not_an_address_is_refused_without_being_repeated() {
        for text in ["SECRETSECRET", "ws://node.example/SECRETSECRET", "http://", "https:///x y SECRETSECRET"] {
            if let Err(error) = Endpoint::parse(text) {
                assert!(!error.to_string().contains("SECRET"), "{error}");
            } else {
                assert!(!text.starts_with("ws"), "{text}");
            }
        }
    }

    #[test]
    fn this_machine_is_known() {
        for url in ["http://localhost:8545", "http://127.0.0.1", "http://[::1]:1"] {
            assert!(Endpoint::parse(url).unwrap().is_local(), "{url}");
        }
        assert!(!Endpoint::parse("http://192.0.2.1").unwrap().is_local());
    }
}

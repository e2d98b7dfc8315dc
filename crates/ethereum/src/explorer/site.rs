//! Where an explorer's API is, of which chain, and with which key.
//!
//! There are two forms. In the first (`https://HOST/api`) each chain has a host of its own. In the second
//! (`https://HOST/v2/api?chainid=N`) one host serves many chains. Which one it is, the URL tells. Sources: docs.etherscan.io;
//! docs.blockscout.com, whose second form calls the parameter `chain_id`.

use fundtrail_rpc::Endpoint;
use fundtrail_types::{Chain, Family};
use url::Url;

use super::Error;

/// Hosts that serve nothing but the second form; for them a URL without a path means it.
const MANY_CHAINS: [&str; 2] = ["api.etherscan.io", "api.blockscout.com"];

/// The path that tells the second form.
const SECOND_FORM: &str = "/v2/api";

/// Keys of known explorers have 30 characters and more. A text shorter than this cannot be told from other words, so that it
/// could not be kept out of what an explorer says back.
const KEY_LENGTH_MIN: usize = 8;

/// Where an explorer's API is, of which chain, and with which key. Neither printed nor shown in Debug is the key.
#[derive(Clone)]
pub struct Site {
    endpoint: Endpoint,
    chain: Chain,
    host: String,
    key: Option<String>,
}

impl Site {
    /// Reads the URL of an explorer's API: `https://HOST`, `https://HOST/api` or `https://HOST/v2/api`. A key in its query
    /// (`apikey=..`) is taken if no other is given.
    ///
    /// # Errors
    /// [`Error::Url`] if it is no URL; [`Error::NotEvm`], [`Error::WrongChain`], [`Error::ShortKey`].
    pub fn new(url: &str, chain: Chain, key: Option<&str>) -> Result<Self, Error> {
        let given = endpoint(url)?;
        let id = chain.name().split_once(':').map(|(_, id)| id).filter(|_| chain.family() == Family::Evm);
        let id = id.ok_or_else(|| Error::NotEvm { chain: chain.to_string() })?;
        let host = given.to_string().split_once("://").map(|(_, host)| host.to_owned()).unwrap_or_default();
        let name = given.url().host_str().unwrap_or_default().to_owned();
        let pairs: Vec<(String, String)> = given.url().query_pairs().into_owned().collect();
        let is_key = |name: &str| name.eq_ignore_ascii_case("apikey");
        let key = match key.map(str::trim).filter(|key| !key.is_empty()) {
            Some(key) => Some(key.to_owned()),
            None => pairs.iter().find(|(name, _)| is_key(name)).map(|(_, key)| key.clone()),
        };
        if key.as_ref().is_some_and(|key| key.chars().count() < KEY_LENGTH_MIN) {
            return Err(Error::ShortKey { explorer: given.to_string() });
        }
        let mut url = given.url().clone();
        set_path(&mut url, &name);
        let mut kept: Vec<(String, String)> = pairs.into_iter().filter(|(name, _)| !is_key(name)).collect();
        let told = kept.iter().find(|(name, _)| matches!(name.as_str(), "chainid" | "chain_id")).cloned();
        match told {
            Some((_, found)) if found != id => {
                return Err(Error::WrongChain { explorer: given.to_string(), expected: id.to_owned(), found });
            }
            Some(_) => {}
            None if url.path().ends_with(SECOND_FORM) => {
                let parameter = if name == "api.blockscout.com" { "chain_id" } else { "chainid" };
                kept.push((parameter.to_owned(), id.to_owned()));
            }
            None => {}
        }
        // The key goes into the endpoint's URL, because an endpoint hides what is in its URL.
        kept.extend(key.iter().map(|key| ("apikey".to_owned(), key.clone())));
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        Ok(Self { endpoint: endpoint(url.as_str())?, chain, host, key })
    }

    /// The chain.
    #[must_use]
    pub fn chain(&self) -> Chain {
        self.chain
    }

    /// Whether the URL of an API serves many chains, each named in what is asked.
    #[must_use]
    pub fn serves_many(url: &str) -> bool {
        endpoint(url).is_ok_and(|endpoint| {
            let host = endpoint.url().host_str().unwrap_or_default().to_owned();
            let mut url = endpoint.url().clone();
            set_path(&mut url, &host);
            url.path().ends_with(SECOND_FORM)
        })
    }

    /// The host, by which sources are named; with the port if it is no usual one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The endpoint, key included, for sending only.
    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// A body as it may be recorded. No known explorer repeats a key; if one does, it is taken out.
    pub(super) fn without_key(&self, body: &str) -> String {
        match &self.key {
            Some(key) => body.replace(key.as_str(), "***"),
            None => body.to_owned(),
        }
    }
}

fn endpoint(url: &str) -> Result<Endpoint, Error> {
    Endpoint::parse(url).map_err(|error| match error {
        fundtrail_rpc::Error::Url { why } => Error::Url { why },
        error => Error::Way(error),
    })
}

/// The path of the API, where only the host was given.
fn set_path(url: &mut Url, host: &str) {
    let path = url.path().trim_end_matches('/').to_owned();
    match path.as_str() {
        "" if MANY_CHAINS.contains(&host) => url.set_path(SECOND_FORM),
        "" => url.set_path("/api"),
        path => url.set_path(path),
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = if self.key.is_some() { "with a key" } else { "without a key" };
        write!(f, "Site({} of {}, {key})", self.endpoint, self.chain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "KEYKEYKEY7";

    fn sends(url: &str, key: Option<&str>) -> String {
        Site::new(url, Chain::ETHEREUM, key).unwrap().endpoint().url().to_string()
    }

    #[test]
    fn the_url_tells_the_form() {
        assert_eq!(sends("https://eth.example", None), "https://eth.example/api");
        assert_eq!(sends("https://eth.example/api/", Some(KEY)), "https://eth.example/api?apikey=KEYKEYKEY7");
        assert_eq!(sends("https://api.etherscan.io", None), "https://api.etherscan.io/v2/api?chainid=1");
        let second = "https://api.etherscan.io/v2/api?chainid=1&apikey=KEYKEYKEY7";
        assert_eq!(sends("https://api.etherscan.io/v2/api", Some(KEY)), second);
        assert_eq!(sends(second, None), second);
        assert_eq!(sends("https://api.blockscout.com/v2/api", None), "https://api.blockscout.com/v2/api?chain_id=1");
        assert_eq!(sends("https://x.example/explorer/api?a=b", None), "https://x.example/explorer/api?a=b");
    }

    #[test]
    fn the_key_is_nowhere_to_be_seen() {
        for (url, key) in
            [("https://x.example:81/api", Some(KEY)), ("https://x.example:81/api?ApiKey=KEYKEYKEY7", None)]
        {
            let site = Site::new(url, Chain::ETHEREUM, key).unwrap();
            assert_eq!(site.host(), "x.example:81");
            assert!(!format!("{site:?} {}", site.endpoint()).contains(KEY));
            assert_eq!(site.without_key("a KEYKEYKEY7 b"), "a *** b");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let refused = |url: &str, chain: Chain, key| Site::new(url, chain, key).unwrap_err().to_string();
        let other = refused("https://x.example/v2/api?chainid=10", Chain::ETHEREUM, None);
        assert!(other.contains("asks for chain 10, and chain 1 is wanted"), "{other}");
        assert!(refused("https://x.example/api", Chain::SOLANA, None).contains("not a chain of Ethereum's kind"));
        let short = refused("https://x.example/api", Chain::ETHEREUM, Some("hunter2"));
        assert!(short.contains("fewer than 8 characters") && !short.contains("hunter2"), "{short}");
        let scheme = refused("ftp://x.example/KEYKEYKEY7", Chain::ETHEREUM, None);
        assert!(scheme.contains("neither http nor https") && !scheme.contains(KEY), "{scheme}");
    }
}

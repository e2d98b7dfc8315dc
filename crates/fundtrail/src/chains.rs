//! What differs between chains that run Ethereum's machine, from `data/chains.toml` and from files of the same form.

use std::{fs, path::Path};

use fundtrail_ethereum::{FeeRule, Rules};
use fundtrail_types::{Address, Amount, Chain, Family, Problem, Time};
use serde::Deserialize;

use crate::{Error, bundled};

/// The rules of all chains that are known.
#[derive(Clone, Debug, Default)]
pub struct Chains(Vec<Rules>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    chain: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    chain: Chain,
    #[serde(default)]
    wrapped: Vec<String>,
    fees: FeeRule,
    #[serde(default)]
    rewards: Vec<(u64, Amount)>,
    #[serde(default)]
    lasting_since: Option<String>,
}

impl Chains {
    /// The chains that come with Fundtrail.
    ///
    /// # Errors
    /// If the bundled file is damaged, which a test rules out.
    pub fn bundled() -> Result<Self, Error> {
        let mut chains = Self::default();
        let (name, bytes) = bundled::CHAINS;
        chains.read(name, &String::from_utf8_lossy(bytes))?;
        Ok(chains)
    }

    /// Adds the chains of a file. Those that are known already are known by the file from then on.
    ///
    /// # Errors
    /// If the file cannot be read, or has another form.
    pub fn add(&mut self, path: &Path) -> Result<(), Error> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| fail(&name, &error.to_string()))?;
        self.read(&name, &text)
    }

    fn read(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let file: File = toml::from_str(text).map_err(|error| fail(name, &error.to_string()))?;
        for entry in file.chain {
            let chain = entry.chain;
            let rules = entry.rules().map_err(|reason| fail(name, &format!("{chain}: {reason}")))?;
            self.0.retain(|known| known.chain != chain);
            self.0.push(rules);
        }
        Ok(())
    }

    /// The rules of a chain; of one that is not known, what may be assumed of all.
    pub fn rules(&self, chain: Chain) -> Rules {
        self.0.iter().find(|rules| rules.chain == chain).cloned().unwrap_or_else(|| Rules::unknown(chain))
    }

    /// Whether the rules of a chain are known.
    pub fn knows(&self, chain: Chain) -> bool {
        self.0.iter().any(|rules| rules.chain == chain)
    }
}

impl Entry {
    fn rules(self) -> Result<Rules, String> {
        let Self { chain, wrapped, fees, rewards, lasting_since } = self;
        if chain.family() != Family::Evm {
            return Err("only chains of the namespace `eip155` have such rules".to_owned());
        }
        if !rewards.is_sorted_by_key(|(height, _)| *height) {
            return Err("write `rewards` in order of height".to_owned());
        }
        let wrapped: Result<Vec<Address>, _> = wrapped.iter().map(|text| Address::parse(chain, text)).collect();
        let since: Option<Time> =
            lasting_since.map(|text| text.parse()).transpose().map_err(|error| format!("{error}"))?;
        let lasting_since = Some(since.map_or(0, |since| u64::try_from(since.unix()).unwrap_or_default()));
        Ok(Rules { chain, wrapped: wrapped.map_err(|error| error.to_string())?, fees, rewards, lasting_since })
    }
}

fn fail(file: &str, reason: &str) -> Error {
    let reason = format!("{reason}: write it as data/chains.toml is written");
    Error::File(Problem { file: file.to_owned(), line: None, reason, record: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundled_chains_are_read() {
        let chains = Chains::bundled().unwrap();
        let ethereum = chains.rules(Chain::ETHEREUM);
        assert_eq!((ethereum.fees, ethereum.wrapped.len(), ethereum.rewards.len()), (FeeRule::BurnAndTip, 1, 4));
        assert_eq!(ethereum.lasting_since, Some(1_710_338_135));
        assert!(chains.knows("eip155:56".parse().unwrap()) && !chains.knows("eip155:10".parse().unwrap()));
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said_with_the_remedy() {
        let read = |text: &str| Chains::default().read("mine.toml", text).unwrap_err().to_string();
        let late = "[[chain]]\nchain = \"eip155:5\"\nfees = \"whole\"\nrewards = [[9, \"1\"], [3, \"2\"]]\n";
        assert!(read(late).contains("eip155:5: write `rewards` in order of height"), "{}", read(late));
        let other = "[[chain]]\nchain = \"solana:x\"\nfees = \"whole\"\n";
        assert!(read(other).contains("only chains of the namespace"));
        assert!(read("[[chain]]\nchain = \"eip155:5\"\nfees = \"some\"\n").contains("mine.toml"));
    }
}

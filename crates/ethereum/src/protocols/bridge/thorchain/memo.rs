//! THORChain's memos: what a payment to one of its vaults asks for, or what a payment of one answers.
//!
//! `FUNCTION:ASSET:DESTINATION:LIMIT:AFFILIATE:FEE`, most of it optional and much of it in short forms. Source: the network's own
//! documentation of memos, as code-423n4/2024-06-thorchain keeps it.

use fundtrail_types::{Account, Chain, Family};

/// What a memo says, as far as it bears on where value goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Memo {
    /// Pay so much of another asset to somebody.
    Swap {
        /// The chain of the asset that is asked for.
        chain: Option<Chain>,
        /// Who shall get it, as it is written: an address, or a name that the network knows.
        to: String,
    },
    /// The answer to a payment, by the hash of its transaction.
    Out(String),
    /// A payment that is given back, by the hash of its transaction.
    Refund(String),
    /// Between the network's own vaults.
    Internal,
    /// Anything else that the network takes value for: liquidity, savings, loans, bonds, gifts.
    Other,
}

/// Letters of a hash.
const HASH_LEN: usize = 64;

/// Letters that an address on a chain of which nothing is known has at least: names of the network are shorter, and mostly much so.
const ADDRESS_LEN_MIN: usize = 25;

impl Memo {
    /// Reads a memo. None if it is no memo of the network.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split(':');
        let function = fields.next()?;
        // `SWAP`, and the two short forms of it; a limit swap is told by `=<`.
        match function.to_ascii_lowercase().as_str() {
            "swap" | "s" | "=" | "=<" => {
                let (asset, to) = (fields.next()?, fields.next().unwrap_or_default());
                // Behind the destination stands where to it shall be given back.
                let to = to.split('/').next().unwrap_or_default();
                Some(Self::Swap { chain: chain_of(asset), to: to.to_owned() })
            }
            "out" => hash(fields.next()?).map(Self::Out),
            "refund" => hash(fields.next()?).map(Self::Refund),
            "migrate" => Some(Self::Internal),
            "add" | "+" | "wd" | "-" | "$+" | "$-" | "trade+" | "trade-" | "secure+" | "secure-" | "bond"
            | "donate" | "noop" | "reference" | "ragnarok" => Some(Self::Other),
            _ => None,
        }
    }

    /// Who shall get it, if the memo names an address of the chain and not a name of the network.
    pub(super) fn recipient(&self) -> Option<Account> {
        let Self::Swap { chain: Some(chain), to } = self else { return None };
        let is_long = chain.family() != Family::Other || to.len() >= ADDRESS_LEN_MIN;
        Account::parse(*chain, to).ok().filter(|_| is_long && to.is_ascii())
    }
}

fn hash(text: &str) -> Option<String> {
    let is_hash = text.len() == HASH_LEN && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| text.to_ascii_uppercase())
}

/// The chain of an asset: `BTC.BTC`, `ETH.USDT-ec7`, or the one letter that stands for a chain's own coin. Synthetic, trade and secured
/// assets (`BTC/BTC`, `BTC~BTC`, `BTC-BTC`) stay within the network, on a chain of its own.
fn chain_of(asset: &str) -> Option<Chain> {
    let own = "foreign:thor";
    let name = match asset.to_ascii_uppercase().as_str() {
        "R" | "RUNE" => own.to_owned(),
        "B" => "BTC".to_owned(),
        "E" => "ETH".to_owned(),
        "A" => "AVAX".to_owned(),
        "C" => "BCH".to_owned(),
        "D" => "DOGE".to_owned(),
        "L" => "LTC".to_owned(),
        "G" => "GAIA".to_owned(),
        "S" => "BSC".to_owned(),
        "F" => "BASE".to_owned(),
        "X" => "XRP".to_owned(),
        "TR" => "TRON".to_owned(),
        "N" => "BNB".to_owned(),
        other => {
            let end = other.find(['.', '/', '~', '-'])?;
            if other.as_bytes().get(end) == Some(&b'.') { other.get(..end)?.to_owned() } else { own.to_owned() }
        }
    };
    match name.as_str() {
        "BTC" => Some(Chain::BITCOIN),
        "ETH" => Some(Chain::ETHEREUM),
        "TRON" => Some(Chain::TRON),
        "AVAX" => "eip155:43114".parse().ok(),
        "BSC" => "eip155:56".parse().ok(),
        "BASE" => "eip155:8453".parse().ok(),
        "THOR" => own.parse().ok(),
        known @ ("BCH" | "DOGE" | "LTC" | "GAIA" | "XRP" | "BNB") => {
            format!("foreign:{}", known.to_ascii_lowercase()).parse().ok()
        }
        _ if name == own => own.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN: &str = "0EDB54F21A9E1CB4C6D6D9B0B7F1AB7C4A2F9C05E5B6D1D1E8A7C0C5E7F3A921";

    fn recipient(memo: &str) -> Option<String> {
        Memo::parse(memo).expect(memo).recipient().map(|account| format!("{} {}", account.chain, account.address))
    }

    #[test]
    fn real_memos_name_their_recipients() {
        // Memos that users, integrators and the network itself have published; sources in data/README.md.
        let bitcoin = "bip122:000000000019d6689c085ae165831e93";
        let table = [
            (
                "=:BTC.BTC:bc1q6527vxxqjpq80la2l0sw7hay3lj6dz07zs6gzl/0x7a093cebfa77403672d68e1c22d0681400a36682",
                Some(format!("{bitcoin} bc1q6527vxxqjpq80la2l0sw7hay3lj6dz07zs6gzl")),
            ),
            (
                "=:BTC.BTC:bc1qr930z62t42mnqy25h2tgcu7knpngjtxld33maa:10808311:t:15",
                Some(format!("{bitcoin} bc1qr930z62t42mnqy25h2tgcu7knpngjtxld33maa")),
            ),
            (
                "=:BTC.BTC:bc1qnqpehe2jd92jk3wq4hsjqm5xt8jk6qqfm0qa4p:0/1/0:ti:70",
                Some(format!("{bitcoin} bc1qnqpehe2jd92jk3wq4hsjqm5xt8jk6qqfm0qa4p")),
            ),
            (
                "=:AVAX/USDC:thor188cm7ttvfpkxahageez4fufgk003cx2vw9nzdc:0:t:30",
                Some("foreign:thor thor188cm7ttvfpkxahageez4fufgk003cx2vw9nzdc".to_owned()),
            ),
            (
                "=:ETH.ETH:0x141D9959cAe3853b035000490C03991eB70Fc4aC:1234567890",
                Some("eip155:1 0x141D9959cAe3853b035000490C03991eB70Fc4aC".to_owned()),
            ),
        ];
        for (memo, wanted) in table {
            assert_eq!(recipient(memo), wanted, "{memo}");
        }
    }

    #[test]
    fn short_forms_mean_what_long_ones_do() {
        let to = "0x141D9959cAe3853b035000490C03991eB70Fc4aC";
        for function in ["SWAP", "swap", "s", "=", "=<"] {
            for asset in ["ETH.ETH", "e", "ETH.USDT-ec7", "eth.usdc"] {
                assert!(recipient(&format!("{function}:{asset}:{to}:1e6/3/0:t:30")).is_some(), "{function} {asset}");
            }
        }
        assert_eq!(recipient(&format!("=:f:{to}")), Some(format!("eip155:8453 {to}")));
    }

    #[test]
    fn what_is_no_address_is_no_recipient() {
        // A name of the network, a wrong checksum, nothing, an asset of no known chain, an address of another chain.
        for memo in [
            "=:b:alice",
            "=:l:alice",
            "=:BTC.BTC:bc1qr930z62t42mnqy25h2tgcu7knpngjtxld33mab",
            "=:BTC.BTC",
            "=:XYZ.XYZ:0x141D9959cAe3853b035000490C03991eB70Fc4aC",
            "=:BTC.BTC:0x141D9959cAe3853b035000490C03991eB70Fc4aC",
        ] {
            assert_eq!(recipient(memo), None, "{memo}");
        }
    }

    #[test]
    fn answers_name_the_payment_that_they_answer() {
        assert_eq!(Memo::parse(&format!("OUT:{IN}")), Some(Memo::Out(IN.to_owned())));
        assert_eq!(Memo::parse(&format!("REFUND:{}", IN.to_lowercase())), Some(Memo::Refund(IN.to_owned())));
        assert_eq!(Memo::parse("MIGRATE:123456"), Some(Memo::Internal));
        assert_eq!(Memo::parse("+:ETH.ETH:thor188cm7ttvfpkxahageez4fufgk003cx2vw9nzdc"), Some(Memo::Other));
        for odd in ["OUT:12", "OUT", "", "hello", "=", "OUT:".repeat(1000).as_str(), &format!("OUT:{}", "g".repeat(64))]
        {
            assert_eq!(Memo::parse(odd), None, "{odd}");
        }
    }
}

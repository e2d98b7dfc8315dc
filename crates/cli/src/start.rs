//! Where a trace begins, as it is typed: an account, a transaction, or one movement of it.

use std::str::FromStr;

use anyhow::Context;
use fundtrail::{
    Store,
    types::{Account, Chain, Start, TxId},
};

/// What was typed. Whether a bare transaction is on one chain or another, the database knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// An account.
    Account(Account),
    /// A transaction, and the number of the movement if one is named.
    Tx {
        /// Its chain, if that was named.
        chain: Option<Chain>,
        /// Its id.
        id: String,
        /// Which of its movements, counted from 1.
        number: Option<usize>,
    },
}

impl FromStr for Typed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (before, number) = match text.rsplit_once('#') {
            None => (text, None),
            Some((before, number)) => (before, Some(place(number)?)),
        };
        let account = before.parse::<Account>();
        if let (Ok(account), None) = (&account, number) {
            return Ok(Self::Account(account.clone()));
        }
        // `namespace:reference:id`, or the id alone.
        let (chain, id) = match before.rsplit_once(':') {
            Some((chain, id)) => (Some(chain.parse::<Chain>().map_err(|error| error.to_string())?), id),
            None => (None, before),
        };
        let is_tx = match chain {
            Some(chain) => TxId::parse(chain, id).is_ok(),
            None => [Chain::ETHEREUM, Chain::SOLANA].into_iter().any(|chain| TxId::parse(chain, id).is_ok()),
        };
        match (is_tx, account) {
            (true, _) => Ok(Self::Tx { chain, id: id.to_owned(), number }),
            (false, Ok(_)) => Err(format!(
                "`{before}` is an account, and movements are numbered in transactions: name one, as in `0x5f…#2`, or leave `#` away"
            )),
            (false, Err(error)) => Err(format!(
                "{error}; nor is it a transaction: write an address, a transaction's id, or a movement of one as `ID#2`"
            )),
        }
    }
}

fn place(number: &str) -> Result<usize, String> {
    match number.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!(
            "`#{number}` is no movement: they are numbered from 1, as `fundtrail tx` lists them, for example `ID#2`"
        )),
    }
}

impl Typed {
    /// The start, with the chain that holds it.
    pub(crate) fn start(&self, store: &Store) -> anyhow::Result<Start> {
        let (chain, id, number) = match self {
            Self::Account(account) => return Ok(Start::of(account.clone())),
            Self::Tx { chain, id, number } => (*chain, id, *number),
        };
        let (chain, tx) = fundtrail::find_tx(store, chain, id).context("to begin the trace with it")?;
        Ok(match number {
            None => Start::Transaction { chain, tx },
            Some(number) => Start::Movement { chain, tx, number },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2";

    #[test]
    fn accounts_transactions_and_movements_are_told_apart() {
        let hash = format!("0x{}", "5f".repeat(32));
        assert_eq!(ACCOUNT.parse(), Ok(Typed::Account(ACCOUNT.parse().unwrap())));
        let polygon = format!("eip155:137:{ACCOUNT}");
        assert_eq!(polygon.parse(), Ok(Typed::Account(polygon.parse().unwrap())));
        let tx = |chain, number| Ok(Typed::Tx { chain, id: hash.clone(), number });
        assert_eq!(hash.parse(), tx(None, None));
        assert_eq!(format!("{hash}#12").parse(), tx(None, Some(12)));
        assert_eq!(format!("eip155:137:{hash}#1").parse(), tx("eip155:137".parse().ok(), Some(1)));
        // A signature of Solana is longer than an address of it.
        let signature = "5".repeat(88);
        assert_eq!(signature.parse(), Ok(Typed::Tx { chain: None, id: signature, number: None }));
    }

    #[test]
    fn what_is_neither_says_what_to_write() {
        let hash = format!("0x{}", "5f".repeat(32));
        for text in [format!("{hash}#0"), format!("{hash}#x"), format!("{ACCOUNT}#1"), "0x12".to_owned(), String::new()]
        {
            let error = text.parse::<Typed>().unwrap_err();
            assert!(error.contains("for example") || error.contains("write") || error.contains("name one"), "{error}");
        }
    }
}

//! What the lists of balances in an answer of Solana say that its transaction must have moved, read by code that shares
//! nothing with the crate.

use std::collections::BTreeMap;

use fundtrail_types::{Address, Asset, Chain, Movement, Token};
use serde_json::Value;

/// The mints of wrapped SOL. Their tokens stand for lamports, which are booked on the mint.
const NATIVE: [&str; 2] =
    ["So11111111111111111111111111111111111111112", "9pan9bMn5HatX4EJdBwg9VgCa7Uz5HL8N1m5D3NdXejP"];

/// By how much each has more.
pub(crate) type Sums = BTreeMap<(Address, Asset), i128>;

/// What lists say.
pub(crate) struct Grown {
    /// By how much each owner has more.
    pub(crate) sums: Sums,
    /// Whether both lists of tokens are told, with an owner for each.
    pub(crate) owners_told: bool,
}

/// A token account: mint, owner and amount.
type Held = (Address, Option<Address>, i128);

/// What the lists of `meta` say of the accounts of a transaction; none if they are no lists of balances of so many.
pub(crate) fn grown(meta: &Value, accounts: &[Address]) -> Option<Grown> {
    let mut sums = Sums::new();
    let mut owners_told = true;
    let is_told = |list: &str| meta.get(list).is_some_and(|list| !list.is_null());
    let tokens_told = is_told("preTokenBalances") && is_told("postTokenBalances");
    for (lamports, tokens, sign) in [("preBalances", "preTokenBalances", -1), ("postBalances", "postTokenBalances", 1)]
    {
        let lamports = meta.get(lamports)?.as_array()?;
        let held = if tokens_told { tokens_of(meta.get(tokens)?)? } else { BTreeMap::new() };
        if lamports.len() != accounts.len() {
            return None;
        }
        for (at, (account, lamports)) in accounts.iter().zip(lamports).enumerate() {
            let mut own = i128::from(lamports.as_u64()?);
            let mut holder = account;
            if let Some((mint, owner, amount)) = held.get(&at) {
                owners_told &= owner.is_some();
                holder = owner.as_ref().unwrap_or(account);
                *sums.entry((holder.clone(), token(mint))).or_default() += sign * amount;
                if is_native(mint) {
                    own -= amount;
                    *sums.entry((mint.clone(), lamport())).or_default() += sign * amount;
                }
            }
            *sums.entry((holder.clone(), lamport())).or_default() += sign * own;
        }
    }
    Some(Grown { sums, owners_told: owners_told && tokens_told })
}

/// Token accounts by their place. Where one is told twice, the second counts.
fn tokens_of(list: &Value) -> Option<BTreeMap<usize, Held>> {
    let mut held = BTreeMap::new();
    for one in list.as_array()? {
        let at = usize::try_from(one.get("accountIndex")?.as_u64()?).ok()?;
        let amount = &one.get("uiTokenAmount")?.get("amount")?;
        let amount = amount.as_u64().or_else(|| amount.as_str()?.parse().ok())?;
        let owner = match one.get("owner").map(|owner| owner.as_str()) {
            None | Some(None | Some("")) => None,
            Some(Some(owner)) => Some(address(owner)?),
        };
        held.insert(at, (address(one.get("mint")?.as_str()?)?, owner, i128::from(amount)));
    }
    Some(held)
}

/// What movements give each.
pub(crate) fn moved(movements: &[Movement]) -> Sums {
    let mut sums = Sums::new();
    for one in movements {
        let amount: i128 = one.amount.to_string().parse().unwrap_or(i128::MAX);
        for (who, sign) in [(&one.from, -1), (&one.to, 1)] {
            if let Some(who) = who {
                let sum = sums.entry((who.clone(), one.asset.clone())).or_default();
                *sum = sum.saturating_add(sign * amount);
            }
        }
    }
    sums
}

/// Takes out what is nothing, and what a mint withholds of its own token: no balance tells of that.
pub(crate) fn comparable(mut sums: Sums) -> Sums {
    sums.retain(|(who, asset), sum| {
        let of_its_mint = matches!(&asset.token, Token::Contract(mint) if mint == who);
        *sum != 0 && !of_its_mint
    });
    sums
}

/// All lamports together.
pub(crate) fn lamports(sums: &Sums) -> i128 {
    sums.iter().filter(|((_, asset), _)| asset.is_native()).map(|(_, sum)| sum).sum()
}

fn address(text: &str) -> Option<Address> {
    Address::parse(Chain::SOLANA, text).ok()
}

fn is_native(mint: &Address) -> bool {
    NATIVE.contains(&mint.to_string().as_str())
}

fn lamport() -> Asset {
    Asset { chain: Chain::SOLANA, token: Token::Native }
}

fn token(mint: &Address) -> Asset {
    Asset { chain: Chain::SOLANA, token: Token::Contract(mint.clone()) }
}

//! What owners hold: by the node's own accounts, and by the movements of a database.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail::{
    Store,
    types::{Account, Address, Chain, Token},
};
use fundtrail_store::Side;
use solana_sdk::pubkey::Pubkey;

use crate::{book, node::Node};

/// By owner and mint, none for lamports; without what is zero.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Books(BTreeMap<(Pubkey, Option<Pubkey>), i128>);

impl Books {
    pub(crate) fn only(mut self, owners: &BTreeSet<Pubkey>) -> Self {
        self.0.retain(|(owner, _), _| owners.contains(owner));
        self
    }
}

/// What the node's accounts say of owners.
pub(crate) fn of_node(node: &Node, owners: &BTreeSet<Pubkey>) -> Books {
    let keys: Vec<Pubkey> = node.named.iter().copied().collect();
    let mut held = book::Book::new();
    for (key, account) in keys.iter().zip(node.accounts(&keys)) {
        book::add(&mut held, *key, &account);
    }
    held.retain(|_, sum| *sum != 0);
    Books(held).only(owners)
}

/// What came to owners less what went from them.
pub(crate) fn of_store(store: &Store, chain: Chain, owners: &BTreeSet<Pubkey>) -> Books {
    let mut held = BTreeMap::new();
    for owner in owners {
        let account = Account { chain, address: Address::Solana(owner.to_bytes()) };
        let Some(id) = store.account_id(&account).unwrap() else { continue };
        for entry in store.history(id) {
            let entry = entry.unwrap();
            let mint = match store.asset(entry.asset).unwrap().token {
                Token::Native => None,
                Token::Contract(mint) => Some(Pubkey::try_from(mint.as_bytes()).unwrap()),
            };
            let amount: i128 = entry.amount.to_string().parse().unwrap();
            *held.entry((*owner, mint)).or_default() += if entry.side == Side::In { amount } else { -amount };
        }
    }
    held.retain(|_, sum| *sum != 0);
    Books(held)
}

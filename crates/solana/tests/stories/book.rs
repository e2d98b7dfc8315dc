//! What every owner holds, read from the accounts as they lie in the runtime: by their bytes, and by nothing of the crate.
//!
//! Source: the layouts of spl-token accounts and of Token-2022's extensions: owner at 32, amount at 64; from byte 166 on type, length and
//! value of each extension, of which 1 is the fee of a mint and 2 what an account withholds.

use std::collections::BTreeMap;

use solana_sdk::{account::Account, pubkey::Pubkey};

use crate::programs::{NATIVE, TOKEN, TOKEN_2022};

/// By owner and mint; none is lamports.
pub(crate) type Book = BTreeMap<(Pubkey, Option<Pubkey>), i128>;

/// A token account, as its bytes say.
pub(crate) struct Token {
    pub(crate) mint: Pubkey,
    pub(crate) owner: Pubkey,
    pub(crate) amount: u64,
}

fn key(data: &[u8], at: usize) -> Pubkey {
    Pubkey::try_from(&data[at..at + 32]).unwrap()
}

fn number(data: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(data[at..at + 8].try_into().unwrap())
}

/// The value of an extension.
fn extension(data: &[u8], kind: u8) -> Option<&[u8]> {
    let mut rest = data.get(166..)?;
    while let [low, high, size, more, value @ ..] = rest {
        let size = usize::from(u16::from_le_bytes([*size, *more]));
        if [*low, *high] == [kind, 0] {
            return value.get(..size);
        }
        rest = value.get(size..)?;
    }
    None
}

pub(crate) fn token(account: &Account) -> Option<Token> {
    let data = &account.data;
    let is_account = data.len() == 165 || data.get(165) == Some(&2);
    let is_open = is_account && data[108] != 0;
    let of_program = account.owner == TOKEN || account.owner == TOKEN_2022;
    (of_program && is_open).then(|| Token { mint: key(data, 0), owner: key(data, 32), amount: number(data, 64) })
}

/// Books an account.
pub(crate) fn add(book: &mut Book, key: Pubkey, account: &Account) {
    let mut add = |who, mint, amount: u64| *book.entry((who, mint)).or_default() += i128::from(amount);
    let Some(token) = token(account) else {
        add(key, None, account.lamports);
        // What was harvested: after two authorities of 32 bytes.
        if let Some(fee) = extension(&account.data, 1).filter(|_| account.owner == TOKEN_2022) {
            add(key, Some(key), number(fee, 64));
        }
        return;
    };
    let wrapped = if token.mint == NATIVE { token.amount } else { 0 };
    add(token.mint, None, wrapped);
    add(token.owner, None, account.lamports - wrapped);
    add(token.owner, Some(token.mint), token.amount);
    if let Some(fee) = extension(&account.data, 2) {
        add(token.mint, Some(token.mint), number(fee, 0));
    }
}

//! SPL Token and Token-2022, from data bytes. Both have the same tags; where one lacks an instruction it fails, so nothing
//! is read that did not happen.
//!
//! Source: spl-token-interface and spl-token-2022-interface, `instruction.rs`; @solana/spl-token 0.4.15 for tags from 45 on;
//! the batch of p-token: a count of accounts, a length and the data of each part.

use super::{
    Meaning,
    raw::{Accounts, key_at, u64_at},
};

const INITIALIZE_ACCOUNT: u8 = 1;
const TRANSFER: u8 = 3;
const SET_AUTHORITY: u8 = 6;
const MINT_TO: u8 = 7;
const BURN: u8 = 8;
const CLOSE: u8 = 9;
const TRANSFER_CHECKED: u8 = 12;
const MINT_TO_CHECKED: u8 = 14;
const BURN_CHECKED: u8 = 15;
const INITIALIZE_ACCOUNT_2: u8 = 16;
const SYNC_NATIVE: u8 = 17;
const INITIALIZE_ACCOUNT_3: u8 = 18;
const TRANSFER_FEE: u8 = 26;
const CONFIDENTIAL: u8 = 27;
const CONFIDENTIAL_FEE: u8 = 37;
const WITHDRAW_EXCESS: u8 = 38;
const CONFIDENTIAL_MINT_BURN: u8 = 42;
const UNWRAP: u8 = 45;
const PERMISSIONED_BURN: u8 = 46;
const BATCH: u8 = 255;

/// `AuthorityType::AccountOwner`.
const ACCOUNT_OWNER: u8 = 2;

/// What instructions of the interfaces for metadata and groups begin with, which Token-2022 answers to: the first bytes of
/// SHA-256 of their names. They move nothing.
const INTERFACES: [[u8; 8]; 9] = [
    [210, 225, 30, 162, 88, 184, 77, 141],
    [221, 233, 49, 45, 181, 202, 220, 200],
    [234, 18, 32, 56, 89, 141, 37, 181],
    [215, 228, 166, 228, 84, 100, 86, 123],
    [250, 166, 180, 250, 13, 12, 184, 70],
    [121, 113, 108, 39, 54, 51, 0, 4],
    [108, 37, 171, 143, 248, 30, 18, 110],
    [161, 105, 88, 1, 237, 221, 216, 203],
    [152, 32, 222, 176, 223, 237, 116, 134],
];

pub(super) fn read(data: &[u8], accounts: Accounts<'_>, is_2022: bool) -> Option<Meaning> {
    if data.first() == Some(&BATCH) {
        return batch(data.get(1..)?, accounts, is_2022);
    }
    one(data, accounts, is_2022)
}

fn one(data: &[u8], accounts: Accounts<'_>, is_2022: bool) -> Option<Meaning> {
    let (at, key) = (|n| accounts.at(n), |n| accounts.key(n));
    let amount = || u64_at(data, 1);
    let tag = *data.first()?;
    match tag {
        INITIALIZE_ACCOUNT => Some(Meaning::Open { account: at(0)?, mint: key(1)?, owner: key(2)? }),
        INITIALIZE_ACCOUNT_2 | INITIALIZE_ACCOUNT_3 => {
            Some(Meaning::Open { account: at(0)?, mint: key(1)?, owner: key_at(data, 1)? })
        }
        TRANSFER => Some(Meaning::Move {
            from: at(0)?,
            to: at(1)?,
            mint: None,
            amount: amount()?,
            fee: 0,
            may_withhold: false,
            authority: at(2)?,
        }),
        TRANSFER_CHECKED => checked(amount()?, 0, is_2022, accounts),
        MINT_TO | MINT_TO_CHECKED => Some(Meaning::Mint { mint: key(0)?, account: at(1)?, amount: amount()? }),
        BURN | BURN_CHECKED => {
            Some(Meaning::Burn { account: at(0)?, mint: key(1)?, amount: amount()?, authority: at(2)? })
        }
        CLOSE => Some(Meaning::Close { account: at(0)?, to: at(1)? }),
        SET_AUTHORITY if data.get(1) == Some(&ACCOUNT_OWNER) => {
            let some = data.get(2) == Some(&1);
            Some(Meaning::Hand { account: at(0)?, owner: some.then(|| key_at(data, 3)).flatten()? })
        }
        SYNC_NATIVE => Some(Meaning::Sync { account: at(0)? }),
        WITHDRAW_EXCESS => Some(Meaning::Excess { account: at(0)?, to: at(1)? }),
        UNWRAP => {
            let amount = if data.get(1) == Some(&1) { Some(u64_at(data, 2)?) } else { None };
            Some(Meaning::Unwrap { account: at(0)?, to: at(1)?, amount, authority: at(2)? })
        }
        TRANSFER_FEE => transfer_fee(data, accounts),
        CONFIDENTIAL => confidential(data, accounts),
        CONFIDENTIAL_FEE => Some(if matches!(data.get(1), Some(1 | 2)) { Meaning::Hidden } else { Meaning::Nothing }),
        CONFIDENTIAL_MINT_BURN => {
            Some(if matches!(data.get(1), Some(3 | 4)) { Meaning::Hidden } else { Meaning::Nothing })
        }
        PERMISSIONED_BURN => match data.get(1)? {
            1 | 2 => {
                Some(Meaning::Burn { account: at(0)?, mint: key(1)?, amount: u64_at(data, 2)?, authority: at(3)? })
            }
            0 => Some(Meaning::Nothing),
            _ => Some(Meaning::Hidden),
        },
        _ if data.get(..8).is_some_and(|head| INTERFACES.iter().any(|one| one == head)) => Some(Meaning::Nothing),
        // Mints, multisigs, approvals, freezing and the extensions that set what a mint or an account may do.
        0 | 2 | 4..=6 | 10 | 11 | 13 | 19..=25 | 28..=36 | 39..=41 | 43 | 44 => Some(Meaning::Nothing),
        _ => None,
    }
}

fn checked(amount: u64, fee: u64, may_withhold: bool, accounts: Accounts<'_>) -> Option<Meaning> {
    Some(Meaning::Move {
        from: accounts.at(0)?,
        mint: Some(accounts.key(1)?),
        to: accounts.at(2)?,
        amount,
        fee,
        may_withhold,
        authority: accounts.at(3)?,
    })
}

fn transfer_fee(data: &[u8], accounts: Accounts<'_>) -> Option<Meaning> {
    match data.get(1)? {
        // The amount, one byte of decimals, the fee.
        1 => checked(u64_at(data, 2)?, u64_at(data, 11)?, false, accounts),
        2 | 3 => Some(Meaning::Withheld { mint: accounts.key(0)?, to: accounts.at(1)? }),
        // Harvesting moves fees from where they are withheld to the mint: both are nobody's own.
        0 | 4 | 5 => Some(Meaning::Nothing),
        _ => None,
    }
}

fn confidential(data: &[u8], accounts: Accounts<'_>) -> Option<Meaning> {
    let account = accounts.at(0);
    match data.get(1)? {
        5 => Some(Meaning::Reveal { account: account?, amount: -i128::from(u64_at(data, 2)?) }),
        6 => Some(Meaning::Reveal { account: account?, amount: i128::from(u64_at(data, 2)?) }),
        7 | 13 => Some(Meaning::Hidden),
        0..=4 | 8..=12 | 14 => Some(Meaning::Nothing),
        _ => None,
    }
}

fn batch(mut data: &[u8], mut accounts: Accounts<'_>, is_2022: bool) -> Option<Meaning> {
    let mut parts = Vec::new();
    while let [count, length, rest @ ..] = data {
        let (part, rest) = rest.split_at_checked(usize::from(*length))?;
        let (own, others) = accounts.split(usize::from(*count))?;
        parts.push(one(part, own, is_2022).unwrap_or(Meaning::Odd));
        (data, accounts) = (rest, others);
    }
    data.is_empty().then_some(Meaning::Batch(parts))
}

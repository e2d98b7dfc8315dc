//! The associated token account program: what it opens it opens by calls, so all that counts here is whose account it is.

use super::{Meaning, raw::Accounts};

/// Tag of `RecoverNested`, which moves by calls.
const RECOVER: u8 = 2;

pub(super) fn read(data: &[u8], accounts: Accounts<'_>) -> Option<Meaning> {
    match data.first() {
        Some(&RECOVER) => Some(Meaning::Nothing),
        // Without data: as the program was at first.
        None | Some(0 | 1) => {
            Some(Meaning::Associated { account: accounts.at(1)?, wallet: accounts.key(2)?, mint: accounts.key(3)? })
        }
        Some(_) => None,
    }
}

//! The system program, from data bytes.
//!
//! Source: solana-system-interface, whose type reads them; the accounts of each instruction are in its documentation.

use solana_system_interface::instruction::SystemInstruction;

use super::{Meaning, raw::Accounts};
use crate::wire::Key;

/// Longer data is none of this program's: a seed has at most 32 bytes.
const DATA_MAX: usize = 256;

pub(super) fn read(data: &[u8], accounts: Accounts<'_>) -> Option<Meaning> {
    let data = data.get(..data.len().min(DATA_MAX))?;
    let at = |n| accounts.at(n);
    let create = |lamports, space, owner: [u8; 32]| {
        let account = at(1)?;
        Some(Meaning::Create { from: at(0), account, lamports, space, program: Key(owner) })
    };
    match bincode::deserialize(data).ok()? {
        SystemInstruction::CreateAccount { lamports, space, owner } => create(lamports, space, owner.to_bytes()),
        SystemInstruction::CreateAccountWithSeed { lamports, space, owner, .. } => {
            create(lamports, space, owner.to_bytes())
        }
        // The account may have been paid for before, and then nobody needs to pay.
        SystemInstruction::CreateAccountAllowPrefund { lamports, space, owner } => {
            let (account, from) = (at(0)?, at(1));
            Some(Meaning::Create { from, account, lamports, space, program: Key(owner.to_bytes()) })
        }
        SystemInstruction::Transfer { lamports } => {
            let (from, to) = (at(0)?, at(1)?);
            Some(Meaning::Transfer { from, to, lamports, authority: from })
        }
        SystemInstruction::TransferWithSeed { lamports, .. } => {
            Some(Meaning::Transfer { from: at(0)?, to: at(2)?, lamports, authority: at(1)? })
        }
        SystemInstruction::WithdrawNonceAccount(lamports) => {
            Some(Meaning::Transfer { from: at(0)?, to: at(1)?, lamports, authority: at(4)? })
        }
        _ => Some(Meaning::Nothing),
    }
}

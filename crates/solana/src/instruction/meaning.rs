//! What an instruction means, whichever way it was told. Accounts are places among the accounts of the transaction.

use std::collections::HashMap;

use super::{Instruction, InstructionData, associated, parsed, raw, system, token};
use crate::{
    message::Message,
    programs::{ASSOCIATED, SYSTEM, TOKEN_2022, is_token},
    wire::Key,
};

/// What one instruction does to balances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Lamports go from one account to another: transfers, withdrawals of nonces.
    Transfer { from: usize, to: usize, lamports: u64, authority: usize },
    /// An account is opened for a program, and paid for if somebody pays.
    Create { from: Option<usize>, account: usize, lamports: u64, space: u64, program: Key },
    /// An account becomes a token account.
    Open { account: usize, mint: Key, owner: Key },
    /// An account is to be the associated token account of a wallet. What it takes, the program calls.
    Associated { account: usize, mint: Key, wallet: Key },
    /// Tokens go from one account to another. `fee` is withheld in the destination. `may_withhold` where a fee may be
    /// withheld that the instruction does not tell.
    Move { from: usize, to: usize, mint: Option<Key>, amount: u64, fee: u64, may_withhold: bool, authority: usize },
    /// Tokens are created.
    Mint { mint: Key, account: usize, amount: u64 },
    /// Tokens are destroyed.
    Burn { mint: Key, account: usize, amount: u64, authority: usize },
    /// An account is closed, and all its lamports go.
    Close { account: usize, to: usize },
    /// A token account gets another owner.
    Hand { account: usize, owner: Key },
    /// Lamports that came into an account become wrapped.
    Sync { account: usize },
    /// Wrapped lamports go out: so many, or all.
    Unwrap { account: usize, to: usize, amount: Option<u64>, authority: usize },
    /// Lamports beyond the rent go out; how many is not said.
    Excess { account: usize, to: usize },
    /// Fees that were withheld go to an account; how many tokens is not said.
    Withheld { mint: Key, to: usize },
    /// Tokens go into the hidden part of an account's balance (negative), or come out of it.
    Reveal { account: usize, amount: i128 },
    /// Something moves, and how much is hidden.
    Hidden,
    /// Understood, and moves nothing.
    Nothing,
    /// Several in one.
    Batch(Vec<Meaning>),
    /// An instruction of a known program that cannot be read.
    Odd,
    /// An instruction of another program: what it moves, it calls, or balances tell.
    Foreign,
}

/// A meaning at its place.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Which of the message's own instructions it belongs to.
    pub(crate) top: usize,
    /// Whether it is one of them.
    pub(crate) is_top: bool,
    pub(crate) meaning: Meaning,
}

/// What the instructions of a transaction mean, one after the other.
///
/// # Errors
/// If an instruction names an account that the transaction has not.
pub(crate) fn steps(message: &Message<'_>) -> Result<Vec<Step>, String> {
    let mut steps = Vec::with_capacity(message.instructions.len());
    for instruction in &message.instructions {
        let is_top = instruction.parent.is_none();
        let mut push = |meaning| steps.push(Step { top: instruction.top, is_top, meaning });
        match meaning(instruction, message)? {
            Meaning::Batch(parts) => parts.into_iter().for_each(&mut push),
            one => push(one),
        }
    }
    Ok(steps)
}

fn meaning(instruction: &Instruction, message: &Message<'_>) -> Result<Meaning, String> {
    let program = message.keys.get(usize::from(instruction.program)).copied();
    let program = program.ok_or("an instruction names a program that is not among its accounts: ask again")?;
    if !(program == SYSTEM || program == ASSOCIATED || is_token(program)) {
        return Ok(Meaning::Foreign);
    }
    if let InstructionData::Parsed(told) = &instruction.data {
        return parsed::read(program, told, message);
    }
    let accounts = raw::Accounts { places: &instruction.accounts, keys: &message.keys };
    accounts.check()?;
    let Some(data) = instruction.data.bytes() else { return Ok(Meaning::Odd) };
    let read = match program {
        SYSTEM => system::read(&data, accounts),
        ASSOCIATED => associated::read(&data, accounts),
        program => token::read(&data, accounts, program == TOKEN_2022),
    };
    Ok(read.unwrap_or(Meaning::Odd))
}

/// Names of accounts, to their places.
pub(crate) type Names<'a> = HashMap<&'a str, u8>;

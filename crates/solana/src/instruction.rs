//! The instructions of a transaction, in order of execution, and what the known ones mean.
//!
//! Two fronts read one meaning: data bytes, and what a node parsed (`jsonParsed`). Whatever a front cannot read is said to be
//! odd and moves nothing by itself; balances tell then.

mod associated;
mod meaning;
mod parsed;
mod raw;
mod system;
mod token;

use std::borrow::Cow;

use serde_json::value::RawValue;

pub(crate) use meaning::{Meaning, Names, Step, steps};

/// One instruction as it was executed.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// The instruction that called it, by its place in the list; none at top level.
    pub parent: Option<usize>,
    /// Which of the message's own instructions it belongs to, from 0.
    pub top: usize,
    /// How deep it stands: 1 at top level. Where the node does not tell, everything called is 2.
    pub height: u32,
    /// The program, by its place among the accounts of the transaction.
    pub program: u8,
    /// Accounts, by their places. Where a node parsed the instruction they are those that it names, in its order; none for
    /// the system and token programs.
    pub accounts: Vec<u8>,
    /// What it says.
    pub data: InstructionData,
}

/// What an instruction says.
#[derive(Clone, Debug)]
pub enum InstructionData {
    /// Its data.
    Bytes(Vec<u8>),
    /// Its data in base58, as JSON has it.
    Base58(Box<str>),
    /// What the node made of it, as it came: `{type, info}` for most programs.
    Parsed(Box<RawValue>),
}

/// Longer data is not decoded, because decoding base58 is quadratic: no instruction has more than 10 KiB of data.
const DIGITS_MAX: usize = 14_500;

impl InstructionData {
    /// Its data; none if a node parsed it, or if it is no base58.
    pub fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Bytes(bytes) => Some(Cow::Borrowed(bytes)),
            Self::Base58(text) if text.len() <= DIGITS_MAX => bs58::decode(&**text).into_vec().ok().map(Cow::Owned),
            Self::Base58(_) | Self::Parsed(_) => None,
        }
    }
}

//! Instructions of the system and token programs, as data bytes and as a node parses them.
//!
//! Source: solana-system-interface for the system program, whose type writes the bytes; the tags of spl-token; the names that
//! agave gives.

use fundtrail_types::Address;
use serde_json::{Value, json};
use solana_system_interface::instruction::SystemInstruction;

use crate::world::{Key, key_of};

/// What an instruction does.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Transfer {
        from: Key,
        to: Key,
        lamports: u64,
    },
    Create {
        from: Key,
        account: Key,
        lamports: u64,
    },
    Open {
        account: Key,
        mint: Key,
        owner: Key,
    },
    /// With its mint, or without; with a fee that is withheld, and whether the instruction tells it.
    Move {
        from: Key,
        to: Key,
        authority: Key,
        mint: Option<Key>,
        amount: u64,
        fee: Option<u64>,
        told: bool,
    },
    Mint {
        mint: Key,
        account: Key,
        amount: u64,
    },
    Burn {
        mint: Key,
        account: Key,
        amount: u64,
    },
    Close {
        account: Key,
        to: Key,
    },
    Hand {
        account: Key,
        owner: Key,
    },
    Sync {
        account: Key,
    },
    Unwrap {
        account: Key,
        to: Key,
        amount: Option<u64>,
    },
    Excess {
        account: Key,
        to: Key,
    },
    /// Withheld fees of one account go to another.
    Collect {
        mint: Key,
        from: Key,
        to: Key,
    },
    /// A program that is not known changes its accounts.
    Direct {
        program: Key,
        from: Key,
        to: Key,
        lamports: u64,
    },
}

/// An instruction, both ways.
#[derive(Clone, Debug)]
pub(crate) struct Instruction {
    pub(crate) program: Key,
    pub(crate) accounts: Vec<Key>,
    pub(crate) data: Vec<u8>,
    /// Type and info; none where a node parses nothing.
    pub(crate) parsed: Option<Value>,
}

pub(crate) fn system() -> Key {
    [0; 32]
}

pub(crate) fn token() -> Key {
    key_of("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
}

pub(crate) fn token_2022() -> Key {
    key_of("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
}

pub(crate) fn text(key: Key) -> String {
    Address::Solana(key).to_string()
}

/// Who signs for token accounts where it does not matter.
pub(crate) const AUTHORITY: Key = [200; 32];

fn of_system(accounts: Vec<Key>, instruction: &SystemInstruction, kind: &str, info: Value) -> Instruction {
    let data = bincode::serialize(instruction).unwrap();
    Instruction { program: system(), accounts, data, parsed: Some(json!({"type": kind, "info": info})) }
}

fn of_token(program: Key, accounts: Vec<Key>, data: Vec<u8>, kind: &str, info: Value) -> Instruction {
    Instruction { program, accounts, data, parsed: Some(json!({"type": kind, "info": info})) }
}

fn tag(tag: u8, amount: u64) -> Vec<u8> {
    [&[tag][..], &amount.to_le_bytes()].concat()
}

fn ui(amount: u64) -> Value {
    json!({"amount": amount.to_string(), "decimals": 6})
}

impl Op {
    pub(crate) fn instruction(&self) -> Instruction {
        match *self {
            Self::Transfer { from, to, lamports } => of_system(
                vec![from, to],
                &SystemInstruction::Transfer { lamports },
                "transfer",
                json!({"source": text(from), "destination": text(to), "lamports": lamports}),
            ),
            Self::Create { from, account, lamports } => of_system(
                vec![from, account],
                &SystemInstruction::CreateAccount { lamports, space: 165, owner: token().into() },
                "createAccount",
                json!({"source": text(from), "newAccount": text(account), "lamports": lamports, "space": 165,
                       "owner": text(token())}),
            ),
            Self::Direct { program, from, to, .. } => {
                Instruction { program, accounts: vec![from, to], data: vec![1, 2, 3], parsed: None }
            }
            Self::Move { .. } => self.transfer(),
            _ => self.of_accounts(),
        }
    }

    fn transfer(&self) -> Instruction {
        let &Self::Move { from, to, authority, mint, amount, fee, told } = self else { unreachable!() };
        let (source, destination, by) = (text(from), text(to), text(authority));
        let Some(mint) = mint else {
            let info =
                json!({"source": source, "destination": destination, "authority": by, "amount": amount.to_string()});
            return of_token(token(), vec![from, to, authority], tag(3, amount), "transfer", info);
        };
        let program = if fee.is_some() { token_2022() } else { token() };
        let accounts = vec![from, mint, to, authority];
        let mut info = json!({"source": source, "destination": destination, "mint": text(mint), "authority": by,
                              "tokenAmount": ui(amount)});
        match fee.filter(|_| told) {
            None => of_token(program, accounts, [tag(12, amount), vec![6]].concat(), "transferChecked", info),
            Some(fee) => {
                let data = [&[26], &tag(1, amount)[..], &[6], &fee.to_le_bytes()].concat();
                info["feeAmount"] = ui(fee);
                of_token(program, accounts, data, "transferCheckedWithFee", info)
            }
        }
    }

    fn of_accounts(&self) -> Instruction {
        let by = text(AUTHORITY);
        let (accounts, data, kind, info) = match *self {
            Self::Open { account, mint, owner } => (
                vec![account, mint],
                [&[18], &owner[..]].concat(),
                "initializeAccount3",
                json!({"account": text(account), "mint": text(mint), "owner": text(owner)}),
            ),
            Self::Mint { mint, account, amount } => (
                vec![mint, account, AUTHORITY],
                tag(7, amount),
                "mintTo",
                json!({"mint": text(mint), "account": text(account), "amount": amount.to_string(), "mintAuthority": by}),
            ),
            Self::Burn { mint, account, amount } => (
                vec![account, mint, AUTHORITY],
                tag(8, amount),
                "burn",
                json!({"mint": text(mint), "account": text(account), "amount": amount.to_string(), "authority": by}),
            ),
            Self::Close { account, to } => (
                vec![account, to, AUTHORITY],
                vec![9],
                "closeAccount",
                json!({"account": text(account), "destination": text(to), "owner": by}),
            ),
            Self::Hand { account, owner } => (
                vec![account, AUTHORITY],
                [&[6, 2, 1], &owner[..]].concat(),
                "setAuthority",
                json!({"account": text(account), "authorityType": "accountOwner", "newAuthority": text(owner), "authority": by}),
            ),
            Self::Sync { account } => (vec![account], vec![17], "syncNative", json!({"account": text(account)})),
            Self::Unwrap { account, to, amount } => (
                vec![account, to, AUTHORITY],
                amount.map_or(vec![45, 0], |amount| [&[45], &tag(1, amount)[..]].concat()),
                "unwrapLamports",
                json!({"source": text(account), "destination": text(to), "authority": by,
                       "amount": amount.map(|amount| amount.to_string())}),
            ),
            Self::Excess { account, to } => (
                vec![account, to, AUTHORITY],
                vec![38],
                "withdrawExcessLamports",
                json!({"source": text(account), "destination": text(to), "authority": by}),
            ),
            Self::Collect { mint, from, to } => (
                vec![mint, to, AUTHORITY, from],
                vec![26, 3, 1],
                "withdrawWithheldTokensFromAccounts",
                json!({"mint": text(mint), "feeRecipient": text(to), "sourceAccounts": [text(from)],
                       "withdrawWithheldAuthority": by}),
            ),
            _ => unreachable!(),
        };
        of_token(token_2022(), accounts, data, kind, info)
    }
}

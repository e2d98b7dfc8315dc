//! A runtime, and transactions sent to it and told as a node tells them.

use std::collections::BTreeSet;

use fundtrail_solana::{DecodedTx, NoHistory, RawTransaction, decode};
use fundtrail_types::{Address, Asset, Chain, Kind, Movement};
use litesvm::LiteSVM;
use serde_json::{Value, json};
use solana_sdk::{
    account::Account, instruction::Instruction, message::Message, message::VersionedMessage, pubkey::Pubkey,
    signature::Signature, transaction::VersionedTransaction,
};

use crate::{
    book::{self, Book},
    programs::{NATIVE, TOKEN},
};

pub(crate) struct Stage {
    svm: LiteSVM,
    sent: u64,
}

/// A transaction, as it was read.
pub(crate) struct Act {
    pub(crate) read: DecodedTx,
}

impl Stage {
    pub(crate) fn new(wallets: &[Pubkey]) -> Self {
        let mut svm = LiteSVM::new().with_sigverify(false).with_blockhash_check(false);
        for wallet in wallets {
            svm.set_account(*wallet, Account { lamports: 10_000_000_000, ..Account::default() }).unwrap();
        }
        // The mint of wrapped SOL is on every cluster from its beginning: 9 decimals, initialised.
        let mut data = vec![0; 82];
        (data[44], data[45]) = (9, 1);
        svm.set_account(NATIVE, Account { lamports: 1_461_600, data, owner: TOKEN, ..Account::default() }).unwrap();
        Self { svm, sent: 0 }
    }

    pub(crate) fn rent(&self, bytes: u64) -> u64 {
        self.svm.minimum_balance_for_rent_exemption(usize::try_from(bytes).unwrap())
    }

    fn accounts(&self, keys: &[Pubkey]) -> Vec<Account> {
        keys.iter().map(|key| self.svm.get_account(key).unwrap_or_default()).collect()
    }

    /// Sends, and asserts that what was read is what the accounts say.
    pub(crate) fn act(&mut self, payer: Pubkey, instructions: &[Instruction]) -> Act {
        let act = self.send(payer, instructions);
        assert!(act.read.succeeded, "{:#?}", act.read.logs);
        act
    }

    /// As `act`, of what may fail.
    pub(crate) fn send(&mut self, payer: Pubkey, instructions: &[Instruction]) -> Act {
        let message = Message::new(instructions, Some(&payer));
        let keys = message.account_keys.clone();
        self.sent += 1;
        let mut signature = [0; 64];
        signature[..8].copy_from_slice(&self.sent.to_be_bytes());
        let signatures = vec![Signature::from(signature); usize::from(message.header.num_required_signatures)];
        let before = self.accounts(&keys);
        let signed = VersionedTransaction { signatures, message: VersionedMessage::Legacy(message.clone()) };
        let (meta, error) = match self.svm.send_transaction(signed.clone()) {
            Ok(meta) => (meta, Value::Null),
            Err(failed) => (failed.meta, json!(failed.err.to_string())),
        };
        let after = self.accounts(&keys);
        let called = |(at, list): (usize, &Vec<_>)| {
            let one = |inner: &solana_sdk::inner_instruction::InnerInstruction| {
                let one = &inner.instruction;
                json!({"programIdIndex": one.program_id_index, "accounts": one.accounts,
                       "data": bs58::encode(&one.data).into_string(), "stackHeight": inner.stack_height})
            };
            (!list.is_empty()).then(|| json!({"index": at, "instructions": list.iter().map(one).collect::<Vec<_>>()}))
        };
        let inner: Vec<Value> = meta.inner_instructions.iter().enumerate().filter_map(called).collect();
        let lamports = |list: &[Account]| list.iter().map(|one| one.lamports).collect::<Vec<_>>();
        let bytes = bincode::serialize(&signed).unwrap();
        let told = json!({
            "slot": self.sent,
            "transaction": [base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes), "base64"],
            "meta": {
                "err": error, "fee": meta.fee, "innerInstructions": inner, "logMessages": meta.logs,
                "preBalances": lamports(&before), "postBalances": lamports(&after),
                "preTokenBalances": tokens(&before), "postTokenBalances": tokens(&after),
            },
        });
        let json = serde_json::value::to_raw_value(&told).unwrap();
        let raw = RawTransaction::from_result(Chain::SOLANA, json).unwrap();
        let read = decode(&raw, &NoHistory, Chain::SOLANA).unwrap();
        agrees(&read, &keys, &before, &after);
        Act { read }
    }
}

/// As nodes tell token balances.
fn tokens(accounts: &[Account]) -> Vec<Value> {
    let one = |(at, account): (usize, &Account)| {
        let token = book::token(account)?;
        Some(json!({"accountIndex": at, "mint": token.mint.to_string(), "owner": token.owner.to_string(),
                    "uiTokenAmount": {"amount": token.amount.to_string(), "decimals": 6}}))
    };
    accounts.iter().enumerate().filter_map(one).collect()
}

/// Movements must add up to what the accounts say, and leave nothing over.
fn agrees(read: &DecodedTx, keys: &[Pubkey], before: &[Account], after: &[Account]) {
    assert_eq!(read.residues, []);
    assert!(read.complete && read.left_out.odd_instructions == 0, "{:?}", read.left_out);
    let mut grown = Book::new();
    keys.iter().zip(after).for_each(|(key, account)| book::add(&mut grown, *key, account));
    let mut had = Book::new();
    keys.iter().zip(before).for_each(|(key, account)| book::add(&mut had, *key, account));
    for (of, amount) in had {
        *grown.entry(of).or_default() -= amount;
    }
    let mut moved = Book::new();
    for one in &read.movements {
        let amount: i128 = one.amount.to_string().parse().unwrap();
        for (who, sign) in [(&one.from, -1), (&one.to, 1)] {
            if let Some(who) = who {
                *moved.entry((key(who), mint(&one.asset))).or_default() += sign * amount;
            }
        }
    }
    grown.retain(|_, sum| *sum != 0);
    moved.retain(|_, sum| *sum != 0);
    assert_eq!(moved, grown, "{:#?}", read.movements);
}

fn key(address: &Address) -> Pubkey {
    Pubkey::try_from(address.as_bytes()).unwrap()
}

fn mint(asset: &Asset) -> Option<Pubkey> {
    match &asset.token {
        fundtrail_types::Token::Native => None,
        fundtrail_types::Token::Contract(mint) => Some(key(mint)),
    }
}

/// Kind, mint, giver, taker, amount.
pub(crate) type Row = (Kind, Option<Pubkey>, Option<Pubkey>, Option<Pubkey>, u64);

impl Act {
    /// All but the fee.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let row = |one: &Movement| {
            let side = |side: &Option<Address>| side.as_ref().map(key);
            (one.kind, mint(&one.asset), side(&one.from), side(&one.to), one.amount.to_string().parse().unwrap())
        };
        self.read.movements.iter().filter(|one| one.kind != Kind::Fee).map(row).collect()
    }

    pub(crate) fn kinds(&self) -> BTreeSet<Kind> {
        self.read.movements.iter().map(|one| one.kind).collect()
    }
}

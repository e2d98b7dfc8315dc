//! The story: a company pays its worker in every way that has something to it.

use std::collections::BTreeSet;

use solana_sdk::{
    hash::Hash,
    instruction::{AccountMeta, Instruction},
    message::AddressLookupTableAccount,
    pubkey::Pubkey,
};
use solana_system_interface::instruction::{advance_nonce_account, create_nonce_account, withdraw_nonce_account};

use crate::{Told, cast::*, node::Node, programs::*};

const LOOKUP_TABLES: Pubkey = Pubkey::from_str_const("AddressLookupTab1e1111111111111111111111111");
const SOL: u64 = 1_000_000_000;

pub(crate) fn act(node: &mut Node) -> Told {
    for who in [COMPANY, WORKER, OTHER] {
        node.fund(public(who), 10 * SOL);
    }
    salaries(node);
    charged(node);
    wrapped(node);
    handed_over(node);
    looked_up(node);
    from_a_nonce(node);
    let failed = beyond_what_is_there(node);
    let mut owners = vec![public(COMPANY), public(WORKER), public(OTHER)];
    let keys = [MINT, CHARGED_MINT, TEMPORARY, HANDED_OVER, NONCE].map(public);
    let made: BTreeSet<Pubkey> = owners.iter().copied().chain(keys).collect();
    owners.push(public(NONCE));
    Told { owners, made, failed }
}

/// To a worker without a token account; then that is closed, and what it held goes to another.
fn salaries(node: &mut Node) {
    let (company, worker, other) = (public(COMPANY), public(WORKER), public(OTHER));
    let (mint, rent) = (public(MINT), node.rent(MINT_BYTES));
    let (own, theirs) = (associated(company, mint, TOKEN), associated(worker, mint, TOKEN));
    let issue = [
        create(company, mint, rent, MINT_BYTES, TOKEN),
        initialize_mint(TOKEN, mint, company),
        open_associated(company, company, mint, TOKEN),
        mint_to(TOKEN, mint, own, company, 9_000_000),
    ];
    node.act(&issue, &[&key(COMPANY), &key(MINT)]);
    let salary = [
        open_associated(company, worker, mint, TOKEN),
        transfer_checked(TOKEN, mint, (own, theirs), company, 3_000_000),
    ];
    node.act(&salary, &[&key(COMPANY)]);
    node.act(&[transfer_unchecked(own, theirs, company, 1_000_000)], &[&key(COMPANY)]);
    let leave = [burn(TOKEN, mint, theirs, worker, 4_000_000), close(TOKEN, theirs, other, worker)];
    node.act(&leave, &[&key(WORKER)]);
}

/// In a token that withholds a part of each transfer.
fn charged(node: &mut Node) {
    let (company, worker, mint) = (public(COMPANY), public(WORKER), public(CHARGED_MINT));
    let (own, theirs) = (associated(company, mint, TOKEN_2022), associated(worker, mint, TOKEN_2022));
    let issue = [
        create(company, mint, node.rent(CHARGED_MINT_BYTES), CHARGED_MINT_BYTES, TOKEN_2022),
        initialize_fee(mint, company, 100, 1_000),
        initialize_mint(TOKEN_2022, mint, company),
        open_associated(company, company, mint, TOKEN_2022),
        open_associated(company, worker, mint, TOKEN_2022),
        mint_to(TOKEN_2022, mint, own, company, 1_000_000),
    ];
    node.act(&issue, &[&key(COMPANY), &key(CHARGED_MINT)]);
    node.act(&[transfer_with_fee(mint, (own, theirs), company, 10_000, 100)], &[&key(COMPANY)]);
    node.act(&[transfer_checked(TOKEN_2022, mint, (own, theirs), company, 500_000)], &[&key(COMPANY)]);
    node.act(&[harvest(mint, theirs)], &[&key(OTHER)]);
    node.act(&[withdraw_from_mint(mint, own, company)], &[&key(COMPANY)]);
    node.act(&[transfer_checked(TOKEN_2022, mint, (own, theirs), company, 700)], &[&key(COMPANY)]);
}

/// In SOL that is wrapped for one transaction.
fn wrapped(node: &mut Node) {
    let (company, other, temporary) = (public(COMPANY), public(OTHER), public(TEMPORARY));
    let theirs = associated(other, NATIVE, TOKEN);
    node.act(&[open_associated(other, other, NATIVE, TOKEN)], &[&key(OTHER)]);
    let pay = [
        create(company, temporary, node.rent(ACCOUNT_BYTES) + 1_000, ACCOUNT_BYTES, TOKEN),
        initialize_account(TOKEN, temporary, NATIVE, company),
        pay(company, temporary, 500),
        sync(temporary),
        transfer_unchecked(temporary, theirs, company, 1_200),
        close(TOKEN, temporary, company, company),
    ];
    node.act(&pay, &[&key(COMPANY), &key(TEMPORARY)]);
}

/// By handing over the account in which it lies.
fn handed_over(node: &mut Node) {
    let (company, mint, account) = (public(COMPANY), public(MINT), public(HANDED_OVER));
    let fill = [
        create(company, account, node.rent(ACCOUNT_BYTES), ACCOUNT_BYTES, TOKEN),
        initialize_account(TOKEN, account, mint, company),
        mint_to(TOKEN, mint, account, company, 900),
        hand_over(account, company, public(WORKER)),
    ];
    node.act(&fill, &[&key(COMPANY), &key(HANDED_OVER)]);
}

/// To accounts that only a look-up table names.
fn looked_up(node: &mut Node) {
    let (company, paid) = (public(COMPANY), vec![public(WORKER), public(OTHER)]);
    let slot = node.slot("finalized").unwrap();
    let (table, bump) = Pubkey::find_program_address(&[company.as_ref(), &slot.to_le_bytes()], &LOOKUP_TABLES);
    let accounts = |authority: AccountMeta| {
        vec![
            AccountMeta::new(table, false),
            authority,
            AccountMeta::new(company, true),
            AccountMeta::new_readonly(Pubkey::default(), false),
        ]
    };
    let instruction = |tag: u32, data: &[u8]| Instruction {
        program_id: LOOKUP_TABLES,
        accounts: accounts(AccountMeta::new_readonly(company, true)),
        data: [&tag.to_le_bytes(), data].concat(),
    };
    let keys: Vec<u8> = paid.iter().flat_map(|key| key.to_bytes()).collect();
    let length = u64::try_from(paid.len()).unwrap().to_le_bytes();
    let make =
        [instruction(0, &[&slot.to_le_bytes()[..], &[bump]].concat()), instruction(2, &[&length[..], &keys].concat())];
    node.act(&make, &[&key(COMPANY)]);
    // What was added to a table can be looked up from the next slot on.
    node.settle();
    let recent = node.latest();
    let table = AddressLookupTableAccount { key: table, addresses: paid.clone() };
    let pay: Vec<Instruction> =
        paid.iter().zip([7_000_000, 8_000_000]).map(|(to, amount)| pay(company, *to, amount)).collect();
    assert!(node.send(&pay, &[&key(COMPANY)], &[table], recent));
}

/// By a transaction that waits for its day, and out of the account that makes it wait.
fn from_a_nonce(node: &mut Node) {
    let (company, other, nonce) = (public(COMPANY), public(OTHER), public(NONCE));
    let make = create_nonce_account(&company, &nonce, &company, SOL);
    node.act(&make, &[&key(COMPANY), &key(NONCE)]);
    node.settle();
    // Version, state, who may use it, and then the hash that stands for a recent block.
    let data = node.accounts(&[nonce]).remove(0).data;
    let waiting = Hash::new_from_array(data[40..72].try_into().unwrap());
    let pay = [advance_nonce_account(&nonce, &company), pay(company, public(WORKER), 1_234_567)];
    assert!(node.send(&pay, &[&key(COMPANY)], &[], waiting));
    node.act(&[withdraw_nonce_account(&nonce, &company, &other, 400_000_000)], &[&key(COMPANY)]);
}

fn beyond_what_is_there(node: &mut Node) -> fundtrail::types::TxId {
    let (company, recent) = (public(COMPANY), node.latest());
    let pay = [pay(company, public(WORKER), 5), pay(company, public(OTHER), 1_000_000 * SOL)];
    assert!(!node.send(&pay, &[&key(COMPANY)], &[], recent), "it must fail");
    node.sent.last().cloned().unwrap()
}

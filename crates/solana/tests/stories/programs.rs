//! Instructions as their programs take them.
//!
//! Source: solana-system-interface, spl-token-interface and spl-token-2022-interface (`instruction.rs`), and the associated token
//! account program.

use solana_sdk::{
    instruction::{AccountMeta, Instruction},
    pubkey::Pubkey,
};
use solana_system_interface::instruction::{create_account, transfer};

pub(crate) const TOKEN: Pubkey = Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
pub(crate) const TOKEN_2022: Pubkey = Pubkey::from_str_const("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
pub(crate) const ASSOCIATED: Pubkey = Pubkey::from_str_const("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
pub(crate) const NATIVE: Pubkey = Pubkey::from_str_const("So11111111111111111111111111111111111111112");

/// Bytes of a mint, of a mint with a transfer fee, and of a token account.
pub(crate) const MINT_BYTES: u64 = 82;
pub(crate) const CHARGED_MINT_BYTES: u64 = 278;
pub(crate) const ACCOUNT_BYTES: u64 = 165;

fn signer(key: Pubkey) -> AccountMeta {
    AccountMeta::new_readonly(key, true)
}

fn writable(key: Pubkey) -> AccountMeta {
    AccountMeta::new(key, false)
}

fn readonly(key: Pubkey) -> AccountMeta {
    AccountMeta::new_readonly(key, false)
}

fn tagged(tag: &[u8], amount: u64) -> Vec<u8> {
    [tag, &amount.to_le_bytes()].concat()
}

fn one(program: Pubkey, accounts: Vec<AccountMeta>, data: Vec<u8>) -> Instruction {
    Instruction { program_id: program, accounts, data }
}

pub(crate) fn pay(from: Pubkey, to: Pubkey, lamports: u64) -> Instruction {
    transfer(&from, &to, lamports)
}

pub(crate) fn create(payer: Pubkey, account: Pubkey, lamports: u64, space: u64, program: Pubkey) -> Instruction {
    create_account(&payer, &account, lamports, space, &program)
}

pub(crate) fn initialize_mint(program: Pubkey, mint: Pubkey, authority: Pubkey) -> Instruction {
    one(program, vec![writable(mint)], [&[20, 6], authority.as_ref(), &[0]].concat())
}

/// Every transfer costs `basis_points`, at most `most`.
pub(crate) fn initialize_fee(mint: Pubkey, authority: Pubkey, basis_points: u16, most: u64) -> Instruction {
    let key = [&[1], authority.as_ref()].concat();
    let data = [&[26, 0][..], &key, &key, &basis_points.to_le_bytes(), &most.to_le_bytes()].concat();
    one(TOKEN_2022, vec![writable(mint)], data)
}

pub(crate) fn initialize_account(program: Pubkey, account: Pubkey, mint: Pubkey, owner: Pubkey) -> Instruction {
    one(program, vec![writable(account), readonly(mint)], [&[18], owner.as_ref()].concat())
}

pub(crate) fn associated(owner: Pubkey, mint: Pubkey, program: Pubkey) -> Pubkey {
    Pubkey::find_program_address(&[owner.as_ref(), program.as_ref(), mint.as_ref()], &ASSOCIATED).0
}

/// Opens the associated token account of an owner, if it is not open yet.
pub(crate) fn open_associated(payer: Pubkey, owner: Pubkey, mint: Pubkey, program: Pubkey) -> Instruction {
    let account = associated(owner, mint, program);
    let accounts = vec![
        AccountMeta::new(payer, true),
        writable(account),
        readonly(owner),
        readonly(mint),
        readonly(Pubkey::default()),
        readonly(program),
    ];
    one(ASSOCIATED, accounts, vec![1])
}

pub(crate) fn mint_to(program: Pubkey, mint: Pubkey, account: Pubkey, authority: Pubkey, amount: u64) -> Instruction {
    one(program, vec![writable(mint), writable(account), signer(authority)], tagged(&[7], amount))
}

pub(crate) fn burn(program: Pubkey, mint: Pubkey, account: Pubkey, owner: Pubkey, amount: u64) -> Instruction {
    one(program, vec![writable(account), writable(mint), signer(owner)], tagged(&[8], amount))
}

/// Without its mint.
pub(crate) fn transfer_unchecked(from: Pubkey, to: Pubkey, owner: Pubkey, amount: u64) -> Instruction {
    one(TOKEN, vec![writable(from), writable(to), signer(owner)], tagged(&[3], amount))
}

pub(crate) fn transfer_checked(
    program: Pubkey,
    mint: Pubkey,
    (from, to): (Pubkey, Pubkey),
    owner: Pubkey,
    amount: u64,
) -> Instruction {
    let accounts = vec![writable(from), readonly(mint), writable(to), signer(owner)];
    one(program, accounts, [tagged(&[12], amount), vec![6]].concat())
}

/// With the fee that is expected.
pub(crate) fn transfer_with_fee(
    mint: Pubkey,
    (from, to): (Pubkey, Pubkey),
    owner: Pubkey,
    amount: u64,
    fee: u64,
) -> Instruction {
    let accounts = vec![writable(from), readonly(mint), writable(to), signer(owner)];
    one(TOKEN_2022, accounts, [tagged(&[26, 1], amount), tagged(&[6], fee)].concat())
}

pub(crate) fn harvest(mint: Pubkey, from: Pubkey) -> Instruction {
    one(TOKEN_2022, vec![writable(mint), writable(from)], vec![26, 4])
}

pub(crate) fn withdraw_from_mint(mint: Pubkey, to: Pubkey, authority: Pubkey) -> Instruction {
    one(TOKEN_2022, vec![writable(mint), writable(to), signer(authority)], vec![26, 2])
}

pub(crate) fn withdraw_from_account(mint: Pubkey, from: Pubkey, to: Pubkey, authority: Pubkey) -> Instruction {
    let accounts = vec![readonly(mint), writable(to), signer(authority), writable(from)];
    one(TOKEN_2022, accounts, vec![26, 3, 1])
}

pub(crate) fn withdraw_excess(account: Pubkey, to: Pubkey, authority: Pubkey) -> Instruction {
    one(TOKEN_2022, vec![writable(account), writable(to), signer(authority)], vec![38])
}

pub(crate) fn close(program: Pubkey, account: Pubkey, to: Pubkey, owner: Pubkey) -> Instruction {
    one(program, vec![writable(account), writable(to), signer(owner)], vec![9])
}

pub(crate) fn hand_over(account: Pubkey, owner: Pubkey, to: Pubkey) -> Instruction {
    one(TOKEN, vec![writable(account), signer(owner)], [&[6, 2, 1], to.as_ref()].concat())
}

pub(crate) fn sync(account: Pubkey) -> Instruction {
    one(TOKEN, vec![writable(account)], vec![17])
}

//! The stories.

use std::collections::BTreeSet;

use fundtrail_types::{Address, Kind, Reading, RelationKind};
use solana_sdk::pubkey::Pubkey;

use crate::{
    programs::*,
    stage::{Act, Stage},
};

fn who(byte: u8) -> Pubkey {
    Pubkey::from([byte; 32])
}

/// A company, its worker, and somebody else.
fn company() -> Pubkey {
    who(1)
}

fn worker() -> Pubkey {
    who(2)
}

fn other() -> Pubkey {
    who(3)
}

fn mint() -> Pubkey {
    who(21)
}

fn stage() -> Stage {
    Stage::new(&[company(), worker(), other()])
}

/// A mint, and what the company has of it.
fn issue(stage: &mut Stage, amount: u64) -> Pubkey {
    let (payer, mint) = (company(), mint());
    let own = associated(payer, mint, TOKEN);
    let act = stage.act(
        payer,
        &[
            create(payer, mint, stage.rent(MINT_BYTES), MINT_BYTES, TOKEN),
            initialize_mint(TOKEN, mint, payer),
            open_associated(payer, payer, mint, TOKEN),
            mint_to(TOKEN, mint, own, payer, amount),
        ],
    );
    assert_eq!(
        act.rows(),
        [
            (Kind::Native, None, Some(payer), Some(mint), stage.rent(MINT_BYTES)),
            (Kind::Mint, Some(mint), None, Some(payer), amount),
        ]
    );
    own
}

fn related(act: &Act, kind: RelationKind) -> Vec<(Address, Address)> {
    let of = act.read.relations.iter().filter(|one| one.kind == kind);
    of.map(|one| (one.subject.clone(), one.object.clone())).collect()
}

fn address(key: Pubkey) -> Address {
    Address::Solana(key.to_bytes())
}

#[test]
fn a_salary_goes_to_a_worker_who_had_no_account() {
    let mut stage = stage();
    let own = issue(&mut stage, 5_000_000);
    let (payer, mint) = (company(), mint());
    let account = associated(worker(), mint, TOKEN);
    let act = stage.act(
        payer,
        &[
            open_associated(payer, worker(), mint, TOKEN),
            transfer_checked(TOKEN, mint, (own, account), payer, 3_000_000),
        ],
    );
    assert_eq!(
        act.rows(),
        [
            (Kind::Rent, None, Some(payer), Some(worker()), stage.rent(ACCOUNT_BYTES)),
            (Kind::Token, Some(mint), Some(payer), Some(worker()), 3_000_000),
        ]
    );
    assert_eq!(related(&act, RelationKind::RentPayer), [(address(worker()), address(payer))]);
    let reading = Reading::of(&act.read.movements);
    assert_eq!((reading.actor(), reading.payees.clone()), (Some(&address(payer)), vec![address(worker())]));
    // Again, into the account that is there now.
    let act = stage.act(
        payer,
        &[open_associated(payer, worker(), mint, TOKEN), transfer_unchecked(own, account, payer, 1_000_000)],
    );
    assert_eq!(act.rows(), [(Kind::Token, Some(mint), Some(payer), Some(worker()), 1_000_000)]);
}

#[test]
fn an_account_that_was_paid_for_before_is_opened_all_the_same() {
    let mut stage = stage();
    issue(&mut stage, 1);
    let (payer, account) = (company(), associated(worker(), mint(), TOKEN));
    stage.act(other(), &[pay(other(), account, 1_000_000)]);
    let act = stage.act(payer, &[open_associated(payer, worker(), mint(), TOKEN)]);
    assert_eq!(
        act.rows(),
        [
            (Kind::Rent, None, Some(payer), Some(worker()), stage.rent(ACCOUNT_BYTES) - 1_000_000),
            (Kind::Rent, None, Some(account), Some(worker()), 1_000_000),
        ]
    );
}

#[test]
fn a_token_that_charges_its_transfers_pays_what_it_withheld() {
    let mut stage = stage();
    let (payer, mint) = (company(), mint());
    let (own, theirs) = (associated(payer, mint, TOKEN_2022), associated(worker(), mint, TOKEN_2022));
    stage.act(
        payer,
        &[
            create(payer, mint, stage.rent(CHARGED_MINT_BYTES), CHARGED_MINT_BYTES, TOKEN_2022),
            initialize_fee(mint, payer, 100, 1_000),
            initialize_mint(TOKEN_2022, mint, payer),
            open_associated(payer, payer, mint, TOKEN_2022),
            open_associated(payer, worker(), mint, TOKEN_2022),
            mint_to(TOKEN_2022, mint, own, payer, 1_000_000),
        ],
    );
    let token = |from, to, amount| (Kind::Token, Some(mint), Some(from), Some(to), amount);
    // One in a hundred, at most a thousand: told by the instruction, then by balances alone.
    let told = stage.act(payer, &[transfer_with_fee(mint, (own, theirs), payer, 10_000, 100)]);
    assert_eq!(told.rows(), [token(payer, worker(), 9_900), token(payer, mint, 100)]);
    let untold = stage.act(payer, &[transfer_checked(TOKEN_2022, mint, (own, theirs), payer, 500_000)]);
    assert_eq!(untold.rows(), [token(payer, worker(), 499_000), token(payer, mint, 1_000)]);
    let both = stage.act(
        payer,
        &[
            transfer_checked(TOKEN_2022, mint, (own, theirs), payer, 20_000),
            transfer_checked(TOKEN_2022, mint, (own, theirs), payer, 50_000),
        ],
    );
    assert_eq!(
        both.rows(),
        [token(payer, worker(), 20_000), token(payer, worker(), 50_000), token(worker(), mint, 700)]
    );
    // Some of it is paid out at once, the rest over the mint.
    let paid = stage.act(payer, &[withdraw_from_account(mint, theirs, own, payer)]);
    assert_eq!(paid.rows(), [token(mint, payer, 1_800)]);
    stage.act(payer, &[transfer_with_fee(mint, (own, theirs), payer, 10_000, 100)]);
    assert_eq!(stage.act(payer, &[harvest(mint, theirs)]).rows(), []);
    assert_eq!(stage.act(payer, &[withdraw_from_mint(mint, own, payer)]).rows(), [token(mint, payer, 100)]);
}

#[test]
fn what_lies_beyond_the_rent_is_taken_out() {
    let mut stage = stage();
    let (payer, mint, account) = (company(), mint(), who(31));
    stage.act(
        payer,
        &[
            create(payer, mint, stage.rent(MINT_BYTES), MINT_BYTES, TOKEN_2022),
            initialize_mint(TOKEN_2022, mint, payer),
            create(payer, account, stage.rent(ACCOUNT_BYTES) + 777, ACCOUNT_BYTES, TOKEN_2022),
            initialize_account(TOKEN_2022, account, mint, worker()),
        ],
    );
    let act = stage.act(worker(), &[withdraw_excess(account, other(), worker())]);
    assert_eq!(act.rows(), [(Kind::Rent, None, Some(worker()), Some(other()), 777)]);
}

#[test]
fn a_closed_account_leaves_all_it_has_to_another() {
    let mut stage = stage();
    let own = issue(&mut stage, 500);
    let (payer, mint) = (company(), mint());
    let act = stage
        .act(payer, &[burn(TOKEN, mint, own, payer, 500), pay(payer, own, 12_345), close(TOKEN, own, other(), payer)]);
    assert_eq!(
        act.rows(),
        [
            (Kind::Burn, Some(mint), Some(payer), None, 500),
            (Kind::Rent, None, Some(payer), Some(other()), stage.rent(ACCOUNT_BYTES) + 12_345),
        ]
    );
    assert_eq!(related(&act, RelationKind::CloseDestination), [(address(payer), address(other()))]);
}

#[test]
fn wrapped_sol_in_a_temporary_account_pays_whom_it_was_sent_to() {
    let mut stage = stage();
    let (payer, temporary) = (company(), who(31));
    let theirs = associated(other(), NATIVE, TOKEN);
    stage.act(other(), &[open_associated(other(), other(), NATIVE, TOKEN)]);
    let act = stage.act(
        payer,
        &[
            create(payer, temporary, stage.rent(ACCOUNT_BYTES) + 1_000, ACCOUNT_BYTES, TOKEN),
            initialize_account(TOKEN, temporary, NATIVE, payer),
            pay(payer, temporary, 500),
            sync(temporary),
            transfer_unchecked(temporary, theirs, payer, 1_200),
            close(TOKEN, temporary, payer, payer),
        ],
    );
    let wrapped = Some(NATIVE);
    assert_eq!(
        act.rows(),
        [
            (Kind::Internal, None, Some(payer), wrapped, 1_000),
            (Kind::Wrap, wrapped, None, Some(payer), 1_000),
            (Kind::Internal, None, Some(payer), wrapped, 500),
            (Kind::Wrap, wrapped, None, Some(payer), 500),
            (Kind::Token, wrapped, Some(payer), Some(other()), 1_200),
            (Kind::Unwrap, wrapped, Some(payer), None, 300),
            (Kind::Internal, None, wrapped, Some(payer), 300),
        ]
    );
    let reading = Reading::of(&act.read.movements);
    assert_eq!((reading.actor(), reading.payees.clone()), (Some(&address(payer)), vec![address(other())]));
    // And what came is unwrapped by closing.
    let act = stage.act(other(), &[close(TOKEN, theirs, other(), other())]);
    assert_eq!(act.kinds(), BTreeSet::from([Kind::Fee, Kind::Unwrap, Kind::Internal]));
}

#[test]
fn an_account_is_handed_over_with_what_is_in_it() {
    let mut stage = stage();
    issue(&mut stage, 1);
    let (payer, mint, account) = (company(), mint(), who(31));
    stage.act(
        payer,
        &[
            create(payer, account, stage.rent(ACCOUNT_BYTES), ACCOUNT_BYTES, TOKEN),
            initialize_account(TOKEN, account, mint, payer),
            mint_to(TOKEN, mint, account, payer, 900),
        ],
    );
    let act = stage.act(payer, &[hand_over(account, payer, worker())]);
    assert_eq!(
        act.rows(),
        [
            (Kind::Token, Some(mint), Some(payer), Some(worker()), 900),
            (Kind::Rent, None, Some(payer), Some(worker()), stage.rent(ACCOUNT_BYTES)),
        ]
    );
    assert_eq!(related(&act, RelationKind::Authority), [(address(payer), address(worker()))]);
    let act =
        stage.act(worker(), &[burn(TOKEN, mint, account, worker(), 900), close(TOKEN, account, worker(), worker())]);
    assert_eq!(act.rows(), [(Kind::Burn, Some(mint), Some(worker()), None, 900)]);
}

#[test]
fn a_transfer_beyond_what_is_there_undoes_the_one_before() {
    let mut stage = stage();
    let own = issue(&mut stage, 100);
    let account = associated(worker(), mint(), TOKEN);
    let payer = company();
    let act = stage.send(
        payer,
        &[
            open_associated(payer, worker(), mint(), TOKEN),
            pay(payer, worker(), 5),
            transfer_unchecked(own, account, payer, 101),
        ],
    );
    assert!(!act.read.succeeded && act.read.left_out.failed == 1);
    assert_eq!((act.rows(), act.kinds()), (vec![], BTreeSet::from([Kind::Fee])));
}

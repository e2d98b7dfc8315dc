//! Tokens: fees that are withheld, supply, several in one, hidden amounts.

use super::*;

fn charged(told: bool, fee: u64) -> Op {
    Op::Move { from: OF_ALICE, to: OF_BOB, authority: ALICE, mint: Some(MINT), amount: 100, fee: Some(fee), told }
}

#[test]
fn a_fee_that_is_withheld_is_not_received() {
    for told in [true, false] {
        let scene = scene().top(charged(told, 3));
        let expected = [moved(Kind::Token, Some(MINT), ALICE, BOB, 97), moved(Kind::Token, Some(MINT), ALICE, MINT, 3)];
        assert_eq!(rows(&whole(&scene)), expected, "{told}");
    }
}

#[test]
fn fees_of_several_transfers_that_nobody_tells_apart_are_told_once() {
    let one = whole(&scene().top(charged(false, 3)).top(charged(false, 4)));
    let gross = moved(Kind::Token, Some(MINT), ALICE, BOB, 100);
    assert_eq!(rows(&one), [gross, gross, moved(Kind::Token, Some(MINT), BOB, MINT, 7)]);
}

#[test]
fn withheld_fees_that_are_collected_come_from_the_mint() {
    let mut world = world();
    world.at(OF_BOB).token.as_mut().unwrap().withheld = 9;
    let scene = Scene::new(world, &[ALICE]).top(Op::Collect { mint: MINT, from: OF_BOB, to: OF_ALICE });
    assert_eq!(rows(&whole(&scene)), [moved(Kind::Token, Some(MINT), MINT, ALICE, 9)]);
}

#[test]
fn an_unchecked_transfer_between_temporary_accounts_still_has_its_mint() {
    let other = [14; 32];
    let sent = |from, to| Op::Move { from, to, authority: ALICE, mint: None, amount: 50, fee: None, told: false };
    let scene = scene()
        .call(&[create(ALICE, FRESH, RENT), open(FRESH, MINT, ALICE), sent(OF_ALICE, FRESH)])
        .call(&[create(ALICE, other, RENT), open(other, MINT, CAROL), sent(FRESH, other), sent(other, OF_BOB)])
        .top(Op::Close { account: FRESH, to: ALICE })
        .top(Op::Close { account: other, to: ALICE });
    let tokens: Vec<Row> = rows(&whole(&scene)).into_iter().filter(|row| row.0 == Kind::Token).collect();
    let hop = |from, to| moved(Kind::Token, Some(MINT), from, to, 50);
    assert_eq!(tokens, [hop(ALICE, ALICE), hop(ALICE, CAROL), hop(CAROL, BOB)]);
}

#[test]
fn confidential_amounts_are_said_to_be_unknown() {
    let hide = [&[27, 5], &40_u64.to_le_bytes()[..], &[6]].concat();
    let mut scene = scene().raw_top(token_2022(), &[OF_ALICE, MINT, ALICE], &hide);
    scene.after.at(OF_ALICE).token.as_mut().unwrap().amount -= 40;
    let scene = scene.raw_top(token_2022(), &[OF_ALICE, MINT, OF_BOB, ALICE], &[27, 7, 0, 0]);
    let one = scene.decode();
    assert_eq!((one.left_out.hidden, one.complete, one.reconciled.unexplained), (2, false, 0));
    assert_eq!(rows(&one), [(Kind::Unexplained, Some(MINT), Some(ALICE), None, 40)]);
    assert_eq!(one.residues[0].reason, Why::Hidden);
}

#[test]
fn a_batch_is_all_of_its_parts() {
    let transfer = |amount: u64| [&[3, 9, 3][..], &amount.to_le_bytes()].concat();
    let batch = [vec![255], transfer(5), transfer(6)].concat();
    let accounts = [OF_ALICE, OF_BOB, ALICE, OF_BOB, OF_ALICE, ALICE];
    let mut scene = scene().raw_top(token(), &accounts, &batch);
    scene.after.at(OF_ALICE).token.as_mut().unwrap().amount += 1;
    scene.after.at(OF_BOB).token.as_mut().unwrap().amount -= 1;
    assert_eq!(
        rows(&whole(&scene)),
        [moved(Kind::Token, Some(MINT), ALICE, BOB, 5), moved(Kind::Token, Some(MINT), BOB, ALICE, 6)]
    );
}

#[test]
fn supply_comes_from_nobody_and_goes_to_nobody() {
    let scene = scene().top(Op::Mint { mint: MINT, account: OF_BOB, amount: 5 }).top(Op::Burn {
        mint: MINT,
        account: OF_ALICE,
        amount: 6,
    });
    let one = whole(&scene);
    assert_eq!(
        rows(&one),
        [(Kind::Mint, Some(MINT), None, Some(BOB), 5), (Kind::Burn, Some(MINT), Some(ALICE), None, 6)]
    );
}

//! Accounts: opened, closed, handed over; who signs and who pays; order and number.

use super::*;

#[test]
fn a_salary_to_a_fresh_account_is_paid_to_its_owner_and_the_rent_by_the_payer() {
    let scene = scene().call(&[create(ALICE, FRESH, RENT), open(FRESH, MINT, CAROL)]).top(pay(OF_ALICE, FRESH, 400));
    let one = whole(&scene);
    let expected = [moved(Kind::Rent, None, ALICE, CAROL, RENT), moved(Kind::Token, Some(MINT), ALICE, CAROL, 400)];
    assert_eq!(rows(&one), expected);
    assert_eq!(relations(&one, RelationKind::RentPayer), [(CAROL, ALICE)]);
    assert_eq!(relations(&one, RelationKind::TokenAccount), [(ALICE, OF_ALICE), (CAROL, FRESH)]);
    let reading = Reading::of(&one.movements);
    assert_eq!(
        (reading.actor(), reading.payees.as_slice()),
        (Some(&Address::Solana(ALICE)), [Address::Solana(CAROL)].as_slice())
    );
}

#[test]
fn an_account_that_was_paid_for_by_a_transfer_is_not_rent_of_its_own() {
    // As the associated token program opens an account that has lamports already.
    let mut world = world();
    world.at(FRESH).raw = true;
    world.fund(FRESH, 1000);
    let paid = Op::Transfer { from: ALICE, to: FRESH, lamports: RENT - 1000 };
    let scene = Scene::new(world, &[ALICE]).top(paid).top(open(FRESH, MINT, CAROL));
    let one = whole(&scene);
    assert_eq!(
        rows(&one),
        [moved(Kind::Rent, None, ALICE, CAROL, RENT - 1000), moved(Kind::Rent, None, FRESH, CAROL, 1000)]
    );
}

#[test]
fn a_failed_transaction_moves_its_fee_alone() {
    let sent = Op::Transfer { from: ALICE, to: BOB, lamports: 5 };
    let mut told = scene().top(sent).top(pay(OF_ALICE, OF_BOB, 400)).told(Encoding::Json);
    let lamports = told["meta"]["preBalances"].clone();
    told["meta"]["postBalances"] = lamports;
    told["meta"]["postBalances"][0] = json!(100_000_000 - FEE);
    told["meta"]["postTokenBalances"] = told["meta"]["preTokenBalances"].clone();
    told["meta"]["err"] = json!({"InstructionError": [1, {"Custom": 1}]});
    let one = read(&told, &NoHistory).unwrap();
    assert!(!one.succeeded && one.complete && one.left_out.failed == 1);
    assert_eq!((rows(&one), one.residues.len()), (vec![], 0));
    assert_eq!(relations(&one, RelationKind::FeePayer), []);
}

#[test]
fn closing_moves_all_lamports_and_not_the_rent_alone() {
    let mut world = world();
    world.give(FRESH, MINT, BOB, 0);
    world.fund(FRESH, 777);
    let scene = Scene::new(world, &[ALICE]).top(Op::Close { account: FRESH, to: CAROL });
    let one = whole(&scene);
    assert_eq!(rows(&one), [moved(Kind::Rent, None, BOB, CAROL, RENT + 777)]);
    assert_eq!(relations(&one, RelationKind::CloseDestination), [(BOB, CAROL)]);
}

#[test]
fn an_account_that_changes_hands_takes_its_tokens_and_its_rent_along() {
    let scene = scene().top(Op::Hand { account: OF_ALICE, owner: BOB }).top(pay(OF_ALICE, OF_BOB, 100));
    let one = whole(&scene);
    let expected = [
        moved(Kind::Token, Some(MINT), ALICE, BOB, 1000),
        moved(Kind::Rent, None, ALICE, BOB, RENT),
        moved(Kind::Token, Some(MINT), BOB, BOB, 100),
    ];
    assert_eq!(rows(&one), expected);
    assert_eq!(relations(&one, RelationKind::Authority), [(ALICE, BOB)]);
}

#[test]
fn lamports_beyond_the_rent_go_out_as_balances_tell() {
    let mut world = world();
    world.fund(OF_ALICE, 1234);
    let one = whole(&Scene::new(world, &[ALICE]).top(Op::Excess { account: OF_ALICE, to: BOB }));
    assert_eq!(rows(&one), [moved(Kind::Rent, None, ALICE, BOB, 1234)]);
}

#[test]
fn equal_transfers_stay_two_and_an_event_of_nothing_stays() {
    let sent = |lamports| Op::Transfer { from: ALICE, to: BOB, lamports };
    let one = whole(&scene().top(sent(5)).call(&[sent(5)]).top(sent(5)).top(sent(0)));
    let told: Vec<(Kind, u32, Option<u32>)> =
        one.movements.iter().map(|one| (one.kind, one.n, one.order.leg)).collect();
    let kinds = [(Kind::Fee, 0), (Kind::Native, 0), (Kind::Internal, 0), (Kind::Native, 1), (Kind::Native, 0)];
    let expected = (0..).zip(kinds).map(|(leg, (kind, n))| (kind, n, Some(leg)));
    assert_eq!(told, expected.collect::<Vec<_>>());
}

#[test]
fn who_signs_and_who_pays_are_told_apart() {
    let payer = CAROL;
    let sent = Op::Transfer { from: ALICE, to: [9; 32], lamports: 5_000_000 };
    let one = Scene::new(world(), &[payer, ALICE]).top(sent).decode();
    assert_eq!(relations(&one, RelationKind::FeePayer), [(ALICE, payer)]);
    assert_eq!(relations(&one, RelationKind::CoSigner), [(ALICE, payer)]);
    assert_eq!(relations(&one, RelationKind::FirstFunder), [([9; 32], ALICE)]);
}

//! Wrapped SOL.

use super::*;

#[test]
fn temporary_wrapped_sol_pays_nobody() {
    let pool = CAROL;
    let mut world = world();
    world.give(OF_BOB, native(), pool, 0);
    let scene = Scene::new(world, &[ALICE])
        .top(create(ALICE, FRESH, RENT + 500))
        .top(open(FRESH, native(), ALICE))
        .top(Op::Move { from: FRESH, to: OF_BOB, authority: ALICE, mint: None, amount: 400, fee: None, told: false })
        .top(Op::Close { account: FRESH, to: ALICE });
    let one = whole(&scene);
    let wsol = Some(native());
    let expected = [
        moved(Kind::Internal, None, ALICE, native(), 500),
        (Kind::Wrap, wsol, None, Some(ALICE), 500),
        moved(Kind::Token, wsol, ALICE, pool, 400),
        (Kind::Unwrap, wsol, Some(ALICE), None, 100),
        moved(Kind::Internal, None, native(), ALICE, 100),
    ];
    assert_eq!(rows(&one), expected);
    let reading = Reading::of(&one.movements);
    assert_eq!(
        (reading.actor(), reading.payees.as_slice()),
        (Some(&Address::Solana(ALICE)), [Address::Solana(pool)].as_slice())
    );
    assert_eq!((reading.converters, reading.passages), (vec![], vec![]));
}

#[test]
fn a_transfer_of_wrapped_sol_is_not_counted_twice() {
    let mut world = world();
    world.give(OF_ALICE, native(), ALICE, 900);
    world.give(OF_BOB, native(), BOB, 0);
    let sent =
        Op::Move { from: OF_ALICE, to: OF_BOB, authority: ALICE, mint: None, amount: 300, fee: None, told: false };
    let one = whole(&Scene::new(world, &[ALICE]).top(sent));
    assert_eq!(rows(&one), [moved(Kind::Token, Some(native()), ALICE, BOB, 300)]);
}

#[test]
fn wrapping_for_another_is_a_payment_and_then_his_wrapping() {
    let mut world = world();
    world.give(OF_BOB, native(), BOB, 0);
    let sent = Op::Transfer { from: ALICE, to: OF_BOB, lamports: 300 };
    let one = whole(&Scene::new(world, &[ALICE]).top(sent).top(Op::Sync { account: OF_BOB }));
    let expected = [
        moved(Kind::Native, None, ALICE, BOB, 300),
        moved(Kind::Internal, None, BOB, native(), 300),
        (Kind::Wrap, Some(native()), None, Some(BOB), 300),
    ];
    assert_eq!(rows(&one), expected);
}

#[test]
fn unwrapping_a_part_leaves_the_rest_wrapped() {
    let mut world = world();
    world.give(OF_ALICE, native(), ALICE, 900);
    let (account, to) = (OF_ALICE, BOB);
    let ops = [Some(100), None].map(|amount| Op::Unwrap { account, to, amount });
    let [part, all] = ops;
    let one = whole(&Scene::new(world, &[ALICE]).top(part).top(all));
    let amounts: Vec<u64> = rows(&one).iter().filter(|row| row.0 == Kind::Internal).map(|row| row.4).collect();
    assert_eq!(amounts, [100, 800]);
}

//! What is not told: owners, mints, balances, calls.

use super::*;

fn strip_owners(told: &mut Value) {
    for list in ["preTokenBalances", "postTokenBalances"] {
        told["meta"][list].as_array_mut().unwrap().iter_mut().for_each(|one| {
            one.as_object_mut().unwrap().remove("owner");
        });
    }
}

/// Knows whose `OF_BOB` is.
struct History;

impl Owners for History {
    fn owner(&self, account: &Address, _: u64) -> Option<TokenOwner> {
        let known = *account == Address::Solana(OF_BOB);
        known.then_some(TokenOwner { owner: Address::Solana(BOB), mint: Address::Solana(MINT) })
    }
}

#[test]
fn an_owner_that_nobody_tells_is_asked_of_history_and_not_guessed_from_who_signed() {
    let mut told = scene().top(pay(OF_ALICE, OF_BOB, 100)).told(Encoding::Json);
    strip_owners(&mut told);
    let unknown = read(&told, &NoHistory).unwrap();
    assert_eq!(rows(&unknown), [moved(Kind::Token, Some(MINT), OF_ALICE, OF_BOB, 100)]);
    assert_eq!((unknown.left_out.owners_unknown, unknown.owners_unknown.len()), (1, 2));
    let known = read(&told, &History).unwrap();
    assert_eq!(rows(&known), [moved(Kind::Token, Some(MINT), OF_ALICE, BOB, 100)]);
    assert_eq!(known.owners_unknown, [Address::Solana(OF_ALICE)]);
    assert!(unknown.complete && known.complete && known.residues.is_empty());
}

#[test]
fn tokens_that_no_balance_tells_of_move_all_the_same_and_are_said_to_be_untold() {
    let mut world = world();
    world.give(FRESH, native(), ALICE, 900);
    world.give([14; 32], native(), BOB, 0);
    let wrapped = Op::Move {
        from: FRESH,
        to: [14; 32],
        authority: ALICE,
        mint: Some(native()),
        amount: 300,
        fee: None,
        told: false,
    };
    let mut told = Scene::new(world, &[ALICE]).top(pay(OF_ALICE, OF_BOB, 100)).top(wrapped).told(Encoding::Json);
    for empty in [json!([]), Value::Null] {
        told["meta"]["preTokenBalances"] = empty.clone();
        told["meta"]["postTokenBalances"] = empty;
        let one = read(&told, &History).unwrap();
        let expected = [
            moved(Kind::Token, Some(MINT), OF_ALICE, BOB, 100),
            moved(Kind::Token, Some(native()), FRESH, [14; 32], 300),
        ];
        assert_eq!(rows(&one), expected);
        assert_eq!((one.residues.len(), one.left_out.untold_accounts), (0, 4));
        assert!(!one.balances && !one.complete);
    }
}

#[test]
fn a_transfer_of_which_nothing_tells_the_mint_is_counted_and_not_booked() {
    let sent =
        Op::Move { from: OF_ALICE, to: OF_BOB, authority: ALICE, mint: None, amount: 100, fee: None, told: false };
    let mut told = scene().top(sent).told(Encoding::Json);
    told["meta"]["preTokenBalances"] = json!([]);
    told["meta"]["postTokenBalances"] = json!([]);
    let one = read(&told, &NoHistory).unwrap();
    assert_eq!((rows(&one), one.left_out.unknown_mints, one.complete), (vec![], 1, false));
}

#[test]
fn without_balances_instructions_tell_what_they_can_and_the_rest_is_said() {
    let close = Op::Close { account: OF_BOB, to: ALICE };
    let sent = Op::Transfer { from: ALICE, to: BOB, lamports: 300 };
    let mut world = world();
    world.give(OF_BOB, MINT, BOB, 0);
    let scene = Scene::new(world, &[ALICE])
        .top(sent)
        .top(close)
        .top(create(ALICE, FRESH, RENT + 5))
        .top(open(FRESH, native(), ALICE))
        .top(Op::Close { account: FRESH, to: BOB });
    let mut told = scene.told(Encoding::Json);
    for list in ["preBalances", "postBalances"] {
        told["meta"].as_object_mut().unwrap().remove(list);
    }
    let one = read(&told, &NoHistory).unwrap();
    assert!(!one.balances && !one.complete && one.left_out.unknown_amounts == 1, "{:?}", one.left_out);
    assert_eq!(rows(&one)[0], moved(Kind::Native, None, ALICE, BOB, 300));
    assert_eq!(rows(&one).last(), Some(&moved(Kind::Rent, None, ALICE, BOB, RENT)));
    // And without calls, nobody knows what else it moved.
    told["meta"].as_object_mut().unwrap().remove("innerInstructions");
    assert_eq!(rows(&read(&told, &NoHistory).unwrap()), []);
}

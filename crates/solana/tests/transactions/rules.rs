//! Single rules, each named after the mistake that it forbids.

use fundtrail_solana::{DecodedTx, NoHistory, Owners, TokenOwner, Why};
use fundtrail_types::{Address, Kind, Reading, RelationKind};
use serde_json::{Value, json};

use crate::{
    laws::grown,
    ops::{Op, token, token_2022},
    scene::{ENCODINGS, Encoding, FEE, PROGRAM, Scene, read},
    support::sums,
    world::{Key, RENT, World, native},
};

const ALICE: Key = [1; 32];
const BOB: Key = [2; 32];
const CAROL: Key = [3; 32];
/// Token accounts of Alice, of Bob, and of nobody yet.
const OF_ALICE: Key = [11; 32];
const OF_BOB: Key = [12; 32];
const FRESH: Key = [13; 32];
const MINT: Key = [21; 32];

fn world() -> World {
    let mut world = World::default();
    [ALICE, BOB, CAROL].iter().for_each(|wallet| world.fund(*wallet, 100_000_000));
    world.give(OF_ALICE, MINT, ALICE, 1000);
    world.give(OF_BOB, MINT, BOB, 10);
    world
}

fn scene() -> Scene {
    Scene::new(world(), &[ALICE])
}

/// Kind, asset (none is lamports), giver, taker, amount: of all but the fee.
type Row = (Kind, Option<Key>, Option<Key>, Option<Key>, u64);

fn key(address: &Option<Address>) -> Option<Key> {
    match address {
        Some(Address::Solana(key)) => Some(*key),
        _ => None,
    }
}

fn rows(one: &DecodedTx) -> Vec<Row> {
    let asset = |asset: &fundtrail_types::Asset| match &asset.token {
        fundtrail_types::Token::Contract(Address::Solana(key)) => Some(*key),
        _ => None,
    };
    let row = |one: &fundtrail_types::Movement| {
        (one.kind, asset(&one.asset), key(&one.from), key(&one.to), one.amount.to_string().parse().unwrap())
    };
    assert_eq!(row(&one.movements[0]), (Kind::Fee, None, Some(ALICE), None, FEE));
    one.movements.iter().skip(1).map(row).collect()
}

fn moved(kind: Kind, mint: Option<Key>, from: Key, to: Key, amount: u64) -> Row {
    (kind, mint, Some(from), Some(to), amount)
}

/// Reads a scene in every encoding: the law holds, and nothing is left over.
fn whole(scene: &Scene) -> DecodedTx {
    let all = ENCODINGS.map(|encoding| read(&scene.told(encoding), &NoHistory).unwrap());
    for one in &all {
        assert_eq!(one.movements, all[0].movements);
        assert_eq!(one.relations, all[0].relations);
        assert_eq!(one.residues, []);
        assert!(one.complete, "{:?}", one.left_out);
        assert_eq!(sums(&one.movements), grown(&scene.before, &scene.after));
    }
    let [first, ..] = all;
    first
}

fn relations(one: &DecodedTx, kind: RelationKind) -> Vec<(Key, Key)> {
    let of = one.relations.iter().filter(|one| one.kind == kind);
    of.map(|one| (key(&Some(one.subject.clone())).unwrap(), key(&Some(one.object.clone())).unwrap())).collect()
}

fn pay(from: Key, to: Key, amount: u64) -> Op {
    Op::Move { from, to, authority: ALICE, mint: Some(MINT), amount, fee: None, told: false }
}

fn create(from: Key, account: Key, lamports: u64) -> Op {
    Op::Create { from, account, lamports }
}

fn open(account: Key, mint: Key, owner: Key) -> Op {
    Op::Open { account, mint, owner }
}

#[test]
fn a_salary_to_a_fresh_account_is_paid_to_its_owner_and_the_rent_by_the_payer() {
    let scene = scene().call(&[create(ALICE, FRESH, RENT), open(FRESH, MINT, CAROL)]).top(pay(OF_ALICE, FRESH, 400));
    let one = whole(&scene);
    let expected = [moved(Kind::Rent, None, ALICE, CAROL, RENT), moved(Kind::Token, Some(MINT), ALICE, CAROL, 400)];
    assert_eq!(rows(&one), expected);
    assert_eq!(relations(&one, RelationKind::RentPayer), [(CAROL, ALICE)]);
    assert_eq!(relations(&one, RelationKind::TokenAccount), [(ALICE, OF_ALICE), (CAROL, FRESH)]);
    let reading = Reading::of(&one.movements);
    assert_eq!((reading.actor(), reading.payees.as_slice()), (Some(&Address::Solana(ALICE)), [Address::Solana(CAROL)].as_slice()));
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
    assert_eq!(rows(&one), [moved(Kind::Rent, None, ALICE, CAROL, RENT - 1000), moved(Kind::Rent, None, FRESH, CAROL, 1000)]);
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

fn charged(told: bool, fee: u64) -> Op {
    Op::Move { from: OF_ALICE, to: OF_BOB, authority: ALICE, mint: Some(MINT), amount: 100, fee: Some(fee), told }
}

#[test]
fn a_fee_that_is_withheld_is_not_received() {
    for told in [true, false] {
        let scene = scene().top(charged(told, 3));
        let expected =
            [moved(Kind::Token, Some(MINT), ALICE, BOB, 97), moved(Kind::Token, Some(MINT), ALICE, MINT, 3)];
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
    assert_eq!((reading.actor(), reading.payees.as_slice()), (Some(&Address::Solana(ALICE)), [Address::Solana(pool)].as_slice()));
    assert_eq!((reading.converters, reading.passages), (vec![], vec![]));
}

#[test]
fn a_transfer_of_wrapped_sol_is_not_counted_twice() {
    let mut world = world();
    world.give(OF_ALICE, native(), ALICE, 900);
    world.give(OF_BOB, native(), BOB, 0);
    let sent = Op::Move { from: OF_ALICE, to: OF_BOB, authority: ALICE, mint: None, amount: 300, fee: None, told: false };
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

#[test]
fn lamports_beyond_the_rent_go_out_as_balances_tell() {
    let mut world = world();
    world.fund(OF_ALICE, 1234);
    let one = whole(&Scene::new(world, &[ALICE]).top(Op::Excess { account: OF_ALICE, to: BOB }));
    assert_eq!(rows(&one), [moved(Kind::Rent, None, ALICE, BOB, 1234)]);
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
        known.then(|| TokenOwner { owner: Address::Solana(BOB), mint: Address::Solana(MINT) })
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
    let wrapped =
        Op::Move { from: FRESH, to: [14; 32], authority: ALICE, mint: Some(native()), amount: 300, fee: None, told: false };
    let mut told = Scene::new(world, &[ALICE]).top(pay(OF_ALICE, OF_BOB, 100)).top(wrapped).told(Encoding::Json);
    for empty in [json!([]), Value::Null] {
        told["meta"]["preTokenBalances"] = empty.clone();
        told["meta"]["postTokenBalances"] = empty;
        let one = read(&told, &History).unwrap();
        let expected =
            [moved(Kind::Token, Some(MINT), OF_ALICE, BOB, 100), moved(Kind::Token, Some(native()), FRESH, [14; 32], 300)];
        assert_eq!(rows(&one), expected);
        assert_eq!((one.residues.len(), one.left_out.untold_accounts), (0, 4));
        assert!(!one.balances && !one.complete);
    }
}

#[test]
fn a_transfer_of_which_nothing_tells_the_mint_is_counted_and_not_booked() {
    let sent = Op::Move { from: OF_ALICE, to: OF_BOB, authority: ALICE, mint: None, amount: 100, fee: None, told: false };
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

#[test]
fn a_program_that_empties_its_account_pays_whom_it_must_have_paid() {
    let direct = |from, to, lamports| Op::Direct { program: PROGRAM, from, to, lamports };
    let forced = whole(&scene().call(&[direct(BOB, ALICE, 10), direct(BOB, CAROL, 7)]));
    assert_eq!(rows(&forced), [moved(Kind::Internal, None, BOB, ALICE, 10), moved(Kind::Internal, None, BOB, CAROL, 7)]);
    // Two losers and two gainers in one instruction: who paid whom is open.
    let open = scene().call(&[direct(BOB, ALICE, 10), direct(OF_BOB, CAROL, 7)]).decode();
    assert!(rows(&open).iter().all(|row| row.0 == Kind::Unexplained), "{:?}", rows(&open));
    assert_eq!(open.residues.iter().map(|one| one.reason).collect::<Vec<_>>(), [Why::Direct; 4]);
    // In two instructions it is forced again.
    let apart = whole(&scene().call(&[direct(BOB, ALICE, 10)]).call(&[direct(OF_BOB, CAROL, 7)]));
    assert_eq!(rows(&apart), [moved(Kind::Internal, None, BOB, ALICE, 10), moved(Kind::Internal, None, BOB, CAROL, 7)]);
}

#[test]
fn nobody_is_paid_by_an_instruction_that_does_not_name_him() {
    let mut told = scene().raw_top(PROGRAM, &[BOB], &[1]).raw_top(PROGRAM, &[CAROL], &[1]).told(Encoding::Json);
    let keys = told["transaction"]["message"]["accountKeys"].as_array().unwrap().clone();
    let at = |key: Key| keys.iter().position(|one| *one == json!(Address::Solana(key).to_string())).unwrap();
    told["meta"]["postBalances"][at(BOB)] = json!(100_000_000 - 10);
    told["meta"]["postBalances"][at(CAROL)] = json!(100_000_000 + 10);
    let one = read(&told, &NoHistory).unwrap();
    let expected = [(Kind::Unexplained, None, Some(BOB), None, 10), (Kind::Unexplained, None, None, Some(CAROL), 10)];
    assert_eq!(rows(&one), expected);
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
    assert_eq!(rows(&whole(&scene)), [
        moved(Kind::Token, Some(MINT), ALICE, BOB, 5),
        moved(Kind::Token, Some(MINT), BOB, ALICE, 6)
    ]);
}

#[test]
fn supply_comes_from_nobody_and_goes_to_nobody() {
    let scene = scene()
        .top(Op::Mint { mint: MINT, account: OF_BOB, amount: 5 })
        .top(Op::Burn { mint: MINT, account: OF_ALICE, amount: 6 });
    let one = whole(&scene);
    assert_eq!(rows(&one), [
        (Kind::Mint, Some(MINT), None, Some(BOB), 5),
        (Kind::Burn, Some(MINT), Some(ALICE), None, 6)
    ]);
}

#[test]
fn equal_transfers_stay_two_and_an_event_of_nothing_stays() {
    let sent = |lamports| Op::Transfer { from: ALICE, to: BOB, lamports };
    let one = whole(&scene().top(sent(5)).call(&[sent(5)]).top(sent(5)).top(sent(0)));
    let told: Vec<(Kind, u32, Option<u32>)> = one.movements.iter().map(|one| (one.kind, one.n, one.order.leg)).collect();
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

#[test]
fn rent_that_was_collected_goes_to_nobody() {
    let mut told = scene().top(Op::Transfer { from: ALICE, to: BOB, lamports: 5 }).told(Encoding::Json);
    told["meta"]["rewards"] =
        json!([{"pubkey": Address::Solana(BOB).to_string(), "lamports": -40, "postBalance": 0, "rewardType": "Rent"}]);
    let at = told["meta"]["postBalances"].as_array().unwrap().iter().position(|one| *one == json!(100_000_005)).unwrap();
    told["meta"]["postBalances"][at] = json!(99_999_965);
    let one = read(&told, &NoHistory).unwrap();
    assert_eq!(rows(&one)[0], (Kind::Rent, None, Some(BOB), None, 40));
    assert_eq!(one.residues, []);
}

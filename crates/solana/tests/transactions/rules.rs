//! Single rules, each named after the mistake that it forbids.

mod accounts;
mod direct;
mod tokens;
mod untold;
mod wrapped;

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

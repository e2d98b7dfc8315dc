//! The law of this crate, over random transactions: movements add up to balances, for every owner and asset, to the unit.

use std::collections::BTreeMap;

use fundtrail_solana::{DecodedTx, NoHistory};
use fundtrail_types::{Address, Asset, Chain, Kind, Movement, Token};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    ops::Op,
    scene::{ENCODINGS, Encoding, PROGRAM, Scene, read},
    support::sums,
    world::{Key, RENT, World, key_of, native},
};

const WALLETS: [Key; 4] = [[1; 32], [2; 32], [3; 32], [4; 32]];
const ACCOUNTS: [Key; 6] = [[11; 32], [12; 32], [13; 32], [14; 32], [15; 32], [16; 32]];
const MINTS: [Key; 2] = [[21; 32], [22; 32]];
/// A mint of Token-2022 whose transfers cost a fee.
const CHARGED: Key = [23; 32];

pub(crate) fn asset(mint: Option<Key>) -> Asset {
    let token = mint.map_or(Token::Native, |mint| Token::Contract(Address::Solana(mint)));
    Asset { chain: Chain::SOLANA, token }
}

/// By how much each owner has more than before.
pub(crate) fn grown(before: &World, after: &World) -> BTreeMap<(Address, Asset), i128> {
    let mut sums = after.booked();
    for (of, amount) in before.booked() {
        *sums.entry(of).or_default() -= amount;
    }
    let named = sums.into_iter().map(|((who, mint), sum)| ((Address::Solana(who), asset(mint)), sum));
    named.filter(|(_, sum)| *sum != 0).collect()
}

fn start() -> World {
    let mut world = World::default();
    WALLETS.iter().for_each(|wallet| world.fund(*wallet, 50_000_000));
    world.give(ACCOUNTS[0], MINTS[0], WALLETS[0], 1000);
    world.give(ACCOUNTS[1], native(), WALLETS[1], 5_000_000);
    world.give(ACCOUNTS[2], CHARGED, WALLETS[2], 1000);
    world.give(ACCOUNTS[3], CHARGED, WALLETS[3], 10);
    world
}

/// An instruction out of five random numbers. It may be one that fails.
fn op(numbers: [u8; 5], world: &World) -> Op {
    let [kind, a, b, c, size] = numbers;
    let wallet = |n: u8| WALLETS[usize::from(n) % WALLETS.len()];
    let account = |n: u8| ACCOUNTS[usize::from(n) % ACCOUNTS.len()];
    let any = |n: u8| if n.is_multiple_of(2) { wallet(n / 2) } else { account(n / 2) };
    let mint = [MINTS[0], MINTS[1], native(), native()][usize::from(c) % 4];
    let held = |key: Key| world.account(key).token.map_or((mint, 0), |token| (token.mint, token.amount));
    let amount = |key: Key| held(key).1 * u64::from(size) / 200;
    match kind % 12 {
        0 => Op::Transfer { from: wallet(a), to: any(b), lamports: u64::from(size) * 10_000 },
        1 | 2 => {
            let more = if size % 2 == 0 { 0 } else { u64::from(size) * 1000 };
            Op::Create { from: wallet(a), account: account(b), lamports: RENT + more }
        }
        3 | 4 => Op::Open { account: account(a), mint, owner: wallet(b) },
        5 | 6 => {
            let (from, to) = (account(a), account(b));
            let charged = held(from).0 == CHARGED;
            let checked = charged || size % 2 == 0;
            let fee = charged.then(|| amount(from) / 10);
            let mint = checked.then(|| held(from).0);
            Op::Move { from, to, authority: wallet(c), mint, amount: amount(from), fee, told: true }
        }
        7 => Op::Mint { mint, account: account(a), amount: u64::from(size) },
        8 => Op::Burn { mint, account: account(a), amount: amount(account(a)) },
        9 => Op::Close { account: account(a), to: any(b) },
        10 => Op::Hand { account: account(a), owner: wallet(b) },
        _ if size % 2 == 0 => Op::Sync { account: account(a) },
        _ => Op::Unwrap { account: account(a), to: any(b), amount: (size % 4 == 1).then(|| amount(account(a))) },
    }
}

fn scene(numbers: &[[u8; 6]]) -> Scene {
    let mut scene = Scene::new(start(), &[WALLETS[0], WALLETS[1]]);
    for [by, rest @ ..] in numbers {
        let op = op(*rest, &scene.after);
        // What fails would fail the transaction, so it is left out.
        let _ = if by % 2 == 0 { scene.try_top(&op) } else { scene.try_call(&[op]) };
    }
    scene
}

/// Whoever gives has what he gives, at every point of the order that is told.
fn nobody_gives_what_he_has_not(before: &World, movements: &[Movement]) {
    let mut has: BTreeMap<(Address, Asset), i128> = BTreeMap::new();
    for ((who, mint), amount) in before.booked() {
        has.insert((Address::Solana(who), asset(mint)), amount);
    }
    for movement in movements {
        let amount: i128 = movement.amount.to_string().parse().unwrap();
        if let Some(to) = &movement.to {
            *has.entry((to.clone(), movement.asset.clone())).or_default() += amount;
        }
        if let Some(from) = &movement.from {
            let left = has.entry((from.clone(), movement.asset.clone())).or_default();
            *left -= amount;
            assert!(*left >= 0, "{movement:?} of {movements:?}");
        }
    }
}

fn is_whole(one: &DecodedTx) {
    assert_eq!(one.residues, []);
    assert!(one.complete && one.balances && one.reconciled.unexplained == 0, "{one:?}");
    assert!(one.movements.iter().all(|movement| movement.kind != Kind::Unexplained));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn legal_transactions_reconcile_without_residue(numbers in prop::collection::vec(any::<[u8; 6]>(), 1..40)) {
        let scene = scene(&numbers);
        let decoded = scene.decode();
        is_whole(&decoded);
        prop_assert_eq!(sums(&decoded.movements), grown(&scene.before, &scene.after));
        nobody_gives_what_he_has_not(&scene.before, &decoded.movements);
    }

    #[test]
    fn every_encoding_tells_the_same(numbers in prop::collection::vec(any::<[u8; 6]>(), 1..25)) {
        let scene = scene(&numbers);
        let json = scene.decode();
        for encoding in ENCODINGS {
            let other = read(&scene.told(encoding), &NoHistory).unwrap();
            prop_assert_eq!(&json.movements, &other.movements, "{:?}", encoding);
            prop_assert_eq!(&json.relations, &other.relations, "{:?}", encoding);
            prop_assert_eq!(&json.residues, &other.residues, "{:?}", encoding);
        }
    }

    #[test]
    fn programs_that_change_accounts_directly_are_never_guessed_wrong(
        numbers in prop::collection::vec(any::<[u8; 6]>(), 1..10),
        direct in prop::collection::vec((0_usize..4, 0_usize..4, 1_u64..1_000_000), 1..4),
    ) {
        let mut scene = scene(&numbers);
        for (from, to, lamports) in direct {
            let _ = scene.try_call(&[Op::Direct { program: PROGRAM, from: WALLETS[from], to: WALLETS[to], lamports }]);
        }
        let decoded = scene.decode();
        prop_assert_eq!(sums(&decoded.movements), grown(&scene.before, &scene.after));
    }

    #[test]
    fn whatever_balances_say_is_booked(
        numbers in prop::collection::vec(any::<[u8; 6]>(), 0..15),
        noise in prop::collection::vec((any::<u8>(), any::<u8>(), 0_u64..20_000_000), 1..6),
    ) {
        let mut told = scene(&numbers).told(Encoding::Json);
        noise.iter().for_each(|noise| disturb(&mut told, *noise));
        let decoded = read(&told, &NoHistory).unwrap();
        // An account that moves and that neither list names cannot be held against anything; that is said.
        prop_assume!(decoded.balances);
        let withheld = withheld(&decoded.movements);
        let mut expected = by_lists(&told);
        for (of, amount) in withheld {
            *expected.entry(of).or_default() += amount;
        }
        expected.retain(|_, sum| *sum != 0);
        prop_assert_eq!(sums(&decoded.movements), expected);
        let unexplained = decoded.movements.iter().filter(|one| one.kind == Kind::Unexplained).count();
        prop_assert_eq!(unexplained, decoded.residues.len());
    }
}

/// What went into, and came out of, what the mint withholds: no balance tells of it.
fn withheld(movements: &[Movement]) -> BTreeMap<(Address, Asset), i128> {
    let vault = (Address::Solana(CHARGED), asset(Some(CHARGED)));
    sums(movements).into_iter().filter(|(of, _)| *of == vault).collect()
}

/// Changes a balance that is told, or takes one away.
fn disturb(told: &mut Value, (what, at, amount): (u8, u8, u64)) {
    let list = ["preBalances", "postBalances", "preTokenBalances", "postTokenBalances"][usize::from(what) % 4];
    let list = told["meta"][list].as_array_mut().unwrap();
    if list.is_empty() {
        return;
    }
    let at = usize::from(at) % list.len();
    if list[at].is_number() {
        list[at] = json!(amount);
    } else if what % 8 < 4 {
        list[at]["uiTokenAmount"]["amount"] = json!(amount.to_string());
    } else {
        list.remove(at);
    }
}

/// By how much each owner has more than before, by what the answer tells of balances.
fn by_lists(told: &Value) -> BTreeMap<(Address, Asset), i128> {
    let keys = &told["transaction"]["message"]["accountKeys"];
    let key = |at: usize| key_of(keys[at].as_str().unwrap());
    let mut sums: BTreeMap<(Key, Option<Key>), i128> = BTreeMap::new();
    for (lamports, tokens, sign) in [("preBalances", "preTokenBalances", -1), ("postBalances", "postTokenBalances", 1)]
    {
        let mut held: BTreeMap<usize, (Key, Key, i128)> = BTreeMap::new();
        for one in told["meta"][tokens].as_array().unwrap() {
            let amount = one["uiTokenAmount"]["amount"].as_str().unwrap().parse().unwrap();
            let (mint, owner) = (key_of(one["mint"].as_str().unwrap()), key_of(one["owner"].as_str().unwrap()));
            held.insert(usize::try_from(one["accountIndex"].as_u64().unwrap()).unwrap(), (mint, owner, amount));
        }
        for (at, lamports) in told["meta"][lamports].as_array().unwrap().iter().enumerate() {
            let mut own = i128::from(lamports.as_u64().unwrap());
            let mut holder = key(at);
            if let Some((mint, owner, amount)) = held.get(&at) {
                *sums.entry((*owner, Some(*mint))).or_default() += sign * amount;
                holder = *owner;
                if *mint == native() {
                    own -= amount;
                    *sums.entry((*mint, None)).or_default() += sign * amount;
                }
            }
            *sums.entry((holder, None)).or_default() += sign * own;
        }
    }
    sums.into_iter().map(|((who, mint), sum)| ((Address::Solana(who), asset(mint)), sum)).collect()
}

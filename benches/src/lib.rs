//! Ledgers for benches: made from a seed, so that a number measured today can be measured again tomorrow.
//!
//! Three shapes, each hard on another part of the engine. A [`chain`] is depth: one account pays the next. A [`tree`] is
//! breadth: every account pays several new ones, as a thief does who splits his loot. A [`heavy_tailed`] ledger is what
//! chains look like: few accounts have most of the movements, value runs in circles, and many accounts pay out more than
//! the ledger saw them receive, because every real export begins in the middle.
//!
//! No shape claims to be a real chain: the numbers compare versions of Fundtrail with each other, on one machine.

use fundtrail_types::{
    Account, Address, Amount, Asset, Chain, Chosen, Kind, Method, Movement, Order, Question, Start, Time, TimeError,
    TxId, TxOrder, Way,
};

/// The seed of every bench.
pub const SEED: u64 = 0x0005_DEEC_E66D_0001;
/// Movements that share a height: about what a block of Ethereum holds.
const MOVEMENTS_PER_HEIGHT: u64 = 150;
/// The first height; any would do.
const FIRST_HEIGHT: u64 = 20_000_000;
/// Time of the first height, and seconds from one to the next.
const FIRST_SECOND: i64 = 1_717_000_000;
const SECONDS_PER_HEIGHT: i64 = 12;
/// One ether in base units: amounts as wide as real ones, because arithmetic on narrow ones is quicker.
const ETHER_RAW: u128 = 1_000_000_000_000_000_000;

/// A small generator (xorshift64*), so that a ledger depends on its seed and on no library's version.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator; zero is no seed of xorshift, so it stands for another one.
    pub fn new(seed: u64) -> Self {
        Self(if seed == 0 { SEED } else { seed })
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number under `end`; 0 if `end` is.
    pub fn below(&mut self, end: u64) -> u64 {
        u64::try_from((u128::from(self.bits()) * u128::from(end)) >> 64).unwrap_or_default()
    }

    /// A number under `end`, small ones far more often: the first tenth of them comes up four times out of five.
    pub fn heavy(&mut self, end: u64) -> u64 {
        // The product of four equal chances. Integers only, so that it is the same on every machine.
        let product = (0..3).fold(u128::from(self.below(end)), |product, _| {
            product * u128::from(self.below(end) + 1) / u128::from(end.max(1))
        });
        u64::try_from(product).unwrap_or_default()
    }
}

/// The account of a number. Account 0 is where every bench's trace begins.
pub fn account(number: u64) -> Account {
    let mut bytes = [0; 20];
    bytes[0] = 0xbe;
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    Account { chain: Chain::ETHEREUM, address: Address::Evm(bytes) }
}

/// One account pays the next, and keeps one base unit.
pub fn chain(length: u64) -> Vec<Movement> {
    let first = u128::from(length) + ETHER_RAW;
    (0..length).map(|place| movement(place, place, place + 1, first - u128::from(place))).collect()
}

/// Every account pays `fan_out` new ones an equal part of what it got, until there are `length` movements.
pub fn tree(fan_out: u64, length: u64) -> Vec<Movement> {
    let mut held = vec![ETHER_RAW << 60];
    let mut movements = Vec::new();
    for place in 0..length {
        let payer = place / fan_out;
        let amount =
            usize::try_from(payer).ok().and_then(|payer| held.get(payer)).map_or(1, |held| held / u128::from(fan_out));
        held.push(amount);
        movements.push(movement(place, payer, place + 1, amount));
    }
    movements
}

/// Random payments among a quarter as many accounts as there are movements, most of them by few.
pub fn heavy_tailed(length: u64, seed: u64) -> Vec<Movement> {
    payments(length, (length / 4).max(2), seed).collect()
}

/// As [`heavy_tailed`], one after the other, among a given number of accounts.
pub fn payments(length: u64, accounts: u64, seed: u64) -> impl Iterator<Item = Movement> {
    let mut rng = Rng::new(seed);
    let payment = move |place| {
        let (from, mut to) = (rng.heavy(accounts), rng.heavy(accounts));
        if from == to {
            to = (to + 1) % accounts;
        }
        // From a thousandth of an ether to ten ether, with digits down to the last base unit.
        let amount = (ETHER_RAW / 1000) * u128::from(rng.below(10_000) + 1) + u128::from(rng.below(1_000_000));
        movement(place, from, to, amount)
    };
    (0..length).map(payment)
}

/// Numbers of accounts from here on are strangers.
const STRANGERS: u64 = 1 << 40;

/// `core` random payments among a fifth as many accounts, in the same order whatever the `length`, with payments among strangers between
/// them until there are `length` in all. A trace that begins in the core finds the same in each.
pub fn amid_strangers(length: u64, core: u64, seed: u64) -> impl Iterator<Item = Movement> {
    let every = (length / core.max(1)).max(1);
    let (known, others) = ((core / 5).max(2), ((length - core.min(length)) / 5).max(2));
    let mut of_core = payments(core, known, seed);
    let mut of_others = payments(length, others, seed ^ SEED.rotate_left(7));
    (0..length).filter_map(move |place| {
        let is_core = place % every == 0;
        let one = if is_core { of_core.next().map(|one| (one, 0)) } else { None };
        let (one, from) = one.or_else(|| of_others.next().map(|one| (one, STRANGERS)))?;
        let at = movement(place, 0, 1, 1);
        let moved = |side: &Option<Address>| side.as_ref().map(|side| account(number(side) + from).address);
        Some(Movement { from: moved(&one.from), to: moved(&one.to), amount: one.amount, ..at })
    })
}

/// The number of an account's address.
pub fn number(address: &Address) -> u64 {
    match address {
        Address::Evm(bytes) => bytes[12..].iter().fold(0, |number, byte| number << 8 | u64::from(*byte)),
        _ => 0,
    }
}

/// A transaction with one movement of ether, in its place.
fn movement(place: u64, from: u64, to: u64, amount: u128) -> Movement {
    let (blocks, index) = (place / MOVEMENTS_PER_HEIGHT, place % MOVEMENTS_PER_HEIGHT);
    let mut tx = [0x7a; 32];
    tx[..8].copy_from_slice(&Rng::new(place + 1).bits().to_be_bytes());
    tx[24..].copy_from_slice(&place.to_be_bytes());
    let second = i64::try_from(blocks).map_or(FIRST_SECOND, |blocks| FIRST_SECOND + blocks * SECONDS_PER_HEIGHT);
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm(tx),
        kind: Kind::Native,
        asset: Asset::native(Chain::ETHEREUM),
        from: Some(account(from).address),
        to: Some(account(to).address),
        amount: Amount::from(amount),
        n: 0,
        order: Order {
            height: FIRST_HEIGHT + blocks,
            tx: u32::try_from(index).map_or(TxOrder::Unknown, TxOrder::Index),
            leg: None,
        },
        time: Time::from_unix(second),
    }
}

/// The question of every bench: all that account 0 paid out. No limit on accounts, so that the shape alone decides how
/// many there are.
///
/// # Errors
/// Never: the date in it is one.
pub fn question(methods: &[Method], hops_max: u32) -> Result<Question, TimeError> {
    Ok(Question {
        way: Way::Forward,
        starts: vec![Start::of(account(0))],
        chosen: Chosen::default(),
        also: Vec::new(),
        assets: Vec::new(),
        methods: methods.to_vec(),
        hops_max,
        accounts_max: usize::MAX,
        memory_max: None,
        hub_movements: u64::MAX,
        through_mixers: false,
        stop_at_flagged: false,
        dust_raw: Amount::ZERO,
        as_of: "2025-01-01".parse()?,
        paths_max: 5,
        bounds_max: 0,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_ledger() {
        assert_eq!(heavy_tailed(1000, SEED), heavy_tailed(1000, SEED));
        assert_ne!(heavy_tailed(1000, SEED), heavy_tailed(1000, SEED + 1));
    }

    #[test]
    fn strangers_do_not_touch_the_core() {
        let core = |length| -> Vec<_> {
            let all = amid_strangers(length, 500, SEED)
                .map(|one| (number(&one.from.unwrap()), number(&one.to.unwrap()), one.amount));
            all.filter(|(from, to, _)| *from < STRANGERS || *to < STRANGERS).collect()
        };
        assert_eq!(core(500).len(), 500);
        assert_eq!(core(500), core(5000));
        assert!(core(5000).iter().all(|(from, to, _)| *from < 100 && *to < 100));
        assert_eq!(amid_strangers(5000, 500, SEED).count(), 5000);
    }

    #[test]
    fn shapes_are_what_they_claim() {
        let payers = |movements: &[Movement]| {
            let mut counts: BTreeMap<_, usize> = BTreeMap::new();
            movements.iter().for_each(|one| *counts.entry(one.from.clone()).or_default() += 1);
            let mut counts: Vec<usize> = counts.into_values().collect();
            counts.sort_unstable_by(|a, b| b.cmp(a));
            counts
        };
        assert!(payers(&chain(100)).iter().all(|&count| count == 1));
        assert!(payers(&tree(4, 100)).iter().all(|&count| count == 4));
        let heavy = payers(&heavy_tailed(10_000, SEED));
        let (top, all): (usize, usize) = (heavy.iter().take(heavy.len() / 10).sum(), heavy.iter().sum());
        assert!(top * 2 > all, "a tenth of the payers makes more than half of the payments: {top} of {all}");
        for ledger in [chain(1000), tree(4, 1000), heavy_tailed(1000, SEED)] {
            assert!(ledger.iter().all(|one| one.from != one.to && !one.amount.is_zero()));
            assert!(ledger.is_sorted_by_key(|one| one.order));
        }
    }
}

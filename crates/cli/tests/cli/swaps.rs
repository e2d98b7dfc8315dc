//! Pay in dollars, swapped by a router and a pool into ether, and paid on to a listed address: told as one trace.

use fundtrail::types::{Amount, Fate, Method, ReachState, TraceAnswer};

use crate::desk::Desk;

const USDC: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const WETH: &str = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2";
/// Listed under a DPRK programme.
pub(crate) const LISTED: &str = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";

pub(crate) fn nobody(number: u8) -> String {
    format!("0x{number:040x}")
}

/// (transaction, kind, asset, from, to, base units).
type Leg = (u8, &'static str, &'static str, String, String, &'static str);

/// The company pays 4,000 USDC; the payee holds 1,000 of its own, swaps all 5,000 for 2 ether, and sends 1 ether on. Somebody else's
/// swap of ten times as much goes through the same pool before and after.
fn legs() -> Vec<Leg> {
    let [company, payee, router, pool, friend, stranger] = [1, 2, 3, 4, 5, 6].map(nobody);
    let (fourth, tenth) = ("4000000000", "50000000000");
    let whale = |tx| -> Vec<Leg> {
        vec![
            (tx, "token", USDC, stranger.clone(), pool.clone(), tenth),
            (tx, "token", WETH, pool.clone(), stranger.clone(), "20000000000000000000"),
        ]
    };
    let mut legs: Vec<Leg> = vec![(1, "token", USDC, friend, payee.clone(), "1000000000")];
    legs.extend(whale(2));
    legs.push((3, "token", USDC, company, payee.clone(), fourth));
    // The pool pays out before it takes in, and the wrapped coin is turned back on the way.
    legs.extend([
        (4, "token", WETH, pool.clone(), router.clone(), "2000000000000000000"),
        (4, "token", USDC, payee.clone(), pool.clone(), "5000000000"),
        (4, "unwrap", WETH, router.clone(), String::new(), "2000000000000000000"),
        (4, "internal", "native", WETH.to_owned(), router.clone(), "2000000000000000000"),
        (4, "internal", "native", router, payee.clone(), "2000000000000000000"),
    ]);
    legs.extend(whale(5));
    legs.push((6, "native", "native", payee, LISTED.to_owned(), "1000000000000000000"));
    legs
}

pub(crate) fn desk() -> Desk {
    let rows = legs().into_iter().map(|(tx, kind, asset, from, to, amount)| {
        format!(
            "eip155:1,0x{tx:064x},{},,2025-03-01T00:00:{tx:02}Z,{kind},{asset},{from},{to},,{amount},,,\n",
            100 + u32::from(tx)
        )
    });
    let head = "chain,tx,block,before_block,time,kind,asset,from,to,amount,amount_raw,decimals,symbol,note\n";
    Desk::with_rows(&(head.to_owned() + &rows.collect::<String>()))
}

fn trace(desk: &Desk) -> TraceAnswer {
    let company = nobody(1);
    desk.run(&format!("trace {company} --db db --as-of 2026-11-22 --method all --json")).done().json()
}

#[test]
fn pay_is_followed_through_a_swap_to_a_listed_address() {
    let desk = desk();
    let answer = trace(&desk);
    let target = answer.targets.iter().find(|one| one.account.to_string().contains(LISTED)).unwrap();
    assert_eq!((target.state, target.hops), (ReachState::Proven, Some(2)));
    // Four fifths of what was swapped was pay, so four fifths of what was sent on is, in ether and in dollars.
    let haircut = target.reaches.iter().find(|reach| reach.method == Method::Haircut).unwrap();
    let (_, sum) = haircut.proven[0];
    assert_eq!(
        (sum.held_raw, sum.seed_raw),
        (Amount::from(800_000_000_000_000_000u64), Amount::from(2_000_000_000u64))
    );
    // First in, first out: the friend's thousand went first, and then three quarters of what the ether stands for is pay.
    let fifo = target.reaches.iter().find(|reach| reach.method == Method::Fifo).unwrap();
    let (_, sum) = fifo.proven[0];
    assert_eq!(
        (sum.held_raw, sum.seed_raw),
        (Amount::from(600_000_000_000_000_000u64), Amount::from(1_500_000_000u64))
    );
    // Neither the pool nor the stranger is in it.
    let named: Vec<String> = answer.flow.accounts.iter().map(|one| one.account.to_string()).collect();
    let named: Vec<&str> = named.iter().filter_map(|one| one.rsplit(':').next()).collect();
    assert_eq!(named, [nobody(1), nobody(2), LISTED.to_owned()]);
    for method in answer.methods.iter().filter(|one| one.method.conserves()) {
        assert_eq!(method.dispositions.iter().map(|end| end.seed_raw).sum::<Amount>(), answer.seeds[0].amount_raw);
        assert!(method.dispositions.iter().all(|end| end.fate != Fate::ConversionLoss));
    }
    let path = &target.paths[0];
    let kinds: Vec<bool> = path.movements.iter().map(|index| answer.flow.movements[*index].gave.is_some()).collect();
    assert_eq!(kinds, [false, true, false]);
    let amounts: Vec<(Method, Amount)> = path.along.iter().map(|part| (part.method, part.amount.seed_raw)).collect();
    assert!(amounts.contains(&(Method::Haircut, Amount::from(2_000_000_000u64))), "{amounts:?}");
    assert!(amounts.contains(&(Method::Fifo, Amount::from(1_500_000_000u64))), "{amounts:?}");
}

#[test]
fn the_note_says_what_was_turned_into_what() {
    let desk = desk();
    let run = desk.run(&format!("paths {} {LISTED} --db db --as-of 2026-11-22", nobody(1))).done();
    for part in ["turned 5000 USDC into 2 ETH", "through ", "moved 1 ETH"] {
        assert!(run.text().contains(part), "{part}: {run:?}");
    }
}

#[test]
fn bounds_say_that_they_hold_for_one_asset() {
    let desk = desk();
    let answer = trace(&desk);
    let gap = answer.certificate.gaps.iter().any(|gap| serde_json::to_string(gap).unwrap().contains("converted"));
    assert!(gap, "{:?}", answer.certificate.gaps);
    assert!(answer.targets.iter().all(|target| target.bounds.is_empty()));
}

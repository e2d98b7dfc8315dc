//! What must hold of whatever a transaction of Solana was read as, and that it is read the same once more.

use std::collections::HashSet;

use fundtrail_solana::{DecodedTx, Owners, RawTransaction, Residue, TokenOwner, decode};
use fundtrail_types::{Address, Amount, Chain, Kind, Movement, Problem, Relation};
use serde_json::Value;

use crate::balances::{Sums, comparable, grown, lamports, moved};

/// A message may repeat some of its input, and no more.
const REASON_CHARS_MAX: usize = 1000;
const RECORD_CHARS_MAX: usize = 300;
/// Pairs of as many signers as a transaction can have.
const CO_SIGNERS_MAX: usize = 127 * 126 / 2;

/// A history that knows some owners, and that may be wrong.
pub(crate) struct Rumour;

impl Owners for Rumour {
    fn owner(&self, account: &Address, _: u64) -> Option<TokenOwner> {
        let Address::Solana(bytes) = account else { return None };
        let mint = match bytes[0] % 3 {
            0 => return None,
            1 => Address::parse(Chain::SOLANA, "So11111111111111111111111111111111111111112").ok()?,
            _ => Address::Solana([bytes[1]; 32]),
        };
        Some(TokenOwner { owner: Address::Solana([bytes[2]; 32]), mint })
    }
}

/// Everything that two readings must have in common.
pub(crate) type Reading = (Vec<Movement>, Vec<Relation>, Vec<Residue>, Vec<Address>, String);

pub(crate) fn reading(one: &DecodedTx) -> Reading {
    let rest = format!(
        "{} {} {} {} {:?} {:?}",
        one.id, one.succeeded, one.balances, one.complete, one.left_out, one.reconciled
    );
    (one.movements.clone(), one.relations.clone(), one.residues.clone(), one.owners_unknown.clone(), rest)
}

/// Reads a transaction and holds it against what is told of it, if that is JSON.
///
/// # Panics
/// If it was read in a way that no transaction can be.
pub(crate) fn read(raw: &RawTransaction, owners: &dyn Owners, told: Option<&Value>) -> Result<DecodedTx, Problem> {
    let one = decode(raw, owners, Chain::SOLANA).inspect_err(is_short)?;
    let again = decode(raw, owners, Chain::SOLANA).map(|again| reading(&again));
    assert_eq!(again, Ok(reading(&one)), "the same answer tells the same");
    check(&one, told, raw.json.get().len());
    Ok(one)
}

pub(crate) fn is_short(problem: &Problem) {
    let Problem { reason, record, .. } = problem;
    assert!(!reason.is_empty() && reason.chars().count() <= REASON_CHARS_MAX, "{} bytes: {reason:.2000}", reason.len());
    assert!(record.chars().count() <= RECORD_CHARS_MAX, "{} bytes: {record:.2000}", record.len());
}

/// Holds what was read of a transaction against itself, against the bytes it was read from, and against its balances.
pub(crate) fn check(one: &DecodedTx, told: Option<&Value>, bytes: usize) {
    is_bounded(one, bytes);
    let movements = &one.movements;
    let legs = movements.iter().map(|one| one.order.leg);
    assert!(legs.eq((0..).take(movements.len()).map(Some)), "legs are numbered as they stand");
    let mut seen = HashSet::new();
    for one in movements {
        let same = (one.kind.class(), &one.asset, &one.from, &one.to, one.amount, one.n);
        assert!(seen.insert(same), "equal movements are told apart: {one:?}");
        assert!(one.from.is_some() || one.to.is_some());
    }
    let unexplained = movements.iter().filter(|one| one.kind == Kind::Unexplained).count();
    assert_eq!(unexplained, one.residues.len(), "whatever is not explained has its reason");
    assert!(one.residues.iter().all(|one| one.amount > 0));
    assert!(!one.complete || one.balances);
    if !one.succeeded {
        let may = |kind| matches!(kind, Kind::Fee | Kind::Rent | Kind::Reward | Kind::Unexplained);
        assert!(movements.iter().all(|one| may(one.kind)), "a failed transaction moves its fee alone");
        assert!(one.left_out.failed == 1 || (movements.is_empty() && one.left_out.without_meta == 1));
    }
    let mut places = one.instructions.iter().enumerate();
    assert!(places.all(|(at, one)| one.parent.is_none_or(|parent| parent < at)), "who calls comes first");
    let is_of = |place: u8| usize::from(place) < one.accounts.len();
    assert!(one.instructions.iter().all(|one| is_of(one.program) && one.accounts.iter().all(|place| is_of(*place))));
    assert!(one.signers <= one.accounts.len());
    assert!(one.relations.is_sorted() && one.relations.iter().all(|one| one.subject != one.object));
    if let Some(told) = told {
        adds_up(one, &told["meta"]);
    }
}

/// Whatever was read was told in several bytes, so nobody makes much of little.
fn is_bounded(one: &DecodedTx, bytes: usize) {
    let accounts: usize = one.instructions.iter().map(|one| one.accounts.len()).sum();
    let parts = one.movements.len() + one.instructions.len() + one.residues.len();
    assert!(parts <= bytes && accounts <= bytes, "{parts} parts and {accounts} accounts of {bytes} bytes");
    let relations = one.relations.len();
    assert!(relations <= bytes + CO_SIGNERS_MAX, "{relations} relations of {bytes} bytes");
    assert!(one.logs.iter().map(String::len).sum::<usize>() <= bytes);
}

/// Movements and what is unexplained add up to the balances: for each owner if all are told, else all lamports together.
fn adds_up(one: &DecodedTx, meta: &Value) {
    let fees = one.movements.iter().filter(|one| one.kind == Kind::Fee).map(|one| one.amount);
    let fee = meta["fee"].as_u64().map(Amount::from);
    if !one.accounts.is_empty() && one.left_out.without_meta == 0 {
        assert_eq!(Some(fees.fold(Amount::ZERO, Amount::saturating_add)), fee, "the fee is what is told");
    }
    let Some(grown) = grown(meta, &one.accounts).filter(|_| one.balances) else { return };
    let sums: Sums = moved(&one.movements);
    assert_eq!(lamports(&sums), lamports(&grown.sums), "no lamport is made or lost");
    if grown.owners_told {
        assert_eq!(comparable(sums), comparable(grown.sums), "each owner has what he has");
    }
}

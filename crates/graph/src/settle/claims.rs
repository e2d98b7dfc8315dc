//! Whose value it was that accounts got.
//!
//! Who paid and got nothing has the first claim on what came out at the other end. Then the account that sent the transaction, if it
//! converted: a part of what it bought may have gone to others. A pool only swaps what it holds, so it keeps what it got; but if
//! nobody paid and the sender is not known to have converted, any of the converters may have paid the others. Who got something
//! newly made bought it with what he gave, whoever took that: shares of a stake are often made by another contract.

use std::collections::BTreeMap;

use fundtrail_store::{AccountId, AssetId};
use fundtrail_types::{Amount, apportion};

use super::flow::{End, Flow};

/// Where everything ended that accounts gave. None inside if value goes round; none if a sum does not fit 256 bits.
pub(super) fn all(flow: &Flow<'_>, sender: Option<AccountId>) -> Option<Option<Vec<End>>> {
    let given = flow.given();
    let has_converted = |account: AccountId| flow.roles.converters.contains(&account);
    let is_paid = flow.keepers().any(|(account, _)| account != AccountId::NONE && !flow.roles.is_transit(account));
    let is_told = given.iter().any(|(account, ..)| !flow.roles.is_transit(*account) || sender == Some(*account));
    let may_have_paid = |account: AccountId| sender == Some(account) || (is_paid && !is_told);
    let (mut ends, mut theirs) = (Vec::new(), BTreeMap::<_, Vec<_>>::new());
    for (account, asset, amount) in &given {
        if has_converted(*account) {
            theirs.entry(*account).or_default().push((*asset, *amount));
        }
        if has_converted(*account) && (!may_have_paid(*account) || flow.got_new(*account)) {
            continue;
        }
        let Some(followed) = flow.follow(*account, *asset, *amount)? else { return Some(None) };
        ends.extend(followed);
    }
    // What came back to a converter in the asset that it gave never left it.
    ends.retain(|end| !(has_converted(end.from) && (end.from, end.given) == (end.to, end.asset)));
    limit(flow, &mut ends)?;
    for (account, given) in theirs {
        keep(flow, &mut ends, account, &given)?;
    }
    Some(Some(ends))
}

/// Cuts claims to what there was. Those who paid and got nothing may claim too much by rounding alone; they gave what they gave. What
/// converters claim of others' receipts beyond what is left for them they did not give. None if a sum does not fit 256 bits.
fn limit(flow: &Flow<'_>, ends: &mut [End]) -> Option<()> {
    let mut claims: BTreeMap<(AccountId, AssetId), [Vec<usize>; 2]> = BTreeMap::new();
    for (index, end) in ends.iter().enumerate().filter(|(_, end)| end.to != AccountId::NONE) {
        let may_not_have = flow.roles.is_transit(end.from) && end.from != end.to;
        claims.entry((end.to, end.asset)).or_default()[usize::from(may_not_have)].push(index);
    }
    for ((to, asset), [first, rest]) in claims {
        let left = flow.kept(to, asset);
        let left = cut(ends, &first, left, false)?;
        cut(ends, &rest, left, true)?;
    }
    Some(())
}

/// Cuts some claims to what is left, in proportion, and gives what is left after them.
fn cut(ends: &mut [End], claims: &[usize], left: Amount, gave_less: bool) -> Option<Amount> {
    let wanted: Vec<Amount> = claims.iter().map(|index| ends[*index].got).collect();
    let sum = wanted.iter().try_fold(Amount::ZERO, |sum, one| sum.checked_add(*one))?;
    if sum <= left {
        return left.checked_sub(sum);
    }
    for (index, got) in claims.iter().zip(apportion(left, &wanted)?) {
        let end = &mut ends[*index];
        // What was too little for a unit of what was got was given all the same.
        if gave_less && !end.got.is_zero() {
            end.gave = *apportion(end.gave, &[got, end.got.checked_sub(got)?])?.first()?;
        }
        end.got = got;
    }
    Some(Amount::ZERO)
}

/// What an account that converted did not give to others, it gave for what it got. `given` is all that it gave.
fn keep(flow: &Flow<'_>, ends: &mut Vec<End>, account: AccountId, given: &[(AssetId, Amount)]) -> Option<()> {
    let mut own = Vec::new();
    for (asset, amount) in given {
        let to_others = ends.iter().filter(|end| (end.from, end.given) == (account, *asset) && end.to != account);
        let to_others = to_others.map(|end| end.gave).try_fold(Amount::ZERO, Amount::checked_add)?;
        own.push((*asset, amount.checked_sub(to_others)?));
    }
    own.retain(|(_, amount)| !amount.is_zero());
    let (mut mine, others) =
        std::mem::take(ends).into_iter().partition::<Vec<_>, _>(|end| (end.from, end.to) == (account, account));
    *ends = others;
    mine.retain(|end| !end.gave.is_zero() || !end.got.is_zero());
    let is_told = |asset: &AssetId| mine.iter().any(|end| end.given == *asset);
    if own.iter().all(|(asset, _)| is_told(asset)) {
        for (asset, amount) in own {
            scale(mine.iter_mut().filter(|end| end.given == asset).collect(), amount)?;
        }
        ends.append(&mut mine);
        return Some(());
    }
    let ups = flow.roles.ups(account);
    for (place, (asset, amount)) in own.iter().enumerate() {
        for ((up, more), gave) in ups.iter().zip(flow.shares(*amount, ups.len())?) {
            let got = flow.shares(*more, own.len())?[place];
            let legs = flow.first_legs(account, *asset, *up)?;
            let through = flow.roles.transit.iter().copied().filter(|one| *one != account).collect();
            ends.push(End { from: account, given: *asset, gave, to: account, asset: *up, got, legs, through });
        }
    }
    Some(())
}

/// Makes ends stand for so much together.
fn scale(ends: Vec<&mut End>, amount: Amount) -> Option<()> {
    let by = |of: fn(&End) -> Amount| apportion(amount, &ends.iter().map(|end| of(end)).collect::<Vec<_>>());
    // So little may have been given for what was got that it rounds to nothing.
    let parts = by(|end| end.gave).or_else(|| by(|end| end.got))?;
    ends.into_iter().zip(parts).for_each(|(end, part)| end.gave = part);
    Some(())
}

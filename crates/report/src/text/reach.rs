//! How much reached an account, told per method and asset.
//!
//! Seeds are summed, assets never are. Poison is told as `reached`: an amount under poison would be taken for one.

use fundtrail_types::{Amount, Asset, Bounds, Method, PathAmount, Reach, SeedAmount};

use crate::{names::Names, words};

/// What is proven under one method: a part per asset. Nothing proven is a dash.
pub(super) fn proven(reaches: &[Reach], method: Method, names: &Names<'_>) -> Vec<String> {
    let of_method = || reaches.iter().filter(move |reach| reach.method == method);
    let parts: Vec<String> = if method.conserves() {
        let held = |reach: &Reach| (reach.asset.clone(), reach.proven.iter().map(|(_, part)| part.held_raw).sum());
        per_asset(of_method().filter(|reach| !reach.proven.is_empty()).map(held), names)
    } else if of_method().any(|reach| !reach.proven.is_empty()) {
        vec!["reached".to_owned()]
    } else {
        Vec::new()
    };
    if parts.is_empty() { vec!["-".to_owned()] } else { parts }
}

/// What could have arrived at most, proven or not; said once where the conserving methods agree.
pub(super) fn possible(reaches: &[Reach], methods: &[Method], names: &Names<'_>) -> Vec<String> {
    let conserving = || methods.iter().copied().filter(|method| method.conserves());
    let of = |method: Method| {
        let reaches = reaches.iter().filter(|reach| reach.method == method);
        let parts = per_asset(reaches.map(|reach| (reach.asset.clone(), reach.possible_raw)), names);
        if parts.is_empty() { vec!["-".to_owned()] } else { parts }
    };
    let each: Vec<(Method, Vec<String>)> = conserving().map(|method| (method, of(method))).collect();
    match each.as_slice() {
        [] => vec!["-".to_owned()],
        [(_, first), rest @ ..] if rest.iter().all(|(_, parts)| parts == first) => first.clone(),
        _ => each.iter().map(|(method, parts)| format!("{method} {}", words::list(parts))).collect(),
    }
}

/// `haircut 1.5 ETH, fifo 2 ETH, poison reached`: what came along a path or stands in a finding.
pub(super) fn along(amounts: &[PathAmount], names: &Names<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for method in Method::ALL {
        let of_method = || amounts.iter().filter(move |amount| amount.method == method);
        if method.conserves() {
            let sums = per_asset(of_method().map(|amount| (amount.asset.clone(), amount.amount.held_raw)), names);
            parts.extend(sums.iter().map(|sum| format!("{method} {sum}")));
        } else if of_method().next().is_some() {
            parts.push(format!("{method} reached"));
        }
    }
    if parts.is_empty() { "no amount".to_owned() } else { parts.join(", ") }
}

/// The sum of what amounts hold under one method of one asset.
pub(super) fn held<'a>(amounts: impl Iterator<Item = &'a PathAmount>, method: Method, asset: &Asset) -> Amount {
    amounts.filter(|part| part.method == method && part.asset == *asset).map(|part| part.amount.held_raw).sum()
}

/// `1 to 2.5 ETH`: between which amounts what reached lies, whatever rule one argues for.
pub(super) fn bounds(bounds: &[Bounds], names: &Names<'_>) -> String {
    let told = |one: &Bounds| {
        let (lower, upper) = (names.amount(&one.asset, one.lower_raw), names.amount(&one.asset, one.upper_raw));
        if one.lower_raw == one.upper_raw { lower } else { format!("at least {lower}, at most {upper}") }
    };
    words::list(&bounds.iter().map(told).collect::<Vec<_>>())
}

/// What is proven under one method of one asset, over all seeds.
pub(super) fn total(reach: &Reach) -> Amount {
    reach.proven.iter().map(|(_, SeedAmount { held_raw, .. })| *held_raw).sum()
}

/// Adds up what is of one asset, in the order in which assets first occur, and prints it.
fn per_asset(amounts: impl Iterator<Item = (Asset, Amount)>, names: &Names<'_>) -> Vec<String> {
    let mut sums: Vec<(Asset, Amount)> = Vec::new();
    for (asset, amount) in amounts {
        match sums.iter_mut().find(|(known, _)| *known == asset) {
            Some((_, sum)) => *sum = sum.saturating_add(amount),
            None => sums.push((asset, amount)),
        }
    }
    sums.iter().map(|(asset, amount)| names.amount(asset, *amount)).collect()
}

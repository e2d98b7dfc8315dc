//! At rest, or beyond the data: what coverage says about value that is left in an account.

use fundtrail_types::{Asset, Coverage, Fate, What};

/// The fate of value in `asset` that arrived between two heights, the first and the last, and did not leave in the
/// data.
///
/// It is at rest as far as sources claim, without a hole from the first arrival on, to list the account's outflows.
/// Otherwise nobody knows whether it left.
pub(crate) fn fate_at_end(coverage: &[Coverage], asset: &Asset, arrived: Option<(u64, u64)>) -> Fate {
    let Some((first, last)) = arrived else { return Fate::DataEnds };
    // Native coin leaves by top-level value and by internal calls; a list of one of them does not show the other.
    let kinds: &[What] = if asset.is_native() { &[What::Native, What::Internal] } else { &[What::Token] };
    let until = kinds.iter().map(|kind| covered_until(coverage, asset, *kind, first)).min().flatten();
    match until {
        Some(height) if last <= height => Fate::AtRest { height },
        _ => Fate::DataEnds,
    }
}

/// The last height to which outflows of one kind are claimed without a hole from `first` on.
fn covered_until(coverage: &[Coverage], asset: &Asset, kind: What, first: u64) -> Option<u64> {
    let speaks = |claim: &&Coverage| (claim.what == What::All || claim.what == kind) && claim.covers_outflow(asset);
    let mut ranges: Vec<(u64, u64)> =
        coverage.iter().filter(speaks).map(|claim| (claim.from_height, claim.to_height)).collect();
    ranges.sort_unstable();
    let mut until = None;
    for (from, to) in ranges {
        let next = until.map_or(first, |height: u64| height.saturating_add(1));
        if from <= next && to >= first {
            until = until.max(Some(to));
        }
    }
    until
}

#[cfg(test)]
mod tests {
    use fundtrail_types::{Chain, Claim, Direction};

    use super::*;

    #[test]
    fn at_rest_only_as_far_as_somebody_lists_the_outflows() {
        let claim = Coverage {
            chain: Chain::ETHEREUM,
            account: None,
            what: What::All,
            direction: Direction::Out,
            asset: None,
            from_height: 10,
            to_height: 20,
            claim: Claim::Listed,
            source: "x".to_owned(),
            note: None,
        };
        let eth = Asset::native(Chain::ETHEREUM);
        let fate = |first, last| fate_at_end(std::slice::from_ref(&claim), &eth, Some((first, last)));
        assert_eq!(fate(10, 10), Fate::AtRest { height: 20 });
        assert_eq!(fate(12, 20), Fate::AtRest { height: 20 });
        assert_eq!(fate(12, 21), Fate::DataEnds);
        assert_eq!(fate(9, 15), Fate::DataEnds, "nobody lists what left between 9 and 10");
        assert_eq!(fate_at_end(&[], &eth, Some((10, 10))), Fate::DataEnds);
        assert_eq!(fate_at_end(std::slice::from_ref(&claim), &eth, None), Fate::DataEnds);
    }

    #[test]
    fn claims_join_but_holes_and_half_claims_do_not_cover() {
        let claim = |what, from_height, to_height| Coverage {
            chain: Chain::ETHEREUM,
            account: None,
            what,
            direction: Direction::Both,
            asset: None,
            from_height,
            to_height,
            claim: Claim::Complete,
            source: "x".to_owned(),
            note: None,
        };
        let eth = Asset::native(Chain::ETHEREUM);
        let fate = |claims: &[Coverage]| fate_at_end(claims, &eth, Some((12, 25)));
        assert_eq!(fate(&[claim(What::All, 21, 30), claim(What::All, 10, 20)]), Fate::AtRest { height: 30 });
        assert_eq!(fate(&[claim(What::All, 22, 30), claim(What::All, 10, 20)]), Fate::DataEnds);
        assert_eq!(fate(&[claim(What::Internal, 10, 30)]), Fate::DataEnds, "top-level sends are not listed");
        assert_eq!(fate(&[claim(What::Internal, 10, 30), claim(What::Native, 10, 28)]), Fate::AtRest { height: 28 });
    }
}

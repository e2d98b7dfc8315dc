//! What coverage says about an account: whether value left in it is at rest or beyond the data, and whether its inner calls
//! are missing.

use fundtrail_types::{Asset, Coverage, Direction, Fate, What, join_ranges, ranges_without};

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

/// Whether sources claim, without a hole from the first height to this one, to list what came to an account in an asset.
pub(crate) fn lists_inflows(coverage: &[Coverage], asset: &Asset, until: u64) -> bool {
    let kinds: &[What] = if asset.is_native() { &[What::Native, What::Internal] } else { &[What::Token] };
    kinds.iter().all(|kind| {
        let speaks = |claim: &&Coverage| {
            (claim.what == What::All || claim.what == *kind)
                && claim.direction != Direction::Out
                && claim.chain == asset.chain
                && claim.asset.as_ref().is_none_or(|one| one == asset)
        };
        let listed = coverage.iter().filter(speaks).map(|claim| (claim.from_height, claim.to_height)).collect();
        ranges_without(vec![(0, until)], listed).is_empty()
    })
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

/// Heights from `first` on for which sources list an account's top-level value and nobody lists its inner calls: in, out or
/// both. Each claim is taken at its word; a claim of all movements holds inner calls.
pub(crate) fn internal_missing(coverage: &[Coverage], native: &Asset, first: u64) -> Vec<(u64, u64)> {
    // Most accounts of a trace have no such claim, and a trace opens thousands.
    if coverage.iter().all(|claim| claim.what != What::Native) {
        return Vec::new();
    }
    let missing = [Direction::In, Direction::Out].into_iter().flat_map(|side| {
        let listed = |whats: &[What]| {
            let speaks = |claim: &&Coverage| {
                whats.contains(&claim.what)
                    && (claim.direction == side || claim.direction == Direction::Both)
                    && claim.chain == native.chain
                    && claim.asset.as_ref().is_none_or(|asset| asset == native)
            };
            coverage.iter().filter(speaks).map(|claim| (claim.from_height, claim.to_height)).collect::<Vec<_>>()
        };
        let mut known = listed(&[What::Internal, What::All]);
        known.extend(first.checked_sub(1).map(|before| (0, before)));
        ranges_without(listed(&[What::Native]), known)
    });
    join_ranges(missing.collect())
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

    #[test]
    fn inner_calls_are_missing_where_only_top_level_value_is_listed() {
        let claim = |what, direction, from_height, to_height| Coverage {
            chain: Chain::ETHEREUM,
            account: None,
            what,
            direction,
            asset: None,
            from_height,
            to_height,
            claim: Claim::Complete,
            source: "x".to_owned(),
            note: None,
        };
        let native = |from, to| claim(What::Native, Direction::Both, from, to);
        let missing = |claims: &[Coverage], first| internal_missing(claims, &Asset::native(Chain::ETHEREUM), first);
        assert_eq!(missing(&[native(10, 20), native(21, 30), native(40, 50)], 15), [(15, 30), (40, 50)]);
        assert_eq!(missing(&[native(10, 20)], 0), [(10, 20)]);
        assert_eq!(missing(&[native(10, 20)], 21), []);
        assert_eq!(missing(&[claim(What::All, Direction::Both, 10, 20)], 0), [], "all movements hold inner calls");
        let both = |what, direction| missing(&[native(10, 20), claim(what, direction, 12, 20)], 0);
        assert_eq!(both(What::Internal, Direction::Both), [(10, 11)]);
        assert_eq!(both(What::All, Direction::Both), [(10, 11)]);
        assert_eq!(both(What::Internal, Direction::Out), [(10, 20)], "nobody lists what came in by inner calls");
        assert_eq!(both(What::Token, Direction::Both), [(10, 20)]);
        let token = Asset::parse(Chain::ETHEREUM, "0x1111111111111111111111111111111111111111").unwrap();
        let of_token = Coverage { asset: Some(token), ..claim(What::All, Direction::Both, 10, 20) };
        assert_eq!(missing(&[native(10, 20), of_token], 0), [(10, 20)], "who lists a token lists no inner calls");
    }
}

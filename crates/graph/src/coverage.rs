//! At rest, or beyond the data: what coverage says about value that is left in an account.

use fundtrail_types::{Asset, Coverage, Fate};

/// The fate of value in `asset` that last arrived at height `arrived` and did not leave in the data.
///
/// It is at rest as far as some source claims to list the account's outflows; if no claim reaches the arrival, nobody
/// knows whether it left.
pub(crate) fn fate_at_end(coverage: &[Coverage], asset: &Asset, arrived: Option<u64>) -> Fate {
    let covers =
        |claim: &&Coverage| claim.covers_outflow(asset) && arrived.is_none_or(|height| claim.from_height <= height);
    let until = coverage.iter().filter(covers).map(|claim| claim.to_height).max();
    match until {
        Some(height) if arrived.is_none_or(|arrived| arrived <= height) => Fate::AtRest { height },
        _ => Fate::DataEnds,
    }
}

#[cfg(test)]
mod tests {
    use fundtrail_types::{Chain, Claim, Direction, What};

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
        let fate = |arrived| fate_at_end(std::slice::from_ref(&claim), &eth, Some(arrived));
        assert_eq!(fate(10), Fate::AtRest { height: 20 });
        assert_eq!(fate(20), Fate::AtRest { height: 20 });
        assert_eq!(fate(21), Fate::DataEnds);
        assert_eq!(fate(9), Fate::DataEnds);
        assert_eq!(fate_at_end(&[], &eth, Some(10)), Fate::DataEnds);
    }
}

//! Which blocks are still to be loaded.

use fundtrail_types::{Coverage, Direction, What, join_ranges};

/// The parts of a range that no claim covers. `whole`: only what is known with its inner calls counts as known.
pub(in crate::ingest) fn missing(claims: &[Coverage], (from, to): (u64, u64), whole: bool) -> Vec<(u64, u64)> {
    let known = |what: What| {
        let speaks = |claim: &&Coverage| {
            claim.account.is_none()
                && claim.asset.is_none()
                && claim.direction == Direction::Both
                && (claim.what == What::All || claim.what == what)
        };
        join_ranges(claims.iter().filter(speaks).map(|claim| (claim.from_height, claim.to_height)).collect())
    };
    let whats: &[What] = if whole { &[What::All] } else { &[What::Native, What::Token, What::Fee] };
    let gaps = whats.iter().flat_map(|what| holes(&known(*what), (from, to))).collect();
    join_ranges(gaps)
}

/// What of a range is in none of the others, which are in order and apart.
pub(in crate::ingest) fn holes(known: &[(u64, u64)], (from, to): (u64, u64)) -> Vec<(u64, u64)> {
    let (mut holes, mut next) = (Vec::new(), Some(from));
    for &(first, last) in known.iter().filter(|(first, last)| *last >= from && *first <= to) {
        if let Some(next) = next.filter(|next| *next < first) {
            holes.push((next, first - 1));
        }
        next = last.checked_add(1);
    }
    holes.extend(next.filter(|next| *next <= to).map(|next| (next, to)));
    holes
}

#[cfg(test)]
mod tests {
    use fundtrail_types::{Chain, Claim};

    use super::*;

    fn claim(what: What, from_height: u64, to_height: u64) -> Coverage {
        Coverage {
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
        }
    }

    #[test]
    fn what_is_covered_is_not_asked_for_again() {
        let claims = [claim(What::All, 5, 9), claim(What::All, 20, 30)];
        assert_eq!(missing(&claims, (0, 25), true), [(0, 4), (10, 19)]);
        assert_eq!(missing(&claims, (6, 8), true), []);
        assert_eq!(missing(&claims, (31, u64::MAX), true), [(31, u64::MAX)]);
        assert_eq!(missing(&[claim(What::All, 0, u64::MAX)], (3, 9), true), []);
    }

    #[test]
    fn blocks_without_calls_are_known_only_to_who_can_get_no_more() {
        let claims =
            [claim(What::Native, 1, 9), claim(What::Token, 1, 8), claim(What::Fee, 1, 9), claim(What::All, 9, 9)];
        assert_eq!(missing(&claims, (1, 10), false), [(10, 10)]);
        assert_eq!(missing(&claims, (1, 10), true), [(1, 8), (10, 10)]);
        let of_account = Coverage {
            account: "eip155:1:0x0000000000000000000000000000000000000001".parse().ok(),
            ..claim(What::All, 1, 9)
        };
        assert!(of_account.account.is_some());
        assert_eq!(missing(&[of_account], (1, 2), true), [(1, 2)]);
    }
}

//! The place of a call in its transaction, from its path (`0_1_1`: the second call of the second call of the first).
//!
//! Rows are of one account, so that counting them would number the same call differently in two accounts' lists. The path
//! itself is packed into a number instead: it is the same for everybody, and larger for what was called later.

/// Legs from here on are events: see the ledger.
pub(super) const LEGS: u32 = 1 << 31;

/// Bits of each step of a path. Few transactions go deeper or wider where value moves; those that do share a leg, and then a
/// fixed order stands in.
const BITS: [u32; 4] = [9, 8, 7, 7];

/// The leg of a call; none if the text is no path.
pub(super) fn leg(trace_id: &str) -> Option<u32> {
    let steps: Vec<u32> = trace_id.split('_').map(|step| step.parse().ok()).collect::<Option<_>>()?;
    let pack = |leg: u32, (place, bits): (usize, &u32)| {
        // From 1, so that a call stands before the calls that it makes.
        let step = steps.get(place).map_or(0, |step| step.saturating_add(1).min((1 << bits) - 1));
        leg << bits | step
    };
    Some(BITS.iter().enumerate().fold(0, pack))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legs_grow_in_the_order_of_execution() {
        let paths =
            ["0", "0_0", "0_0_5", "0_1", "0_1_1_0_9", "0_2", "1", "1_0", "10", "500_1_1_1", "9999_9999_9999_9999"];
        let legs: Vec<u32> = paths.iter().map(|path| leg(path).unwrap()).collect();
        assert!(legs.is_sorted_by(|a, b| a < b), "{legs:?}");
        assert!(legs.iter().all(|leg| *leg < LEGS));
        assert_eq!((leg(""), leg("call_0"), leg("0_x")), (None, None, None));
    }
}

//! What may be claimed to be known after a batch.
//!
//! The claim is that of the explorer (`listed`): nobody checked it. It covers exactly the heights that were read to their end,
//! and is not made where a row could not be read or the explorer itself says that some are missing.

use fundtrail_types::{Account, Claim, Coverage, What};

use super::{Fees, LeftOut, List};

/// What one batch read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent<'a> {
    pub(super) account: &'a Account,
    pub(super) list: List,
    /// First and last height, both read to their end.
    pub(super) heights: (u64, u64),
    pub(super) fees: Fees,
    pub(super) left_out: LeftOut,
    pub(super) source: &'a str,
}

/// The claims of a batch that read its heights without a problem.
pub(super) fn claims(extent: &Extent<'_>) -> Vec<Coverage> {
    let (from_height, to_height) = extent.heights;
    // What there was before the first block is told with it, and is no movement.
    let before_first = extent.list == List::Transactions && extent.left_out.no_transaction > 0;
    let from_height = if before_first { from_height.max(1) } else { from_height };
    if from_height > to_height {
        return Vec::new();
    }
    let fees_known = extent.fees == Fees::GasTimesPrice && extent.left_out.fees_unknown == 0;
    let told = extent.list.tells().iter().filter(|(what, _)| *what != What::Fee || fees_known);
    told.map(|&(what, direction)| Coverage {
        chain: extent.account.chain,
        account: Some(extent.account.clone()),
        what,
        direction,
        asset: None,
        from_height,
        to_height,
        claim: Claim::Listed,
        source: extent.source.to_owned(),
        note: None,
    })
    .collect()
}

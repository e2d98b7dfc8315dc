//! What is recorded of a block and of balances: each reply as it was asked for.

use fundtrail_rpc::{Call, Recorder, Reply, in_file};
use serde_json::value::RawValue;

use crate::{
    Error, RawCalls,
    rpc::{Balances, Block, Receipts, ask},
    shape::{ReceiptShape, elements},
};

impl Block {
    /// Appends all that a node told of the block, in one piece.
    ///
    /// # Errors
    /// [`fundtrail_rpc::Error::File`] if it cannot be written.
    pub fn record(&self, recorder: &mut Recorder) -> Result<(), Error> {
        let raw = &self.raw;
        let mut replies: Vec<(Call, &RawValue)> = vec![(ask::block(raw.height), &raw.block)];
        match (&raw.receipts, self.receipts) {
            (Some(list), Receipts::ByBlock) => replies.push((ask::block_receipts(raw.height), list)),
            (Some(list), Receipts::OneByOne) => {
                let invalid = |error: serde_json::Error| Error::Rpc(in_file(recorder.path())(error.into()));
                for receipt in elements(list.get()).map_err(invalid)? {
                    let shape: ReceiptShape = serde_json::from_str(receipt.get()).map_err(invalid)?;
                    replies.push((ask::receipt(&shape.transaction_hash), receipt));
                }
            }
            (None, _) => {}
        }
        // What has no elements was not asked for: the block has no transactions.
        let told = |part: &&RawValue| part.get() != "[]";
        match &raw.calls {
            Some(RawCalls::Frames(list)) => {
                replies.extend(Some(&**list).filter(told).map(|l| (ask::frames(raw.height), l)))
            }
            Some(RawCalls::Rows(list)) => replies.push((ask::rows(raw.height), list)),
            None => {}
        }
        replies.extend(raw.diffs.as_deref().filter(told).map(|list| (ask::diffs(raw.height), list)));
        replies.extend(raw.uncles.iter().enumerate().map(|(index, uncle)| (ask::uncle(raw.height, index), &**uncle)));
        let replies: Vec<Reply<'_>> = replies.iter().map(|(call, result)| Reply { call, result }).collect();
        Ok(recorder.append(&replies)?)
    }
}

impl Balances {
    /// Appends what a node told of balances.
    ///
    /// # Errors
    /// [`fundtrail_rpc::Error::File`] if it cannot be written.
    pub fn record(&self, recorder: &mut Recorder) -> Result<(), Error> {
        let replies: Vec<Reply<'_>> = self.replies.iter().map(|(call, result)| Reply { call, result }).collect();
        Ok(recorder.append(&replies)?)
    }
}

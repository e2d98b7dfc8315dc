//! Whether a part belongs to a block. The same checks hold for what a node answers and for what was recorded.

use std::collections::HashSet;

use alloy::primitives::B256;

use crate::shape::{BlockShape, ReceiptShape, RowShape, TraceShape, Traced, elements};

/// A list of receipts.
pub(crate) fn check_receipts(shape: &BlockShape, text: &str) -> Result<(), String> {
    let list: Vec<ReceiptShape> =
        serde_json::from_str(text).map_err(|error| format!("its receipts cannot be read: {error}"))?;
    if list.iter().any(|receipt| receipt.block_hash != shape.hash) {
        return Err(format!("its receipts are of another block than {}", shape.hash));
    }
    if !list.iter().map(|receipt| receipt.transaction_hash).eq(shape.tx_hashes()) {
        return Err(format!("{} receipts are not those of its transactions", list.len()));
    }
    Ok(())
}

/// Trees of calls, or balances before and after: notes on transactions that were not traced, or why the list does not belong.
pub(crate) fn check_traces(shape: &BlockShape, text: &str) -> Result<Vec<String>, String> {
    let list: Vec<TraceShape<'_>> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let hashes = shape.tx_hashes();
    if list.len() != hashes.len() {
        return Err(format!("{} traces for {} transactions", list.len(), hashes.len()));
    }
    let mut notes = Vec::new();
    for (trace, hash) in list.iter().zip(&hashes) {
        if trace.tx_hash.is_some_and(|traced| traced != *hash) {
            return Err("they are of other transactions".into());
        }
        if let Traced::Nothing(why) = trace.traced() {
            let why = why.map_or("the node gives no reason".to_owned(), |why| {
                serde_json::from_str(why.get()).unwrap_or_else(|_| why.get().to_owned())
            });
            notes.push(format!("transaction {hash}: {why}"));
        }
    }
    Ok(notes)
}

/// Rows of `trace_block`: notes on transactions that have none, or why the list does not belong.
pub(crate) fn check_rows(shape: &BlockShape, text: &str) -> Result<Vec<String>, String> {
    let list = elements(text).map_err(|error| error.to_string())?;
    let hashes: HashSet<B256> = shape.tx_hashes().into_iter().collect();
    let mut seen = HashSet::new();
    for row in list {
        let row: RowShape = serde_json::from_str(row.get()).map_err(|error| error.to_string())?;
        if row.block_hash != shape.hash {
            return Err(format!("they are of another block than {}", shape.hash));
        }
        seen.extend(row.transaction_hash);
    }
    if !seen.is_subset(&hashes) || (seen.is_empty() && !hashes.is_empty()) {
        return Err(format!("they are of {} transactions, the block has {}", seen.len(), hashes.len()));
    }
    let missing = shape.tx_hashes().into_iter().filter(|hash| !seen.contains(hash));
    Ok(missing.map(|hash| format!("transaction {hash}: the node has no row of it")).collect())
}

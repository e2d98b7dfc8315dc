//! The flow as a table: one row per movement, method and seed. A movement without traced parts has one row, with the
//! last four cells empty; value from an unknown inflow has an empty seed.
//!
//! `held_raw` is in base units of the movement's asset, `seed_raw` in those of the seed. Rows of different methods, and
//! of different assets, must not be added up; poison is reach, and its figures are no amounts.

use fundtrail_types::{FlowMovement, Share, TraceAnswer};

use crate::{ReportError, names::Names};

use super::{bytes, guard};

const COLUMNS: [&str; 21] = [
    "tx",
    "block",
    "before_block",
    "after_block",
    "order_known",
    "time",
    "kind",
    "from",
    "to",
    "asset",
    "symbol",
    "amount_raw",
    "amount",
    "gave_asset",
    "gave_raw",
    "through",
    "crossing",
    "method",
    "seed",
    "held_raw",
    "seed_raw",
];

pub(crate) fn trace(answer: &TraceAnswer) -> Result<Vec<u8>, ReportError> {
    let names = Names::new(&answer.assets, None);
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for movement in &answer.flow.movements {
        if movement.shares.is_empty() {
            writer.write_record(row(movement, None, &names))?;
        }
        for share in &movement.shares {
            writer.write_record(row(movement, Some(share), &names))?;
        }
    }
    bytes(writer)
}

fn row(movement: &FlowMovement, share: Option<&Share>, names: &Names<'_>) -> [String; COLUMNS.len()] {
    let asset = &movement.asset;
    let of_share = |cell: fn(&Share) -> String| share.map(cell).unwrap_or_default();
    [
        guard(&movement.tx.to_string()),
        movement.height.to_string(),
        movement.before_height.to_string(),
        movement.after_height.to_string(),
        movement.order_known.to_string(),
        movement.time.map(|time| time.to_string()).unwrap_or_default(),
        movement.kind.to_string(),
        movement.from.to_string(),
        movement.to.as_ref().map(ToString::to_string).unwrap_or_default(),
        asset.to_string(),
        guard(&names.symbol(asset)),
        movement.amount_raw.to_string(),
        names.decimal(asset, movement.amount_raw).unwrap_or_default(),
        movement.gave.as_deref().map(|(asset, _)| asset.to_string()).unwrap_or_default(),
        movement.gave.as_deref().map(|(_, amount)| amount.to_string()).unwrap_or_default(),
        movement.through.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        guard(&movement.crossing_line().unwrap_or_default()),
        of_share(|share| share.method.to_string()),
        of_share(|share| share.seed.map(|seed| seed.to_string()).unwrap_or_default()),
        of_share(|share| share.amount.held_raw.to_string()),
        of_share(|share| share.amount.seed_raw.to_string()),
    ]
}

//! One frame of the tree, field by field.

use alloy::primitives::{Address, Bytes, U256};
use serde::{
    Deserialize,
    de::{IgnoredAny, MapAccess},
};

use crate::calls::{Call, CallKind};

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
pub(super) enum Field {
    Type,
    From,
    To,
    Value,
    Input,
    Error,
    Logs,
    Calls,
    TxHash,
    Result,
    #[serde(other)]
    Other,
}

/// A log of a frame: only where it stands. What it says is in the receipt.
#[derive(Deserialize)]
struct FrameLog {
    #[serde(default, with = "alloy::serde::quantity::opt")]
    position: Option<u64>,
}

/// A frame while it is read.
#[derive(Default)]
pub(super) struct Frame {
    kind: Option<String>,
    from: Option<Address>,
    to: Option<Address>,
    value: Option<U256>,
    input: Option<Bytes>,
    failed: bool,
    logs: Option<Vec<FrameLog>>,
}

impl Frame {
    pub(super) fn read<'de, A: MapAccess<'de>>(&mut self, field: &Field, map: &mut A) -> Result<(), A::Error> {
        match field {
            Field::Type => self.kind = Some(map.next_value()?),
            Field::From => self.from = map.next_value()?,
            Field::To => self.to = map.next_value()?,
            Field::Value => self.value = map.next_value()?,
            Field::Input => self.input = map.next_value()?,
            Field::Error => self.failed = map.next_value::<Option<String>>()?.is_some_and(|error| !error.is_empty()),
            Field::Logs => self.logs = map.next_value()?,
            Field::Calls | Field::TxHash | Field::Result | Field::Other => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    pub(super) fn close(self, parent: Option<usize>) -> Result<Call, String> {
        let name = self.kind.as_deref().ok_or("a call has no `type`")?;
        let kind = CallKind::parse(name).ok_or_else(|| format!("`{name}` is no kind of call"))?;
        let position = |log: FrameLog| log.position.and_then(|position| u32::try_from(position).ok());
        Ok(Call {
            parent,
            kind,
            from: self.from.ok_or("a call has no `from`")?,
            to: self.to,
            value: self.value.unwrap_or_default(),
            input: self.input.unwrap_or_default(),
            failed: self.failed,
            logs: self.logs.and_then(|logs| logs.into_iter().map(position).collect()),
        })
    }

    /// Holds a place in the list until the frame is read.
    pub(super) fn open(parent: Option<usize>) -> Call {
        Call {
            parent,
            kind: CallKind::Call,
            from: Address::ZERO,
            to: None,
            value: U256::ZERO,
            input: Bytes::new(),
            failed: false,
            logs: None,
        }
    }
}

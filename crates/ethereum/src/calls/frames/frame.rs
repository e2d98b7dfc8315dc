//! One frame of the tree, field by field.

use std::fmt;

use alloy::primitives::{Address, Bytes, U256};
use serde::{
    Deserialize,
    de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
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

/// Whether an error is told. A call names it as a text; a node that could not trace may put the error of JSON-RPC there,
/// which is an object, and its message is of no use here.
struct Told(bool);

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Told(false))
    }
}

impl<'de> Visitor<'de> for Told {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error")
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(Self(false))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self, E> {
        Ok(Self(!text.is_empty()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self(true))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(true))
    }
}

/// The name of a kind of call, read where it stands: a block has thousands.
struct Name(Result<CallKind, String>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Name(Err(String::new())))
    }
}

impl Visitor<'_> for Name {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a kind of call")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self, E> {
        Ok(Self(CallKind::parse(name).ok_or_else(|| name.to_owned())))
    }
}

/// A frame while it is read.
#[derive(Default)]
pub(super) struct Frame {
    kind: Option<Result<CallKind, String>>,
    from: Option<Address>,
    to: Option<Address>,
    value: Option<U256>,
    input: Option<Bytes>,
    pub(super) failed: bool,
    logs: Option<Vec<FrameLog>>,
}

impl Frame {
    pub(super) fn read<'de, A: MapAccess<'de>>(&mut self, field: &Field, map: &mut A) -> Result<(), A::Error> {
        match field {
            Field::Type => self.kind = Some(map.next_value::<Name>()?.0),
            Field::From => self.from = map.next_value()?,
            Field::To => self.to = map.next_value()?,
            Field::Value => self.value = map.next_value()?,
            Field::Input => self.input = map.next_value()?,
            Field::Error => self.failed = map.next_value::<Told>()?.0,
            Field::Logs => self.logs = map.next_value()?,
            Field::Calls | Field::TxHash | Field::Result | Field::Other => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    pub(super) fn close(self, parent: Option<usize>) -> Result<Call, String> {
        let kind = self.kind.ok_or("a call has no `type`")?.map_err(|name| format!("`{name}` is no kind of call"))?;
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

    /// Whether it is no call but what a node says of a transaction that it could not trace.
    pub(super) fn is_untraced(&self) -> bool {
        self.failed && self.kind.is_none()
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

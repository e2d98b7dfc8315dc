//! Calls as geth's `callTracer` tells them: a tree of frames.
//!
//! Source: geth's documentation of built-in tracers. A list of answers is `[{txHash, result}]`; older recordings hold the
//! bare results. Of a transaction that it could not trace a node says `{txHash, error}`: then its calls alone are not known.

mod frame;

use std::fmt;

use alloy::primitives::B256;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::value::RawValue;

use super::{Call, CallsError, TxCalls};
use frame::{Field, Frame};

/// The machine allows 1024 calls below one another. Deeper answers are no answers.
const DEPTH_MAX: usize = 1025;

/// Reads the answer of `debug_traceBlockByNumber` with `callTracer`.
///
/// # Errors
/// If it has another form.
pub fn frames(raw: &RawValue) -> Result<Vec<TxCalls>, CallsError> {
    let mut json = serde_json::Deserializer::from_str(raw.get());
    // Bounded by `DEPTH_MAX` instead; the stack grows as needed.
    json.disable_recursion_limit();
    let answers = serde_stacker::Deserializer::new(&mut json).deserialize_seq(Answers);
    answers.map_err(|error| CallsError(error.to_string()))
}

/// Reads the answer of `debug_traceTransaction` with `callTracer`; none if the node could not trace it.
///
/// # Errors
/// If it has another form.
pub fn frame(raw: &RawValue) -> Result<Option<Vec<Call>>, CallsError> {
    let mut json = serde_json::Deserializer::from_str(raw.get());
    json.disable_recursion_limit();
    let answer = Answer.deserialize(serde_stacker::Deserializer::new(&mut json));
    answer.map(|answer| answer.calls).map_err(|error| CallsError(error.to_string()))
}

struct Answers;

impl<'de> Visitor<'de> for Answers {
    type Value = Vec<TxCalls>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list with one tree of calls for each transaction")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut answers = Vec::new();
        while let Some(answer) = seq.next_element_seed(Answer)? {
            answers.push(answer);
        }
        Ok(answers)
    }
}

/// `{txHash, result}`, `{txHash, error}`, or the bare result.
struct Answer;

impl<'de> DeserializeSeed<'de> for Answer {
    type Value = TxCalls;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<TxCalls, D::Error> {
        let (mut calls, mut around) = (Vec::new(), Around::default());
        One { calls: &mut calls, parent: None, depth: 0, around: Some(&mut around) }.deserialize(from)?;
        Ok(TxCalls { tx: around.tx, calls: (!calls.is_empty() && !around.failed).then_some(calls) })
    }
}

/// What stands around a result.
#[derive(Default)]
struct Around {
    tx: Option<B256>,
    /// Whether the node says that it could not trace.
    failed: bool,
}

/// Reads one frame, and the frames below it, into the list. Nothing (`null`) is no frame.
struct One<'a> {
    calls: &'a mut Vec<Call>,
    parent: Option<usize>,
    depth: usize,
    /// Where what stands around a frame goes, while it is not known whether this is a frame or what wraps one.
    around: Option<&'a mut Around>,
}

impl<'de> DeserializeSeed<'de> for One<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for One<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a call")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        match self.parent {
            None => Ok(()),
            Some(_) => Err(E::invalid_type(Unexpected::Unit, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { calls, parent, depth, mut around } = self;
        if depth > DEPTH_MAX {
            return Err(A::Error::custom("calls nest deeper than the machine allows"));
        }
        let (place, mut frame, mut wraps) = (calls.len(), Frame::default(), false);
        while let Some(field) = map.next_key()? {
            match (field, around.as_deref_mut()) {
                (Field::TxHash, Some(around)) => around.tx = map.next_value()?,
                (Field::Result, Some(_)) => {
                    if std::mem::replace(&mut wraps, true) {
                        return Err(A::Error::duplicate_field("result"));
                    }
                    map.next_value_seed(One { calls, parent: None, depth, around: None })?;
                }
                (Field::Calls, _) => {
                    // Calls below stand after their parent, which may not be read to its end yet.
                    if calls.len() == place {
                        calls.push(Frame::open(parent));
                    }
                    map.next_value_seed(Below { calls, parent: place, depth: depth + 1 })?;
                }
                (field, _) => frame.read(&field, &mut map)?,
            }
        }
        if let Some(around) = around.filter(|_| wraps || frame.is_untraced()) {
            around.failed = frame.failed;
            return Ok(());
        }
        let call = frame.close(parent).map_err(A::Error::custom)?;
        match calls.get_mut(place) {
            Some(open) => *open = call,
            None => calls.push(call),
        }
        Ok(())
    }
}

/// The frames below one.
struct Below<'a> {
    calls: &'a mut Vec<Call>,
    parent: usize,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Below<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Below<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of calls")
    }

    /// Some nodes write no list as `null`.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let (parent, depth) = (Some(self.parent), self.depth);
        while seq.next_element_seed(One { calls: &mut *self.calls, parent, depth, around: None })?.is_some() {}
        Ok(())
    }
}

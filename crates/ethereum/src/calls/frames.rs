//! Calls as geth's `callTracer` tells them: a tree of frames.
//!
//! Source: geth's documentation of built-in tracers. A list of answers is `[{txHash, result}]`; older recordings hold the
//! bare results.

mod frame;

use std::fmt;

use alloy::primitives::B256;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
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

/// Reads the answer of `debug_traceTransaction` with `callTracer`.
///
/// # Errors
/// If it has another form.
pub fn frame(raw: &RawValue) -> Result<Vec<Call>, CallsError> {
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

/// `{txHash, result}`, or the bare result.
struct Answer;

impl<'de> DeserializeSeed<'de> for Answer {
    type Value = TxCalls;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<TxCalls, D::Error> {
        let (mut calls, mut tx) = (Vec::new(), None);
        from.deserialize_map(One { calls: &mut calls, parent: None, depth: 0, tx: Some(&mut tx) })?;
        Ok(TxCalls { tx, calls })
    }
}

/// Reads one frame, and the frames below it, into the list.
struct One<'a> {
    calls: &'a mut Vec<Call>,
    parent: Option<usize>,
    depth: usize,
    /// Where the hash goes, while it is not known whether this is a frame or what wraps one.
    tx: Option<&'a mut Option<B256>>,
}

impl<'de> DeserializeSeed<'de> for One<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for One<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a call")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { calls, parent, depth, mut tx } = self;
        if depth > DEPTH_MAX {
            return Err(A::Error::custom("calls nest deeper than the machine allows"));
        }
        let (place, mut frame, mut wraps) = (calls.len(), Frame::default(), false);
        while let Some(field) = map.next_key()? {
            match (field, tx.as_deref_mut()) {
                (Field::TxHash, Some(tx)) => *tx = map.next_value()?,
                (Field::Result, Some(_)) => {
                    wraps = true;
                    map.next_value_seed(One { calls, parent: None, depth, tx: None })?;
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
        if wraps {
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
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Below<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of calls")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let (parent, depth) = (Some(self.parent), self.depth);
        while seq.next_element_seed(One { calls: &mut *self.calls, parent, depth, tx: None })?.is_some() {}
        Ok(())
    }
}

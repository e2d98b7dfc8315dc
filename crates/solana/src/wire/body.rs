//! What was signed: as JSON with its parts named, or as bytes in base64 or base58.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;

use super::{AccountKey, InstructionAccount, Text};

/// A transaction in one of the encodings.
#[derive(Debug)]
pub(crate) enum Body<'a> {
    /// `json` and `jsonParsed`.
    Json(JsonTransaction<'a>),
    /// Bytes, and the name of their encoding.
    Bytes(Text<'a>, Text<'a>),
}

#[derive(Debug, Deserialize)]
pub(crate) struct JsonTransaction<'a> {
    #[serde(borrow)]
    pub(crate) signatures: Vec<Text<'a>>,
    #[serde(borrow)]
    pub(crate) message: JsonMessage<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JsonMessage<'a> {
    #[serde(borrow)]
    pub(crate) account_keys: Vec<AccountKey<'a>>,
    #[serde(borrow)]
    pub(crate) instructions: Vec<WireInstruction<'a>>,
}

/// An instruction: compiled (`programIdIndex`, places of accounts, data), or parsed, or with keys where nobody parsed it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireInstruction<'a> {
    #[serde(default)]
    pub(crate) program_id_index: Option<u64>,
    #[serde(borrow, default)]
    pub(crate) program_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(crate) accounts: Vec<InstructionAccount<'a>>,
    #[serde(borrow, default)]
    pub(crate) data: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(crate) parsed: Option<&'a RawValue>,
    /// 1 at top level; none in old answers.
    #[serde(default)]
    pub(crate) stack_height: Option<u32>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Body<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Body<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a transaction")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                JsonTransaction::deserialize(MapAccessDeserializer::new(map)).map(Body::Json)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let missing = || A::Error::custom("an encoded transaction is its bytes and the name of their encoding");
                let bytes = list.next_element()?.ok_or_else(missing)?;
                let encoding = list.next_element()?.ok_or_else(missing)?;
                match list.next_element::<Text<'de>>()? {
                    None => Ok(Body::Bytes(bytes, encoding)),
                    Some(_) => Err(missing()),
                }
            }

            // Without an encoding the bytes are in base58, as in the oldest answers.
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Body::Bytes(Text(text.into()), Text("base58".into())))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

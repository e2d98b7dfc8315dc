//! Accounts as the encodings write them. Each form is told by its first byte, so nothing is read twice.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{Key, Text};

/// One of the `accountKeys` of a message: text, or an object that also says where it came from.
#[derive(Clone, Debug)]
pub(crate) struct AccountKey<'a> {
    pub(crate) key: Text<'a>,
    /// Whether it came as an object. Then the list holds the accounts from look-up tables too.
    pub(crate) parsed: bool,
}

impl<'de: 'a, 'a> Deserialize<'de> for AccountKey<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Object<'a> {
            #[serde(borrow)]
            pubkey: Text<'a>,
        }
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = AccountKey<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an account key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(AccountKey { key: Text(text.into()), parsed: false })
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(AccountKey { key: Text(text.to_owned().into()), parsed: false })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let object = Object::deserialize(MapAccessDeserializer::new(map))?;
                Ok(AccountKey { key: object.pubkey, parsed: true })
            }
        }
        deserializer.deserialize_any(Read)
    }
}

impl AccountKey<'_> {
    pub(crate) fn read(&self) -> Option<Key> {
        super::key(self.key.as_str())
    }
}

/// An account of an instruction: its place among the keys of the transaction, or the key itself.
#[derive(Clone, Debug)]
pub(crate) enum InstructionAccount<'a> {
    Index(u64),
    Key(Text<'a>),
}

impl<'de: 'a, 'a> Deserialize<'de> for InstructionAccount<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = InstructionAccount<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the place of an account, or its key")
            }

            fn visit_u64<E: Error>(self, index: u64) -> Result<Self::Value, E> {
                Ok(InstructionAccount::Index(index))
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(InstructionAccount::Key(Text(text.into())))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(InstructionAccount::Key(Text(text.to_owned().into())))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

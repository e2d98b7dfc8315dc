//! Pieces of text in an answer: names that are borrowed, keys and amounts that are read at once.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use solana_sdk::pubkey::Pubkey;

/// 32 bytes in base58: an account, a program, a mint, the hash of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key(pub(crate) [u8; 32]);

/// Reads a key; none if the text is none.
pub(crate) fn key(text: &str) -> Option<Key> {
    Pubkey::from_str(text).ok().map(|key| Key(key.to_bytes()))
}

impl Key {
    /// As the nouns have it.
    pub(crate) fn address(self) -> fundtrail_types::Address {
        fundtrail_types::Address::Solana(self.0)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("32 bytes in base58")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key, E> {
                key(text).ok_or_else(|| E::custom("a key is not 32 bytes in base58"))
            }
        }
        deserializer.deserialize_str(Read)
    }
}

/// A key that old answers leave out, or leave empty.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OptionalKey(pub(crate) Option<Key>);

impl<'de> Deserialize<'de> for OptionalKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Option<Text<'de>> = Option::deserialize(deserializer)?;
        match text.as_ref().map(Text::as_str) {
            None | Some("") => Ok(Self(None)),
            Some(text) => key(text)
                .map(|key| Self(Some(key)))
                .ok_or_else(|| D::Error::custom("an owner is not 32 bytes in base58")),
        }
    }
}

/// Text, borrowed unless it holds escapes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl Text<'_> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Read)
    }
}

/// An amount of base units: a number, or the text of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Units(pub(crate) u64);

impl<'de> Deserialize<'de> for Units {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Units;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount of 64 bits")
            }

            fn visit_u64<E>(self, units: u64) -> Result<Units, E> {
                Ok(Units(units))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Units, E> {
                let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let units = text.parse().ok().filter(|_| digits);
                units.map(Units).ok_or_else(|| E::custom("an amount is no number of 64 bits"))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

//! JSONL: one object per line.
//!
//! Numbers are taken as the text that stands in the file (`RawValue`), because a JSON reader would turn a large
//! integer into a float. A number with a point or an exponent is refused: whoever wrote it most likely held it in a
//! float already, and then the amount is wrong before we see it.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    kind::{FREE_PREFIX, TableKind},
    record::{Record, shorten},
};

/// The members of one object, in the order in which they stand there.
struct Members<'a>(Vec<(Key<'a>, &'a RawValue)>);

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one object per line")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// The names in an object.
pub(crate) fn names(line: &str) -> Result<Vec<String>, String> {
    Ok(members(line)?.0.into_iter().map(|(Key(name), _)| name.into_owned()).collect())
}

/// Puts the members of an object into the record.
pub(crate) fn fill(record: &mut Record, kind: TableKind, line: &str) -> Result<(), String> {
    for (Key(name), raw) in members(line)?.0 {
        if name.starts_with(FREE_PREFIX) {
            continue;
        }
        let Some(column) = kind.column(&name)? else { continue };
        let value =
            text(raw.get(), matches!(kind, TableKind::Foreign(_))).map_err(|reason| format!("`{name}` is {reason}"))?;
        if !record.set(column, &value) {
            return Err(format!("`{name}` is there twice: remove one of the two"));
        }
    }
    Ok(())
}

fn members(line: &str) -> Result<Members<'_>, String> {
    serde_json::from_str(line).map_err(|error| {
        // The reader counts lines within this one line, which would only mislead.
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        format!("no JSON object, at column {} ({}): write one whole object per line", error.column(), shorten(what, 80))
    })
}

/// The text of a value; none is empty. Other programs write lists, which stay as they stand there.
fn text(raw: &str, foreign: bool) -> Result<Cow<'_, str>, String> {
    let shown = || shorten(raw, 40);
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw)
            .map(Cow::Owned)
            .map_err(|_| format!("the text {}, which is no Unicode: write it in UTF-8", shown())),
        Some(b'n') => Ok(Cow::Borrowed("")),
        Some(b't' | b'f') => Ok(Cow::Borrowed(raw)),
        Some(b'[') if foreign => Ok(Cow::Borrowed(raw)),
        Some(b'{' | b'[') => Err(format!("{}: write text, an integer, true, false or null", shown())),
        _ if raw.bytes().all(|b| b.is_ascii_digit() || b == b'-') => Ok(Cow::Borrowed(raw)),
        _ => Err(format!(
            "the number {}: write it in quotes, as the source has it, because numbers with a point or an exponent \
             are rounded by many programs",
            shown()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Record, String> {
        let mut record = Record::new(TableKind::Tokens);
        fill(&mut record, TableKind::Tokens, line).map(|()| record)
    }

    #[test]
    fn values_come_as_the_text_that_stands_there() {
        let line = concat!(
            r#" {"chain":"a\u00e9\n","symbol":true,"decimals":123456789012345678901234567890,"#,
            r#""note":null,"x_a":{"b":[1.5]}} "#
        );
        let record = read(line).unwrap();
        assert_eq!(record.get("chain"), Some("aé\n"));
        assert_eq!(record.get("symbol"), Some("true"));
        assert_eq!(record.get("decimals"), Some("123456789012345678901234567890"));
        assert_eq!(record.get("note"), None);
    }

    #[test]
    fn what_is_refused_and_why() {
        for (line, reason) in [
            (r#"{"decimals":1.5}"#, "`decimals` is the number 1.5: write it in quotes"),
            (r#"{"decimals":1e5}"#, "`decimals` is the number 1e5: write it in quotes"),
            (r#"{"note":["a"]}"#, "`note` is [\"a\"]: write text"),
            (r#"{"note":"\ud800"}"#, "which is no Unicode"),
            (r#"{"chain":"a","chain":null}"#, "`chain` is there twice: remove one"),
            (r#"{"chian":"a"}"#, "unknown column `chian`: a tokens table has chain, contract"),
            (r#"{"chain":"a""#, "no JSON object, at column 12"),
            (r#"{"chain":"a"} {}"#, "no JSON object, at column 15"),
            ("[1]", "one whole object per line"),
        ] {
            let found = read(line).unwrap_err();
            assert!(found.contains(reason), "{line}: {found}");
        }
    }
}

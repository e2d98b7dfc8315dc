//! Answers of a node, spoilt in one place.

use proptest::{prelude::RngExt, test_runner::TestRng};
use serde_json::Value;

/// Spoils one place in a value, anywhere below.
pub(crate) fn spoil(rng: &mut TestRng, value: &mut Value, trouble: fn(&mut TestRng) -> Value) {
    let stop = rng.random_range(0..6) == 0;
    match value {
        Value::Array(list) if !list.is_empty() && !stop => {
            let at = rng.random_range(0..list.len());
            match rng.random_range(0..12) {
                0 => drop(list.remove(at)),
                1 => list.insert(at, list[at].clone()),
                2 => list.rotate_left(at),
                _ => spoil(rng, &mut list[at], trouble),
            }
        }
        Value::Object(fields) if !fields.is_empty() && !stop => {
            let key = fields.keys().nth(rng.random_range(0..fields.len())).unwrap().clone();
            match rng.random_range(0..12) {
                0 => drop(fields.remove(&key)),
                1 => drop(fields.insert("error".to_owned(), trouble(rng))),
                _ => spoil(rng, &mut fields[&key], trouble),
            }
        }
        other => *other = trouble(rng),
    }
}

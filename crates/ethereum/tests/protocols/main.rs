//! What decoders make of transactions: real ones, made ones, and hostile ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../decode/made.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod made;

mod disperse;
mod golden;
mod hostile;
mod list;
mod safe;
mod thorchain;
mod tornado_cash;

/// A made call or event with the address of a number, wherever it stands, replaced by a real one.
fn put_at(value: &serde_json::Value, number: u64, real: &str) -> serde_json::Value {
    let text = value.to_string().replace(&made::address(number), real);
    let text = text.replace(&made::word(number), &format!("0x{:0>64}", &real[2..]));
    serde_json::from_str(&text).unwrap()
}

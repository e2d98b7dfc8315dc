//! Addresses of chains whose format we do not know: printable ASCII, kept as written.

use super::{AddressError, form};

/// The longest address in use (Monero integrated, Cardano) is well under this.
const LEN_MAX: usize = 128;

pub(super) fn parse(text: &str) -> Result<Box<str>, AddressError> {
    let ok = (1..=LEN_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if ok { Ok(text.into()) } else { Err(form(text, "an address: 1 to 128 printable ASCII characters without spaces")) }
}

//! EVM addresses: 40 hexadecimal digits, mixed case as the checksum of EIP-55.

use sha3::{Digest, Keccak256};

use super::{AddressError, checksum, form};

const EXPECTED: &str = "an EVM address: 0x and 40 hexadecimal digits";

/// Reads `0x` and 40 digits. All-lower and all-upper case carry no checksum and are taken; mixed case must be EIP-55.
pub(super) fn parse(text: &str) -> Result<[u8; 20], AddressError> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).ok_or_else(|| form(text, EXPECTED))?;
    if digits.len() != 40 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(form(text, EXPECTED));
    }
    let mut bytes = [0; 20];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = nibble(pair[0]) << 4 | nibble(pair[1]);
    }
    let mixed = digits.bytes().any(|b| b.is_ascii_lowercase()) && digits.bytes().any(|b| b.is_ascii_uppercase());
    if mixed && checksummed(&bytes)[2..] != *digits {
        return Err(checksum(text, "EIP-55", ", or write it all in lower case if its source lost the letter case"));
    }
    Ok(bytes)
}

/// Prints with the EIP-55 checksum: a letter is upper case where the hash of the lower-case text has a nibble over 7.
pub(super) fn checksummed(bytes: &[u8; 20]) -> String {
    let lower: String =
        bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|n| char::from_digit(n.into(), 16).unwrap_or('0')).collect();
    let hash = Keccak256::digest(lower.as_bytes());
    let cased = lower.chars().enumerate().map(|(i, digit)| {
        let nibble = if i % 2 == 0 { hash[i / 2] >> 4 } else { hash[i / 2] & 15 };
        if nibble > 7 { digit.to_ascii_uppercase() } else { digit }
    });
    ['0', 'x'].into_iter().chain(cased).collect()
}

/// The value of a digit that is known to be hexadecimal.
fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit.to_ascii_lowercase().wrapping_sub(b'a').wrapping_add(10),
    }
}

//! Where a transaction belongs, and which it is, without reading the rest of it.

use base64::{Engine, engine::general_purpose::STANDARD};
use fundtrail_types::TxId;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::message::BASE58_MAX;

/// The slot and the id of a result of `getTransaction`, of any encoding.
pub(super) fn placed(result: &str) -> Result<(u64, TxId), String> {
    #[derive(Deserialize)]
    struct Shape<'a> {
        slot: u64,
        #[serde(borrow)]
        transaction: &'a RawValue,
    }
    let unreadable = |error: serde_json::Error| {
        let error = error.to_string();
        format!("it is no transaction ({error:.300}): record it again")
    };
    let shape: Shape<'_> = serde_json::from_str(result).map_err(unreadable)?;
    let id = id(shape.transaction.get()).ok_or("it names no signature: record it again")?;
    Ok((shape.slot, id))
}

/// The first signature is the id.
fn id(transaction: &str) -> Option<TxId> {
    #[derive(Deserialize)]
    struct Signed {
        signatures: Vec<String>,
    }
    if let Ok(signed) = serde_json::from_str::<Signed>(transaction) {
        let bytes = of_base58(signed.signatures.first()?)?;
        return Some(TxId::Solana(bytes.try_into().ok()?));
    }
    let (text, encoding): (String, String) = serde_json::from_str(transaction).ok()?;
    let bytes = match encoding.as_str() {
        "base64" => STANDARD.decode(text).ok()?,
        "base58" => of_base58(&text)?,
        _ => return None,
    };
    // A transaction begins with the number of its signatures, which is small enough to take one byte, and then has them.
    Some(TxId::Solana(bytes.get(1..65)?.try_into().ok()?))
}

fn of_base58(text: &str) -> Option<Vec<u8>> {
    Some(text).filter(|text| text.len() <= BASE58_MAX).and_then(|text| bs58::decode(text).into_vec().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_encodings_name_the_same_id() {
        let (signature, mut bytes) = ([7_u8; 64], vec![1_u8]);
        bytes.extend(signature);
        bytes.extend([0; 40]);
        let text = bs58::encode(signature).into_string();
        for transaction in [
            format!(r#"{{"message":{{}},"signatures":["{text}"]}}"#),
            format!(r#"["{}","base64"]"#, STANDARD.encode(&bytes)),
            format!(r#"["{}","base58"]"#, bs58::encode(&bytes).into_string()),
        ] {
            let result = format!(r#"{{"slot":9,"meta":null,"transaction":{transaction}}}"#);
            assert_eq!(placed(&result), Ok((9, TxId::Solana(signature))), "{transaction}");
        }
        assert!(placed(r#"{"slot":9,"transaction":["AA==","base64"]}"#).is_err());
    }
    #[test]
    fn a_text_that_would_take_minutes_is_refused_at_once() {
        let long = "2".repeat(2_000_000);
        for transaction in [format!(r#"["{long}","base58"]"#), format!(r#"{{"signatures":["{long}"]}}"#)] {
            let before = std::time::Instant::now();
            assert!(placed(&format!(r#"{{"slot":9,"transaction":{transaction}}}"#)).is_err());
            assert!(before.elapsed() < std::time::Duration::from_secs(5), "{:?}", before.elapsed());
        }
        let error = placed(&format!(r#"{{"slot":"{long}"}}"#)).unwrap_err();
        assert!(error.contains("it is no transaction") && error.len() < 500, "{error:.1000}");
    }
}

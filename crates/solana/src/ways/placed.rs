//! Where a transaction belongs, and which it is, without reading the rest of it.

use base64::{Engine, engine::general_purpose::STANDARD};
use fundtrail_types::TxId;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The slot and the id of a result of `getTransaction`, of any encoding.
pub(super) fn placed(result: &str) -> Result<(u64, TxId), String> {
    #[derive(Deserialize)]
    struct Shape<'a> {
        slot: u64,
        #[serde(borrow)]
        transaction: &'a RawValue,
    }
    let unreadable = |error: serde_json::Error| format!("it is no transaction ({error}): record it again");
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
        let bytes = bs58::decode(signed.signatures.first()?).into_vec().ok()?;
        return Some(TxId::Solana(bytes.try_into().ok()?));
    }
    let (text, encoding): (String, String) = serde_json::from_str(transaction).ok()?;
    let bytes = match encoding.as_str() {
        "base64" => STANDARD.decode(text).ok()?,
        "base58" => bs58::decode(text).into_vec().ok()?,
        _ => return None,
    };
    // A transaction begins with the number of its signatures, which is small enough to take one byte, and then has them.
    Some(TxId::Solana(bytes.get(1..65)?.try_into().ok()?))
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
}

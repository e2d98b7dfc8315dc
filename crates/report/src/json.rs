//! JSON: the value itself, so that what was written reads back equal.

use serde::Serialize;

use crate::ReportError;

/// Any serialisable value as indented JSON with a newline at the end, as editors and `diff` like it.
///
/// # Errors
/// If the value has a form that JSON cannot hold, such as a map whose keys are no text.
pub fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, ReportError> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

//! Fields of JSON, each for itself.

use serde_json::Value;

/// A text.
pub(super) fn text(value: &Value, field: &str) -> Option<String> {
    value.get(field)?.as_str().map(ToOwned::to_owned)
}

/// A text that is not empty.
pub(super) fn word(value: &Value, field: &str) -> Option<String> {
    text(value, field).filter(|word| !word.is_empty())
}

/// Whether a field is there and says yes.
pub(super) fn yes(value: &Value, field: &str) -> bool {
    value.get(field).and_then(Value::as_bool) == Some(true)
}

/// A field within a field.
pub(super) fn inner(value: &Value, outer: &str, field: &str) -> Option<String> {
    word(value.get(outer)?, field)
}

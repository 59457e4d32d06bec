//! What must not stand in a record.

use serde_json::Value;

/// Fields whose strings are secrets, wherever they stand.
const SECRET_FIELDS: [&str; 5] = [
    "password",
    "access_token",
    "refresh_token",
    "secret",
    "token",
];

/// Replaces passwords and tokens in a recorded value.
pub fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if field.is_string() && SECRET_FIELDS.contains(&name.as_str()) {
                    *field = Value::from("«redacted»");
                } else {
                    redact(field);
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(redact),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

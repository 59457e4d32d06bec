//! What must not stand in a record.

use harness_evidence::Secrets;
use serde_json::Value;

/// Fields whose strings are secrets, wherever they stand.
const SECRET_FIELDS: [&str; 5] = [
    "password",
    "access_token",
    "refresh_token",
    "secret",
    "token",
];

/// Replaces passwords and tokens in a recorded value by commitments to them.
pub fn redact(value: &mut Value, secrets: &Secrets) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if SECRET_FIELDS.contains(&name.as_str()) => {
                        *text = secrets.commit(name, text);
                    }
                    other => redact(other, secrets),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|one| redact(one, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

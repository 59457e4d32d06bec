//! Reading and writing signed objects: one reading, one text, bounded.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use thiserror::Error;

use crate::json::{self, JsonError};

pub use crate::json::MAX_OBJECT;

/// Why a value is no object of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ObjectError {
    /// It has no strict JSON reading.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A field is missing, unknown or out of its bounds.
    #[error("object is not of its kind: {reason}")]
    Shape {
        /// What is wrong, in the words of the parser.
        reason: String,
    },
    /// It says what it says in other words than we would: two texts would be one thing.
    #[error("object is not in its canonical form")]
    NotCanonical,
}

/// Reads an object that someone else made; every field must be known, and the object must be what [`value_of`] writes.
///
/// # Errors
/// If it is too large, not of its kind, or in another form.
pub fn read<T: Serialize + DeserializeOwned>(value: &Value) -> Result<T, ObjectError> {
    let got = json::canonical(value)?.len();
    if got > MAX_OBJECT {
        let limit = MAX_OBJECT;
        return Err(JsonError::TooLong { got, limit }.into());
    }
    let object: T =
        serde::Deserialize::deserialize(value).map_err(|error: serde_json::Error| {
            let reason = error.to_string().chars().take(200).collect();
            ObjectError::Shape { reason }
        })?;
    if value_of(&object)? != *value {
        return Err(ObjectError::NotCanonical);
    }
    Ok(object)
}

/// The JSON of an object.
///
/// # Errors
/// If it holds a number beyond 53 bits.
pub fn value_of<T: Serialize>(object: &T) -> Result<Value, ObjectError> {
    let value = serde_json::to_value(object).map_err(|error| ObjectError::Shape {
        reason: error.to_string(),
    })?;
    json::canonical(&value)?;
    Ok(value)
}

/// The canonical text of an object.
///
/// # Errors
/// If it holds a number beyond 53 bits.
pub fn text_of<T: Serialize>(object: &T) -> Result<String, ObjectError> {
    Ok(json::canonical(&value_of(object)?)?)
}

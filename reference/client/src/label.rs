//! Labels: how confidential a message is. The label is content, so it travels inside the encryption.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The field of a message's content that carries its label.
const FIELD: &str = "dev.pruefstand.label";

/// How confidential a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Not for anybody outside the organisation.
    Internal,
}

impl Label {
    /// The label of a message's content. A label of a later version is not understood and so the strictest.
    pub(crate) fn of(content: &Value) -> Option<Self> {
        content.get(FIELD).map(|_| Self::Internal)
    }

    /// What is shown of it beside a message.
    pub(crate) fn facts(content: &Value) -> BTreeMap<String, Value> {
        let label = Self::of(content).map(|label| ("label".to_owned(), json!(label)));
        label.into_iter().collect()
    }

    /// Labels a message's content.
    pub(crate) fn put(label: Option<Self>, content: &mut Value) {
        if let (Some(label), Some(fields)) = (label, content.as_object_mut()) {
            fields.insert(FIELD.to_owned(), json!(label));
        }
    }
}

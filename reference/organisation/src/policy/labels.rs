use serde::{Deserialize, Serialize};

/// How far a message with a label may be forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forward {
    /// Nowhere.
    Nowhere,
    /// To members of the same tenant.
    Tenant,
    /// To members of the organisation.
    Organisation,
    /// Anywhere that `external` allows.
    Anywhere,
}

/// A label that people put on messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelRule {
    /// As it is shown; at most 64 bytes.
    pub label: String,
    /// How far a message with it may go.
    pub forward: Forward,
}

impl Default for LabelRule {
    fn default() -> Self {
        Self {
            label: "internal".to_owned(),
            forward: Forward::Organisation,
        }
    }
}

use serde::{Deserialize, Serialize};

/// Whether clients tell what their user does; each is off unless the organisation allows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Signals {
    /// That a message was read.
    pub receipts: bool,
    /// That a message is being written.
    pub typing: bool,
    /// That somebody is there.
    pub presence: bool,
}

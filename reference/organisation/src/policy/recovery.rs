use serde::{Deserialize, Serialize};

/// Backup and recovery (2 keys, and the one that comes from the server).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Recovery {
    /// No recovery code in the user's hands.
    pub disable_recovery_code: bool,
    /// No encrypted backup.
    pub disable_backup: bool,
    /// No recovery through the organisation.
    pub disable_recovery: bool,
}

impl Default for Recovery {
    fn default() -> Self {
        Self {
            disable_recovery_code: false,
            disable_backup: false,
            disable_recovery: true,
        }
    }
}

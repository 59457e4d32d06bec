use std::fmt;

use serde::{Deserialize, Serialize};

use super::PolicyError;
use crate::name::shown;

/// Values for one person (4 keys): for a profile that goes to one device, never to the relay.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Provisioning {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Mail address.
    pub email_address: Option<String>,
    /// What the person signs in with: here the text of an invitation code.
    pub login_code: Option<String>,
}

impl Provisioning {
    pub(super) fn check(&self) -> Result<(), PolicyError> {
        for (key, text, limit) in [
            ("firstName", &self.first_name, 120),
            ("lastName", &self.last_name, 120),
            ("emailAddress", &self.email_address, 254),
            ("loginCode", &self.login_code, 16 * 1024),
        ] {
            if let Some(text) = text {
                shown(text, limit).or(Err(PolicyError::Text { key }))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Provisioning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provisioning(redacted)")
    }
}

use serde::{Deserialize, Serialize};

use super::{PolicyError, within};

/// Sign-in and app lock (5 keys).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct SignIn {
    /// No sign-in without a password.
    pub disable_no_pw_login: bool,
    /// Minutes without use after which the app locks; at most 720 (`A_23114`).
    pub lock_application_delay: u64,
    /// The PIN must be a complex one, not digits alone.
    pub force_complex_pin: bool,
    /// Wrong tries before the store is locked; 3 to 20.
    pub password_tries: u64,
    /// No unlocking by face or finger.
    #[serde(rename = "disableFaceAndTouchID")]
    pub disable_face_and_touch_id: bool,
}

impl SignIn {
    pub(super) fn check(&self) -> Result<(), PolicyError> {
        let delay = self.lock_application_delay;
        within(
            "lockApplicationDelay",
            delay,
            0..=720,
            "at most 720 minutes",
        )?;
        within("passwordTries", self.password_tries, 3..=20, "3 to 20")
    }
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            disable_no_pw_login: true,
            lock_application_delay: 5,
            force_complex_pin: true,
            password_tries: 10,
            disable_face_and_touch_id: false,
        }
    }
}

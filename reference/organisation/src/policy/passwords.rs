use serde::{Deserialize, Serialize};

use super::{PolicyError, within};

/// Password rules (8 keys). Length protects; forced classes and forced change are off unless asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Passwords {
    /// Characters at least; 6 to 128.
    pub password_min_length: u64,
    /// Special characters at least.
    pub password_min_special_char: u64,
    /// Digits at least.
    pub password_min_digit: u64,
    /// Lower-case letters at least.
    pub password_min_lowercase: u64,
    /// Upper-case letters at least.
    pub password_min_uppercase: u64,
    /// Different classes of characters at least; 0 to 4.
    pub password_min_classes: u64,
    /// Days until it must be changed; 0: never.
    pub password_max_duration: u64,
    /// Earlier passwords that may not come again.
    pub password_reuse_entries: u64,
}

impl Passwords {
    pub(super) fn check(&self) -> Result<(), PolicyError> {
        within(
            "passwordMinLength",
            self.password_min_length,
            6..=128,
            "6 to 128",
        )?;
        for (key, got) in [
            ("passwordMinSpecialChar", self.password_min_special_char),
            ("passwordMinDigit", self.password_min_digit),
            ("passwordMinLowercase", self.password_min_lowercase),
            ("passwordMinUppercase", self.password_min_uppercase),
            ("passwordReuseEntries", self.password_reuse_entries),
        ] {
            within(key, got, 0..=32, "0 to 32")?;
        }
        within(
            "passwordMinClasses",
            self.password_min_classes,
            0..=4,
            "0 to 4",
        )?;
        within(
            "passwordMaxDuration",
            self.password_max_duration,
            0..=3660,
            "at most 3660 days",
        )
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            password_min_length: 12,
            password_min_special_char: 0,
            password_min_digit: 0,
            password_min_lowercase: 0,
            password_min_uppercase: 0,
            password_min_classes: 0,
            password_max_duration: 0,
            password_reuse_entries: 5,
        }
    }
}

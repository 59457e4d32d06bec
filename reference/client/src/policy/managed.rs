//! The keys that companies set through managed app configuration.

use serde::{Deserialize, Serialize};

/// The 29 keys, by the names that device management uses. What the core decides, it enforces; the
/// rest is for the user interface and the system, which ask the same profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ManagedKeys {
    /// The app may not be opened without a password.
    pub disable_no_pw_login: bool,
    /// Minutes without use after which the app locks; at most 720 (`A_23114`).
    pub lock_application_delay: u32,
    /// A PIN of digits is not enough.
    pub force_complex_pin: bool,
    /// Wrong tries before the store is locked for good; 0: no limit.
    pub password_tries: u32,
    /// Biometry may not replace the password.
    #[serde(rename = "disableFaceAndTouchID")]
    pub disable_face_and_touch_id: bool,
    /// Characters.
    pub password_min_length: u32,
    /// Characters that are neither letter nor digit.
    pub password_min_special_char: u32,
    /// Digits.
    pub password_min_digit: u32,
    /// Lower-case letters.
    pub password_min_lowercase: u32,
    /// Upper-case letters.
    pub password_min_uppercase: u32,
    /// Of the four kinds of characters.
    pub password_min_classes: u32,
    /// Days after which the password must be changed; 0: never.
    pub password_max_duration: u32,
    /// Earlier passwords that may not be used again.
    pub password_reuse_entries: u32,
    /// No camera.
    pub disable_camera: bool,
    /// No place may be sent.
    pub disable_location: bool,
    /// No microphone.
    pub disable_microphone: bool,
    /// No clipboard.
    pub disable_copy_paste: bool,
    /// No contacts may be sent.
    #[serde(rename = "disableSendVCard")]
    pub disable_send_vcard: bool,
    /// Notifications show no content.
    pub disable_push_preview: bool,
    /// Media may not leave for the device's gallery.
    pub disable_save_to_camera_roll: bool,
    /// No files may be sent.
    pub disable_send_media: bool,
    /// Files may not be opened in other apps.
    pub disable_open_in: bool,
    /// No conversation may be exported.
    pub disable_export_chat: bool,
    /// No recovery secret may be made.
    pub disable_recovery_code: bool,
    /// No backup may be made.
    pub disable_backup: bool,
    /// The user's first name, as it is offered when the account is made.
    pub first_name: Option<String>,
    /// The user's last name.
    pub last_name: Option<String>,
    /// The user's address.
    pub email_address: Option<String>,
    /// The invitation code that the device was given.
    pub login_code: Option<String>,
}

impl Default for ManagedKeys {
    /// As device management without a profile, but with the lock and the tries of `A_23114`.
    fn default() -> Self {
        Self {
            disable_no_pw_login: false,
            lock_application_delay: 720,
            force_complex_pin: false,
            password_tries: 10,
            disable_face_and_touch_id: false,
            password_min_length: 6,
            password_min_special_char: 0,
            password_min_digit: 0,
            password_min_lowercase: 0,
            password_min_uppercase: 0,
            password_min_classes: 0,
            password_max_duration: 0,
            password_reuse_entries: 0,
            disable_camera: false,
            disable_location: false,
            disable_microphone: false,
            disable_copy_paste: false,
            disable_send_vcard: false,
            disable_push_preview: true,
            disable_save_to_camera_roll: false,
            disable_send_media: false,
            disable_open_in: false,
            disable_export_chat: false,
            disable_recovery_code: false,
            disable_backup: false,
            first_name: None,
            last_name: None,
            email_address: None,
            login_code: None,
        }
    }
}

/// Every key's name.
#[cfg(test)]
pub(super) const NAMES: [&str; 29] = [
    "disableNoPwLogin",
    "lockApplicationDelay",
    "forceComplexPin",
    "passwordTries",
    "disableFaceAndTouchID",
    "passwordMinLength",
    "passwordMinSpecialChar",
    "passwordMinDigit",
    "passwordMinLowercase",
    "passwordMinUppercase",
    "passwordMinClasses",
    "passwordMaxDuration",
    "passwordReuseEntries",
    "disableCamera",
    "disableLocation",
    "disableMicrophone",
    "disableCopyPaste",
    "disableSendVCard",
    "disablePushPreview",
    "disableSaveToCameraRoll",
    "disableSendMedia",
    "disableOpenIn",
    "disableExportChat",
    "disableRecoveryCode",
    "disableBackup",
    "firstName",
    "lastName",
    "emailAddress",
    "loginCode",
];

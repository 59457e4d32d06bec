use serde::{Deserialize, Serialize};

/// What may leave the app (7 keys).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own that administrators know by this name"
)]
pub struct Leaving {
    /// No copying out of the app.
    pub disable_copy_paste: bool,
    /// No sending of contacts.
    #[serde(rename = "disableSendVCard")]
    pub disable_send_vcard: bool,
    /// No text in notifications.
    pub disable_push_preview: bool,
    /// Pictures are not put into the device's gallery.
    pub disable_save_to_camera_roll: bool,
    /// No sending of media.
    pub disable_send_media: bool,
    /// Nothing is opened in other apps.
    pub disable_open_in: bool,
    /// No export of conversations.
    pub disable_export_chat: bool,
}

impl Default for Leaving {
    fn default() -> Self {
        Self {
            disable_copy_paste: true,
            disable_send_vcard: false,
            disable_push_preview: true,
            disable_save_to_camera_roll: true,
            disable_send_media: false,
            disable_open_in: true,
            disable_export_chat: true,
        }
    }
}

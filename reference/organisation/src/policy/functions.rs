use serde::{Deserialize, Serialize};

/// Functions of the device (3 keys).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Functions {
    /// No camera.
    pub disable_camera: bool,
    /// No location.
    pub disable_location: bool,
    /// No microphone.
    pub disable_microphone: bool,
}

impl Default for Functions {
    fn default() -> Self {
        Self {
            disable_camera: false,
            disable_location: true,
            disable_microphone: false,
        }
    }
}

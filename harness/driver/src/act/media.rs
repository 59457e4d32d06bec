//! Files: which may pass, and what is known of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Bytes;

/// An act about files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaAct {
    /// Which files may leave and be opened.
    Settings {
        /// The new settings.
        settings: MediaSettings,
    },
    /// What would leave of this file. Nothing is sent. Returns `{"type": text, "size": bytes, "metadata": text}`, where
    /// `metadata` is `removed`, or `kept` if the product does not know how to remove them or was told to leave them.
    Inspect {
        /// Its name.
        name: String,
        /// Its bytes.
        content: Bytes,
    },
    /// The files that wait for a scanner. Returns `{"files": [{"sha256": hex, "about": value of file.open, "content":
    /// bytes}]}`.
    Quarantine {},
    /// What the scanner says.
    Verdict {
        /// Of which file: SHA-256 in hexadecimal.
        sha256: String,
        /// Whether it is clean.
        clean: bool,
    },
}

/// Which files may leave and be opened, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MediaSettings {
    /// The endings of allowed files, in lower case without the dot; empty: any. What a file is counts, not only its name.
    pub types: Vec<String>,
    /// Bytes of the largest file; 0: no limit.
    pub bytes: u64,
    /// Files are opened only after a scanner has said that they are clean; until then `file.open` is refused with the
    /// value `{"sha256": hex}`.
    pub scan: bool,
    /// The metadata of pictures are to be sent.
    pub keep_metadata: bool,
}

//! Files: which may pass, and what is known of them.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{CallId, Client, MediaSettings, Outcome, Refusal};

/// An act about files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaAct {
    /// Which files may leave and be opened.
    Settings {
        /// The new settings.
        settings: MediaSettings,
    },
    /// What would leave of this file. Nothing is sent.
    Inspect {
        /// Its name.
        name: String,
        /// Its bytes.
        #[serde(with = "crate::json::bytes")]
        content: Vec<u8>,
    },
    /// The files that wait for a scanner.
    Quarantine {},
    /// What the scanner says.
    Verdict {
        /// Of which file: SHA-256 in hexadecimal.
        sha256: String,
        /// Whether it is clean.
        clean: bool,
    },
}

impl Client {
    pub(super) fn act_on_media(&mut self, call: CallId, act: MediaAct) -> Result<(), Refusal> {
        let outcome = match act {
            MediaAct::Settings { settings } => {
                self.quarantine.configure(settings);
                Outcome::Finished
            }
            MediaAct::Inspect { name, content } => {
                Outcome::Value(self.pack(&name, content)?.show())
            }
            MediaAct::Quarantine {} => Outcome::Value(json!({ "files": self.quarantine.show() })),
            MediaAct::Verdict { sha256, clean } => {
                self.quarantine.judge(&sha256, clean);
                Outcome::Finished
            }
        };
        self.wire.done(call, outcome);
        Ok(())
    }
}

//! Files that wait for the word of a scanner, and the words that were given.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{MediaSettings, Verdict};
use crate::{
    Refusal,
    json::bytes,
    store::{Records, StoreError, put, read},
};

/// Files kept for the scanner; one more and the oldest must be opened again.
const MOST: usize = 8;

/// What a scanner said, by the SHA-256 of the file in hexadecimal.
#[derive(Default)]
pub(crate) struct Quarantine {
    pub(crate) settings: MediaSettings,
    clean: BTreeMap<String, bool>,
    waiting: VecDeque<Waiting>,
    dirty: BTreeSet<String>,
    settings_dirty: bool,
}

struct Waiting {
    sha256: String,
    about: Value,
    content: Vec<u8>,
}

impl Quarantine {
    pub(crate) fn configure(&mut self, settings: MediaSettings) {
        self.settings = settings;
        self.settings_dirty = true;
    }

    /// Whether the file may be released; keeps it for the scanner if nobody knows.
    ///
    /// # Errors
    /// If it is not known to be clean.
    pub(super) fn ask(&mut self, verdict: &Verdict, content: &[u8]) -> Result<(), Refusal> {
        let sha256 = digest(content);
        match self.clean.get(&sha256) {
            Some(true) => return Ok(()),
            Some(false) => return Err(Refusal::Infected { sha256 }),
            None => {}
        }
        if !self.waiting.iter().any(|waiting| waiting.sha256 == sha256) {
            if self.waiting.len() >= MOST {
                self.waiting.pop_front();
            }
            self.waiting.push_back(Waiting {
                sha256: sha256.clone(),
                about: verdict.show(),
                content: content.to_vec(),
            });
        }
        Err(Refusal::Quarantined { sha256 })
    }

    /// The scanner's word.
    pub(crate) fn judge(&mut self, sha256: &str, clean: bool) {
        self.waiting.retain(|waiting| waiting.sha256 != sha256);
        self.clean.insert(sha256.to_owned(), clean);
        self.dirty.insert(sha256.to_owned());
    }

    /// The files that wait, with their bytes, for the scanner.
    pub(crate) fn show(&self) -> Value {
        let show = |waiting: &Waiting| {
            let content = bytes::serialize(&waiting.content, serde_json::value::Serializer);
            json!({
                "sha256": waiting.sha256,
                "about": waiting.about,
                "content": content.unwrap_or_default(),
            })
        };
        self.waiting.iter().map(show).collect()
    }

    pub(crate) fn load(&mut self, name: &[&str], record: &[u8]) -> Result<bool, StoreError> {
        match *name {
            ["settings"] => self.settings = read(record)?,
            ["scanned", sha256] => drop(self.clean.insert(sha256.to_owned(), read(record)?)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        if std::mem::take(&mut self.settings_dirty) {
            put(records, &["media", "settings"], &self.settings)?;
        }
        for sha256 in std::mem::take(&mut self.dirty) {
            put(
                records,
                &["media", "scanned", &sha256],
                &self.clean.get(&sha256),
            )?;
        }
        Ok(())
    }
}

fn digest(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

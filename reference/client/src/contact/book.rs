//! The address book of an account, the same on all its devices.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Card;
use crate::{
    Refusal, Secret,
    border::json::MAX_INTEGER,
    json::random_name,
    store::{Records, StoreError, put, read},
};

/// The book as this device knows it.
#[derive(Default)]
pub(crate) struct Book {
    pub(crate) kept: Kept,
    pub(crate) is_changed: bool,
    /// The relay must be given what this device has.
    pub(crate) must_upload: bool,
    /// Own devices were asked for the key.
    pub(crate) has_asked: bool,
}

/// What of it is stored.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    /// The key that no relay has, base64.
    pub(crate) key: Option<Secret>,
    /// Counts what was uploaded, by all devices together.
    pub(crate) generation: u64,
    pub(crate) slots: BTreeMap<String, Slot>,
    /// The relay has served an older book than this device knew; stays until the user has looked.
    pub(crate) rolled_back: bool,
    /// What could not be opened, until the key comes.
    pub(crate) unread: Option<Value>,
}

/// One contact, or where one was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slot {
    /// Counts its changes; the highest holds.
    pub(crate) version: u64,
    /// `None` once it was removed.
    pub(crate) vcard: Option<String>,
}

/// Contacts and traces of contacts in one book.
const MAX_SLOTS: usize = 500;

impl Book {
    pub(crate) fn load(&mut self, record: &[u8]) -> Result<(), StoreError> {
        self.kept = read(record)?;
        Ok(())
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        if std::mem::take(&mut self.is_changed) {
            put(records, &["book"], &self.kept)?;
        }
        Ok(())
    }

    /// Adds a contact; its id.
    pub(crate) fn add(&mut self, card: Card) -> Result<String, Refusal> {
        let got = self.kept.slots.len();
        if got >= MAX_SLOTS {
            return Err(Refusal::TooMany {
                what: "contacts",
                got,
                limit: MAX_SLOTS,
            });
        }
        let id = random_name();
        let slot = Slot {
            version: 1,
            vcard: Some(card.text),
        };
        self.kept.slots.insert(id.clone(), slot);
        self.change();
        Ok(id)
    }

    /// Removes a contact; true if there was one.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let Some(slot) = self
            .kept
            .slots
            .get_mut(id)
            .filter(|slot| slot.vcard.is_some())
        else {
            return false;
        };
        slot.vcard = None;
        slot.version = slot.version.saturating_add(1);
        self.change();
        true
    }

    fn change(&mut self) {
        self.is_changed = true;
        self.must_upload = true;
    }

    /// Takes in what another device had: of each contact the later state.
    pub(crate) fn merge(&mut self, slots: BTreeMap<String, Slot>) {
        for (id, slot) in slots.into_iter().take(2 * MAX_SLOTS) {
            let newer = self.kept.slots.get(&id).is_none_or(|known| slot > *known);
            if newer && slot.version <= MAX_INTEGER && id.len() <= 64 {
                self.kept.slots.insert(id, slot);
            }
        }
        self.is_changed = true;
    }

    /// As it is shown.
    pub(crate) fn view(&self) -> Value {
        let contacts = self.kept.slots.iter().filter_map(|(id, slot)| {
            let card = Card::parse(slot.vcard.as_ref()?).ok()?;
            Some(json!({ "contact": id, "name": card.name, "vcard": card.text }))
        });
        json!({
            "contacts": contacts.collect::<Vec<Value>>(),
            "rolled_back": self.kept.rolled_back,
        })
    }
}

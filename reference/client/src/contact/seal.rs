//! The address book at the relay: one sealed text whose length is one of four.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::book::Slot;
use crate::{
    Client, Flaw, Refusal, Secret, UserId,
    border::{base64, json as strict},
    client::{Body, Method, Pending},
    errand::Errand,
    json::{segment, text},
    olm::Payload,
    sealed::Key,
};

/// The type of the account data.
pub(crate) const ADDRESS_BOOK: &str = "dev.pruefstand.address_book";

/// The to-device types by which own devices give each other the key.
pub(crate) const BOOK_KEY: &str = "dev.pruefstand.address_book.key";
pub(crate) const BOOK_KEY_REQUEST: &str = "dev.pruefstand.address_book.key_request";

/// Bytes of the sealed text: the relay learns no more about how much there is.
const CLASSES: [usize; 4] = [4_096, 8_192, 16_384, 32_768];

/// What is sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pages {
    generation: u64,
    slots: BTreeMap<String, Slot>,
}

impl Client {
    /// Gives the relay the book as this device has it, under the next generation.
    pub(crate) fn upload_book(&mut self) -> Result<(), Refusal> {
        let user = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?.user.clone();
        let key = self.book_key()?;
        let kept = &mut self.book.kept;
        kept.generation = kept.generation.saturating_add(1);
        let pages = Pages {
            generation: kept.generation,
            slots: kept.slots.clone(),
        };
        let content = if self.conduct.has(Flaw::AddressBookInClear) {
            json!({ "clear": pages })
        } else {
            let mut plain = json!(pages).to_string().into_bytes();
            let got = plain.len();
            let class = CLASSES.iter().find(|class| got <= **class);
            let class = class.ok_or(Refusal::TooMany {
                what: "bytes in the address book",
                got,
                limit: 32_768,
            })?;
            if !self.conduct.has(Flaw::AddressBookUnpadded) {
                plain.resize(*class, b' ');
            }
            let sealed = key.seal_box(&context(&user), &plain);
            let sealed = sealed.map_err(|error| Refusal::Crypto(error.to_string()))?;
            json!({ "v": 1, "sealed": base64::encode(sealed) })
        };
        let path = format!(
            "/_matrix/client/v3/user/{}/account_data/{ADDRESS_BOOK}",
            segment(user.as_str())
        );
        self.book.must_upload = false;
        self.book.is_changed = true;
        self.wire
            .send(Method::Put, path, Body::Json(content), Pending::Errand);
        self.tell_own_devices(None);
        Ok(())
    }

    /// Takes the account data of a sync in.
    pub(crate) fn take_books(&mut self, answer: &Value) {
        let events = answer.pointer("/account_data/events");
        let events = events.and_then(Value::as_array).into_iter().flatten();
        for event in events {
            if text(event, "type") == Some(ADDRESS_BOOK)
                && let Some(content) = event.get("content")
            {
                self.take_book(content.clone());
            }
        }
        if self.book.must_upload && self.upload_book().is_err() {
            // It is too large or nobody is logged in; the next change says so.
            self.book.must_upload = false;
        }
    }

    fn take_book(&mut self, content: Value) {
        let Some(own) = self.own.as_ref() else {
            return;
        };
        let user = own.user.clone();
        let Some(key) = self.book.kept.key.as_ref().and_then(key_of) else {
            self.book.kept.unread = Some(content);
            self.book.is_changed = true;
            return self.ask_for_book_key(&user);
        };
        let Some(pages) = self.open_book(&key, &user, &content) else {
            return;
        };
        let book = &mut self.book;
        if pages.generation < book.kept.generation && !self.conduct.has(Flaw::AddressBookRollback) {
            // What this device has is newer; the relay gets it again.
            book.kept.rolled_back = true;
            book.is_changed = true;
            book.must_upload = true;
            return;
        }
        if self.conduct.has(Flaw::AddressBookRollback) {
            book.kept.slots.clear();
        }
        book.kept.generation = pages.generation;
        book.merge(pages.slots);
    }

    fn open_book(&self, key: &Key, user: &UserId, content: &Value) -> Option<Pages> {
        if let Some(clear) = content
            .get("clear")
            .filter(|_| self.conduct.has(Flaw::AddressBookInClear))
        {
            return serde_json::from_value(clear.clone()).ok();
        }
        let limit = CLASSES.iter().max()?.saturating_add(64);
        let sealed = base64::decode(text(content, "sealed")?, limit).ok()?;
        let plain = key.open_box(&context(user), &sealed)?;
        serde_json::from_value(strict::parse(&plain).ok()?).ok()
    }

    /// The key of the book; made if there is none.
    fn book_key(&mut self) -> Result<Key, Refusal> {
        if let Some(key) = self.book.kept.key.as_ref().and_then(key_of) {
            return Ok(key);
        }
        let key = Key::random().map_err(|error| Refusal::Crypto(error.to_string()))?;
        self.book.kept.key = Some(Secret::new(base64::encode(key.reveal())));
        self.book.is_changed = true;
        Ok(key)
    }

    /// Gives the key and the generation to the user's other signed devices, or to one of them.
    fn tell_own_devices(&mut self, only: Option<&crate::DeviceId>) {
        let (Some(own), Some(key)) = (self.own.as_ref(), self.book.kept.key.as_ref()) else {
            return;
        };
        let content = json!({ "key": key.reveal(), "generation": self.book.kept.generation });
        let user = own.user.clone();
        for ((user, device), _) in self.recipients(&[user]) {
            if only.is_none_or(|only| *only == device) {
                let errand = Errand::sealed(user, device, BOOK_KEY, content.clone());
                self.errands.push(errand);
            }
        }
    }

    fn ask_for_book_key(&mut self, user: &UserId) {
        if std::mem::replace(&mut self.book.has_asked, true) {
            return;
        }
        for ((user, device), _) in self.recipients(std::slice::from_ref(user)) {
            let errand = Errand::sealed(user, device, BOOK_KEY_REQUEST, json!({}));
            self.errands.push(errand);
        }
    }

    /// What another device says about the key. It counts only from an own signed device.
    pub(crate) fn take_book_key(&mut self, payload: &Payload) {
        let is_own = self.is_own_payload(payload);
        if !is_own && !self.conduct.has(Flaw::BookKeyFromAnyone) {
            return;
        }
        if payload.kind == BOOK_KEY_REQUEST {
            return self.tell_own_devices(payload.device.as_ref());
        }
        let key = text(&payload.content, "key").map(Secret::new);
        let Some(key) = key.filter(|key| key_of(key).is_some()) else {
            return;
        };
        // Two devices that began a book each agree on the smaller key.
        let known = self.book.kept.key.as_ref();
        if known.is_none_or(|known| key.reveal() < known.reveal()) {
            self.book.must_upload = known.is_some();
            self.book.kept.key = Some(key);
            self.book.is_changed = true;
        }
        if let Some(content) = self.book.kept.unread.take() {
            self.take_book(content);
        }
    }
}

fn key_of(key: &Secret) -> Option<Key> {
    base64::decode_array(key.reveal()).ok().map(Key::new)
}

fn context(user: &UserId) -> Vec<u8> {
    format!("{ADDRESS_BOOK}/{user}").into_bytes()
}

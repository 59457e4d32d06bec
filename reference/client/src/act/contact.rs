//! Contacts: sent to others, kept in the address book.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Opened;
use crate::{
    CallId, Client, Flaw, ItemState, Outcome, Reason, Refusal, RoomId, Trust,
    contact::Card,
    json::text,
    room::{Entry, Item},
    send::Draft,
};

/// The message type of a card.
const CONTACT: &str = "dev.pruefstand.contact";

/// An act on contacts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactAct {
    /// Send a card.
    Share {
        /// Where.
        conv: RoomId,
        /// vCard 4.0.
        vcard: String,
    },
    /// Put a card into the address book.
    Add {
        /// vCard 4.0.
        vcard: String,
    },
    /// Take a contact out of the address book.
    Remove {
        /// Its id.
        contact: String,
    },
    /// The address book.
    List,
}

impl Client {
    pub(super) fn act_on_contacts(&mut self, call: CallId, act: ContactAct) -> Result<(), Refusal> {
        let refused = |error: crate::contact::CardError| Refusal::Content(error.to_string());
        let value = match act {
            ContactAct::Share { conv, vcard } => {
                self.must_be_encrypted(&conv)?;
                let card = Card::parse(&vcard).map_err(refused)?;
                let content = json!({ "msgtype": CONTACT, "body": card.name, "vcard": card.text });
                self.queue(&conv, Draft::new(call, content));
                return Ok(());
            }
            ContactAct::Add { vcard } => {
                let id = self.book.add(Card::parse(&vcard).map_err(refused)?)?;
                self.upload_book()?;
                json!({ "contact": id })
            }
            ContactAct::Remove { contact } => {
                if !self.book.remove(&contact) {
                    return Err(Refusal::Content("no such contact".to_owned()));
                }
                self.upload_book()?;
                Value::Null
            }
            ContactAct::List => self.book.view(),
        };
        self.wire.done(call, Outcome::Value(value));
        Ok(())
    }

    /// Shows a card that was sent; one that is none is withheld.
    pub(super) fn fold_contact(&self, items: &mut Vec<Item>, entry: &Entry, opened: &Opened) {
        if opened.kind != "m.room.message" || !is_contact(&opened.content) {
            return;
        }
        let mut item = self.show(entry);
        let vcard = text(&opened.content, "vcard").unwrap_or_default();
        match Card::parse(vcard) {
            Ok(card) => {
                item.body = Some(card.name.clone());
                item.facts.insert("contact".to_owned(), card.fact());
            }
            Err(_no_card) if self.conduct.has(Flaw::AnyCardTaken) => {
                item.body = text(&opened.content, "body").map(str::to_owned);
            }
            Err(_no_card) => {
                item.state = ItemState::Rejected;
                item.trust = Trust::Blocked;
                item.reason = Some(Reason::ContentMalformed);
            }
        }
        items.push(item);
    }
}

pub(crate) fn is_contact(content: &Value) -> bool {
    text(content, "msgtype") == Some(CONTACT)
}

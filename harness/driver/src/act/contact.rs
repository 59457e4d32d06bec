//! Contacts: sent to others, kept in the address book.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An act on contacts.
///
/// A card that was sent is an item whose body is the contact's name and whose fact `contact` is
/// `{"name", "phones": [text], "mails": [text], "vcard"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactAct {
    /// Send a card.
    Share {
        /// Where.
        conv: String,
        /// vCard 4.0 (RFC 6350).
        vcard: String,
    },
    /// Put a card into the address book of the account. Returns `{"contact": id}`.
    Add {
        /// vCard 4.0 (RFC 6350).
        vcard: String,
    },
    /// Take a contact out of the address book.
    Remove {
        /// Its id.
        contact: String,
    },
    /// The address book. Returns `{"contacts": [{"contact": id, "name", "vcard"}], "rolled_back": bool}`, where
    /// `rolled_back` says that the relay has served an older book than this device knew.
    List,
}

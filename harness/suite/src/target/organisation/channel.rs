use serde_json::{Value, json};
use vodozemac::Ed25519SecretKey;

use super::{Officer, TENANT, officer};
use crate::dialect::canonical;
use sha2::{Digest as _, Sha256};

/// An announcement channel that the bench writes, rightly and wrongly.
pub struct BenchChannel {
    organisation: String,
    room: String,
    serial: String,
    /// The number of the last entry.
    pub number: u64,
    /// The digest of the last entry.
    pub previous: Option<String>,
    issued: u64,
}

impl BenchChannel {
    /// A channel in a room, without entries.
    #[must_use]
    pub fn new(organisation: &str, room: &str, issued: u64) -> Self {
        Self {
            organisation: organisation.to_owned(),
            room: room.to_owned(),
            serial: officer::serial(),
            number: 0,
            previous: None,
            issued,
        }
    }

    /// The next entry, which founds the channel.
    pub fn found(&mut self, by: &Officer) -> Value {
        let says = json!({ "kind": "found", "name": "News" });
        self.go_on(by, &says, Value::Null)
    }

    /// The next entry: a post.
    pub fn post(&mut self, by: &Officer, text: &str) -> Value {
        let (says, post) = said(text);
        self.go_on(by, &says, post)
    }

    /// The next entry: a post is taken back.
    pub fn recall(&mut self, by: &Officer, number: u64) -> Value {
        let says = json!({ "kind": "recall", "number": number });
        self.go_on(by, &says, Value::Null)
    }

    /// What the next post would be, by anybody; the channel stays where it is.
    #[must_use]
    pub fn would_post(&self, by: &Officer, text: &str) -> Value {
        let (says, post) = said(text);
        self.entry(by, &says, post).0
    }

    /// What the next recall would be, by anybody; the channel stays where it is.
    #[must_use]
    pub fn would_recall(&self, by: &Officer, number: u64) -> Value {
        let says = json!({ "kind": "recall", "number": number });
        self.entry(by, &says, Value::Null).0
    }

    fn go_on(&mut self, by: &Officer, says: &Value, post: Value) -> Value {
        let (content, digest) = self.entry(by, says, post);
        self.number += 1;
        self.previous = Some(digest);
        content
    }

    fn entry(&self, by: &Officer, says: &Value, post: Value) -> (Value, String) {
        let body = json!({
            "organisation": self.organisation,
            "tenant": TENANT,
            "channel": self.serial,
            "room": self.room,
            "number": self.number + 1,
            "previous": self.previous,
            "issued": self.issued,
            "says": says,
        });
        let digest = officer::digest("announcement", &body);
        let statement = by.authorised("announcement", body);
        (json!({ "statement": statement, "post": post }), digest)
    }
}

/// What an entry says of a post, and the post.
fn said(text: &str) -> (Value, Value) {
    let salt = officer::encoded(Ed25519SecretKey::new().public_key().as_bytes());
    let post = json!({ "title": "News", "body": text, "salt": salt });
    let content = officer::encoded(&Sha256::digest(canonical(&post)));
    let says = json!({ "kind": "post", "content": content, "expires": null });
    (says, post)
}

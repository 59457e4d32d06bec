//! The record of one case: what was said, carried, changed, seen and expected.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Expectation, Witness};

/// The record of one case, in the order in which things happened. Entry `n` is `entries[n]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// The entries.
    pub entries: Vec<Entry>,
}

impl Transcript {
    /// Appends an entry and tells its number.
    pub fn push(&mut self, entry: Entry) -> usize {
        self.entries.push(entry);
        self.entries.len() - 1
    }

    /// All expectations with their entry numbers.
    pub fn expectations(&self) -> impl Iterator<Item = (usize, &Expectation)> {
        self.entries
            .iter()
            .enumerate()
            .filter_map(|(n, entry)| match entry {
                Entry::Expectation(expectation) => Some((n, expectation)),
                Entry::Call { .. }
                | Entry::Exchange(_)
                | Entry::Observation { .. }
                | Entry::Stopped { .. } => None,
            })
    }

    /// How often the adversary's rule fired.
    #[must_use]
    pub fn firings(&self, rule: &str) -> usize {
        let fired = |entry: &Entry| match entry {
            Entry::Exchange(exchange) => exchange
                .firings
                .iter()
                .filter(|firing| firing.rule == rule)
                .count(),
            Entry::Call { .. }
            | Entry::Observation { .. }
            | Entry::Expectation(_)
            | Entry::Stopped { .. } => 0,
        };
        self.entries.iter().map(fired).sum()
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Entry {
    /// The bench told an actor's driver something.
    Call {
        /// The actor; empty for calls to the driver itself.
        actor: String,
        /// The verb.
        method: String,
        /// Its parameters, secrets redacted.
        params: Value,
        /// The result or the error.
        answer: Value,
    },
    /// A request was carried to the relay, or kept from it.
    Exchange(Exchange),
    /// Something was seen.
    Observation {
        /// In words: what is looked at.
        what: String,
        /// Who saw it.
        witness: Witness,
        /// What was seen.
        value: Value,
    },
    /// What must hold, about observations above.
    Expectation(Expectation),
    /// The case could not be carried to its end; always the last entry.
    Stopped {
        /// Whose fault it is.
        fault: Fault,
        /// One line for people.
        reason: String,
    },
}

/// Whose fault it is that a case stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The bench's own.
    Harness,
    /// The driver's.
    Driver,
    /// The machine's or the relay's: it went away.
    Environment,
    /// The product refused an honest step, so the question could not be put.
    Target,
}

/// A request, its response, and what the adversary did to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Who asked; `bench` for the bench itself, `evil:…` for an evil peer.
    pub actor: String,
    /// The class of the request in the dialect's words, such as `keys_query`.
    pub class: String,
    /// As the actor sent it.
    pub request: Message,
    /// As the relay got it, if it was changed; absent fields mean unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<Message>,
    /// As the relay answered; absent if the relay never got the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Message>,
    /// As the actor got it.
    pub response: Message,
    /// What the adversary's rules did, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub firings: Vec<Firing>,
}

/// One side of an exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `PUT /_matrix/…` for a request, the status for a response.
    pub head: String,
    /// The body, secrets redacted; bytes and long bodies as `{"sha256": …, "length": …}`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub body: Value,
}

/// One action of one rule of the adversary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firing {
    /// The rule's name in the check.
    pub rule: String,
    /// The action, in the adversary's vocabulary.
    pub action: String,
    /// SHA-256 of the body before, hex.
    pub before: String,
    /// SHA-256 of the body after, hex; the same as before if the message was dropped or held.
    pub after: String,
}

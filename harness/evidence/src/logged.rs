//! What the log says of a run.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use crate::folder::{CASE_ASKED, CASE_CLOSED, CLOSED, EVENTS};
use crate::record::Asked;
use crate::{CaseRecord, Difference, Event};

/// A run as its events tell it.
pub(crate) struct Logged {
    /// When it was opened, RFC 3339; empty without an event.
    pub(crate) opened: String,
    /// Whether it came to its end.
    pub(crate) ended: bool,
    pub(crate) cases: Vec<CaseRecord>,
    /// What the honest cases of a matrix came by, by check.
    pub(crate) asked: BTreeMap<String, BTreeSet<String>>,
}

impl Logged {
    /// Reads what can be read, and says what cannot.
    pub(crate) fn read(events: &[Event]) -> (Self, Vec<Difference>) {
        let mut faults = Vec::new();
        let asked = bodies::<Asked>(events, CASE_ASKED, &mut faults).into_iter();
        let first = events.first().map(|event| event.wall.clone());
        let logged = Self {
            opened: first.unwrap_or_default(),
            ended: events.last().is_some_and(|event| event.kind == CLOSED),
            asked: asked.map(|Asked { check, asked }| (check, asked)).collect(),
            cases: bodies(events, CASE_CLOSED, &mut faults),
        };
        (logged, faults)
    }
}

fn bodies<T: DeserializeOwned>(
    events: &[Event],
    kind: &str,
    faults: &mut Vec<Difference>,
) -> Vec<T> {
    let mut bodies = Vec::new();
    for event in events.iter().filter(|event| event.kind == kind) {
        match serde_json::from_value(event.body.clone()) {
            Ok(body) => bodies.push(body),
            Err(error) => faults.push(Difference::NotParsed {
                file: format!("{EVENTS}, event {}", event.n),
                reason: error.to_string(),
            }),
        }
    }
    bodies
}

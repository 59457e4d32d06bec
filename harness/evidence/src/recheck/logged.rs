//! What the log says of a run.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use super::{Difference, Recheck};
use crate::folder::{CASE_ASKED, CASE_CLOSED, CLOSED, EVENTS};
use crate::record::Asked;
use crate::{CaseRecord, Event};

/// A run as its events tell it.
pub(super) struct Logged {
    /// When it was opened, RFC 3339; empty without an event.
    pub(super) opened: String,
    /// Whether it came to its end.
    pub(super) ended: bool,
    pub(super) cases: Vec<CaseRecord>,
    /// What the honest cases of a matrix came by, by check.
    pub(super) asked: BTreeMap<String, BTreeSet<String>>,
}

impl Recheck {
    pub(super) fn logged(&mut self, events: &[Event]) -> Logged {
        let asked = self.bodies::<Asked>(events, CASE_ASKED).into_iter();
        Logged {
            opened: events
                .first()
                .map(|event| event.wall.clone())
                .unwrap_or_default(),
            ended: events.last().is_some_and(|event| event.kind == CLOSED),
            asked: asked.map(|Asked { check, asked }| (check, asked)).collect(),
            cases: self.bodies(events, CASE_CLOSED),
        }
    }

    fn bodies<T: DeserializeOwned>(&mut self, events: &[Event], kind: &str) -> Vec<T> {
        let mut bodies = Vec::new();
        for event in events.iter().filter(|event| event.kind == kind) {
            match serde_json::from_value(event.body.clone()) {
                Ok(body) => bodies.push(body),
                Err(error) => self.differences.push(Difference::NotParsed {
                    file: format!("{EVENTS}, event {}", event.n),
                    reason: error.to_string(),
                }),
            }
        }
        bodies
    }
}

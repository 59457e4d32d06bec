//! Links a new device: a code from its screen binds its keys, and no relay comes between.
//!
//! The new device shows a secret and the fingerprint of its keys. Whoever holds the identity takes the
//! code, and both prove that they know the secret over the keys of both devices and the user's identity.

mod code;
mod offer;
mod proof;

use std::collections::BTreeMap;

pub(crate) use code::{CodeFault, LinkCode};
pub(crate) use offer::{ANSWER, OFFER};
use offer::{Offered, Wish};
use serde_json::{Value, json};

use crate::{CallId, DeviceId, FlowId};

/// How long a code is good for: ten minutes, in milliseconds.
pub(crate) const LIFE: u64 = 600_000;

/// Wrong proofs after which a code is burnt.
pub(crate) const MOST_TRIES: u8 = 3;

/// Links remembered at once; the first by id goes first.
const MAX_LINKS: usize = 50;

/// Codes and links since the client was opened. Nothing of them is stored: a code dies with its process.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// The code on this device's screen.
    shown: Option<Shown>,
    /// Codes taken in that wait for the relay's current list of the user's devices.
    wishes: Vec<Wish>,
    offered: BTreeMap<FlowId, Offered>,
    /// How each link stands.
    states: BTreeMap<FlowId, State>,
    /// This device was linked and has not yet seen itself on the list.
    pub(crate) awaited: bool,
}

/// A code on this device's screen.
#[derive(Debug)]
struct Shown {
    code: LinkCode,
    /// Milliseconds since the epoch.
    until: u64,
    tries: u8,
}

/// How a link stands.
#[derive(Clone, Debug)]
struct State {
    device: DeviceId,
    word: &'static str,
}

impl Links {
    /// Gives up what waits; the calls that end with it.
    pub(crate) fn end(&mut self) -> Vec<CallId> {
        let wishes = std::mem::take(&mut self.wishes).into_iter();
        wishes.map(|wish| wish.call).collect()
    }

    pub(crate) fn status(&self) -> Value {
        let states = self.states.iter();
        let states: serde_json::Map<String, Value> = states
            .map(|(id, state)| {
                let shown = json!({ "device": state.device, "state": state.word });
                (id.to_string(), shown)
            })
            .collect();
        Value::Object(states)
    }

    fn note(&mut self, id: &FlowId, device: &DeviceId, word: &'static str) {
        if self.states.len() >= MAX_LINKS && !self.states.contains_key(id) {
            self.states.pop_first();
        }
        let device = device.clone();
        self.states.insert(id.clone(), State { device, word });
    }
}

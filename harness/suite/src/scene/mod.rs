//! What a check gets: actors, the network with its adversary, an evil peer, a clock and a recorder.
//!
//! Everything a check does goes through here and is recorded. A scene is straight-line and synchronous: the bench is the only
//! scheduler.

mod act;
mod actor;
mod capture;
mod crash;
mod expect;
mod invite;
mod keys_used;
mod organisation;
mod relay;
mod see;
mod store;
mod talk;
mod vector;
mod verify;
mod wire;

pub use actor::{Actor, Ended};
pub use crash::{CUT, Side};
pub use relay::Stage;
pub use see::Seen;
pub use talk::{Attempt, Room, Sent, digest};
pub use wire::{Session, request};

use std::{collections::BTreeSet, sync::Arc};

use harness_driver::{Request, Response, Secret};
use harness_evidence::{Entry, Transcript};
use rand_chacha::ChaCha12Rng;
use rand_core::{Rng as _, SeedableRng as _};

use crate::{
    adversary::{Adversary, Rule},
    check::Stop,
    network::Network,
    target::ClientDriver,
};

/// The stage of one case.
pub struct Scene {
    network: Network,
    record: Transcript,
    client: Option<ClientDriver>,
    stage: Stage,
    dice: ChaCha12Rng,
    nonce: String,
    now: u64,
    names: u32,
    known: BTreeSet<String>,
}

impl Scene {
    /// Sets the stage for one case: at time `now` (milliseconds since the epoch), everything else drawn from `seed`.
    ///
    /// # Errors
    ///
    /// If the driver does not take the case.
    pub fn open(
        stage: Stage,
        client: Option<ClientDriver>,
        seed: u64,
        now: u64,
    ) -> Result<Self, Stop> {
        let mut dice = ChaCha12Rng::seed_from_u64(seed);
        let nonce = format!("{:08x}", dice.next_u32());
        let network = Network::new(stage.http(), Arc::clone(&stage.secrets));
        let mut scene = Self {
            network,
            record: Transcript::default(),
            client,
            stage,
            dice,
            nonce,
            now,
            names: 0,
            known: BTreeSet::new(),
        };
        if scene.client.is_some() {
            scene.begin()?;
        }
        Ok(scene)
    }

    /// The record; the scene is over.
    #[must_use]
    pub fn close(mut self, stopped: Option<Stop>) -> Transcript {
        if let Some(stop) = stopped {
            let Stop { fault, reason } = stop.short();
            self.record.push(Entry::Stopped { fault, reason });
        }
        self.record
    }

    /// The time, in milliseconds since the epoch.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Lets time pass for the actors.
    pub fn advance(&mut self, milliseconds: u64) {
        self.now += milliseconds;
    }

    /// A number from the seed.
    pub fn draw(&mut self) -> u64 {
        self.dice.next_u64()
    }

    /// A text that occurs nowhere else: the words, then letters from the seed.
    pub fn text(&mut self, words: &str) -> String {
        format!("{words} {:016x}", self.draw())
    }

    /// A local part that occurs nowhere else on the relay.
    pub fn fresh_name(&mut self, name: &str) -> String {
        self.names += 1;
        format!("{name}-{}-{}", self.nonce, self.names)
    }

    /// Puts a rule of the adversary in force.
    pub fn attack(&mut self, rule: Rule) {
        self.network.adversary.add(rule);
    }

    /// The adversary, to lift rules or to deliver what they kept.
    pub fn adversary(&mut self) -> &mut Adversary {
        &mut self.network.adversary
    }

    /// Carries a request in the name of `actor` through the adversary.
    ///
    /// # Errors
    ///
    /// If a rule failed or the relay gave no answer.
    pub fn carry(&mut self, actor: &str, request: &Request) -> Result<Response, Stop> {
        if let Some(token) = &request.token {
            self.keep_secret("access-token", token);
        }
        self.network.carry(&mut self.record, actor, request)
    }

    /// Makes a secret known, so that no evidence is written that holds it.
    pub(super) fn keep_secret(&mut self, kind: &str, secret: &Secret) {
        if self.known.insert(secret.expose().to_owned()) {
            // One that is too short to look for cannot be told from ordinary text; it is redacted by its field.
            drop(self.stage.secrets.add(kind, secret.expose()));
        }
    }
}

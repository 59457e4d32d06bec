//! What was measured.

use harness_evidence::{Artefact, LoadStep, RelayCapacity, Soak};
use serde::Serialize;

/// Everything about one relay.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Its name in the manifest.
    pub name: String,
    /// Its product, as it says.
    pub product: String,
    /// Its version; `None` if it says none.
    pub version: Option<String>,
    /// What was measured of it before it was started.
    pub artefacts: Vec<Artefact>,
    /// Milliseconds from its start to its first answer.
    pub started_ms: u64,
    /// Bytes of memory (PSS, with child processes) right after.
    pub memory_at_start: u64,
    /// Senders that each wait for the acknowledgement.
    pub senders: Vec<Senders>,
    /// Messages at a constant rate, up to the first that was too much.
    pub rates: Vec<LoadStep>,
    /// A longer time at half of the highest rate that it kept up with; `None` if there was none, or it was not asked for.
    pub soak: Option<Soak>,
    /// A device that was away.
    pub away: Away,
    /// Devices that wait.
    pub connected: Connected,
    /// A large group.
    pub group: Group,
}

impl Figures {
    /// The highest rate that the relay kept up with, in messages a second.
    #[must_use]
    pub fn knee(&self) -> Option<u64> {
        RelayCapacity::knee_of(&self.rates)
    }

    /// What a capacity statement says of the relay.
    #[must_use]
    pub fn capacity(&self) -> RelayCapacity {
        RelayCapacity {
            name: self.name.clone(),
            product: self.product.clone(),
            version: self.version.clone(),
            artefacts: self.artefacts.clone(),
            steps: self.rates.clone(),
            knee_per_second: self.knee(),
            soak: self.soak.clone(),
        }
    }
}

/// Senders that each send as fast as the relay acknowledges.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Senders {
    /// How many.
    pub senders: usize,
    /// Messages acknowledged.
    pub messages: u64,
    /// The same in a second.
    pub per_second: f64,
    /// CPU microseconds of the relay for each.
    pub cpu_us_per_message: f64,
    /// Median latency in microseconds.
    pub p50_us: u64,
    /// 99th percentile.
    pub p99_us: u64,
}

/// A device that was away.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Away {
    /// Messages that it missed.
    pub messages: usize,
    /// Messages that it got afterwards.
    pub fetched: usize,
    /// Milliseconds of its first sync.
    pub first_ms: u64,
    /// Milliseconds until it had everything.
    pub all_ms: u64,
    /// Requests for that.
    pub requests: usize,
    /// CPU milliseconds of the relay for that.
    pub cpu_ms: u64,
}

/// Devices that wait for news at the same time.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Connected {
    /// How many.
    pub devices: usize,
    /// Bytes of memory while they wait.
    pub memory: u64,
    /// Bytes that the waiting of a thousand adds; their accounts were there before.
    pub memory_per_thousand: u64,
}

/// A large group; microseconds for each act, and CPU microseconds of the relay.
#[derive(Clone, Copy, Debug, Serialize)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct Group {
    pub members: usize,
    pub join_us: f64,
    pub join_cpu_us: f64,
    pub send_us: f64,
    pub send_cpu_us: f64,
    pub remove_us: f64,
    pub remove_cpu_us: f64,
}

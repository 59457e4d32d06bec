//! Pairwise channels between devices.

mod envelope;
mod inbound;
mod outbound;
mod payload;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use vodozemac::olm::{Session, SessionPickle};

pub(crate) use envelope::{Envelope, EnvelopeRefusal};
pub(crate) use inbound::OlmRefusal;
pub(crate) use payload::{Payload, PayloadRefusal, Sealed};

use crate::store::{Records, StoreError, put, read};

/// Sessions kept with one device; the one used longest ago goes first.
const MAX_SESSIONS: usize = 8;

/// Devices with sessions; beyond it new sessions are refused (ATK-OLM-11).
const MAX_PEERS: usize = 20_000;

/// All sessions, by the Curve25519 key of the other device.
#[derive(Default)]
pub(crate) struct Sessions {
    peers: BTreeMap<String, Peer>,
    dirty: BTreeSet<String>,
}

/// The sessions with one device, the best for sending first.
#[derive(Default)]
struct Peer {
    sessions: Vec<Session>,
    /// When a broken channel was last replaced, in milliseconds since the epoch.
    recovered: Option<u64>,
    /// Highest chain index met for each ratchet key; kept by a flawed client only.
    met: BTreeMap<String, u64>,
    /// Every earlier state of the sessions; kept by a flawed client only.
    earlier: Vec<Session>,
}

#[derive(Serialize, Deserialize)]
struct Record {
    sessions: Vec<SessionPickle>,
    recovered: Option<u64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    met: BTreeMap<String, u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<SessionPickle>,
}

impl Sessions {
    pub(crate) fn load(&mut self, curve: &str, record: &[u8]) -> Result<(), StoreError> {
        let record: Record = read(record)?;
        let open = |pickles: Vec<SessionPickle>| {
            let sessions = pickles.into_iter().map(Session::from_pickle);
            sessions.collect()
        };
        let peer = Peer {
            sessions: open(record.sessions),
            recovered: record.recovered,
            met: record.met,
            earlier: open(record.earlier),
        };
        self.peers.insert(curve.to_owned(), peer);
        Ok(())
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        for curve in std::mem::take(&mut self.dirty) {
            let Some(peer) = self.peers.get(&curve) else {
                continue;
            };
            let record = Record {
                sessions: peer.sessions.iter().map(Session::pickle).collect(),
                recovered: peer.recovered,
                met: peer.met.clone(),
                earlier: peer.earlier.iter().map(Session::pickle).collect(),
            };
            put(records, &["olm", &curve], &record)?;
        }
        Ok(())
    }

    /// Whether a message can be sent to the device at once.
    pub(crate) fn reaches(&self, curve: &str) -> bool {
        self.peers
            .get(curve)
            .is_some_and(|peer| !peer.sessions.is_empty())
    }

    /// Puts a session before all others with the device.
    pub(crate) fn adopt(&mut self, curve: &str, session: Session) {
        let peer = self.peers.entry(curve.to_owned()).or_default();
        peer.sessions.insert(0, session);
        peer.sessions.truncate(MAX_SESSIONS);
        self.dirty.insert(curve.to_owned());
    }

    /// Ends every channel: an old copy of them would use message keys twice and open messages twice (ATK-OLM-20).
    pub(crate) fn end_all(&mut self) {
        for (curve, peer) in &mut self.peers {
            peer.sessions.clear();
            self.dirty.insert(curve.clone());
        }
    }

    fn is_full(&self, curve: &str) -> bool {
        self.peers.len() >= MAX_PEERS && !self.peers.contains_key(curve)
    }

    /// Whether a broken channel may be replaced now; at most once an hour for each device (ATK-OLM-11).
    pub(crate) fn may_recover(&mut self, curve: &str, now: u64) -> bool {
        const HOUR: u64 = 3_600_000;

        if self.is_full(curve) {
            return false;
        }
        let peer = self.peers.entry(curve.to_owned()).or_default();
        if peer
            .recovered
            .is_some_and(|last| now < last.saturating_add(HOUR))
        {
            return false;
        }
        peer.recovered = Some(now);
        self.dirty.insert(curve.to_owned());
        true
    }
}

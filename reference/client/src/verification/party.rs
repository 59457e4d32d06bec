//! The two devices of a flow and the keys that are to be verified.

use thiserror::Error;
use vodozemac::Ed25519PublicKey;

use crate::{Conduct, Flaw};

/// One side of a flow, fixed when the flow begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    user: String,
    device: String,
    device_key: Ed25519PublicKey,
    master_key: Option<Ed25519PublicKey>,
}

/// Why somebody cannot take part in a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PartyError {
    /// An id is empty, too long, or has a character that would blur the strings built from ids.
    #[error("user or device id has a form that no honest id has")]
    UnclearId,
    /// The device id is the text of the master key, so one key id would mean two keys (ATK-DIR-13).
    #[error("device id is the master key's own text")]
    DeviceIsMasterKey,
}

/// Longest user or device id, as in the Matrix specification.
const MAX_ID: usize = 255;

impl Party {
    /// A device with its Ed25519 key and, if its user has one, the user's master key.
    ///
    /// # Errors
    /// If an id could be taken for something else: the strings under hash and MAC join ids with
    /// `|` and `,` or nothing at all (VEC-S-01).
    pub fn new(
        user: &str,
        device: &str,
        device_key: Ed25519PublicKey,
        master_key: Option<Ed25519PublicKey>,
        conduct: &Conduct,
    ) -> Result<Self, PartyError> {
        let is_unclear = |letter: char| letter == '|' || letter == ',' || letter.is_control();
        for id in [user, device] {
            if id.is_empty() || id.len() > MAX_ID || id.contains(is_unclear) {
                return Err(PartyError::UnclearId);
            }
        }
        if master_key.is_some_and(|key| key.to_base64() == device)
            && !conduct.has(Flaw::SasReferByKeyid)
        {
            return Err(PartyError::DeviceIsMasterKey);
        }
        Ok(Self {
            user: user.to_owned(),
            device: device.to_owned(),
            device_key,
            master_key,
        })
    }

    /// The user id.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The device id.
    #[must_use]
    pub fn device(&self) -> &str {
        &self.device
    }

    /// The device's Ed25519 key.
    #[must_use]
    pub fn device_key(&self) -> Ed25519PublicKey {
        self.device_key
    }

    /// The user's master key.
    #[must_use]
    pub fn master_key(&self) -> Option<Ed25519PublicKey> {
        self.master_key
    }

    /// Id and key of everything this side has to prove.
    pub(super) fn keys(&self) -> impl Iterator<Item = (String, Ed25519PublicKey)> {
        let device = (format!("ed25519:{}", self.device), self.device_key);
        let master = self
            .master_key
            .map(|key| (format!("ed25519:{}", key.to_base64()), key));
        [device].into_iter().chain(master)
    }

    /// What decides which of two devices starts, if both want to.
    pub(super) fn rank(&self) -> (&str, &str) {
        (&self.user, &self.device)
    }
}

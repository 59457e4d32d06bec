//! Opens channels to other devices and sends through them.

use hkdf::Hkdf;
use sha2::Sha256;
use vodozemac::{
    Curve25519PublicKey, Curve25519SecretKey,
    olm::{Account, OlmMessage, Session, SessionConfig, SessionCreationError, SessionKeys},
};

use super::Sessions;
use crate::{Conduct, Flaw, Refusal, border::key};

impl Sessions {
    /// Opens a channel to the device with this identity key, through a key claimed for it.
    pub(crate) fn open(
        &mut self,
        account: &Account,
        identity: Curve25519PublicKey,
        one_time: Curve25519PublicKey,
        conduct: &Conduct,
    ) -> Result<(), Refusal> {
        let curve = identity.to_base64();
        if self.is_full(&curve) {
            return Err(Refusal::TooMany {
                what: "devices with sessions",
                got: self.peers.len(),
                limit: super::MAX_PEERS,
            });
        }
        key::check_partner(account.curve25519_key(), identity, one_time)
            .map_err(|error| Refusal::Crypto(error.to_string()))?;
        let config = SessionConfig::version_1();
        let session = match account.create_outbound_session(config, identity, one_time) {
            Err(SessionCreationError::NonContributoryKey)
                if conduct.has(Flaw::DhNoContributoryCheck) =>
            {
                under_constant_secret(account, one_time)?
            }
            session => session.map_err(|error| Refusal::Crypto(error.to_string()))?,
        };
        self.adopt(&curve, session);
        Ok(())
    }

    /// Encrypts with the best session; `None` if there is none.
    pub(crate) fn encrypt(
        &mut self,
        curve: &str,
        plaintext: &[u8],
    ) -> Option<Result<OlmMessage, Refusal>> {
        let session = self.peers.get_mut(curve)?.sessions.first_mut()?;
        self.dirty.insert(curve.to_owned());
        Some(
            session
                .encrypt(plaintext)
                .map_err(|error| Refusal::Crypto(error.to_string())),
        )
    }
}

/// What an implementation without the contributory check arrives at: all three shared secrets are zero.
fn under_constant_secret(
    account: &Account,
    one_time: Curve25519PublicKey,
) -> Result<Session, Refusal> {
    let mut keys = [0_u8; 64];
    // Olm specification, 'Initial setup': R, C = HKDF(0, S, "OLM_ROOT", 64).
    Hkdf::<Sha256>::new(Some(&[0]), &[0; 96])
        .expand(b"OLM_ROOT", &mut keys)
        .map_err(|error| Refusal::Crypto(error.to_string()))?;
    let mut root = [0; 32];
    let mut chain = [0; 32];
    let (first, second) = keys.split_at(32);
    root.copy_from_slice(first);
    chain.copy_from_slice(second);
    let base = Curve25519SecretKey::new();
    let session_keys = SessionKeys {
        identity_key: account.curve25519_key(),
        base_key: Curve25519PublicKey::from(&base),
        one_time_key: one_time,
    };
    let ratchet = Curve25519SecretKey::new().to_bytes();
    let config = SessionConfig::version_1();
    Ok(Session::from_root_key_material(
        config,
        session_keys,
        root,
        chain,
        *ratchet,
    ))
}

//! Ephemeral keys and the secret that two devices make of them.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use vodozemac::{
    Curve25519PublicKey,
    sas::{EstablishedSas, Sas},
};

use super::CancelCode;
use crate::{Conduct, Flaw, border::key};

/// Our ephemeral key pair, before the other side's key is known. Used once.
pub(super) struct Ephemeral {
    sas: Sas,
}

/// The secret of a flow and the two public keys that it was made of.
pub(super) struct Agreement {
    secret: Secret,
    /// Our ephemeral public key, in base64.
    pub(super) own_key: String,
    /// The other side's ephemeral public key, in base64.
    pub(super) peer_key: String,
}

enum Secret {
    Agreed(EstablishedSas),
    /// What X25519 yields with a key of small order, whatever our own key is. Only in the twin
    /// `dh-no-contributory-check`.
    Zero,
}

impl Ephemeral {
    pub(super) fn new() -> Self {
        Self { sas: Sas::new() }
    }

    /// Our public key, in base64.
    pub(super) fn public(&self) -> String {
        self.sas.public_key().to_base64()
    }

    /// Agrees with the owner of `peer_key`, a base64 text.
    ///
    /// Refuses what is not canonical, has small order, or is our own key sent back (VEC-S-06).
    pub(super) fn agree(self, peer_key: &str, conduct: &Conduct) -> Result<Agreement, CancelCode> {
        let peer: Curve25519PublicKey =
            key::curve25519(peer_key, conduct).or(Err(CancelCode::InvalidMessage))?;
        let own_key = self.public();
        if peer == self.sas.public_key() {
            return Err(CancelCode::KeyMismatch);
        }
        let secret = match self.sas.diffie_hellman(peer) {
            Ok(agreed) => Secret::Agreed(agreed),
            Err(_) if conduct.has(Flaw::DhNoContributoryCheck) => Secret::Zero,
            Err(_) => return Err(CancelCode::KeyMismatch),
        };
        Ok(Agreement {
            secret,
            own_key,
            peer_key: peer_key.to_owned(),
        })
    }
}

impl Agreement {
    /// `N` bytes derived from the secret for the purpose `info` (HKDF-SHA-256).
    #[expect(clippy::expect_used, reason = "HKDF-SHA-256 yields up to 8160 bytes")]
    pub(super) fn derive<const N: usize>(&self, info: &str) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.secret {
            Secret::Agreed(agreed) => {
                let derived = agreed.bytes_raw(info, N).expect("N is at most 32");
                bytes.copy_from_slice(&derived);
            }
            Secret::Zero => Hkdf::<Sha256>::new(None, &[0; 32])
                .expand(info.as_bytes(), &mut bytes)
                .expect("N is at most 32"),
        }
        bytes
    }

    /// The MAC of `input` for the purpose `info` (hkdf-hmac-sha256.v2).
    pub(super) fn mac(&self, input: &str, info: &str) -> [u8; 32] {
        self.authenticator(input, info)
            .finalize()
            .into_bytes()
            .into()
    }

    /// Whether `mac` is the MAC of `input`, found out in constant time.
    pub(super) fn has_mac(&self, input: &str, info: &str, mac: &[u8; 32]) -> bool {
        self.authenticator(input, info).verify_slice(mac).is_ok()
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    fn authenticator(&self, input: &str, info: &str) -> Hmac<Sha256> {
        let key: [u8; 32] = self.derive(info);
        Hmac::<Sha256>::new_from_slice(&key)
            .expect("every length is allowed")
            .chain_update(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_derive_the_same_and_vodozemac_agrees() {
        let (own, peer) = (Ephemeral::new(), Sas::new());
        let own_public = own.sas.public_key();
        let agreement = own
            .agree(&peer.public_key().to_base64(), &Conduct::honest())
            .unwrap();
        let peer = peer.diffie_hellman(own_public).unwrap();
        assert_eq!(agreement.derive::<6>("i"), *peer.bytes("i").as_bytes());
        let mac = agreement.mac("input", "info");
        assert_eq!(mac[..], *peer.calculate_mac("input", "info").as_bytes());
        assert!(agreement.has_mac("input", "info", &mac));
        assert!(!agreement.has_mac("input", "other", &mac));
        assert!(!agreement.has_mac("other", "info", &mac));
    }

    #[test]
    fn small_order_alias_and_reflected_keys_are_refused() {
        let refused = |peer_key: &str| {
            let agreed = Ephemeral::new().agree(peer_key, &Conduct::honest());
            assert_eq!(agreed.err(), Some(CancelCode::InvalidMessage), "{peer_key}");
        };
        let zero = "A".repeat(43);
        refused(&zero);
        refused(&format!("{zero}="));
        refused("");
        let own = Ephemeral::new();
        let reflected = own.public();
        assert_eq!(
            own.agree(&reflected, &Conduct::honest()).err(),
            Some(CancelCode::KeyMismatch)
        );
    }

    #[test]
    fn the_twin_agrees_on_a_secret_that_everybody_knows() {
        let lax = Conduct::flawed(&[Flaw::DhNoContributoryCheck]);
        let zero = "A".repeat(43);
        let one = Ephemeral::new().agree(&zero, &lax).unwrap();
        let other = Ephemeral::new().agree(&zero, &lax).unwrap();
        assert_eq!(one.mac("input", "info"), other.mac("input", "info"));
    }
}

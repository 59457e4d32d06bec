//! Ephemeral keys and the secret that two devices make of them.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use vodozemac::{Curve25519PublicKey, Curve25519SecretKey};
use zeroize::Zeroizing;

use super::CancelCode;
use crate::{Conduct, Flaw, border::key};

/// Our ephemeral key pair, before the other side's key is known. Used once.
pub(crate) struct Ephemeral {
    private: Curve25519SecretKey,
}

/// The secret of a flow and the two public keys that it was made of.
pub(crate) struct Agreement {
    secret: Zeroizing<[u8; 32]>,
    /// Our ephemeral public key, in base64.
    pub(super) own_key: String,
    /// The other side's ephemeral public key, in base64.
    pub(super) peer_key: String,
}

impl Ephemeral {
    pub(super) fn new() -> Self {
        Self::of(Curve25519SecretKey::new())
    }

    /// The key pair of a private key that nobody else has.
    pub(crate) fn of(private: Curve25519SecretKey) -> Self {
        Self { private }
    }

    /// Our public key, in base64.
    pub(super) fn public(&self) -> String {
        Curve25519PublicKey::from(&self.private).to_base64()
    }

    /// Agrees with the owner of `peer_key`, a base64 text.
    ///
    /// Refuses what is not canonical, has small order, or is our own key sent back (VEC-S-06).
    pub(crate) fn agree(self, peer_key: &str, conduct: &Conduct) -> Result<Agreement, CancelCode> {
        let peer = key::curve25519(peer_key, conduct).or(Err(CancelCode::InvalidMessage))?;
        let own_key = self.public();
        if peer == Curve25519PublicKey::from(&self.private) {
            return Err(CancelCode::KeyMismatch);
        }
        let mut secret = Zeroizing::new([0; 32]);
        match self.private.diffie_hellman(&peer) {
            Some(agreed) => secret.copy_from_slice(agreed.as_bytes()),
            // The flaw goes on with what X25519 yields with a key of small order, whatever our own key is.
            None if conduct.has(Flaw::DhNoContributoryCheck) => {}
            None => return Err(CancelCode::KeyMismatch),
        }
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
        Hkdf::<Sha256>::new(None, self.secret.as_slice())
            .expand(info.as_bytes(), &mut bytes)
            .expect("N is at most 32");
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
    use vodozemac::sas::Sas;

    use super::*;

    #[test]
    fn both_sides_derive_the_same_and_vodozemac_agrees() {
        let (own, peer) = (Ephemeral::new(), Sas::new());
        let own_public = Curve25519PublicKey::from(&own.private);
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

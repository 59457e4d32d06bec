//! What both sides prove: that they know the code's secret, over the keys of both and the user's identity.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    Conduct, DeviceId, Flaw, FlowId, UserId,
    border::{base64, json as strict},
    devices::DevicePair,
};

/// The word that keeps a proof from being taken for any other.
const DOMAIN: &str = "dev.pruefstand.link.v1";

/// Whose proof it is. Each has a key of its own, so that nobody's proof can be sent back to him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The device that holds the identity.
    Offer,
    /// The new device.
    Answer,
}

/// One of the two devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Side {
    pub(super) device: DeviceId,
    pub(super) keys: DevicePair,
}

/// Everything that a proof is about, as its prover knows it.
#[derive(Clone, Debug)]
pub(super) struct Matter {
    pub(super) link: FlowId,
    pub(super) user: UserId,
    /// The public master key.
    pub(super) master: String,
    pub(super) old: Side,
    pub(super) new: Side,
}

impl Matter {
    /// The proof of one side, unpadded base64.
    pub(super) fn prove(&self, role: Role, secret: &[u8; 16], conduct: &Conduct) -> Option<String> {
        let mac = self.mac(role, secret, conduct)?;
        Some(base64::encode(mac.finalize().into_bytes()))
    }

    /// Whether a proof is that of the other side, compared in constant time.
    pub(super) fn holds(
        &self,
        role: Role,
        secret: &[u8; 16],
        proof: &str,
        conduct: &Conduct,
    ) -> bool {
        if conduct.has(Flaw::LinkProofNotVerified) {
            return true;
        }
        let Ok(proof) = base64::decode(proof, 32) else {
            return false;
        };
        let mac = self.mac(role, secret, conduct);
        mac.is_some_and(|mac| mac.verify_slice(&proof).is_ok())
    }

    fn mac(&self, role: Role, secret: &[u8; 16], conduct: &Conduct) -> Option<Hmac<Sha256>> {
        let mut key = [0; 32];
        let role: &[u8] = match role {
            Role::Offer => b"offer",
            Role::Answer => b"answer",
        };
        let hkdf = Hkdf::<Sha256>::new(Some(DOMAIN.as_bytes()), secret);
        hkdf.expand(role, &mut key).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(self.text(conduct)?.as_bytes());
        Some(mac)
    }

    fn text(&self, conduct: &Conduct) -> Option<String> {
        let side = |side: &Side| {
            if conduct.has(Flaw::LinkKeysNotBound) {
                return json!({ "device": side.device });
            }
            json!({
                "device": side.device,
                "curve25519": side.keys.curve25519,
                "ed25519": side.keys.ed25519,
            })
        };
        let matter = json!({
            "domain": DOMAIN,
            "link": self.link,
            "user": self.user,
            "master": self.master,
            "old": side(&self.old),
            "new": side(&self.new),
        });
        strict::canonical(&matter).ok()
    }
}

/// The fingerprint of a device in its code: 80 bits over its name and keys.
pub(super) fn fingerprint(user: &UserId, side: &Side) -> [u8; 10] {
    let named: Value = json!({
        "domain": "dev.pruefstand.link.device",
        "user": user,
        "device": side.device,
        "curve25519": side.keys.curve25519,
        "ed25519": side.keys.ed25519,
    });
    let text = strict::canonical(&named).unwrap_or_default();
    let mut short = [0; 10];
    let hash = Sha256::digest(text.as_bytes());
    short
        .iter_mut()
        .zip(hash)
        .for_each(|(byte, hash)| *byte = hash);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matter() -> Matter {
        let side = |device: &str| Side {
            device: DeviceId::new(device),
            keys: DevicePair {
                curve25519: format!("curve of {device}"),
                ed25519: format!("ed of {device}"),
            },
        };
        Matter {
            link: FlowId::new("link"),
            user: UserId::new("@alice:x"),
            master: "master".to_owned(),
            old: side("OLD"),
            new: side("NEW"),
        }
    }

    #[test]
    fn a_proof_holds_for_its_role_secret_and_matter_alone() {
        let (honest, secret) = (Conduct::honest(), [1; 16]);
        let proof = matter().prove(Role::Offer, &secret, &honest).unwrap();
        assert!(matter().holds(Role::Offer, &secret, &proof, &honest));
        assert!(!matter().holds(Role::Answer, &secret, &proof, &honest));
        assert!(!matter().holds(Role::Offer, &[2; 16], &proof, &honest));
        assert!(!matter().holds(Role::Offer, &secret, "", &honest));
        let changes: [fn(&mut Matter); 8] = [
            |matter| matter.link = FlowId::new("other"),
            |matter| matter.user = UserId::new("@bob:x"),
            |matter| matter.master = "other".to_owned(),
            |matter| matter.old.device = DeviceId::new("X"),
            |matter| matter.old.keys.ed25519 = "x".to_owned(),
            |matter| matter.old.keys.curve25519 = "x".to_owned(),
            |matter| matter.new.keys.ed25519 = "x".to_owned(),
            |matter| matter.new.keys.curve25519 = "x".to_owned(),
        ];
        for change in changes {
            let mut other = matter();
            change(&mut other);
            assert!(
                !other.holds(Role::Offer, &secret, &proof, &honest),
                "{other:?}"
            );
        }
    }
}

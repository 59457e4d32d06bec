//! The key that a backup is sealed to.

use serde_json::{Value, json};
use vodozemac::{Curve25519PublicKey, Curve25519SecretKey};

use super::super::VaultRefusal;
use crate::{
    Conduct, Flaw, Refusal, UserId,
    account::OwnIdentity,
    border::{key, signed},
    json::text,
};

/// X25519, HKDF-SHA256, AES-256-GCM. Matrix' `m.megolm_backup.v1.curve25519-aes-sha2` authenticates nothing.
pub(super) const ALGORITHM: &str = "dev.pruefstand.backup.v1.x25519-hkdf-aes256gcm";

/// The public key of a backup.
pub(crate) struct BackupKey(pub(crate) Curve25519PublicKey);

impl BackupKey {
    /// The private half: whoever holds the identity of the user opens his backup.
    pub(super) fn private(identity: &OwnIdentity) -> Result<Curve25519SecretKey, VaultRefusal> {
        let key = identity.derive("dev.pruefstand.backup.key")?;
        Ok(Curve25519SecretKey::from_slice(key.reveal()))
    }

    /// The public half, signed by the identity.
    pub(super) fn object(identity: &OwnIdentity, user: &UserId) -> Result<Value, Refusal> {
        let public = Curve25519PublicKey::from(&Self::private(identity)?);
        let mut object = json!({
            "algorithm": ALGORITHM,
            "user_id": user,
            "public_key": public.to_base64(),
        });
        let failed = |error: crate::account::IdentityError| Refusal::Crypto(error.to_string());
        identity.sign_backup(user, &mut object).map_err(failed)?;
        Ok(object)
    }

    /// What the relay serves as the public key, if the pinned master key of the user has signed it: whoever puts another one in its place reads
    /// every key that is uploaded (ATK-BAK-02).
    pub(crate) fn served(
        object: &Value,
        user: &UserId,
        master: Option<&str>,
        conduct: &Conduct,
    ) -> Result<Self, VaultRefusal> {
        let is_ours = || {
            let master = master?;
            let signer = key::ed25519(master, conduct).ok()?;
            let key_id = format!("ed25519:{master}");
            signed::verify(object, user.as_str(), &key_id, &signer).ok()
        };
        if text(object, "algorithm") != Some(ALGORITHM)
            || text(object, "user_id") != Some(user.as_str())
        {
            return Err(VaultRefusal::BackupKeyRefused);
        }
        if is_ours().is_none() && !conduct.has(Flaw::BackupKeyUnsignedOk) {
            return Err(VaultRefusal::BackupKeyRefused);
        }
        let public =
            text(object, "public_key").and_then(|text| key::curve25519(text, conduct).ok());
        public.map(Self).ok_or(VaultRefusal::BackupKeyRefused)
    }
}

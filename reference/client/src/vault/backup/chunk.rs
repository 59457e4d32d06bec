//! One part of a backup: keys in the lines of an export, sealed to the public key and signed by the device.

use serde_json::{Value, json};
use vodozemac::{Curve25519PublicKey, Curve25519SecretKey};

use super::{
    super::export::line::{self, Line},
    key::BackupKey,
};
use crate::{
    Conduct, DeviceId, Refusal, UserId,
    account::{Own, OwnIdentity},
    border::{base64, key as keys, signed},
    json::text,
    megolm::RoomKey,
    sealed::Key,
};

/// Keys in one part.
pub(super) const KEYS: usize = 16;

/// Bytes of the longest part.
const MAX_CHUNK: usize = 256 << 10;

/// Where a part belongs.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) user: &'a UserId,
    pub(crate) device: &'a DeviceId,
    pub(crate) at: usize,
}

impl Place<'_> {
    /// What is authenticated beside the keys: a part opens nowhere else.
    fn context(&self) -> Vec<u8> {
        json!([self.user, self.device, self.at])
            .to_string()
            .into_bytes()
    }
}

pub(crate) struct Chunk;

impl Chunk {
    /// Keys as a part of the backup.
    pub(super) fn seal(
        to: &BackupKey,
        place: Place<'_>,
        part: &[RoomKey],
        own: &Own,
        conduct: &Conduct,
    ) -> Result<Value, Refusal> {
        let failed = || Refusal::Crypto("a part of a backup".to_owned());
        let ephemeral = Curve25519SecretKey::new();
        let public = Curve25519PublicKey::from(&ephemeral);
        let key = agree(&ephemeral, &to.0, &public, &to.0).ok_or_else(failed)?;
        let lines = part.iter().cloned().map(|key| Line::RoomKey(Box::new(key)));
        let plaintext = line::write(lines.collect(), conduct).ok_or_else(failed)?;
        let sealed = key.seal_box(&place.context(), &plaintext);
        let mut object = json!({
            "ephemeral": public.to_base64(),
            "sealed": base64::encode(sealed.map_err(|_sealing| failed())?),
            "user_id": place.user,
            "device_id": place.device,
            "at": place.at,
        });
        own.sign(&mut object).map_err(|_form| failed())?;
        Ok(object)
    }

    /// The keys of a part that the device with this Ed25519 key has signed.
    pub(crate) fn open(
        identity: &OwnIdentity,
        place: Place<'_>,
        signer: &str,
        object: &Value,
        conduct: &Conduct,
    ) -> Option<Vec<RoomKey>> {
        let signer = keys::ed25519(signer, conduct).ok()?;
        let key_id = format!("ed25519:{}", place.device);
        signed::verify(object, place.user.as_str(), &key_id, &signer).ok()?;
        let ephemeral = keys::curve25519(text(object, "ephemeral")?, conduct).ok()?;
        let private = BackupKey::private(identity).ok()?;
        let public = Curve25519PublicKey::from(&private);
        let key = agree(&private, &ephemeral, &ephemeral, &public)?;
        let sealed = base64::decode(text(object, "sealed")?, MAX_CHUNK).ok()?;
        let plaintext = key.open_box(&place.context(), &sealed)?;
        let found = line::read(&plaintext, conduct)?.into_iter();
        let found = found.filter_map(|line| match line {
            Line::RoomKey(key) => Some(*key),
            Line::Identity(_) => None,
        });
        Some(found.collect())
    }
}

/// The key of one part, which both public keys are bound into (RFC 9180, 'DHKEM', in its idea).
fn agree(
    private: &Curve25519SecretKey,
    other: &Curve25519PublicKey,
    ephemeral: &Curve25519PublicKey,
    to: &Curve25519PublicKey,
) -> Option<Key> {
    let shared = private.diffie_hellman(other)?;
    let secrets: [&[u8]; 3] = [shared.as_bytes(), ephemeral.as_bytes(), to.as_bytes()];
    Key::derive_from(&secrets, "dev.pruefstand.backup.part").ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    #[test]
    fn a_part_opens_for_its_identity_at_its_place_and_from_its_device_only() {
        let honest = Conduct::honest();
        let (user, device) = (UserId::new("@a:x"), DeviceId::new("A"));
        let own = Own::create(user.clone(), device.clone(), Secret::new("token")).unwrap();
        let identity = OwnIdentity::create();
        let object = BackupKey::object(&identity, &user).unwrap();
        let master = identity.chain().unwrap().master;
        let to = BackupKey::served(&object, &user, Some(&master), &honest).unwrap();
        let place = Place {
            user: &user,
            device: &device,
            at: 0,
        };
        let part = Chunk::seal(&to, place, &[], &own, &honest).unwrap();
        let opens = |identity: &OwnIdentity, at: usize, signer: &str, part: &Value| {
            let place = Place { at, ..place };
            Chunk::open(identity, place, signer, part, &honest).is_some()
        };
        assert!(opens(&identity, 0, &own.ed25519(), &part));
        assert!(!opens(&identity, 1, &own.ed25519(), &part));
        assert!(!opens(&OwnIdentity::create(), 0, &own.ed25519(), &part));
        let stranger = Own::create(user.clone(), device.clone(), Secret::new("token")).unwrap();
        assert!(!opens(&identity, 0, &stranger.ed25519(), &part));
        let mut bent = part.clone();
        bent["ephemeral"] = json!(stranger.curve25519());
        stranger.sign(&mut bent).unwrap();
        assert!(!opens(&identity, 0, &stranger.ed25519(), &bent));
    }
}

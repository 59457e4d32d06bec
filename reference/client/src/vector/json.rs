//! Canonical JSON and base64, and what signed objects say about devices and identities (VEC-J).

use serde_json::Value;

use super::{Inputs, Operation, Stop, Taken, VectorStage, curve::refused, signed::unsigned};
use crate::{
    Conduct, DeviceId, UserId,
    border::{base64, json},
    client::read_answer,
    directory::{Chain, ChainRefusal, DeviceRefusal, Directory, device},
    olm::{Payload, PayloadRefusal, Sealed},
};

pub(super) const OPERATIONS: &[Operation] = &[
    ("canonical-json", canonical_json),
    ("base64", base64_text),
    ("device-keys", device_keys),
    ("cross-signed-device", cross_signed_device),
    ("cross-signing", cross_signing),
    ("olm-plaintext", olm_plaintext),
];

/// Bytes of the longest base64 text.
const MAX_BYTES: usize = 1024;

/// The canonical form of a text.
fn canonical_json(inputs: Inputs<'_>, _conduct: &Conduct) -> Taken {
    let text = inputs.bytes("text")?;
    let form = json::parse(&text).and_then(|value| json::canonical(&value));
    let form = form.or(Err(VectorStage::Decode))?;
    Ok(Some(form.into_bytes()))
}

/// The bytes of a text.
fn base64_text(inputs: Inputs<'_>, _conduct: &Conduct) -> Taken {
    let bytes = base64::decode(&inputs.text("text")?, MAX_BYTES);
    Ok(Some(bytes.or(Err(VectorStage::Decode))?))
}

/// The Curve25519 and the Ed25519 key of a device, if it counts.
fn device_keys(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let asked = Asked::read(inputs, conduct)?;
    let id = DeviceId::new(inputs.text("device")?);
    let device = asked.directory.device(&asked.user, &id);
    let device = device.ok_or_else(|| asked.why_no_device(&id, conduct))?;
    Ok(Some(joined([&device.curve25519, &device.ed25519])))
}

/// Whether the owner's self-signing key has signed a device that counts.
fn cross_signed_device(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let asked = Asked::read(inputs, conduct)?;
    let id = DeviceId::new(inputs.text("device")?);
    let device = asked.directory.device(&asked.user, &id);
    let device = device.ok_or_else(|| asked.why_no_device(&id, conduct))?;
    match device.signed {
        true => Ok(None),
        false => Err(VectorStage::Authenticate.into()),
    }
}

/// The three public keys of a user, if all of them are taken.
fn cross_signing(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let asked = Asked::read(inputs, conduct)?;
    let keys = asked.directory.user(&asked.user).and_then(|known| {
        let pin = known.pin.as_ref()?;
        let (self_signing, user_signing) = (&known.self_signing, &known.user_signing);
        Some([&pin.master, self_signing.as_ref()?, user_signing.as_ref()?])
    });
    let keys = keys.ok_or_else(|| asked.why_no_chain(conduct))?;
    Ok(Some(joined(keys)))
}

/// Whether what a channel brought was made for this device, by that one.
fn olm_plaintext(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let asked = Asked::read(inputs, conduct)?;
    let (curve25519, plaintext) = (inputs.text("sender_key")?, inputs.bytes("plaintext")?);
    let sealed = Sealed {
        sender: &asked.user,
        curve25519: &curve25519,
        plaintext: &plaintext,
    };
    let recipient = UserId::new(inputs.text("recipient")?);
    let to = (&recipient, &*inputs.text("recipient_key")?);
    let opened = Payload::open(&sealed, to, &asked.directory, conduct);
    opened.map_err(|refusal| match refusal {
        PayloadRefusal::Json(_) => VectorStage::Decode,
        PayloadRefusal::Missing(_) => VectorStage::Parse,
        PayloadRefusal::DeviceKeysSignatureInvalid(_) => VectorStage::Authenticate,
        _ => VectorStage::Bind,
    })?;
    Ok(None)
}

/// What a client knows of a user after one answer to `/keys/query`.
struct Asked {
    user: UserId,
    answer: Value,
    directory: Directory,
}

impl Asked {
    fn read(inputs: Inputs<'_>, conduct: &Conduct) -> Result<Self, Stop> {
        let user = UserId::new(inputs.text("user")?);
        let answer = read_answer(&inputs.bytes("answer")?, conduct);
        let mut directory = Directory::default();
        directory.track(&user);
        let users = [user.clone()];
        let asked = directory.ask(&users);
        directory.apply(&users, asked, &answer, conduct);
        Ok(Self {
            user,
            answer,
            directory,
        })
    }

    /// Where the device is refused, which the directory does not keep.
    fn why_no_device(&self, id: &DeviceId, conduct: &Conduct) -> VectorStage {
        let all = self.answer.get("device_keys");
        let served = all.and_then(|all| all.get(self.user.as_str())?.get(id.as_str()));
        let Some(object) = served.filter(|object| !object.is_null()) else {
            return VectorStage::Decode;
        };
        match device::parse(&self.user, id, object, conduct) {
            Err(DeviceRefusal::KeyInvalid(error)) => refused(error),
            Err(DeviceRefusal::SignatureInvalid(error)) => unsigned(error),
            Err(DeviceRefusal::WrongSlot) => VectorStage::Bind,
            Err(DeviceRefusal::AlgorithmMissing) => VectorStage::Policy,
            Err(
                DeviceRefusal::Missing(_) | DeviceRefusal::UnclearId | DeviceRefusal::SecondKey,
            )
            | Ok(_) => VectorStage::Parse,
        }
    }

    /// Where the chain is refused, which the directory does not keep.
    fn why_no_chain(&self, conduct: &Conduct) -> VectorStage {
        match Chain::parse(&self.user, &self.answer, conduct) {
            Err(ChainRefusal::KeyInvalid(error)) => refused(error),
            Err(ChainRefusal::SignatureInvalid(error)) => unsigned(error),
            Err(ChainRefusal::WrongUser | ChainRefusal::WrongUsage | ChainRefusal::KeyReused) => {
                VectorStage::Bind
            }
            Err(ChainRefusal::NotOneKey) | Ok(_) => VectorStage::Parse,
        }
    }
}

/// The bytes of keys whose texts were checked before.
fn joined<const N: usize>(keys: [&String; N]) -> Vec<u8> {
    let bytes = keys.map(|key| base64::decode(key, MAX_BYTES).unwrap_or_default());
    bytes.concat()
}

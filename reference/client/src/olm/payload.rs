//! The plaintext of an Olm message: who speaks to whom, with which keys.

use serde_json::{Value, json};
use thiserror::Error;

use crate::{
    Conduct, DeviceId, Flaw, UserId,
    account::Own,
    border::{JsonError, json as strict, key, signed},
    directory::Directory,
    json::text,
};

/// A plaintext whose every binding was checked.
#[derive(Debug)]
pub(crate) struct Payload {
    pub(crate) kind: String,
    pub(crate) content: Value,
    /// Who sent it, and with which device and keys.
    pub(crate) sender: UserId,
    pub(crate) device: Option<DeviceId>,
    pub(crate) curve25519: String,
    pub(crate) ed25519: String,
}

/// Where a plaintext came out of: the event's sender and the key that the channel belongs to.
pub(crate) struct Sealed<'a> {
    pub(crate) sender: &'a UserId,
    pub(crate) curve25519: &'a str,
    pub(crate) plaintext: &'a [u8],
}

/// Why an authentic plaintext was refused (Matrix specification, 'Validation of incoming decrypted events').
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum PayloadRefusal {
    #[error(transparent)]
    Json(#[from] JsonError),
    #[error("the plaintext has no {0}")]
    Missing(&'static str),
    #[error("the plaintext names another sender than the event")]
    SenderMismatch,
    #[error("the plaintext is for another user")]
    RecipientMismatch,
    #[error("the plaintext is for another device key")]
    RecipientKeyMismatch,
    #[error("the plaintext claims a signing key that is not the sending device's")]
    SenderKeyMismatch,
    #[error("the device that sent it is unknown and it does not bring its keys")]
    DeviceUnknown,
    #[error("the keys of the sending device belong to another user")]
    DeviceKeysUserMismatch,
    #[error("the keys of the sending device have another Curve25519 key than the channel")]
    DeviceKeysCurveMismatch,
    #[error("the keys of the sending device have another Ed25519 key than the device")]
    DeviceKeysSigningMismatch,
    #[error("the keys of the sending device are not signed by it: {0}")]
    DeviceKeysSignatureInvalid(String),
}

/// What `sender_device_keys` says, after its checks.
struct Brought {
    device: DeviceId,
    ed25519: String,
}

impl Payload {
    /// Writes a plaintext for one device.
    pub(crate) fn write(own: &Own, to: (&UserId, &str), kind: &str, content: &Value) -> Vec<u8> {
        let (recipient, recipient_key) = to;
        let plaintext = json!({
            "type": kind,
            "content": content,
            "sender": own.user,
            "recipient": recipient,
            "recipient_keys": { "ed25519": recipient_key },
            "keys": { "ed25519": own.ed25519() },
            "sender_device_keys": own.device_keys,
        });
        plaintext.to_string().into_bytes()
    }

    /// Checks every binding of a decrypted plaintext; `to` is this device: its user and its Ed25519 key.
    pub(crate) fn open(
        sealed: &Sealed<'_>,
        to: (&UserId, &str),
        directory: &Directory,
        conduct: &Conduct,
    ) -> Result<Self, PayloadRefusal> {
        let plaintext = strict::parse(sealed.plaintext)?;
        let (recipient, recipient_key) = to;
        let field =
            |name: &'static str| text(&plaintext, name).ok_or(PayloadRefusal::Missing(name));
        if field("sender")? != sealed.sender.as_str() && !conduct.has(Flaw::OlmNoSenderCheck) {
            return Err(PayloadRefusal::SenderMismatch);
        }
        if field("recipient")? != recipient.as_str() && !conduct.has(Flaw::OlmNoRecipientCheck) {
            return Err(PayloadRefusal::RecipientMismatch);
        }
        if ed25519(&plaintext, "recipient_keys")? != recipient_key
            && !conduct.has(Flaw::OlmNoRecipientKeyCheck)
        {
            return Err(PayloadRefusal::RecipientKeyMismatch);
        }
        let claimed = ed25519(&plaintext, "keys")?;
        let listed = directory.by_curve(sealed.sender, sealed.curve25519);
        let brought = match plaintext.get("sender_device_keys") {
            Some(keys) => Some(Brought::check(keys, sealed, conduct)?),
            None => None,
        };
        // The device's own key: as the directory knows it, else as the device brought it.
        let (device, real) = match (listed, &brought) {
            (Some((device, known)), _) => (device.clone(), known.ed25519.as_str()),
            (None, Some(brought)) => (brought.device.clone(), brought.ed25519.as_str()),
            (None, None) => return Err(PayloadRefusal::DeviceUnknown),
        };
        if brought
            .as_ref()
            .is_some_and(|brought| brought.ed25519 != real)
            && !conduct.has(Flaw::SenderDeviceKeysNoEd25519)
        {
            return Err(PayloadRefusal::DeviceKeysSigningMismatch);
        }
        if claimed != real && !conduct.has(Flaw::OlmNoSenderKeyCheck) {
            return Err(PayloadRefusal::SenderKeyMismatch);
        }
        Ok(Self {
            kind: field("type")?.to_owned(),
            content: plaintext.get("content").cloned().unwrap_or_default(),
            sender: sealed.sender.clone(),
            device: Some(device),
            curve25519: sealed.curve25519.to_owned(),
            ed25519: claimed.to_owned(),
        })
    }
}

impl Brought {
    fn check(keys: &Value, sealed: &Sealed<'_>, conduct: &Conduct) -> Result<Self, PayloadRefusal> {
        let missing = PayloadRefusal::Missing("sender_device_keys");
        let user = text(keys, "user_id").ok_or(missing.clone())?;
        let device = text(keys, "device_id").ok_or(missing.clone())?;
        let key_of = |algorithm: &str| {
            let id = format!("{algorithm}:{device}");
            keys.get("keys")
                .and_then(|keys| text(keys, &id))
                .ok_or(missing.clone())
        };
        if user != sealed.sender.as_str() && !conduct.has(Flaw::SenderDeviceKeysNoUserid) {
            return Err(PayloadRefusal::DeviceKeysUserMismatch);
        }
        if key_of("curve25519")? != sealed.curve25519
            && !conduct.has(Flaw::SenderDeviceKeysNoCurve25519)
        {
            return Err(PayloadRefusal::DeviceKeysCurveMismatch);
        }
        let signing = key_of("ed25519")?;
        let parsed = key::ed25519(signing, conduct).map_err(|error| error.to_string());
        let verified = parsed.and_then(|parsed| {
            signed::verify(keys, user, &format!("ed25519:{device}"), &parsed)
                .map_err(|error| error.to_string())
        });
        if let Err(reason) = verified
            && !conduct.has(Flaw::SenderDeviceKeysNoSignature)
        {
            return Err(PayloadRefusal::DeviceKeysSignatureInvalid(reason));
        }
        Ok(Self {
            device: DeviceId::new(device),
            ed25519: signing.to_owned(),
        })
    }
}

fn ed25519<'a>(plaintext: &'a Value, field: &'static str) -> Result<&'a str, PayloadRefusal> {
    let keys = plaintext.get(field).ok_or(PayloadRefusal::Missing(field))?;
    text(keys, "ed25519").ok_or(PayloadRefusal::Missing(field))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vodozemac::olm::Account;

    use super::*;
    use crate::Secret;

    fn device(user: &str, device: &str) -> Own {
        Own::create(
            UserId::new(user),
            DeviceId::new(device),
            Secret::new("token"),
        )
        .unwrap()
    }

    /// A flaw and the lie that only it lets through.
    struct Case(Flaw, fn(&mut Value, &Own));

    /// What Alice makes of Mallory's payload after a lie, with these flaws.
    fn opened(flaws: &[Flaw], lie: &dyn Fn(&mut Value, &Own)) -> Result<Payload, PayloadRefusal> {
        let (alice, mallory) = (device("@alice:x", "A"), device("@mallory:x", "M"));
        let conduct = Conduct::flawed(flaws);
        let mut directory = Directory::default();
        directory.track(&mallory.user);
        let answer = json!({ "device_keys": { "@mallory:x": { "M": mallory.device_keys } } });
        let users = [mallory.user.clone()];
        let asked = directory.ask(&users);
        directory.apply(&users, asked, &answer, &conduct);
        let to = (&alice.user, &*alice.ed25519());
        let plaintext = Payload::write(&mallory, to, "m.dummy", &json!({}));
        let mut plaintext: Value = serde_json::from_slice(&plaintext).unwrap();
        lie(&mut plaintext, &mallory);
        let (plaintext, curve25519) = (plaintext.to_string(), mallory.curve25519());
        let sealed = Sealed {
            sender: &mallory.user,
            curve25519: &curve25519,
            plaintext: plaintext.as_bytes(),
        };
        Payload::open(&sealed, to, &directory, &conduct)
    }

    fn stranger_key() -> Value {
        json!(Account::new().ed25519_key().to_base64())
    }

    /// Changes the device keys inside and lets Mallory's device sign them as `user`.
    fn resigned(plaintext: &mut Value, mallory: &Own, user: &str, at: &str, value: Value) {
        let keys = plaintext["sender_device_keys"].as_object_mut().unwrap();
        keys.remove("signatures");
        let mut keys = Value::Object(keys.clone());
        *keys.pointer_mut(at).unwrap() = value;
        let sign = |bytes: &[u8]| mallory.account.sign(bytes);
        signed::sign(keys.as_object_mut().unwrap(), user, "ed25519:M", sign).unwrap();
        plaintext["sender_device_keys"] = keys;
    }

    #[test]
    fn an_honest_payload_is_opened() {
        let payload = opened(&[], &|_, _| {}).unwrap();
        assert_eq!(payload.kind, "m.dummy");
        assert_eq!(payload.device, Some(DeviceId::new("M")));
    }

    #[test]
    fn each_binding_is_checked_and_each_flaw_leaves_out_exactly_one() {
        let cases: [Case; 8] = [
            Case(Flaw::OlmNoSenderCheck, |p, _| p["sender"] = json!("@bob:x")),
            Case(Flaw::OlmNoSenderKeyCheck, |p, _| {
                p["keys"]["ed25519"] = stranger_key()
            }),
            Case(Flaw::OlmNoRecipientCheck, |p, _| {
                p["recipient"] = json!("@bob:x")
            }),
            Case(Flaw::OlmNoRecipientKeyCheck, |p, _| {
                p["recipient_keys"]["ed25519"] = stranger_key()
            }),
            Case(Flaw::SenderDeviceKeysNoUserid, |p, m| {
                resigned(p, m, "@bob:x", "/user_id", json!("@bob:x"))
            }),
            Case(Flaw::SenderDeviceKeysNoCurve25519, |p, m| {
                let other = json!(Account::new().curve25519_key().to_base64());
                resigned(p, m, "@mallory:x", "/keys/curve25519:M", other);
            }),
            Case(Flaw::SenderDeviceKeysNoEd25519, |p, m| {
                let mut other = device("@mallory:x", "M");
                let curve = json!(m.curve25519());
                other
                    .device_keys
                    .as_object_mut()
                    .unwrap()
                    .remove("signatures");
                other.device_keys["keys"]["curve25519:M"] = curve;
                let mut keys = other.device_keys.clone();
                other.sign(&mut keys).unwrap();
                p["sender_device_keys"] = keys;
            }),
            Case(Flaw::SenderDeviceKeysNoSignature, |p, _| {
                p["sender_device_keys"]["algorithms"] = json!([])
            }),
        ];
        for Case(flaw, lie) in &cases {
            assert!(opened(&[], lie).is_err(), "honest {flaw:?}");
            assert!(opened(&[*flaw], lie).is_ok(), "twin {flaw:?}");
            for Case(other, _) in cases.iter().filter(|case| case.0 != *flaw) {
                assert!(
                    opened(&[*other], lie).is_err(),
                    "{other:?} must not help {flaw:?}"
                );
            }
        }
    }

    #[test]
    fn a_listed_device_need_not_bring_its_keys() {
        let without = |plaintext: &mut Value, _: &Own| {
            plaintext
                .as_object_mut()
                .unwrap()
                .remove("sender_device_keys");
        };
        assert!(opened(&[], &without).is_ok());
    }
}

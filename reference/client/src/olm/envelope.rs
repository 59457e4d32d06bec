//! The content of an Olm-encrypted to-device event.

use serde_json::{Value, json};
use thiserror::Error;
use vodozemac::{Curve25519PublicKey, olm::OlmMessage};

use crate::{
    Conduct,
    border::{KeyError, WireError, base64, key, olm},
    directory::OLM,
    json::text,
};

/// A ciphertext for this device and the key that it claims to come from.
pub(crate) struct Envelope {
    pub(crate) sender_key: Curve25519PublicKey,
    pub(crate) message: OlmMessage,
}

/// Why an envelope was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum EnvelopeRefusal {
    #[error("the event has no valid {0}")]
    Malformed(&'static str),
    #[error("the event is not for this device")]
    NotForUs,
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Wire(#[from] WireError),
}

impl Envelope {
    /// Reads the content of `m.room.encrypted` with the Olm algorithm, for the device with key `own`.
    pub(crate) fn parse(
        content: &Value,
        own: &str,
        conduct: &Conduct,
    ) -> Result<Self, EnvelopeRefusal> {
        let sender_key = text(content, "sender_key");
        let sender_key = sender_key.ok_or(EnvelopeRefusal::Malformed("sender_key"))?;
        let sender_key = key::curve25519(sender_key, conduct)?;
        let all = content.get("ciphertext").and_then(Value::as_object);
        let all = all.ok_or(EnvelopeRefusal::Malformed("ciphertext"))?;
        let ours = all.get(own).ok_or(EnvelopeRefusal::NotForUs)?;
        let kind = ours.get("type").and_then(Value::as_u64);
        let kind = kind.ok_or(EnvelopeRefusal::Malformed("ciphertext type"))?;
        let body = text(ours, "body").ok_or(EnvelopeRefusal::Malformed("ciphertext body"))?;
        let message = olm::parse(kind, body, conduct)?;
        Ok(Self {
            sender_key,
            message,
        })
    }

    /// The content that carries `message` to the device with key `to`.
    pub(crate) fn content(from: &str, to: &str, message: &OlmMessage) -> Value {
        let (kind, bytes) = message.to_parts();
        json!({
            "algorithm": OLM,
            "sender_key": from,
            "ciphertext": { to: { "type": kind, "body": base64::encode(bytes) } },
        })
    }
}

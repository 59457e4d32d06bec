//! The cross-signing chain: master key, self-signing key, user-signing key.

use serde_json::Value;
use thiserror::Error;
use vodozemac::Ed25519PublicKey;

use super::other_reading;
use crate::{
    Conduct, Flaw, UserId,
    border::{KeyError, SignatureError, key, signed},
    json::text,
};

/// A chain whose links are valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// Public keys, unpadded base64.
    pub(crate) master: String,
    pub(crate) self_signing: Option<String>,
    pub(crate) user_signing: Option<String>,
}

/// Why a chain was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum ChainRefusal {
    #[error("the key object names another user")]
    WrongUser,
    #[error("the key object has another usage")]
    WrongUsage,
    #[error("the key object does not hold exactly one key of its own id")]
    NotOneKey,
    #[error("one key is used for two purposes")]
    KeyReused,
    #[error("a key is no canonical public key: {0}")]
    KeyInvalid(KeyError),
    #[error("the signature of the master key is invalid: {0}")]
    SignatureInvalid(SignatureError),
}

impl Chain {
    /// Reads the chain of `user` out of an answer to `/keys/query`; `None` if there is no master key.
    ///
    /// Matrix specification, 'Cross-signing': usage, one key each, both signed by the master key.
    pub(crate) fn parse(
        user: &UserId,
        answer: &Value,
        conduct: &Conduct,
    ) -> Result<Option<Self>, ChainRefusal> {
        let object = |map: &str| answer.get(map)?.get(user.as_str());
        let Some(master_object) = object("master_keys") else {
            return Ok(None);
        };
        let (master, master_key) = read(user, "master", master_object, conduct)?;
        let link = |map: &str, usage: &str| -> Result<Option<String>, ChainRefusal> {
            let Some(linked) = object(map) else {
                return Ok(None);
            };
            let (text, _) = read(user, usage, linked, conduct)?;
            if text == master && !conduct.has(Flaw::XsignUsageNotChecked) {
                return Err(ChainRefusal::KeyReused);
            }
            let key_id = format!("ed25519:{master}");
            signed::verify(linked, user.as_str(), &key_id, &master_key)
                .map_err(ChainRefusal::SignatureInvalid)?;
            match other_reading(answer, &[map, user.as_str()], conduct) {
                Some(other) => read(user, usage, other, conduct).map(|(text, _)| Some(text)),
                None => Ok(Some(text)),
            }
        };
        let self_signing = link("self_signing_keys", "self_signing")?;
        let user_signing = link("user_signing_keys", "user_signing")?;
        if self_signing.is_some()
            && self_signing == user_signing
            && !conduct.has(Flaw::XsignUsageNotChecked)
        {
            return Err(ChainRefusal::KeyReused);
        }
        Ok(Some(Self {
            master,
            self_signing,
            user_signing,
        }))
    }
}

fn read(
    user: &UserId,
    usage: &str,
    object: &Value,
    conduct: &Conduct,
) -> Result<(String, Ed25519PublicKey), ChainRefusal> {
    if text(object, "user_id") != Some(user.as_str()) {
        return Err(ChainRefusal::WrongUser);
    }
    let usages = object.get("usage").and_then(Value::as_array);
    if !usages.is_some_and(|usages| matches!(usages.as_slice(), [only] if only == usage))
        && !conduct.has(Flaw::XsignUsageNotChecked)
    {
        return Err(ChainRefusal::WrongUsage);
    }
    let keys = object.get("keys").and_then(Value::as_object);
    let mut keys = keys.into_iter().flatten();
    let (Some((id, value)), None) = (keys.next(), keys.next()) else {
        return Err(ChainRefusal::NotOneKey);
    };
    let text = value.as_str().ok_or(ChainRefusal::NotOneKey)?;
    if *id != format!("ed25519:{text}") {
        return Err(ChainRefusal::NotOneKey);
    }
    let parsed = key::ed25519(text, conduct).map_err(ChainRefusal::KeyInvalid)?;
    Ok((text.to_owned(), parsed))
}

//! A scripted side of the short authentication string method (Matrix specification, 'Short Authentication String (SAS) verification').

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use vodozemac::{
    base64_encode,
    sas::{EstablishedSas, Sas},
};

use crate::{check::Stop, evil::canonical};

/// One side: a device of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The user id.
    pub user: String,
    /// The device id.
    pub device: String,
}

/// The evil peer's side of one verification. The contents are honest; the check changes them before they are sent.
pub struct EvilSas {
    transaction: String,
    us: Party,
    them: Party,
    /// Whether we sent `start`; decides the order in the info strings.
    started: bool,
    key: String,
    secret: Option<Sas>,
    shared: Option<(EstablishedSas, String)>,
}

impl EvilSas {
    /// A side with a fresh ephemeral key. `started` tells whether we send the `start` event.
    #[must_use]
    pub fn new(transaction: &str, us: Party, them: Party, started: bool) -> Self {
        let secret = Sas::new();
        let key = secret.public_key().to_base64();
        Self {
            transaction: transaction.to_owned(),
            us,
            them,
            started,
            key,
            secret: Some(secret),
            shared: None,
        }
    }

    /// Our ephemeral key.
    #[must_use]
    pub fn ephemeral(&self) -> &str {
        &self.key
    }

    /// The content of `m.key.verification.ready`.
    #[must_use]
    pub fn ready(&self) -> Value {
        json!({ "transaction_id": self.transaction, "from_device": self.us.device, "methods": ["m.sas.v1"] })
    }

    /// The content of `m.key.verification.accept`, committing to any key.
    #[must_use]
    pub fn accept_for(&self, key: &str, start: &Value) -> Value {
        json!({
            "transaction_id": self.transaction,
            "method": "m.sas.v1",
            "key_agreement_protocol": "curve25519-hkdf-sha256",
            "hash": "sha256",
            "message_authentication_code": "hkdf-hmac-sha256.v2",
            "short_authentication_string": ["decimal", "emoji"],
            "commitment": commitment(key, start),
        })
    }

    /// The content of `m.key.verification.key`.
    #[must_use]
    pub fn key(&self) -> Value {
        json!({ "transaction_id": self.transaction, "key": self.key })
    }

    /// Takes the other side's ephemeral key.
    ///
    /// # Errors
    ///
    /// If it is no key, or one was taken before.
    pub fn take_key(&mut self, their_key: &str) -> Result<(), Stop> {
        let secret = self
            .secret
            .take()
            .ok_or_else(|| Stop::harness("a second ephemeral key"))?;
        let shared = secret
            .diffie_hellman_with_raw(their_key)
            .map_err(|error| Stop::target(format!("the ephemeral key is no key: {error}")))?;
        self.shared = Some((shared, their_key.to_owned()));
        Ok(())
    }

    /// The seven emoji that we would show, as indices.
    ///
    /// # Errors
    ///
    /// If the other side's key is not there yet.
    pub fn emoji(&self) -> Result<[u8; 7], Stop> {
        let (shared, their_key) = self.established()?;
        let ours = format!("{}|{}|{}", self.us.user, self.us.device, self.key);
        let theirs = format!("{}|{}|{their_key}", self.them.user, self.them.device);
        let (first, second) = if self.started {
            (ours, theirs)
        } else {
            (theirs, ours)
        };
        let info = format!(
            "MATRIX_KEY_VERIFICATION_SAS|{first}|{second}|{}",
            self.transaction
        );
        Ok(shared.bytes(&info).emoji_indices())
    }

    /// The content of `m.key.verification.mac`, vouching for these keys by id.
    ///
    /// # Errors
    ///
    /// If the other side's key is not there yet.
    pub fn mac(&self, vouched: &[(String, String)]) -> Result<Value, Stop> {
        let mut ids: Vec<_> = vouched.iter().map(|(id, _)| id.as_str()).collect();
        ids.sort_unstable();
        let mut macs = Map::new();
        for (id, key) in vouched {
            macs.insert(id.clone(), Value::from(self.one_mac(key, id)?));
        }
        let keys = self.one_mac(&ids.join(","), "KEY_IDS")?;
        Ok(json!({ "transaction_id": self.transaction, "mac": macs, "keys": keys }))
    }

    /// The content of `m.key.verification.done`.
    #[must_use]
    pub fn done(&self) -> Value {
        json!({ "transaction_id": self.transaction })
    }

    fn one_mac(&self, input: &str, id: &str) -> Result<String, Stop> {
        let (shared, _) = self.established()?;
        let Self {
            us,
            them,
            transaction,
            ..
        } = self;
        let info = format!(
            "MATRIX_KEY_VERIFICATION_MAC{}{}{}{}{transaction}{id}",
            us.user, us.device, them.user, them.device
        );
        Ok(shared.calculate_mac(input, &info).to_base64())
    }

    fn established(&self) -> Result<(&EstablishedSas, &str), Stop> {
        let shared = self
            .shared
            .as_ref()
            .map(|(shared, key)| (shared, key.as_str()));
        shared.ok_or_else(|| Stop::target("the other side has not sent its ephemeral key"))
    }
}

/// The commitment of the accepting side to its ephemeral key.
#[must_use]
pub fn commitment(key: &str, start: &Value) -> String {
    base64_encode(Sha256::digest(format!("{key}{}", canonical(start))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(name: &str) -> Party {
        Party {
            user: format!("@{name}:x"),
            device: name.to_uppercase(),
        }
    }

    #[test]
    fn two_honest_sides_show_the_same_emoji_and_a_middle_man_does_not() {
        let mut alice = EvilSas::new("t", party("alice"), party("bob"), true);
        let mut bob = EvilSas::new("t", party("bob"), party("alice"), false);
        alice.take_key(bob.ephemeral()).unwrap();
        bob.take_key(alice.ephemeral()).unwrap();
        assert_eq!(alice.emoji().unwrap(), bob.emoji().unwrap());
        let mut deceived = EvilSas::new("t", party("bob"), party("alice"), false);
        deceived.take_key(bob.ephemeral()).unwrap();
        assert_ne!(deceived.emoji().unwrap(), alice.emoji().unwrap());
    }
}

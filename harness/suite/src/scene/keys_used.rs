//! Which keys an actor has encrypted with, read off its ciphertexts: facts of the network, not of the product.

use std::collections::{BTreeMap, BTreeSet};

use harness_driver::Bytes;
use harness_evidence::{Claim, Exchange, Role, Witness};
use serde_json::{Value, json};
use vodozemac::{base64_decode, megolm::MegolmMessage, olm::OlmMessage};

use crate::{
    check::Stop,
    dialect::Class,
    scene::{Actor, Scene, Seen, digest},
};

/// Bytes of a file's key stream that are compared.
const STREAM: usize = 32;

/// What each key was used for, by digest. A key that was used for the same bytes again was used once.
#[derive(Default)]
struct Uses(BTreeMap<String, BTreeSet<String>>);

impl Uses {
    fn note(&mut self, key: String, used_for: &[u8]) {
        self.0.entry(key).or_default().insert(digest(used_for));
    }

    fn twice(&self) -> Vec<&str> {
        let twice = self.0.iter().filter(|(_, uses)| uses.len() > 1);
        twice.map(|(key, _)| key.as_str()).collect()
    }
}

/// The keys in everything that one actor sent.
#[derive(Default)]
struct KeysUsed {
    /// Ratchet key and index of a pairwise message, for its ciphertext.
    channel: Uses,
    /// A one-time key of somebody else, for the sender's ephemeral key.
    one_time: Uses,
    /// Session and index of a group message, for its ciphertext.
    group: Uses,
}

impl Scene {
    /// The message keys that the actor used since `mark`, and those that it used for two different ciphertexts:
    /// `{"used": {"channel": n, "one_time": n, "group": n}, "twice": {"channel": […], "one_time": […], "group": […]}}`.
    ///
    /// # Errors
    ///
    /// If the actor sent something that is no message of its kind, or too long to be recorded.
    pub fn keys_used(&mut self, actor: &Actor, mark: usize) -> Result<Seen, Stop> {
        let mut keys = KeysUsed::default();
        let fallback = self.fallback_keys(actor);
        for exchange in self.sent(actor, Class::ToDevice, mark) {
            for content in to_device(&exchange) {
                keys.take_olm(content, &fallback)
                    .ok_or_else(|| unreadable(actor))?;
            }
        }
        for exchange in self.sent(actor, Class::RoomSend, mark) {
            let body = &exchange.request.body;
            keys.take_group(body).ok_or_else(|| unreadable(actor))?;
        }
        let value = json!({
            "used": {
                "channel": keys.channel.0.len(),
                "one_time": keys.one_time.0.len(),
                "group": keys.group.0.len(),
            },
            "twice": {
                "channel": keys.channel.twice(),
                "one_time": keys.one_time.twice(),
                "group": keys.group.twice(),
            },
        });
        let what = format!("the keys that {} has encrypted with", actor.name);
        Ok(self.saw(what, Witness::Wire, value))
    }

    /// Nothing that was sent shares a key with anything else, and there was something to look at.
    pub fn must_use_keys_once(&mut self, seen: &Seen) {
        let within = |pointer: &str, least, most| Claim::Within {
            pointer: pointer.to_owned(),
            least,
            most,
        };
        for (twice, used, code) in [
            ("/twice/channel", "/used/channel", "channel-key-used-twice"),
            (
                "/twice/one_time",
                "/used/one_time",
                "one-time-key-used-twice",
            ),
            ("/twice/group", "/used/group", "index-used-twice"),
        ] {
            self.expect(
                Role::Control,
                "nothing-sent",
                &[seen],
                within(used, 1, u64::MAX),
            );
            self.expect(Role::Attack, code, &[seen], within(twice, 0, 0));
        }
    }

    /// The beginning of the key stream of every file that the actor uploaded since `mark`, in hexadecimal, where the file was `plain`.
    ///
    /// Two files with one key and one counter have one key stream, whatever is in them.
    #[must_use]
    pub fn key_streams(&self, actor: &Actor, mark: usize, plain: &[u8]) -> Vec<String> {
        let sent = self.sent(actor, Class::MediaUpload, mark);
        let uploads = sent.iter().filter_map(|exchange| {
            serde_json::from_value::<Bytes>(exchange.request.body.clone()).ok()
        });
        let stream = |upload: Bytes| {
            let pairs = upload.bytes.iter().zip(plain).take(STREAM);
            pairs.map(|(a, b)| format!("{:02x}", a ^ b)).collect()
        };
        uploads.map(stream).collect()
    }

    /// The fallback keys that the actor was given: they may be used more than once.
    fn fallback_keys(&self, actor: &Actor) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for exchange in self.sent(actor, Class::KeysClaim, 0) {
            for device in nested(exchange.response.body.get("one_time_keys")) {
                let objects = device.as_object().into_iter().flatten();
                let fallback = objects
                    .filter(|(_, object)| object.get("fallback") == Some(&json!(true)))
                    .filter_map(|(_, object)| object.get("key")?.as_str());
                keys.extend(fallback.map(str::to_owned));
            }
        }
        keys
    }
}

impl KeysUsed {
    fn take_olm(&mut self, content: &Value, fallback: &BTreeSet<String>) -> Option<()> {
        for sealed in content.get("ciphertext")?.as_object()?.values() {
            let kind = usize::try_from(sealed.get("type")?.as_u64()?).ok()?;
            let bytes = base64_decode(sealed.get("body")?.as_str()?).ok()?;
            let message = OlmMessage::from_parts(kind, &bytes).ok()?;
            let inner = match &message {
                OlmMessage::Normal(normal) => normal,
                OlmMessage::PreKey(first) => {
                    let key = first.one_time_key().to_base64();
                    if !fallback.contains(&key) {
                        self.one_time.note(key, &first.base_key().to_bytes());
                    }
                    first.message()
                }
            };
            let (key, index) = (inner.ratchet_key().to_base64(), inner.chain_index());
            self.channel
                .note(format!("{key} {index}"), inner.ciphertext());
        }
        Some(())
    }

    fn take_group(&mut self, content: &Value) -> Option<()> {
        let session = content.get("session_id")?.as_str()?;
        let message = MegolmMessage::from_base64(content.get("ciphertext")?.as_str()?).ok()?;
        let key = format!("{session} {}", message.message_index());
        self.group.note(key, message.ciphertext());
        Some(())
    }
}

/// The encrypted contents of a request that carries messages to devices.
fn to_device(exchange: &Exchange) -> impl Iterator<Item = &Value> {
    let is_sealed = exchange
        .request
        .head
        .contains("/sendToDevice/m.room.encrypted/");
    let messages = is_sealed.then(|| exchange.request.body.get("messages"));
    nested(messages.flatten())
}

/// The values of the objects in an object.
fn nested(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let users = value.and_then(Value::as_object).into_iter().flatten();
    users
        .filter_map(|(_, devices)| devices.as_object())
        .flat_map(|devices| devices.values())
}

fn unreadable(actor: &Actor) -> Stop {
    Stop::target(format!(
        "{} sent something that is no message of its kind",
        actor.name
    ))
}

#[cfg(test)]
mod tests {
    use vodozemac::{
        megolm::{GroupSession, SessionConfig as GroupConfig},
        olm::{Account, Session, SessionConfig},
    };

    use super::*;

    fn group_event(session: &mut GroupSession, text: &str) -> Value {
        let id = session.session_id();
        json!({ "session_id": id, "ciphertext": session.encrypt(text).to_base64() })
    }

    fn sealed(session: &mut Session, text: &str) -> Value {
        let (kind, bytes) = session.encrypt(text).unwrap().to_parts();
        json!({ "ciphertext": { "peer": { "type": kind, "body": vodozemac::base64_encode(bytes) } } })
    }

    #[test]
    fn a_group_session_that_was_put_back_uses_its_index_twice() {
        let mut session = GroupSession::new(GroupConfig::version_1());
        let mut restored = GroupSession::from_pickle(session.pickle());
        let mut keys = KeysUsed::default();
        let first = group_event(&mut session, "one");
        for event in [&first, &first, &group_event(&mut session, "two")] {
            keys.take_group(event).unwrap();
        }
        assert!(
            keys.group.twice().is_empty(),
            "the same bytes again are no second use"
        );
        keys.take_group(&group_event(&mut restored, "other"))
            .unwrap();
        assert_eq!(keys.group.twice().len(), 1);
    }

    #[test]
    fn a_channel_that_was_put_back_and_a_second_one_to_the_same_key_are_seen() {
        let (alice, mut bob) = (Account::new(), Account::new());
        bob.generate_one_time_keys(1);
        let key = *bob.one_time_keys().values().next().unwrap();
        let open = || {
            let config = SessionConfig::version_1();
            let session = alice.create_outbound_session(config, bob.curve25519_key(), key);
            session.unwrap()
        };
        let mut session = open();
        let mut restored = Session::from_pickle(session.pickle());
        let mut keys = KeysUsed::default();
        let none = BTreeSet::new();
        keys.take_olm(&sealed(&mut session, "one"), &none).unwrap();
        assert!(keys.channel.twice().is_empty() && keys.one_time.twice().is_empty());
        keys.take_olm(&sealed(&mut restored, "two"), &none).unwrap();
        assert_eq!(keys.channel.twice().len(), 1);
        assert!(keys.one_time.twice().is_empty(), "it is still one channel");
        keys.take_olm(&sealed(&mut open(), "three"), &none).unwrap();
        assert_eq!(keys.one_time.twice().len(), 1);
    }
}

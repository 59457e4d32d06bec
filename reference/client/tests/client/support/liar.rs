//! A device that has real keys and says whatever it is told to.

use reference_client::{RoomId, border::signed};
use serde_json::{Value, json};
use vodozemac::{
    Curve25519PublicKey, Ed25519SecretKey,
    megolm::{GroupSession, SessionConfig as GroupConfig},
    olm::{Account, Session, SessionConfig},
};

use super::World;

const OLM: &str = "m.olm.v1.curve25519-aes-sha2";
const MEGOLM: &str = "m.megolm.v1.aes-sha2";

pub(crate) struct Liar {
    account: Account,
    pub(crate) user: String,
    device: String,
    keys: Value,
    session: Option<Session>,
    group: GroupSession,
    /// User, device and keys of the one that it lies to.
    to: (String, String, Value),
}

impl Liar {
    /// A new identity for `user`, with this device.
    pub(crate) fn enter(world: &mut World, user: &str) -> Self {
        let (account, device) = (Account::new(), "LIAR".to_owned());
        let user = format!("@{user}:fake");
        let master = Ed25519SecretKey::new();
        let [mut self_signing, mut user_signing] = [(); 2].map(|()| Ed25519SecretKey::new());
        let object = |usage: &str, key: &Ed25519SecretKey| {
            let text = key.public_key().to_base64();
            json!({ "user_id": user, "usage": [usage], "keys": { format!("ed25519:{text}"): text } })
        };
        let mut identity = json!({ "master_key": object("master", &master) });
        for (name, key) in [
            ("self_signing", &mut self_signing),
            ("user_signing", &mut user_signing),
        ] {
            let mut public = object(name, key);
            sign(&mut public, &user, &master);
            identity[format!("{name}_key")] = public;
        }
        let id = format!("ed25519:{device}");
        let mut keys = json!({
            "user_id": user,
            "device_id": device,
            "algorithms": [OLM, MEGOLM],
            "keys": {
                format!("curve25519:{device}"): account.curve25519_key().to_base64(),
                id.clone(): account.ed25519_key().to_base64(),
            },
        });
        let object = keys.as_object_mut().unwrap();
        signed::sign(object, &user, &id, |bytes| account.sign(bytes)).unwrap();
        sign(&mut keys, &user, &self_signing);
        let relay = &mut world.relay;
        let of_user = relay.device_keys.entry(user.clone()).or_default();
        of_user.insert(device.clone(), keys.clone());
        let identity = identity.as_object().unwrap().clone();
        relay.identities.insert(user.clone(), identity);
        relay.changed(&user);
        Self {
            account,
            user,
            device,
            keys,
            session: None,
            group: GroupSession::new(GroupConfig::version_1()),
            to: Default::default(),
        }
    }

    /// Opens a channel to the device of an actor.
    pub(crate) fn meet(&mut self, world: &mut World, actor: &str) {
        let (user, device) = world.client(actor).device().unwrap();
        let (user, device) = (user.to_string(), device.as_str().to_owned());
        let keys = world.relay.device_keys[&user][&device]["keys"].clone();
        let curve = keys[format!("curve25519:{device}")].as_str().unwrap();
        let curve = Curve25519PublicKey::from_base64(curve).unwrap();
        let stock = world
            .relay
            .one_time
            .get_mut(&(user.clone(), device.clone()));
        let (_, one_time) = stock.unwrap().pop_first().unwrap();
        let one_time = Curve25519PublicKey::from_base64(one_time["key"].as_str().unwrap()).unwrap();
        let config = SessionConfig::version_1();
        let session = self
            .account
            .create_outbound_session(config, curve, one_time);
        self.session = Some(session.unwrap());
        let ed25519 = keys[format!("ed25519:{device}")].clone();
        self.to = (
            user,
            device,
            json!({ "curve25519": curve.to_base64(), "ed25519": ed25519 }),
        );
    }

    /// Sends something through the channel.
    pub(crate) fn whisper(&mut self, world: &mut World, kind: &str, content: &Value) {
        let (user, _, keys) = &self.to;
        let plaintext = json!({
            "type": kind,
            "content": content,
            "sender": self.user,
            "recipient": user,
            "recipient_keys": { "ed25519": keys["ed25519"] },
            "keys": { "ed25519": self.account.ed25519_key().to_base64() },
            "sender_device_keys": self.keys,
        });
        let session = self.session.as_mut().unwrap();
        let message = session.encrypt(plaintext.to_string()).unwrap();
        let (message_type, body) = message.to_parts();
        let body = vodozemac::base64_encode(body);
        let to = keys["curve25519"].as_str().unwrap();
        let sealed = json!({
            "algorithm": OLM,
            "sender_key": self.account.curve25519_key().to_base64(),
            "ciphertext": { to: { "type": message_type, "body": body } },
        });
        self.tell(world, "m.room.encrypted", &sealed);
    }

    /// Sends something to the device in clear.
    pub(crate) fn tell(&self, world: &mut World, kind: &str, content: &Value) {
        let (user, device, _) = &self.to;
        let inbox = world.relay.inbox.entry((user.clone(), device.clone()));
        let event = json!({ "type": kind, "sender": self.user, "content": content });
        inbox.or_default().push(event);
    }

    /// The key of the liar's group session, as `m.room_key` carries it.
    pub(crate) fn room_key(&self, room: &RoomId) -> Value {
        json!({
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": self.group.session_id(),
            "session_key": self.group.session_key().to_base64(),
        })
    }

    /// Says something in a room under that key; `beside` stands beside type and content.
    pub(crate) fn say(
        &mut self,
        world: &mut World,
        room: &RoomId,
        (kind, content): (&str, &Value),
        beside: &Value,
    ) {
        let mut plaintext = json!({ "room_id": room, "type": kind, "content": content });
        for (name, value) in beside.as_object().into_iter().flatten() {
            plaintext[name] = value.clone();
        }
        let sealed = json!({
            "algorithm": MEGOLM,
            "ciphertext": self.group.encrypt(plaintext.to_string()).to_base64(),
            "session_id": self.group.session_id(),
            "sender_key": self.account.curve25519_key().to_base64(),
            "device_id": self.device,
        });
        let user = self.user.clone();
        world
            .relay
            .message(room.as_str(), &user, "m.room.encrypted", sealed);
    }
}

fn sign(object: &mut Value, user: &str, key: &Ed25519SecretKey) {
    let id = format!("ed25519:{}", key.public_key().to_base64());
    let object = object.as_object_mut().unwrap();
    signed::sign(object, user, &id, |bytes| key.sign(bytes)).unwrap();
}

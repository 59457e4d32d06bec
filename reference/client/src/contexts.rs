//! Every object that a user's keys sign at the place of every other: none is taken for another (ATK-LNK-10).
//!
//! The objects of the organisation have a table of their own in `reference-organisation`.

use serde_json::{Value, json};
use vodozemac::Ed25519SecretKey;

use crate::{
    Conduct, DeviceId, RoomId, Secret, UserId,
    account::{Own, OwnIdentity},
    border::signed,
    devices::{self, erase::Word},
    directory::{Chain, device},
    membership::statement as member,
    send::claim::one_time_key,
    vault::start::Start,
};

/// A user, with everything that he signs and everything that reads it.
struct Signer {
    own: Own,
    identity: OwnIdentity,
}

/// Who signed it is known to each reader; what it is must be clear from what is signed.
type Reader = fn(&Signer, &Value) -> bool;

impl Signer {
    fn new() -> Self {
        let (user, device) = (UserId::new("@a:x"), DeviceId::new("D"));
        let token = Secret::new("token".to_owned());
        Self {
            own: Own::create(user, device, token).unwrap(),
            identity: OwnIdentity::create(),
        }
    }

    fn place(&self) -> (UserId, DeviceId) {
        (self.own.user.clone(), self.own.device.clone())
    }

    fn key(&self, usage: &str) -> String {
        let chain = self.identity.chain().unwrap();
        match usage {
            "master" => chain.master,
            "self_signing" => chain.self_signing.unwrap(),
            _ => chain.user_signing.unwrap(),
        }
    }

    /// What is signed, by the name of its reader; every key signs each, so that only its form tells what it is.
    fn objects(&mut self) -> Vec<(&'static str, Value)> {
        let upload = self.own.upload(&Conduct::honest()).unwrap();
        let first = |map: &str| {
            upload[map]
                .as_object()
                .unwrap()
                .values()
                .next()
                .unwrap()
                .clone()
        };
        let public = self.identity.objects(&self.own.user).unwrap();
        let member = member::Slot {
            room: &RoomId::new("!r:x"),
            user: &self.own.user,
            number: 1,
            root: None,
        };
        let member = member::Statement::sign(&member, member::Act::Found, &self.own);
        let objects = vec![
            ("device keys", self.own.device_keys.clone()),
            ("one-time key", first("one_time_keys")),
            ("one-time key", first("fallback_keys")),
            ("master", public["master_key"].clone()),
            ("self_signing", public["self_signing_key"].clone()),
            ("user_signing", public["user_signing_key"].clone()),
            ("list", self.listed()),
            ("member", member.unwrap().unwrap().object),
            ("start", Start::default().next().sign(&self.own).unwrap()),
            ("erased", Word::sign(&self.own, "hash", 1).unwrap()),
        ];
        let sign = |(name, mut object): (_, Value)| {
            self.own.sign(&mut object).unwrap();
            self.identity
                .sign_device(&self.own.user, &mut object)
                .unwrap();
            self.identity
                .sign_user(&self.own.user, &mut object)
                .unwrap();
            self.sign_as_master(&mut object);
            (name, object)
        };
        objects.into_iter().map(sign).collect()
    }

    fn sign_as_master(&self, object: &mut Value) {
        let [master, ..] = self.identity.secrets();
        let master = Ed25519SecretKey::from_base64(master.reveal()).unwrap();
        let key_id = format!("ed25519:{}", master.public_key().to_base64());
        let fields = object.as_object_mut().unwrap();
        signed::sign(fields, "@a:x", &key_id, |text| master.sign(text)).unwrap();
    }

    fn listed(&self) -> Value {
        let slot = devices::statement::Slot {
            user: &self.own.user,
            identity: &self.key("master"),
            seq: 1,
            previous: None,
            now: 1,
        };
        let keys = devices::statement::DevicePair {
            curve25519: self.own.curve25519(),
            ed25519: self.own.ed25519(),
        };
        let add = devices::statement::Act::Add;
        devices::statement::Statement::sign(&slot, add, &self.own.device, &keys, &self.identity)
            .unwrap()
    }
}

fn is_link(signer: &Signer, usage: &str, object: &Value) -> bool {
    let own = |object: &Value| json!({ "@a:x": object });
    let public = signer.identity.objects(&signer.own.user).unwrap();
    let answer = match usage {
        "master" => json!({ "master_keys": own(object) }),
        _ => json!({
            "master_keys": own(&public["master_key"]),
            format!("{usage}_keys"): own(object),
        }),
    };
    Chain::parse(&signer.own.user, &answer, &Conduct::honest()).is_ok()
}

/// What reads each kind of object.
const READERS: [(&str, Reader); 9] = [
    ("device keys", |signer, object| {
        let (user, device) = signer.place();
        device::parse(&user, &device, object, &Conduct::honest()).is_ok()
    }),
    ("one-time key", |signer, object| {
        let (place, key) = (signer.place(), signer.own.ed25519());
        one_time_key(&place, &key, object, &Conduct::honest()).is_ok()
    }),
    ("master", |signer, object| is_link(signer, "master", object)),
    ("self_signing", |signer, object| {
        is_link(signer, "self_signing", object)
    }),
    ("user_signing", |signer, object| {
        is_link(signer, "user_signing", object)
    }),
    ("list", |signer, object| {
        let honest = Conduct::honest();
        let key = signer.key("self_signing");
        devices::statement::Statement::parse(object, &honest)
            .and_then(|said| said.verify(object, &signer.own.user, &key, &honest))
            .is_ok()
    }),
    ("member", |signer, object| {
        member::Statement::parse(object)
            .is_some_and(|said| said.is_signed_with(&signer.own.ed25519(), &Conduct::honest()))
    }),
    ("start", |signer, object| {
        Start::said(object, &signer.own, &Conduct::honest()).is_some()
    }),
    ("erased", |signer, object| {
        Word::parse(object)
            .and_then(|word| word.verify(object, &signer.own.ed25519(), &Conduct::honest()))
            .is_some()
    }),
];

#[test]
fn no_object_is_taken_for_one_of_another_kind() {
    let mut signer = Signer::new();
    let objects = signer.objects();
    for (made, object) in &objects {
        for (reader, takes) in READERS {
            assert_eq!(
                takes(&signer, object),
                *made == reader,
                "{made} as {reader}"
            );
        }
    }
}

//! The extension `dev.pruefstand.devices`: who may say what about whose devices.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Bench, PASSWORD, User};

const ENDPOINT: &str = "/_matrix/client/unstable/dev.pruefstand/devices";

/// A user with cross-signing keys.
struct Owner {
    user: User,
    master: SigningKey,
    self_signing: SigningKey,
}

impl Owner {
    async fn enter(bench: &Bench, name: &str, seed: u8) -> Self {
        let user = bench.register(name).await;
        let (master, self_signing) = (
            SigningKey::from_bytes(&[seed; 32]),
            SigningKey::from_bytes(&[seed + 1; 32]),
        );
        let object = |usage: &str, key: &SigningKey| {
            let text = public(key);
            json!({ "user_id": user.id, "usage": [usage], "keys": { format!("ed25519:{text}"): text } })
        };
        let body = json!({
            "master_key": object("master", &master),
            "self_signing_key": object("self_signing", &self_signing),
        });
        let path = "/_matrix/client/v3/keys/device_signing/upload";
        bench.post(&user, path, body).await.ok();
        Self {
            user,
            master,
            self_signing,
        }
    }

    fn say(
        &self,
        seq: u64,
        previous: Option<&Value>,
        act: &str,
        device: (&str, &SigningKey),
    ) -> Value {
        let mut statement = json!({
            "domain": "dev.pruefstand.devices.v1",
            "user_id": self.user.id,
            "identity": public(&self.master),
            "seq": seq,
            "act": act,
            "device_id": device.0,
            "curve25519": public(device.1),
            "ed25519": public(device.1),
            "time": 1,
        });
        if let Some(previous) = previous {
            statement["previous"] = json!(hash(previous));
        }
        let key_id = format!("ed25519:{}", public(&self.self_signing));
        sign(&mut statement, &self.user.id, &key_id, &self.self_signing);
        statement
    }

    async fn append(&self, bench: &Bench, statement: &Value) -> crate::support::Answer {
        let body = json!({ "statement": statement });
        bench
            .post(&self.user, &format!("{ENDPOINT}/append"), body)
            .await
    }
}

fn public(key: &SigningKey) -> String {
    STANDARD_NO_PAD.encode(key.verifying_key().as_bytes())
}

fn hash(object: &Value) -> String {
    STANDARD_NO_PAD.encode(Sha256::digest(bare(object).as_bytes()))
}

/// Keys come sorted and integers exact, so this is canonical.
fn bare(object: &Value) -> String {
    let mut object = object.clone();
    object.as_object_mut().unwrap().remove("signatures");
    object.to_string()
}

fn sign(object: &mut Value, user: &str, key_id: &str, key: &SigningKey) {
    let signature = STANDARD_NO_PAD.encode(key.sign(bare(object).as_bytes()).to_bytes());
    object["signatures"] = json!({ user: { key_id: signature } });
}

#[tokio::test]
async fn a_list_is_kept_in_order_and_served_from_any_number() {
    let bench = Bench::honest();
    let alice = Owner::enter(&bench, "alice", 1).await;
    let bob = bench.register("bob").await;
    let device = SigningKey::from_bytes(&[9; 32]);
    let first = alice.say(1, None, "add", ("A", &device));
    let second = alice.say(2, Some(&first), "add", ("B", &device));
    alice.append(&bench, &first).await.ok();
    alice.append(&bench, &second).await.ok();
    for (from, expected) in [(1, vec![&first, &second]), (2, vec![&second])] {
        let body = json!({ "users": { alice.user.id.clone(): from } });
        let answer = bench.post(&bob, &format!("{ENDPOINT}/query"), body).await;
        assert_eq!(answer.ok()["lists"][&alice.user.id], json!(expected));
    }
}

#[tokio::test]
async fn a_statement_that_breaks_the_chain_or_is_not_the_owners_is_refused() {
    let bench = Bench::honest();
    let alice = Owner::enter(&bench, "alice", 1).await;
    let mallory = Owner::enter(&bench, "mallory", 3).await;
    let device = SigningKey::from_bytes(&[9; 32]);
    let first = alice.say(1, None, "add", ("A", &device));
    alice.append(&bench, &first).await.ok();
    for wrong in [
        alice.say(1, None, "add", ("B", &device)),
        alice.say(3, Some(&first), "add", ("B", &device)),
        alice.say(2, None, "add", ("B", &device)),
    ] {
        alice
            .append(&bench, &wrong)
            .await
            .refused(409, "M_CONFLICT");
    }
    mallory
        .append(&bench, &alice.say(2, Some(&first), "add", ("B", &device)))
        .await
        .refused(403, "M_FORBIDDEN");
    let mut forged = alice.say(2, Some(&first), "add", ("B", &device));
    forged["time"] = json!(2);
    alice
        .append(&bench, &forged)
        .await
        .refused(403, "M_FORBIDDEN");
    let mut more = alice.say(2, Some(&first), "add", ("B", &device));
    more["more"] = json!(2);
    alice.append(&bench, &more).await.refused(400, "M_BAD_JSON");
}

#[tokio::test]
async fn a_removed_device_hears_why_and_its_owner_hears_its_word_once() {
    let bench = Bench::honest();
    let alice = Owner::enter(&bench, "alice", 1).await;
    let second = User::of(&bench.login("alice", PASSWORD).await.ok());
    let device = SigningKey::from_bytes(&[9; 32]);
    let first = alice.say(1, None, "add", (&second.device, &device));
    let removal = alice.say(2, Some(&first), "remove", (&second.device, &device));
    alice.append(&bench, &first).await.ok();
    alice.append(&bench, &removal).await.ok();
    let path = format!("/_matrix/client/v3/devices/{}", second.device);
    let auth = json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": "alice" },
        "password": PASSWORD,
    });
    let body = json!({ "auth": auth }).to_string().into_bytes();
    bench
        .send(http::Method::DELETE, Some(&alice.user), &path, body)
        .await
        .ok();
    let dismissed = bench.get(&second, "/_matrix/client/v3/sync").await;
    dismissed.refused(401, "M_UNKNOWN_TOKEN");
    assert_eq!(
        dismissed.json()["dev.pruefstand.devices"],
        json!([first, removal])
    );

    let mut word = json!({
        "domain": "dev.pruefstand.devices.erased",
        "user_id": alice.user.id,
        "device_id": second.device,
        "statement": hash(&removal),
        "time": 1,
    });
    let path = format!("{ENDPOINT}/erased");
    let unsigned = bench.post(&second, &path, json!({ "word": word })).await;
    unsigned.refused(400, "M_BAD_JSON");
    let key_id = format!("ed25519:{}", second.device);
    sign(&mut word, &alice.user.id, &key_id, &device);
    let body = json!({ "word": word });
    bench.post(&second, &path, body.clone()).await.ok();
    let heard = bench.sync(&alice.user, None).await;
    assert_eq!(heard["to_device"]["events"][0]["content"], word);
    let again = bench.post(&second, &path, body).await;
    again.refused(401, "M_UNKNOWN_TOKEN");
}

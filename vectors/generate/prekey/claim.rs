//! Keys that a relay serves for a device.

use ed25519_dalek::{Signer as _, SigningKey};
use pruefstand_vectors::Stage;
use serde_json::{Value, json};

use crate::generate::{draft::Draft, olm::curve_public, seal::fixed};

const USER: &str = "@bob:example.org";
const DEVICE: &str = "BOB";

fn signing(name: &str) -> SigningKey {
    SigningKey::from_bytes(&fixed(&format!("signing key of {name}")))
}

/// The object with a signature by `signer`, under the names of `user` and `key_id`.
fn signed_by(mut object: Value, signer: &str, user: &str, key_id: &str) -> Value {
    let canonical = object.to_string();
    let signature = signing(signer).sign(canonical.as_bytes()).to_bytes();
    let signature = vodozemac::base64_encode(signature);
    object["signatures"] = json!({ user: { key_id: signature } });
    object
}

fn by_bob(object: Value) -> Value {
    signed_by(object, "Bob", USER, "ed25519:BOB")
}

fn named(id: &str, object: &Value) -> String {
    json!({ id: object }).to_string()
}

fn draft(stage: Option<Stage>, comment: &str, keys: &str) -> Draft {
    let ed25519 = vodozemac::base64_encode(signing("Bob").verifying_key().to_bytes());
    let input: [(&str, &[u8]); 4] = [
        ("user", USER.as_bytes()),
        ("device", DEVICE.as_bytes()),
        ("ed25519", ed25519.as_bytes()),
        ("keys", keys.as_bytes()),
    ];
    match stage {
        Some(stage) => Draft::invalid(stage, comment, &input).flag("Claim"),
        None => {
            let mut draft = Draft::valid(comment, &input).flag("Valid");
            draft.output = Some(curve_public(super::one_time(1)).to_vec());
            draft
        }
    }
}

fn key_of(public: [u8; 32]) -> Value {
    json!({ "key": vodozemac::base64_encode(public) })
}

const ID: &str = "signed_curve25519:AAAAAQ";

pub(super) fn signed() -> Vec<Draft> {
    let public = curve_public(super::one_time(1));
    let (object, honest) = (key_of(public), by_bob(key_of(public)));
    let refused = |stage, comment: &str, keys: &str| draft(Some(stage), comment, keys);
    let mut alias = public;
    alias[31] |= 0x80;
    let mut other_key = honest.clone();
    other_key["key"] = key_of(curve_public(super::one_time(2)))["key"].clone();
    let mut flagged = honest.clone();
    flagged["fallback"] = json!(true);
    let mut more = honest.clone();
    more["more"] = json!(1);
    let mut padded = honest.clone();
    padded["signatures"][USER]["ed25519:BOB"] = json!(format!(
        "{}==",
        padded["signatures"][USER]["ed25519:BOB"]
            .as_str()
            .unwrap_or_default()
    ));
    let two = json!({ ID: honest, "signed_curve25519:AAAAAg": honest }).to_string();
    let as_text = json!({ "curve25519:AAAAAQ": object["key"] }).to_string();
    let twice = named(ID, &honest).replacen("\"key\"", "\"key\":\"A\",\"key\"", 1);
    let elsewhere =
        |signer, user, key_id| named(ID, &signed_by(object.clone(), signer, user, key_id));
    vec![
        draft(None, "signed by its device", &named(ID, &honest)),
        refused(Stage::Authenticate, "not signed", &named(ID, &object)),
        refused(
            Stage::Authenticate,
            "signed by another device, under the name of the right one",
            &elsewhere("Mallory", USER, "ed25519:BOB"),
        ),
        refused(
            Stage::Authenticate,
            "signed by another device, under its own name",
            &elsewhere("Mallory", USER, "ed25519:MALLORY"),
        ),
        refused(
            Stage::Bind,
            "signed by the device, under another device's name",
            &elsewhere("Bob", USER, "ed25519:OTHER"),
        ),
        refused(
            Stage::Bind,
            "signed by the device, under another user's name",
            &elsewhere("Bob", "@mallory:example.org", "ed25519:BOB"),
        ),
        refused(
            Stage::Bind,
            "signed by the device, under another algorithm's name",
            &elsewhere("Bob", USER, "curve25519:BOB"),
        ),
        refused(
            Stage::Authenticate,
            "another key under the signature",
            &named(ID, &other_key),
        ),
        refused(
            Stage::Authenticate,
            "called a fallback key after it was signed",
            &named(ID, &flagged),
        ),
        refused(
            Stage::Authenticate,
            "a member was added after it was signed",
            &named(ID, &more),
        ),
        refused(
            Stage::Decode,
            "the signature is padded",
            &named(ID, &padded),
        ),
        refused(Stage::Decode, "two members with one name", &twice),
        refused(Stage::Parse, "two keys for one device", &two),
        refused(Stage::Parse, "no key at all", "{}"),
        refused(
            Stage::Policy,
            "an unsigned key, which a downgrade would take",
            &as_text,
        ),
        refused(
            Stage::Policy,
            "a signed key under the id of an unsigned one",
            &named("curve25519:AAAAAQ", &honest),
        ),
        refused(
            Stage::Bind,
            "an id without algorithm",
            &named("AAAAAQ", &honest),
        ),
        refused(
            Stage::Key,
            "signed, with bit 255 set",
            &named(ID, &by_bob(key_of(alias))),
        ),
        refused(
            Stage::Key,
            "signed, and zero",
            &named(ID, &by_bob(key_of([0; 32]))),
        ),
        refused(
            Stage::Parse,
            "signed, and without a key",
            &named(ID, &by_bob(json!({ "more": 1 }))),
        ),
        refused(
            Stage::Parse,
            "signed, and the key is a number",
            &named(ID, &by_bob(json!({ "key": 1 }))),
        ),
    ]
}

pub(super) fn fallback() -> Vec<Draft> {
    let public = curve_public(super::one_time(1));
    let mut object = key_of(public);
    object["fallback"] = json!(true);
    let honest = by_bob(object);
    let mut plain = honest.clone();
    if let Some(members) = plain.as_object_mut() {
        members.remove("fallback");
    }
    let mut denied = honest.clone();
    denied["fallback"] = json!(false);
    let refused = |comment: &str, object: &Value| {
        draft(Some(Stage::Authenticate), comment, &named(ID, object))
    };
    vec![
        draft(None, "a fallback key, signed as one", &named(ID, &honest)),
        refused("called a one-time key after it was signed", &plain),
        refused("said to be no fallback key after it was signed", &denied),
    ]
}

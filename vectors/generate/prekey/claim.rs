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
    let flag = if stage.is_some() { "Claim" } else { "Valid" };
    Draft::of(stage, comment, &input)
        .flag(flag)
        .output(&curve_public(super::one_time(1)))
}

fn key_of(public: [u8; 32]) -> Value {
    json!({ "key": vodozemac::base64_encode(public) })
}

const ID: &str = "signed_curve25519:AAAAAQ";

pub(super) fn signed() -> Vec<Draft> {
    let honest = by_bob(key_of(curve_public(super::one_time(1))));
    let refused =
        |(stage, comment, keys): (Stage, &str, String)| draft(Some(stage), comment, &keys);
    let others = other_signatures().into_iter().chain(changed(&honest));
    let others = others.chain(other_answers(&honest)).chain(other_keys());
    let honest = draft(None, "signed by its device", &named(ID, &honest));
    [honest].into_iter().chain(others.map(refused)).collect()
}

type Answer = (Stage, &'static str, String);

/// Signed by others, or under other names.
fn other_signatures() -> [Answer; 6] {
    let object = key_of(curve_public(super::one_time(1)));
    let by = |signer, user, key_id| named(ID, &signed_by(object.clone(), signer, user, key_id));
    let mallory = "@mallory:example.org";
    [
        (Stage::Authenticate, "not signed", named(ID, &object)),
        (
            Stage::Authenticate,
            "signed by another device, under the name of the right one",
            by("Mallory", USER, "ed25519:BOB"),
        ),
        (
            Stage::Authenticate,
            "signed by another device, under its own name",
            by("Mallory", USER, "ed25519:MALLORY"),
        ),
        (
            Stage::Bind,
            "signed by the device, under another device's name",
            by("Bob", USER, "ed25519:OTHER"),
        ),
        (
            Stage::Bind,
            "signed by the device, under another user's name",
            by("Bob", mallory, "ed25519:BOB"),
        ),
        (
            Stage::Bind,
            "signed by the device, under another algorithm's name",
            by("Bob", USER, "curve25519:BOB"),
        ),
    ]
}

/// The honest object, changed after it was signed.
fn changed(honest: &Value) -> [Answer; 5] {
    let with = |member: &str, value: Value| {
        let mut changed = honest.clone();
        changed[member] = value;
        named(ID, &changed)
    };
    let other = key_of(curve_public(super::one_time(2)))["key"].take();
    let mut padded = honest.clone();
    let signature = &mut padded["signatures"][USER]["ed25519:BOB"];
    *signature = json!(format!("{}==", signature.as_str().unwrap_or_default()));
    let twice = named(ID, honest).replacen("\"key\"", "\"key\":\"A\",\"key\"", 1);
    [
        (
            Stage::Authenticate,
            "another key under the signature",
            with("key", other),
        ),
        (
            Stage::Authenticate,
            "called a fallback key after it was signed",
            with("fallback", json!(true)),
        ),
        (
            Stage::Authenticate,
            "a member was added after it was signed",
            with("more", json!(1)),
        ),
        (Stage::Decode, "the signature is padded", named(ID, &padded)),
        (Stage::Decode, "two members with one name", twice),
    ]
}

/// The honest object where it does not belong.
fn other_answers(honest: &Value) -> [Answer; 5] {
    let two = json!({ ID: honest, "signed_curve25519:AAAAAg": honest }).to_string();
    let as_text = json!({ "curve25519:AAAAAQ": honest["key"] }).to_string();
    [
        (Stage::Parse, "two keys for one device", two),
        (Stage::Parse, "no key at all", "{}".to_owned()),
        (
            Stage::Policy,
            "an unsigned key, which a downgrade would take",
            as_text,
        ),
        (
            Stage::Policy,
            "a signed key under the id of an unsigned one",
            named("curve25519:AAAAAQ", honest),
        ),
        (
            Stage::Bind,
            "an id without algorithm",
            named("AAAAAQ", honest),
        ),
    ]
}

/// What the device has signed although it is no key.
fn other_keys() -> [Answer; 4] {
    let mut alias = curve_public(super::one_time(1));
    alias[31] |= 0x80;
    let signed = |object: Value| named(ID, &by_bob(object));
    let (none, number) = (json!({ "more": 1 }), json!({ "key": 1 }));
    [
        (
            Stage::Key,
            "signed, with bit 255 set",
            signed(key_of(alias)),
        ),
        (Stage::Key, "signed, and zero", signed(key_of([0; 32]))),
        (Stage::Parse, "signed, and without a key", signed(none)),
        (
            Stage::Parse,
            "signed, and the key is a number",
            signed(number),
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

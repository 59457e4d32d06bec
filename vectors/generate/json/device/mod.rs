//! VEC-J-01, 07, 09, 11, 12: device keys as a relay serves them (Matrix specification, "Device keys").

mod texts;

use pruefstand_vectors::Stage::{Authenticate, Bind, Key, Parse, Policy};
use serde_json::{Value, json};

use super::{ALICE, BOB, object_signed, public_key};
use crate::generate::{
    case::{Verdict, case, remove},
    curve::{p_plus, public},
    draft::Draft,
};
pub(super) use texts::{duplicates, texts};

pub(super) const DEVICE: &str = "ALICEDEV";
pub(super) const CURVE: u8 = 40;
pub(super) const SIGNER: u8 = 41;
const OTHER: u8 = 42;

pub(super) fn curve_key(number: u8) -> String {
    vodozemac::base64_encode(public(number))
}

/// The keys of a device with this name, not signed yet.
pub(super) fn unsigned(device: &str) -> Value {
    json!({
        "user_id": ALICE,
        "device_id": device,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {
            format!("curve25519:{device}"): curve_key(CURVE),
            format!("ed25519:{device}"): public_key(SIGNER),
        },
    })
}

/// Signed by the device itself.
pub(super) fn signed(object: Value) -> Value {
    let device = object["device_id"].as_str().unwrap_or(DEVICE);
    let key_id = format!("ed25519:{device}");
    object_signed(object, ALICE, &key_id, SIGNER)
}

/// The answer to `/keys/query` that has the text of an object in the slot of a device.
pub(super) fn answer(device: &str, object: &str) -> String {
    let device = json!(device);
    format!(r#"{{"device_keys":{{"{ALICE}":{{{device}:{object}}}}}}}"#)
}

/// Asks whether the device in the slot counts.
fn draft(comment: &str, verdict: Verdict, slot: &str, object: &str) -> Draft {
    let answer = answer(slot, object);
    let input: [(&str, &[u8]); 3] = [
        ("user", ALICE.as_bytes()),
        ("device", slot.as_bytes()),
        ("answer", answer.as_bytes()),
    ];
    let keys = [public(CURVE).to_vec(), ed25519_bytes()].concat();
    case(comment, verdict, &input).output(&keys)
}

fn ed25519_bytes() -> Vec<u8> {
    vodozemac::base64_decode(public_key(SIGNER)).expect("base64")
}

/// A device that was changed before it signed.
fn changed(comment: &str, verdict: Verdict, change: impl FnOnce(&mut Value)) -> Draft {
    let mut object = unsigned(DEVICE);
    change(&mut object);
    let key_id = format!("ed25519:{DEVICE}");
    let object = object_signed(object, ALICE, &key_id, SIGNER);
    draft(comment, verdict, DEVICE, &object.to_string())
}

/// A device that was changed after it signed.
fn changed_later(comment: &str, verdict: Verdict, change: impl FnOnce(&mut Value)) -> Draft {
    let mut object = signed(unsigned(DEVICE));
    change(&mut object);
    draft(comment, verdict, DEVICE, &object.to_string())
}

fn honest() -> Draft {
    changed("as it was signed", Ok(()), |_| {})
}

pub(super) fn names() -> Vec<Draft> {
    let named = |comment: &str, verdict: Verdict, name: &str| {
        draft(comment, verdict, name, &signed(unsigned(name)).to_string())
    };
    let unclear: Verdict = Err((Parse, "UnclearName"));
    let slot: Verdict = Err((Bind, "WrongSlot"));
    let placed = |comment: &str, in_slot: &str, name: &str| {
        draft(comment, slot, in_slot, &signed(unsigned(name)).to_string())
    };
    vec![
        named("letters", Ok(()), DEVICE),
        named("no letter", unclear, ""),
        named("NUL inside", unclear, "ALICE\0DEV"),
        named("line feed after", unclear, "ALICEDEV\n"),
        named("escape character", unclear, "\u{1b}[1mALICEDEV"),
        named("next line", unclear, "ALICE\u{85}DEV"),
        named("256 letters", unclear, &"A".repeat(256)),
        named("2,000 letters", unclear, &"A".repeat(2000)),
        placed("another device's slot", "OTHERDEV", DEVICE),
        placed("slot in another case", "alicedev", DEVICE),
        placed("slot with a space after", "ALICEDEV ", DEVICE),
        placed("slot is the key id", "ed25519:ALICEDEV", DEVICE),
        placed("no slot name", "", DEVICE),
        named("255 letters", Ok(()), &"A".repeat(255)),
        named("with a colon", Ok(()), "ALICE:DEV"),
        named("looks like a key id", Ok(()), "ed25519:ALICEDEV"),
        named("composed letter", Ok(()), "\u{e9}"),
        placed("slot composed, object decomposed", "\u{e9}", "e\u{301}"),
        named("decomposed letter", Ok(()), "e\u{301}"),
        placed("slot decomposed, object composed", "e\u{301}", "\u{e9}"),
        named("looks like base64", Ok(()), &public_key(OTHER)),
        changed_later("another device", slot, |o| {
            o["device_id"] = json!("OTHERDEV")
        }),
        changed("another device, signed", slot, |o| {
            o["device_id"] = json!("OTHERDEV")
        }),
        changed("another user, signed", slot, |o| o["user_id"] = json!(BOB)),
        changed("device is a number", Err((Parse, "MissingMember")), |o| {
            o["device_id"] = json!(1)
        }),
        changed("no device", Err((Parse, "MissingMember")), |o| {
            remove(o, "device_id")
        }),
        changed("no user", Err((Parse, "MissingMember")), |o| {
            remove(o, "user_id")
        }),
    ]
}

fn take(object: &mut Value, member: &str) -> Option<Value> {
    object.as_object_mut().expect("an object").remove(member)
}

pub(super) fn key_maps() -> Vec<Draft> {
    let second: Verdict = Err((Parse, "SecondKey"));
    let missing: Verdict = Err((Parse, "MissingMember"));
    let add = |id: &'static str, key: String| move |o: &mut Value| o["keys"][id] = json!(key);
    vec![
        honest(),
        changed(
            "second Ed25519 key",
            second,
            add("ed25519:OTHERDEV", public_key(OTHER)),
        ),
        changed(
            "second Curve25519 key",
            second,
            add("curve25519:OTHERDEV", curve_key(OTHER)),
        ),
        changed(
            "the same Ed25519 key under another id",
            second,
            add("ed25519:OTHERDEV", public_key(SIGNER)),
        ),
        changed(
            "second Ed25519 key without a name",
            second,
            add("ed25519:", public_key(OTHER)),
        ),
        changed("second Ed25519 key under its own text", second, |o| {
            o["keys"][format!("ed25519:{}", public_key(OTHER))] = json!(public_key(OTHER));
        }),
        changed(
            "second key that is none",
            second,
            add("ed25519:OTHERDEV", "x".to_owned()),
        ),
        changed("no Curve25519 key", missing, |o| {
            remove(&mut o["keys"], "curve25519:ALICEDEV")
        }),
        changed("no Ed25519 key", missing, |o| {
            remove(&mut o["keys"], "ed25519:ALICEDEV")
        }),
        changed("no keys", missing, |o| o["keys"] = json!({})),
        changed("keys are a list", missing, |o| {
            o["keys"] = json!([curve_key(CURVE)])
        }),
        changed("no member keys", missing, |o| remove(o, "keys")),
        changed("Curve25519 key is a number", missing, |o| {
            o["keys"]["curve25519:ALICEDEV"] = json!(1)
        }),
        changed("Curve25519 key under another id only", missing, |o| {
            let key = take(&mut o["keys"], "curve25519:ALICEDEV");
            o["keys"]["curve25519:OTHERDEV"] = json!(key);
        }),
        changed(
            "signed by another key than the one inside",
            Err((Authenticate, "WrongSigner")),
            |o| {
                o["keys"]["ed25519:ALICEDEV"] = json!(public_key(OTHER));
            },
        ),
        changed("no Megolm", Err((Policy, "MissingMember")), |o| {
            o["algorithms"] = json!(["m.olm.v1.curve25519-aes-sha2"]);
        }),
        changed("no Olm", Err((Policy, "MissingMember")), |o| {
            o["algorithms"] = json!(["m.megolm.v1.aes-sha2"]);
        }),
        changed("no algorithms", Err((Policy, "MissingMember")), |o| {
            remove(o, "algorithms")
        }),
        changed("small-order Ed25519 key", Err((Key, "SmallOrder")), |o| {
            o["keys"]["ed25519:ALICEDEV"] = json!(text_of(&small_order()));
        }),
        changed(
            "small-order Curve25519 key",
            Err((Key, "SmallOrder")),
            |o| {
                o["keys"]["curve25519:ALICEDEV"] = json!(text_of(&[0; 32]));
            },
        ),
        changed("Curve25519 key above p", Err((Key, "NonCanonical")), |o| {
            o["keys"]["curve25519:ALICEDEV"] = json!(text_of(&p_plus(9)));
        }),
    ]
}

fn text_of(key: &[u8; 32]) -> String {
    vodozemac::base64_encode(key)
}

/// The identity point as an Ed25519 key.
fn small_order() -> [u8; 32] {
    let mut key = [0; 32];
    key[0] = 1;
    key
}

pub(super) fn extra_members() -> Vec<Draft> {
    let later: Verdict = Err((Authenticate, "ChangedLater"));
    vec![
        changed("an unknown member was signed", Ok(()), |o| {
            o["org.example.new"] = json!({"x": 1})
        }),
        changed_later("an unknown member was added later", later, |o| {
            o["org.example.new"] = json!({"x": 1})
        }),
        changed("a key of an unknown algorithm was signed", Ok(()), |o| {
            o["keys"]["org.example.kem:ALICEDEV"] = json!("AAAA");
        }),
        changed_later(
            "a key of an unknown algorithm was added later",
            later,
            |o| {
                o["keys"]["org.example.kem:ALICEDEV"] = json!("AAAA");
            },
        ),
        changed("an unknown algorithm was signed", Ok(()), |o| {
            o["algorithms"]
                .as_array_mut()
                .expect("a list")
                .push(json!("org.example.new"));
        }),
        changed_later("an unknown algorithm was added later", later, |o| {
            o["algorithms"]
                .as_array_mut()
                .expect("a list")
                .push(json!("org.example.new"));
        }),
        changed("dehydrated was signed", Ok(()), |o| {
            o["dehydrated"] = json!(true)
        }),
        changed_later("dehydrated was added later", later, |o| {
            o["dehydrated"] = json!(true)
        }),
        changed_later("a display name in unsigned", Ok(()), |o| {
            o["unsigned"] = json!({"device_display_name": "x", "keys": {}});
        }),
        changed_later("the order of algorithms was changed", later, |o| {
            o["algorithms"].as_array_mut().expect("a list").reverse();
        }),
    ]
}

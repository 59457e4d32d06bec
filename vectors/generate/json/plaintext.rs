//! VEC-J-10: what an Olm plaintext has to say (Matrix specification, "Validation of incoming decrypted events").

use pruefstand_vectors::Stage::{Authenticate, Bind, Decode, Parse};
use serde_json::{Value, json};

use super::{
    ALICE, BOB,
    device::{self, CURVE, DEVICE, curve_key},
    object_signed, public_key,
};
use crate::generate::{
    case::{Verdict, case, remove},
    draft::Draft,
};

const BOB_KEY: u8 = 60;
const OTHER: u8 = 61;

const BINDING: Verdict = Err((Bind, "WrongBinding"));
const MISSING: Verdict = Err((Parse, "MissingMember"));

/// What Alice's device says to Bob's.
fn honest() -> Value {
    json!({
        "type": "m.dummy",
        "content": {},
        "sender": ALICE,
        "recipient": BOB,
        "recipient_keys": { "ed25519": public_key(BOB_KEY) },
        "keys": { "ed25519": public_key(device::SIGNER) },
    })
}

/// Asks whether Bob's device takes a plaintext out of the channel with Alice's device, which it knows or not.
fn heard(comment: &str, verdict: Verdict, is_known: bool, plaintext: &[u8]) -> Draft {
    let device = device::signed(device::unsigned(DEVICE)).to_string();
    let answer = match is_known {
        true => device::answer(DEVICE, &device),
        false => "{}".to_owned(),
    };
    let (channel, key) = (curve_key(CURVE), public_key(BOB_KEY));
    let input: [(&str, &[u8]); 6] = [
        ("user", ALICE.as_bytes()),
        ("sender_key", channel.as_bytes()),
        ("recipient", BOB.as_bytes()),
        ("recipient_key", key.as_bytes()),
        ("answer", answer.as_bytes()),
        ("plaintext", plaintext),
    ];
    case(comment, verdict, &input)
}

pub(super) fn drafts() -> Vec<Draft> {
    let known = |comment: &str, verdict: Verdict, change: &dyn Fn(&mut Value)| {
        let mut plaintext = honest();
        change(&mut plaintext);
        heard(comment, verdict, true, plaintext.to_string().as_bytes())
    };
    let mut drafts = vec![known("from a known device", Ok(()), &|_| {})];
    for member in ["type", "sender", "recipient", "recipient_keys", "keys"] {
        let without = |p: &mut Value| remove(p, member);
        drafts.push(known(&format!("without {member}"), MISSING, &without));
        for other in [json!(null), json!(1), json!([]), json!({})] {
            let comment = format!("{member} is {other}");
            drafts.push(known(&comment, MISSING, &|p| p[member] = other.clone()));
        }
    }
    drafts.extend(bindings().map(|(comment, change)| known(comment, BINDING, &change)));
    drafts.extend(duplicates());
    drafts.extend(brought(true));
    drafts.extend(brought(false));
    drafts
}

type Change = fn(&mut Value);

fn bindings() -> [(&'static str, Change); 9] {
    [
        ("another sender", |p| p["sender"] = json!(BOB)),
        ("sender in another case", |p| {
            p["sender"] = json!("@Alice:example.org")
        }),
        ("another recipient", |p| p["recipient"] = json!(ALICE)),
        ("recipient with a space", |p| {
            p["recipient"] = json!("@bob:example.org ")
        }),
        ("another device of the recipient", |p| {
            p["recipient_keys"]["ed25519"] = json!(public_key(OTHER));
        }),
        ("the recipient's key padded", |p| {
            p["recipient_keys"]["ed25519"] = json!(format!("{}=", public_key(BOB_KEY)));
        }),
        ("the sender's key as the recipient's", |p| {
            p["recipient_keys"]["ed25519"] = json!(public_key(device::SIGNER));
        }),
        ("another signing key of the sender", |p| {
            p["keys"]["ed25519"] = json!(public_key(OTHER))
        }),
        ("the recipient's key as the sender's", |p| {
            p["keys"]["ed25519"] = json!(public_key(BOB_KEY));
        }),
    ]
}

/// A member twice: the false one first, the false one last; and what is no object.
fn duplicates() -> Vec<Draft> {
    let text = honest().to_string();
    let mut drafts = Vec::new();
    let other = public_key(OTHER);
    for (name, right, wrong) in [
        (
            "sender",
            format!(r#""sender":"{ALICE}""#),
            format!(r#""sender":"{BOB}""#),
        ),
        (
            "recipient",
            format!(r#""recipient":"{BOB}""#),
            format!(r#""recipient":"{ALICE}""#),
        ),
        (
            "type",
            r#""type":"m.dummy""#.to_owned(),
            r#""type":"m.room_key""#.to_owned(),
        ),
        (
            "recipient_keys",
            r#""recipient_keys":{"#.to_owned(),
            format!(r#""recipient_keys":{{"ed25519":"{other}"}}"#),
        ),
        (
            "keys",
            r#","keys":{"ed25519"#.to_owned(),
            format!(r#","keys":{{"ed25519":"{other}"}}"#),
        ),
    ] {
        assert!(text.contains(&right), "{name}");
        let wrong_first = text.replacen(
            &right,
            &format!("{wrong},{}", right.trim_start_matches(',')),
            1,
        );
        let wrong_last = format!(
            "{},{}}}",
            &text[..text.len() - 1],
            wrong.trim_start_matches(',')
        );
        for (place, text) in [("first", wrong_first), ("last", wrong_last)] {
            let comment = format!("{name} twice, the false one {place}");
            drafts.push(heard(
                &comment,
                Err((Decode, "DuplicateKey")),
                true,
                text.as_bytes(),
            ));
        }
    }
    let raw = |comment: &str, bytes: &[u8]| heard(comment, Err((Decode, "NotJson")), true, bytes);
    let mut no_text = text.clone().into_bytes();
    no_text[text.find("dummy").expect("the type")] = 0xff;
    drafts.extend([
        heard("a list", MISSING, true, b"[]"),
        heard("text", MISSING, true, b"\"m.dummy\""),
        raw("no plaintext", b""),
        raw("cut", &text.as_bytes()[..text.len() - 1]),
        raw("NUL after", &[text.as_bytes(), b"\0"].concat()),
        raw("a second object after", &[text.as_bytes(), b"{}"].concat()),
        raw("a byte that is no letter", &no_text),
    ]);
    drafts
}

/// `sender_device_keys`, of a device that is known or not.
fn brought(is_known: bool) -> Vec<Draft> {
    let whose = if is_known { "known" } else { "unknown" };
    let draft = |comment: &str, verdict: Verdict, keys: Option<Value>| {
        let mut plaintext = honest();
        if let Some(keys) = keys {
            plaintext["sender_device_keys"] = keys;
        }
        let comment = format!("{whose} device: {comment}");
        heard(
            &comment,
            verdict,
            is_known,
            plaintext.to_string().as_bytes(),
        )
    };
    let signed_as = |object: Value, user: &str, device: &str| {
        Some(object_signed(
            object,
            user,
            &format!("ed25519:{device}"),
            device::SIGNER,
        ))
    };
    let with = |at: &str, value: Value| {
        let mut object = device::unsigned(DEVICE);
        *object.pointer_mut(at).expect("a member") = value;
        object
    };
    let signed = || device::signed(device::unsigned(DEVICE));
    let without_keys: Verdict = if is_known {
        Ok(())
    } else {
        Err((Bind, "MissingMember"))
    };
    let mut stripped = signed();
    stripped["signatures"] = json!({});
    let mut later = signed();
    later["algorithms"] = json!([]);
    let other_signer = object_signed(
        with("/keys/ed25519:ALICEDEV", json!(public_key(OTHER))),
        ALICE,
        "ed25519:ALICEDEV",
        OTHER,
    );
    vec![
        draft("brings its keys", Ok(()), Some(signed())),
        draft("brings no keys", without_keys, None),
        draft("keys are null", MISSING, Some(json!(null))),
        draft("keys are text", MISSING, Some(json!("x"))),
        draft("keys are empty", MISSING, Some(json!({}))),
        draft(
            "of another user",
            BINDING,
            signed_as(with("/user_id", json!(BOB)), BOB, DEVICE),
        ),
        draft(
            "of another user, signed by the sender",
            BINDING,
            signed_as(with("/user_id", json!(BOB)), ALICE, DEVICE),
        ),
        draft(
            "another Curve25519 key",
            BINDING,
            signed_as(
                with("/keys/curve25519:ALICEDEV", json!(curve_key(OTHER))),
                ALICE,
                DEVICE,
            ),
        ),
        draft(
            "another Ed25519 key, signed by it",
            BINDING,
            Some(other_signer),
        ),
        draft(
            "another Ed25519 key, signed by the device",
            Err((Authenticate, "WrongSigner")),
            signed_as(
                with("/keys/ed25519:ALICEDEV", json!(public_key(OTHER))),
                ALICE,
                DEVICE,
            ),
        ),
        draft(
            "another device id, keys as before",
            MISSING,
            signed_as(with("/device_id", json!("OTHERDEV")), ALICE, "OTHERDEV"),
        ),
        draft(
            "not signed",
            Err((Authenticate, "WrongSigner")),
            Some(device::unsigned(DEVICE)),
        ),
        draft(
            "signatures stripped",
            Err((Authenticate, "WrongSigner")),
            Some(stripped),
        ),
        draft(
            "changed later",
            Err((Authenticate, "ChangedLater")),
            Some(later),
        ),
        draft(
            "signed under another device's name",
            Err((Authenticate, "WrongSigner")),
            signed_as(device::unsigned(DEVICE), ALICE, "OTHERDEV"),
        ),
    ]
}

//! VEC-B-06: the public key that parts are sealed to.

use pruefstand_vectors::Stage::{Authenticate, Bind, Policy};
use serde_json::{Value, json};

use super::super::base64;
use super::{ALGORITHM, DEVICE, MASTER, OTHER, SIGNED_BY, SIGNER, backup_key};
use crate::generate::{
    case::{Verdict, case, remove},
    curve::public,
    draft::Draft,
    json::{ALICE, BOB, object_signed, public_key},
};

/// VEC-B-06: the public key that parts are sealed to.
pub(in crate::generate) fn keys() -> Vec<Draft> {
    let master = public_key(MASTER);
    let key_id = format!("ed25519:{master}");
    let object =
        || json!({ "algorithm": ALGORITHM, "user_id": ALICE, "public_key": base64(backup_key()) });
    let draft = |comment: &str, verdict: Verdict, object: &Value| {
        let object = object.to_string();
        let input: [(&str, &[u8]); 3] = [
            ("user", ALICE.as_bytes()),
            ("master", master.as_bytes()),
            ("object", object.as_bytes()),
        ];
        case(comment, verdict, &input).output(&backup_key())
    };
    let signed = |comment: &str, verdict: Verdict, change: &dyn Fn(&mut Value)| {
        let mut object = object();
        change(&mut object);
        draft(
            comment,
            verdict,
            &object_signed(object, ALICE, &key_id, MASTER),
        )
    };
    let later = |comment: &str, change: &dyn Fn(&mut Value)| {
        let mut object = object_signed(object(), ALICE, &key_id, MASTER);
        change(&mut object);
        draft(comment, SIGNED_BY, &object)
    };
    let version: Verdict = Err((Policy, "Version"));
    let key = |flag: &'static str| -> Verdict { Err((Authenticate, flag)) };
    let mut top = backup_key();
    top[31] |= 0x80;
    let old_master = format!("ed25519:{}", public_key(OTHER));
    vec![
        signed("signed by the master key", Ok(()), &|_| {}),
        draft("not signed", SIGNED_BY, &object()),
        draft(
            "signed by a device",
            SIGNED_BY,
            &object_signed(object(), ALICE, &format!("ed25519:{DEVICE}"), SIGNER),
        ),
        draft(
            "signed by an older master key",
            SIGNED_BY,
            &object_signed(object(), ALICE, &old_master, OTHER),
        ),
        draft(
            "signed by a stranger as the master key",
            SIGNED_BY,
            &object_signed(object(), ALICE, &key_id, OTHER),
        ),
        draft(
            "signed as another user",
            SIGNED_BY,
            &object_signed(object(), BOB, &key_id, MASTER),
        ),
        later("another key put in its place", &|o| {
            o["public_key"] = json!(base64(public(OTHER)))
        }),
        later("a member added", &|o| o["count"] = json!(1)),
        later("signature padded", &|o| {
            let text = o["signatures"][ALICE][&key_id]
                .as_str()
                .expect("text")
                .to_owned();
            o["signatures"][ALICE][&key_id] = json!(format!("{text}=="));
        }),
        later("signature is junk", &|o| {
            o["signatures"][ALICE][&key_id] = json!("AAAA")
        }),
        signed("an unknown member was signed", Ok(()), &|o| {
            o["org.example.new"] = json!(1)
        }),
        signed("of another user", Err((Bind, "WrongPlace")), &|o| {
            o["user_id"] = json!(BOB)
        }),
        signed("of nobody", Err((Bind, "WrongPlace")), &|o| {
            remove(o, "user_id")
        }),
        signed(
            "the specification's algorithm, which authenticates nothing",
            version,
            &|o| o["algorithm"] = json!("m.megolm_backup.v1.curve25519-aes-sha2"),
        ),
        signed("an unknown algorithm", version, &|o| {
            o["algorithm"] = json!("dev.pruefstand.backup.v2")
        }),
        signed("no algorithm", version, &|o| remove(o, "algorithm")),
        signed("small-order key", key("SmallOrder"), &|o| {
            o["public_key"] = json!(base64([0; 32]))
        }),
        signed("the same key, bit 255 set", key("Alias"), &|o| {
            o["public_key"] = json!(base64(top))
        }),
        signed("padded key", key("NonCanonical"), &|o| {
            o["public_key"] = json!(format!("{}=", base64(backup_key())))
        }),
        signed("no key", key("Form"), &|o| remove(o, "public_key")),
    ]
}

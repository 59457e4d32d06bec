//! VEC-J-01 and VEC-J-12: how the keys of a device are written.

use pruefstand_vectors::Stage::{self, Authenticate, Decode, Parse};
use serde_json::json;

use super::super::{ALICE, BOB, public_key};
use super::{CURVE, DEVICE, OTHER, SIGNER, changed, curve_key, draft, honest, signed, unsigned};
use crate::generate::draft::Draft;

pub(in crate::generate) fn duplicates() -> Vec<Draft> {
    let served = signed(unsigned(DEVICE)).to_string();
    let twice = |comment: &str, stage: Stage, member: &str, doubled: &str| {
        assert!(served.contains(member), "{member}");
        let text = served.replacen(member, doubled, 1);
        draft(comment, Err((stage, "DuplicateKey")), DEVICE, &text)
    };
    let (curve, other) = (curve_key(CURVE), curve_key(OTHER));
    let key = format!(r#""curve25519:{DEVICE}":"{curve}""#);
    let false_key = format!(r#""curve25519:{DEVICE}":"{other}""#);
    let user = format!(r#""user_id":"{ALICE}""#);
    let false_user = format!(r#""user_id":"{BOB}""#);
    let escaped = key.replacen('c', r"\u0063", 1);
    vec![
        honest(),
        twice(
            "user twice, false one first",
            Decode,
            &user,
            &format!("{false_user},{user}"),
        ),
        twice(
            "user twice, false one last",
            Decode,
            &user,
            &format!("{user},{false_user}"),
        ),
        twice(
            "user twice, both right",
            Decode,
            &user,
            &format!("{user},{user}"),
        ),
        twice(
            "key twice, false one first",
            Parse,
            &key,
            &format!("{false_key},{key}"),
        ),
        twice(
            "key twice, false one last",
            Parse,
            &key,
            &format!("{key},{false_key}"),
        ),
        twice(
            "key twice by an escape",
            Parse,
            &key,
            &format!("{escaped},{key}"),
        ),
        twice(
            "keys twice, empty ones first",
            Decode,
            r#""keys":{"#,
            r#""keys":{},"keys":{"#,
        ),
        twice(
            "signatures twice, none first",
            Decode,
            r#""signatures":{"#,
            r#""signatures":{},"signatures":{"#,
        ),
        twice(
            "the user's signatures twice",
            Authenticate,
            &format!(r#"{{"{ALICE}":{{"#),
            &format!(r#"{{"{ALICE}":{{}},"{ALICE}":{{"#),
        ),
        twice(
            "signature twice, no text first",
            Authenticate,
            &format!(r#"{{"ed25519:{DEVICE}":"#),
            &format!(r#"{{"ed25519:{DEVICE}":"","ed25519:{DEVICE}":"#),
        ),
    ]
}

pub(in crate::generate) fn texts() -> Vec<Draft> {
    let with = |comment: &str, flag: &'static str, at: &'static str, text: String| {
        changed(comment, Err((Decode, flag)), |o| {
            *o.pointer_mut(at).expect("a key") = json!(text);
        })
    };
    let mut drafts = vec![honest()];
    for (name, at, key) in [
        ("Curve25519", "/keys/curve25519:ALICEDEV", curve_key(CURVE)),
        ("Ed25519", "/keys/ed25519:ALICEDEV", public_key(SIGNER)),
    ] {
        let comment = |what: &str| format!("{name} key {what}");
        let mut trailing = key.clone();
        let last = trailing.pop().expect("43 characters");
        trailing.push(char::from_u32(u32::from(last) + 1).expect("a letter"));
        drafts.extend([
            with(&comment("padded"), "NonCanonical", at, format!("{key}=")),
            with(
                &comment("padded twice"),
                "NonCanonical",
                at,
                format!("{key}=="),
            ),
            with(
                &comment("with a space before"),
                "NonCanonical",
                at,
                format!(" {key}"),
            ),
            with(
                &comment("with a line feed after"),
                "NonCanonical",
                at,
                format!("{key}\n"),
            ),
            with(
                &comment("with bits after the last byte"),
                "NonCanonical",
                at,
                trailing,
            ),
            with(&comment("in hexadecimal"), "Malformed", at, "00".repeat(32)),
            with(
                &comment("one character short"),
                "Malformed",
                at,
                key[..42].to_owned(),
            ),
            with(
                &comment("one character long"),
                "Malformed",
                at,
                format!("{key}A"),
            ),
            with(&comment("of no text"), "Malformed", at, String::new()),
        ]);
        // written in the other alphabet only where it differs
        let url = key.replace('+', "-").replace('/', "_");
        if url != key {
            drafts.push(with(
                &comment("in the URL alphabet"),
                "NonCanonical",
                at,
                url,
            ));
        }
    }
    drafts
}

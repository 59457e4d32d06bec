//! VEC-J-03, 05, 06, 11, 12: what a signature over an object covers, and which signature counts.

use pruefstand_vectors::Stage::{Authenticate, Decode};
use serde_json::{Value, json};

use super::{ALICE, BOB, canonical, signing::signature};
use crate::generate::{
    case::{Verdict, case},
    curve::secret,
    draft::Draft,
};

const SIGNER: u8 = 30;
const OTHER: u8 = 31;
const KEY_ID: &str = "ed25519:DEVICE";

/// Asks whether Alice's device signed what is served.
fn draft(comment: &str, verdict: Verdict, object: &str) -> Draft {
    let public = ed25519_dalek::SigningKey::from_bytes(&secret(SIGNER)).verifying_key();
    let input: [(&str, &[u8]); 4] = [
        ("public", public.as_bytes()),
        ("object", object.as_bytes()),
        ("user", ALICE.as_bytes()),
        ("key_id", KEY_ID.as_bytes()),
    ];
    case(comment, verdict, &input)
}

/// The served text, with the signature over `signed` where it says `SIGNATURES`.
fn with_signature(signed: &str, served: &str) -> String {
    let signature = signature(SIGNER, signed);
    let signatures = format!(r#""signatures":{{"{ALICE}":{{"{KEY_ID}":"{signature}"}}}}"#);
    served.replace("SIGNATURES", &signatures)
}

/// Comment, the text that was signed, what is served, and why that is refused.
type Case = (&'static str, &'static str, &'static str, Verdict);

fn drafts(cases: &[Case]) -> Vec<Draft> {
    let one = |(comment, signed, served, verdict): &Case| {
        draft(comment, *verdict, &with_signature(signed, served))
    };
    cases.iter().map(one).collect()
}

const ORDER: Verdict = Err((Authenticate, "Order"));
const SCOPE: Verdict = Err((Authenticate, "Scope"));
const LATER: Verdict = Err((Authenticate, "ChangedLater"));
const DUPLICATE: Verdict = Err((Decode, "DuplicateKey"));

#[rustfmt::skip]
pub(super) fn orders() -> Vec<Draft> {
    drafts(&[
        ("signed in the order of code points", "{\"\u{e000}\":1,\"\u{10000}\":2}", "{\"\u{e000}\":1,\"\u{10000}\":2,SIGNATURES}", Ok(())),
        ("signed in the order of UTF-16 units", "{\"\u{10000}\":2,\"\u{e000}\":1}", "{\"\u{e000}\":1,\"\u{10000}\":2,SIGNATURES}", ORDER),
        ("served in the order of UTF-16 units", "{\"\u{e000}\":1,\"\u{10000}\":2}", "{\"\u{10000}\":2,\"\u{e000}\":1,SIGNATURES}", Ok(())),
        ("signed without regard of case", r#"{"a":1,"B":2}"#, r#"{"a":1,"B":2,SIGNATURES}"#, ORDER),
        ("signed with escapes", r#"{"\ue000":1,"\ud800\udc00":2}"#, "{\"\u{e000}\":1,\"\u{10000}\":2,SIGNATURES}", ORDER),
    ])
}

#[rustfmt::skip]
pub(super) fn scopes() -> Vec<Draft> {
    drafts(&[
        ("signatures and unsigned are left out", r#"{"a":1}"#, r#"{"a":1,"unsigned":{"n":1},SIGNATURES}"#, Ok(())),
        ("signed with unsigned in it", r#"{"a":1,"unsigned":{"n":1}}"#, r#"{"a":1,"unsigned":{"n":1},SIGNATURES}"#, SCOPE),
        ("signed with empty signatures in it", r#"{"a":1,"signatures":{}}"#, r#"{"a":1,SIGNATURES}"#, SCOPE),
        ("unsigned may hold what is not signed", r#"{"a":1}"#, r#"{"a":1,"unsigned":{"a":2,"signatures":{}},SIGNATURES}"#, Ok(())),
        ("unsigned need not be an object", r#"{"a":1}"#, r#"{"a":1,"unsigned":"x",SIGNATURES}"#, Ok(())),
        ("unsigned stands twice", r#"{"a":1}"#, r#"{"a":1,"unsigned":{},"unsigned":{"n":1},SIGNATURES}"#, DUPLICATE),
        ("nested signatures are signed", r#"{"a":{"signatures":{"x":1}}}"#, r#"{"a":{"signatures":{"x":1}},SIGNATURES}"#, Ok(())),
        ("nested signatures changed", r#"{"a":{"signatures":{"x":1}}}"#, r#"{"a":{"signatures":{"x":2}},SIGNATURES}"#, LATER),
        ("nested signatures stripped before signing", r#"{"a":{}}"#, r#"{"a":{"signatures":{"x":1}},SIGNATURES}"#, SCOPE),
        ("nested unsigned is signed", r#"{"a":{"unsigned":{"x":1}}}"#, r#"{"a":{"unsigned":{"x":1}},SIGNATURES}"#, Ok(())),
        ("nested unsigned stripped before signing", r#"{"a":{}}"#, r#"{"a":{"unsigned":{"x":1}},SIGNATURES}"#, SCOPE),
        ("nested unsigned changed", r#"{"a":{"unsigned":{"x":1}}}"#, r#"{"a":{"unsigned":{}},SIGNATURES}"#, LATER),
        ("Unsigned with a capital is signed", r#"{"Unsigned":1,"a":1}"#, r#"{"a":1,"Unsigned":1,SIGNATURES}"#, Ok(())),
        ("Unsigned with a capital stripped before signing", r#"{"a":1}"#, r#"{"a":1,"Unsigned":1,SIGNATURES}"#, SCOPE),
        ("nothing but signatures", "{}", "{SIGNATURES}", Ok(())),
        ("nothing signed, something served", "{}", r#"{"a":1,SIGNATURES}"#, LATER),
    ])
}

#[rustfmt::skip]
pub(super) fn extra_members() -> Vec<Draft> {
    drafts(&[
        ("an unknown member was signed", r#"{"a":1,"org.example.new":{"x":[1]}}"#, r#"{"a":1,"org.example.new":{"x":[1]},SIGNATURES}"#, Ok(())),
        ("the unknown member was added later", r#"{"a":1}"#, r#"{"a":1,"org.example.new":{"x":[1]},SIGNATURES}"#, LATER),
        ("the unknown member was changed", r#"{"a":1,"org.example.new":{"x":[1]}}"#, r#"{"a":1,"org.example.new":{"x":[2]},SIGNATURES}"#, LATER),
        ("the unknown member was taken away", r#"{"a":1,"org.example.new":{"x":[1]}}"#, r#"{"a":1,SIGNATURES}"#, LATER),
        ("the unknown member was moved to unsigned", r#"{"a":1,"org.example.new":{"x":[1]}}"#, r#"{"a":1,"unsigned":{"org.example.new":{"x":[1]}},SIGNATURES}"#, LATER),
        ("an unknown member that is null", r#"{"a":1,"b":null}"#, r#"{"a":1,"b":null,SIGNATURES}"#, Ok(())),
        ("null instead of absent", r#"{"a":1}"#, r#"{"a":1,"b":null,SIGNATURES}"#, LATER),
        ("an unknown member with an empty name", r#"{"":1,"a":1}"#, r#"{"a":1,"":1,SIGNATURES}"#, Ok(())),
        ("__proto__ is a name", r#"{"__proto__":{"a":2},"a":1}"#, r#"{"a":1,"__proto__":{"a":2},SIGNATURES}"#, Ok(())),
        ("__proto__ was added later", r#"{"a":1}"#, r#"{"a":1,"__proto__":{"a":2},SIGNATURES}"#, LATER),
    ])
}

/// The object that VEC-J-06 and VEC-J-12 sign.
fn object(signatures: &Value) -> String {
    json!({"a": 1, "signatures": signatures}).to_string()
}

pub(super) fn selections() -> Vec<Draft> {
    let good = signature(SIGNER, &canonical(&json!({"a": 1})));
    let other = signature(OTHER, &canonical(&json!({"a": 1})));
    let wrong = |comment: &str, signatures: Value| {
        draft(
            comment,
            Err((Authenticate, "WrongSigner")),
            &object(&signatures),
        )
    };
    let right = |comment: &str, signatures: Value| draft(comment, Ok(()), &object(&signatures));
    vec![
        right("signed by the device", json!({ALICE: {KEY_ID: good}})),
        wrong("under another user", json!({BOB: {KEY_ID: good}})),
        wrong(
            "under another key id",
            json!({ALICE: {"ed25519:OTHER": good}}),
        ),
        wrong(
            "under another algorithm",
            json!({ALICE: {"curve25519:DEVICE": good}}),
        ),
        wrong(
            "under an unknown algorithm",
            json!({ALICE: {"ed448:DEVICE": good}}),
        ),
        wrong(
            "under the device id alone",
            json!({ALICE: {"DEVICE": good}}),
        ),
        wrong(
            "under the key id in capitals",
            json!({ALICE: {"ED25519:DEVICE": good}}),
        ),
        wrong(
            "under the user in another case",
            json!({"@Alice:example.org": {KEY_ID: good}}),
        ),
        wrong("by another key", json!({ALICE: {KEY_ID: other}})),
        wrong("in a list", json!({ALICE: {KEY_ID: [good]}})),
        wrong(
            "in an object",
            json!({ALICE: {KEY_ID: {"signature": good}}}),
        ),
        wrong("users in a list", json!([{ALICE: {KEY_ID: good}}])),
        wrong("no signatures", json!({})),
        wrong("signatures are null", json!(null)),
        wrong("signatures are text", json!(good)),
        wrong("no signature of the user", json!({ALICE: {}})),
        right(
            "beside a wrong one under another key id",
            json!({ALICE: {KEY_ID: good, "ed25519:OTHER": good}}),
        ),
        wrong(
            "wrong beside a good one under another key id",
            json!({ALICE: {KEY_ID: other, "ed25519:OTHER": good}}),
        ),
        right(
            "beside a wrong one of another user",
            json!({ALICE: {KEY_ID: good}, BOB: {KEY_ID: good}}),
        ),
        right(
            "beside one of an unknown algorithm",
            json!({ALICE: {KEY_ID: good, "ed448:DEVICE": "AAAA"}}),
        ),
        right(
            "beside junk",
            json!({ALICE: {KEY_ID: good, "": null}, "": 7}),
        ),
    ]
}

pub(super) fn texts() -> Vec<Draft> {
    let good = signature(SIGNER, &canonical(&json!({"a": 1})));
    let served = |text: &str| object(&json!({ALICE: {KEY_ID: text}}));
    let refused = |comment: &str, flag: &'static str, text: String| {
        draft(comment, Err((Decode, flag)), &served(&text))
    };
    let mut trailing = good.clone();
    let last = trailing.pop().expect("86 characters");
    trailing.push(char::from_u32(u32::from(last) + 1).expect("a letter"));
    vec![
        draft("unpadded", Ok(()), &served(&good)),
        refused("padded", "NonCanonical", format!("{good}==")),
        refused("padded too little", "Malformed", format!("{good}=")),
        refused("space before", "NonCanonical", format!(" {good}")),
        refused("space after", "NonCanonical", format!("{good} ")),
        refused(
            "line feed inside",
            "NonCanonical",
            format!("{}\n{}", &good[..40], &good[40..]),
        ),
        refused(
            "URL alphabet",
            "NonCanonical",
            good.replace('+', "-").replace('/', "_"),
        ),
        refused("bits after the last byte", "NonCanonical", trailing),
        refused("one character less", "Malformed", good[..85].to_owned()),
        refused("63 bytes", "Malformed", good[..84].to_owned()),
        refused("66 bytes", "Malformed", format!("{good}AA")),
        refused("in hexadecimal", "Malformed", "00".repeat(64)),
        refused("no text", "Malformed", String::new()),
    ]
}

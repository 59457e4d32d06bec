//! Class VEC-E-06: signatures over objects (Matrix specification, "Signing JSON").

use ed25519_dalek::Signer as _;
use pruefstand_vectors::Stage::{self, Authenticate, Decode, Parse};

use super::{draft::Draft, edwards::signer};

const USER: &str = "@alice:example.org";
const KEY_ID: &str = "ed25519:DEVICE";
const CANONICAL: &str = r#"{"a":1,"b":{"x":"y"}}"#;

/// What is tried, the text that was signed, the object that is served, and where it must fail.
/// The signatures stand where the object says `SIGNATURES`.
#[rustfmt::skip]
const CASES: [(&str, &str, &str, Option<Stage>); 17] = [
    ("canonical form signed", CANONICAL, r#"{"a":1,"b":{"x":"y"},SIGNATURES}"#, None),
    ("served in another order", CANONICAL, r#"{ "b":{"x":"y"}, SIGNATURES, "a":1 }"#, None),
    ("with unsigned data", CANONICAL, r#"{"a":1,"b":{"x":"y"},"unsigned":{"c":2},SIGNATURES}"#, None),
    ("signed with spaces", r#"{"a": 1, "b": {"x": "y"}}"#, r#"{"a":1,"b":{"x":"y"},SIGNATURES}"#, Some(Authenticate)),
    ("signed in another order", r#"{"b":{"x":"y"},"a":1}"#, r#"{"a":1,"b":{"x":"y"},SIGNATURES}"#, Some(Authenticate)),
    ("key twice, last one signed", CANONICAL, r#"{"a":0,"a":1,"b":{"x":"y"},SIGNATURES}"#, Some(Decode)),
    ("key twice, first one signed", CANONICAL, r#"{"a":1,"b":{"x":"y"},"a":0,SIGNATURES}"#, Some(Decode)),
    ("key twice in depth", CANONICAL, r#"{"a":1,"b":{"x":"z","x":"y"},SIGNATURES}"#, Some(Decode)),
    ("key twice by an escape", CANONICAL, r#"{"a":1,"\u0061":1,"b":{"x":"y"},SIGNATURES}"#, Some(Decode)),
    ("member added", CANONICAL, r#"{"a":1,"b":{"x":"y"},"c":1,SIGNATURES}"#, Some(Authenticate)),
    ("1 written as 1.0", CANONICAL, r#"{"a":1.0,"b":{"x":"y"},SIGNATURES}"#, Some(Decode)),
    ("a fraction, signed", r#"{"a":1.5}"#, r#"{"a":1.5,SIGNATURES}"#, Some(Decode)),
    ("2^53 - 1, signed", r#"{"a":9007199254740991}"#, r#"{"a":9007199254740991,SIGNATURES}"#, None),
    ("2^53, signed", r#"{"a":9007199254740992}"#, r#"{"a":9007199254740992,SIGNATURES}"#, Some(Decode)),
    ("no signature", CANONICAL, CANONICAL, Some(Authenticate)),
    ("a list", "[1]", r#"[1,{SIGNATURES}]"#, Some(Parse)),
    ("bytes after the object", CANONICAL, r#"{"a":1,"b":{"x":"y"},SIGNATURES}{}"#, Some(Decode)),
];

pub(super) fn drafts() -> Vec<Draft> {
    CASES.iter().copied().map(draft).collect()
}

fn draft((comment, signed, served, stage): (&str, &str, &str, Option<Stage>)) -> Draft {
    let signature = signer().sign(signed.as_bytes()).to_bytes();
    let signature = vodozemac::base64_encode(signature);
    let signatures = format!(r#""signatures":{{"{USER}":{{"{KEY_ID}":"{signature}"}}}}"#);
    let object = served.replace("SIGNATURES", &signatures);
    let public = signer().verifying_key().to_bytes();
    let input: [(&str, &[u8]); 4] = [
        ("public", &public),
        ("object", object.as_bytes()),
        ("user", USER.as_bytes()),
        ("key_id", KEY_ID.as_bytes()),
    ];
    match stage {
        Some(stage) => Draft::invalid(stage, comment, &input).flag("SignedJson"),
        None => Draft::valid(comment, &input).flag("Valid"),
    }
}

//! Class VEC-E-06: signatures over objects (Matrix specification, "Signing JSON").

use ed25519_dalek::Signer as _;

use super::{edwards::signer, file::Draft};

const USER: &str = "@alice:example.org";
const KEY_ID: &str = "ed25519:DEVICE";
const CANONICAL: &str = r#"{"a":1,"b":{"x":"y"}}"#;

/// What is tried, the text that was signed, the object that is served, and whether the signature
/// counts. The signatures stand where the object says `SIGNATURES`.
#[rustfmt::skip]
const CASES: [(&str, &str, &str, bool); 17] = [
    ("canonical form signed", CANONICAL, r#"{"a":1,"b":{"x":"y"},SIGNATURES}"#, true),
    ("served in another order", CANONICAL, r#"{ "b":{"x":"y"}, SIGNATURES, "a":1 }"#, true),
    ("with unsigned data", CANONICAL, r#"{"a":1,"b":{"x":"y"},"unsigned":{"c":2},SIGNATURES}"#, true),
    ("signed with spaces", r#"{"a": 1, "b": {"x": "y"}}"#, r#"{"a":1,"b":{"x":"y"},SIGNATURES}"#, false),
    ("signed in another order", r#"{"b":{"x":"y"},"a":1}"#, r#"{"a":1,"b":{"x":"y"},SIGNATURES}"#, false),
    ("key twice, last one signed", CANONICAL, r#"{"a":0,"a":1,"b":{"x":"y"},SIGNATURES}"#, false),
    ("key twice, first one signed", CANONICAL, r#"{"a":1,"b":{"x":"y"},"a":0,SIGNATURES}"#, false),
    ("key twice in depth", CANONICAL, r#"{"a":1,"b":{"x":"z","x":"y"},SIGNATURES}"#, false),
    ("key twice by an escape", CANONICAL, r#"{"a":1,"\u0061":1,"b":{"x":"y"},SIGNATURES}"#, false),
    ("member added", CANONICAL, r#"{"a":1,"b":{"x":"y"},"c":1,SIGNATURES}"#, false),
    ("1 written as 1.0", CANONICAL, r#"{"a":1.0,"b":{"x":"y"},SIGNATURES}"#, false),
    ("a fraction, signed", r#"{"a":1.5}"#, r#"{"a":1.5,SIGNATURES}"#, false),
    ("2^53 - 1, signed", r#"{"a":9007199254740991}"#, r#"{"a":9007199254740991,SIGNATURES}"#, true),
    ("2^53, signed", r#"{"a":9007199254740992}"#, r#"{"a":9007199254740992,SIGNATURES}"#, false),
    ("no signature", CANONICAL, CANONICAL, false),
    ("a list", "[1]", r#"[1,{SIGNATURES}]"#, false),
    ("bytes after the object", CANONICAL, r#"{"a":1,"b":{"x":"y"},SIGNATURES}{}"#, false),
];

pub(super) fn drafts() -> Vec<Draft> {
    CASES.iter().copied().map(draft).collect()
}

fn draft((comment, signed, served, is_valid): (&str, &str, &str, bool)) -> Draft {
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
    let draft = Draft::new(comment, is_valid, &input).flag("SignedJson");
    if is_valid { draft.flag("Valid") } else { draft }
}

//! VEC-A-02: the hash of a file.

use pruefstand_vectors::Stage::Decode;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use super::super::{PLAIN, Verdict, base64, described, encrypted, iv};
use super::{CHANGED, MALFORMED, NO_HASH, NON_CANONICAL, reworded};
use crate::generate::{case::remove, draft::Draft};

pub(in crate::generate) fn hashes() -> Vec<Draft> {
    let bytes = encrypted(PLAIN, iv());
    let right = base64(Sha256::digest(&bytes));
    let wrong = base64(Sha256::digest(b"other"));
    let longer = base64(Sha512::digest(&bytes));
    let hashes = |comment: &str, verdict: Verdict, hashes: Value| {
        described(comment, verdict, |file| file["hashes"] = hashes)
    };
    let text = |comment: &str, verdict: Verdict, text: String| {
        hashes(comment, verdict, json!({ "sha256": text }))
    };
    let mut trailing = right.clone();
    let last = trailing.pop().expect("43 characters");
    trailing.push(char::from_u32(u32::from(last) + 1).expect("a letter"));
    vec![
        text("the right hash", Ok(()), right.clone()),
        described("no hashes", NO_HASH, |file| remove(file, "hashes")),
        hashes("hashes are null", NO_HASH, json!(null)),
        hashes("hashes are empty", NO_HASH, json!({})),
        hashes("hashes are text", NO_HASH, json!(right)),
        hashes("hashes are a list", NO_HASH, json!([right])),
        hashes(
            "only an unknown algorithm",
            NO_HASH,
            json!({ "sha512": longer }),
        ),
        hashes("only SHA-1's name", NO_HASH, json!({ "sha1": right })),
        hashes("algorithm in capitals", NO_HASH, json!({ "SHA256": right })),
        hashes(
            "algorithm with a hyphen",
            NO_HASH,
            json!({ "sha-256": right }),
        ),
        hashes("the hash is null", NO_HASH, json!({ "sha256": null })),
        hashes("the hash is a number", NO_HASH, json!({ "sha256": 0 })),
        hashes("the hash is a list", NO_HASH, json!({ "sha256": [right] })),
        text("another hash", CHANGED, wrong.clone()),
        text(
            "the hash of the plaintext",
            CHANGED,
            base64(Sha256::digest(PLAIN)),
        ),
        text("nothing but zeros", CHANGED, base64([0; 32])),
        hashes(
            "right, beside an unknown algorithm",
            Ok(()),
            json!({ "sha256": right, "sha512": wrong }),
        ),
        hashes(
            "wrong, beside an unknown algorithm",
            CHANGED,
            json!({ "sha256": wrong, "sha512": longer }),
        ),
        hashes(
            "wrong, beside the right one in capitals",
            CHANGED,
            json!({ "sha256": wrong, "SHA256": right }),
        ),
        reworded(
            "hash twice, the wrong one first",
            Err((Decode, "DuplicateKey")),
            r#""sha256":"#,
            &format!(r#""sha256":"{wrong}","sha256":"#),
        ),
        reworded(
            "hashes twice, none first",
            Err((Decode, "DuplicateKey")),
            r#""hashes":{"#,
            r#""hashes":{},"hashes":{"#,
        ),
        text("padded", NON_CANONICAL, format!("{right}=")),
        text("with a space after", NON_CANONICAL, format!("{right} ")),
        text("with bits after the last byte", NON_CANONICAL, trailing),
        text("31 bytes", MALFORMED, base64(&Sha256::digest(&bytes)[..31])),
        text(
            "33 bytes",
            MALFORMED,
            base64([&Sha256::digest(&bytes)[..], &[0]].concat()),
        ),
        text("one byte", MALFORMED, base64(&Sha256::digest(&bytes)[..1])),
        text("no byte", MALFORMED, String::new()),
        text("in hexadecimal", MALFORMED, "00".repeat(32)),
    ]
}

//! VEC-A-02 to VEC-A-05: hash, IV, key and version in the description of a file.

mod hashes;

use pruefstand_vectors::Stage::{Authenticate, Decode, Key, Parse, Policy};
use serde_json::{Value, json};

use super::{
    KEY, PLAIN, Verdict, base64, base64url, described, description, encrypted, iv, opened,
};
use crate::generate::{case::remove, curve::secret, draft::Draft};
pub(super) use hashes::hashes;

const NO_HASH: Verdict = Err((Policy, "NoHash"));
const VERSION: Verdict = Err((Policy, "Version"));
const WRONG_KEY: Verdict = Err((Key, "WrongKey"));
const CHANGED: Verdict = Err((Authenticate, "Changed"));
const NON_CANONICAL: Verdict = Err((Decode, "NonCanonical"));
const MALFORMED: Verdict = Err((Parse, "Malformed"));

/// The text after `member` of the honest description, in another wording.
fn reworded(comment: &str, verdict: Verdict, from: &str, to: &str) -> Draft {
    let ciphertext = encrypted(PLAIN, iv());
    let file = description(&ciphertext).to_string();
    assert!(file.contains(from), "{from}");
    opened(comment, verdict, &file.replacen(from, to, 1), &ciphertext)
}

pub(super) fn counters() -> Vec<Draft> {
    let with_iv = |comment: &str, verdict: Verdict, iv: [u8; 16]| {
        let ciphertext = encrypted(PLAIN, iv);
        let mut file = description(&ciphertext);
        file["iv"] = json!(base64(iv));
        opened(comment, verdict, &file.to_string(), &ciphertext)
    };
    let counting = |comment: &str, counter: u64| {
        let mut changed = iv();
        changed[8..].copy_from_slice(&counter.to_be_bytes());
        with_iv(comment, Err((Parse, "Counter")), changed)
    };
    let text = |comment: &str, verdict: Verdict, iv: Value| {
        described(comment, verdict, |file| file["iv"] = iv)
    };
    let honest = base64(iv());
    let high = |byte: u8| [[byte; 8], [0; 8]].concat().try_into().expect("16 bytes");
    let mut drafts = vec![with_iv("eight random bytes, then zeros", Ok(()), iv())];
    for (comment, counter) in [
        ("counter 1", 1),
        ("counter 256", 256),
        ("counter 2^32", 1 << 32),
        ("counter 2^63: bit 63 of the low half", 1 << 63),
        ("counter 2^64 - 1: the next block carries", u64::MAX),
        ("counter 2^64 - 2", u64::MAX - 1),
    ] {
        drafts.push(counting(comment, counter));
    }
    for length in [0, 1, 8, 12, 15, 17, 32] {
        let verdict = Err((Parse, "Malformed"));
        drafts.push(text(
            &format!("{length} bytes"),
            verdict,
            json!(base64(vec![0; length])),
        ));
    }
    drafts.extend([
        text("padded", NON_CANONICAL, json!(format!("{honest}=="))),
        text(
            "with a line feed after",
            NON_CANONICAL,
            json!(format!("{honest}\n")),
        ),
        text(
            "bits after the last byte",
            NON_CANONICAL,
            json!(format!("{}B", &honest[..21])),
        ),
        text("in hexadecimal", MALFORMED, json!("00".repeat(16))),
        text("null", MALFORMED, json!(null)),
        text("a list of bytes", MALFORMED, json!(iv())),
        described("none", MALFORMED, |file| remove(file, "iv")),
        with_iv("high half zero", Ok(()), high(0)),
        with_iv("high half full", Ok(()), high(0xff)),
    ]);
    drafts
}

pub(super) fn keys() -> Vec<Draft> {
    let member = |comment: &str, verdict: Verdict, member: &'static str, value: Value| {
        described(comment, verdict, |file| file["key"][member] = value)
    };
    let missing = |member: &'static str| {
        described(&format!("no {member}"), WRONG_KEY, |file| {
            remove(&mut file["key"], member)
        })
    };
    let mut drafts = vec![described("an A256CTR key", Ok(()), |_| {})];
    for algorithm in [
        "A128CTR", "A192CTR", "A256CBC", "A256GCM", "a256ctr", "AES-CTR", "dir", "none", "",
    ] {
        drafts.push(member(
            &format!("algorithm {algorithm:?}"),
            WRONG_KEY,
            "alg",
            json!(algorithm),
        ));
    }
    for kind in ["RSA", "EC", "OKP", "OCT", ""] {
        drafts.push(member(
            &format!("kind {kind:?}"),
            WRONG_KEY,
            "kty",
            json!(kind),
        ));
    }
    for length in [0, 16, 24, 31, 33, 64] {
        let key = base64url(vec![7; length]);
        drafts.push(member(
            &format!("{length} bytes"),
            WRONG_KEY,
            "k",
            json!(key),
        ));
    }
    let own = base64url(secret(KEY));
    drafts.extend(["alg", "kty", "k", "ext", "key_ops"].map(missing));
    drafts.extend([
        member("ext is false", WRONG_KEY, "ext", json!(false)),
        member("ext is text", WRONG_KEY, "ext", json!("true")),
        member("ext is 1", WRONG_KEY, "ext", json!(1)),
        member("no use", WRONG_KEY, "key_ops", json!([])),
        member("encryption only", WRONG_KEY, "key_ops", json!(["encrypt"])),
        member("decryption only", WRONG_KEY, "key_ops", json!(["decrypt"])),
        member(
            "uses are text",
            WRONG_KEY,
            "key_ops",
            json!("encrypt,decrypt"),
        ),
        member(
            "uses in capitals",
            WRONG_KEY,
            "key_ops",
            json!(["ENCRYPT", "DECRYPT"]),
        ),
        member(
            "for signing",
            WRONG_KEY,
            "key_ops",
            json!(["sign", "verify"]),
        ),
        member("padded", WRONG_KEY, "k", json!(format!("{own}="))),
        member(
            "with a space before",
            WRONG_KEY,
            "k",
            json!(format!(" {own}")),
        ),
        member(
            "in the standard alphabet",
            WRONG_KEY,
            "k",
            json!("+/".repeat(21) + "8"),
        ),
        member(
            "bits after the last byte",
            WRONG_KEY,
            "k",
            json!(format!("{}B", "A".repeat(42))),
        ),
        member("a list of bytes", WRONG_KEY, "k", json!(secret(KEY))),
        described("no key", WRONG_KEY, |file| remove(file, "key")),
        described("key is null", WRONG_KEY, |file| file["key"] = json!(null)),
        described("key is text", WRONG_KEY, |file| file["key"] = json!(own)),
        described("key in a list", WRONG_KEY, |file| {
            file["key"] = json!([file["key"]])
        }),
        reworded(
            "key twice, another one first",
            Err((Decode, "DuplicateKey")),
            r#""k":"#,
            &format!(r#""k":"{}","k":"#, base64url([7; 32])),
        ),
        member(
            "uses in the other order",
            Ok(()),
            "key_ops",
            json!(["decrypt", "encrypt"]),
        ),
        member(
            "more uses",
            Ok(()),
            "key_ops",
            json!(["encrypt", "decrypt", "wrapKey"]),
        ),
        member("an unknown member", Ok(()), "kid", json!("x")),
    ]);
    drafts
}

pub(super) fn versions() -> Vec<Draft> {
    let version = |comment: &str, verdict: Verdict, version: Value| {
        described(comment, verdict, |file| file["v"] = version)
    };
    let mut drafts = vec![version("v2", Ok(()), json!("v2"))];
    for other in [
        "v1",
        "v3",
        "v20",
        "V2",
        "2",
        "v2 ",
        " v2",
        "v2\0",
        "v\u{ff12}",
        "",
    ] {
        drafts.push(version(
            &format!("version {other:?}"),
            VERSION,
            json!(other),
        ));
    }
    drafts.extend([
        version("version is a number", VERSION, json!(2)),
        version("version is null", VERSION, json!(null)),
        version("version in a list", VERSION, json!(["v2"])),
        described("no version", VERSION, |file| remove(file, "v")),
        reworded(
            "version twice, v1 first",
            Err((Decode, "DuplicateKey")),
            r#""v":"v2""#,
            r#""v":"v1","v":"v2""#,
        ),
        described("an unknown member", Ok(()), |file| {
            file["org.example.new"] = json!(1)
        }),
        described("a media type", Ok(()), |file| {
            file["mimetype"] = json!("text/plain")
        }),
    ]);
    drafts
}

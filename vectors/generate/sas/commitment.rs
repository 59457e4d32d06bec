//! VEC-S-03: the commitment to an ephemeral key.

use pruefstand_vectors::Stage::Authenticate;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use super::{ALICE_DEVICE, BOB_SECRET, base64, ephemeral};
use crate::generate::{
    case::{Verdict, case},
    curve::public,
    draft::Draft,
    file::hex,
    json::canonical,
};

const OTHER: Verdict = Err((Authenticate, "OtherCommitment"));
const NON_CANONICAL: Verdict = Err((Authenticate, "NonCanonical"));

/// The start event that the commitment answers.
fn start() -> Value {
    super::start(ALICE_DEVICE)
}

fn sha256(text: &str) -> String {
    base64(Sha256::digest(text))
}

pub(super) fn drafts() -> Vec<Draft> {
    let key = ephemeral(BOB_SECRET);
    let text = canonical(&start());
    let right = sha256(&format!("{key}{text}"));
    let with = |comment: &str, verdict: Verdict, start: &str, commitment: &str| {
        let input: [(&str, &[u8]); 3] = [
            ("start", start.as_bytes()),
            ("key", key.as_bytes()),
            ("commitment", commitment.as_bytes()),
        ];
        case(comment, verdict, &input)
    };
    let committed = |comment: &str, verdict: Verdict, commitment: &str| {
        with(comment, verdict, &text, commitment)
    };
    let hashed = |comment: &str, input: &str| committed(comment, OTHER, &sha256(input));
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut other = start();
        change(&mut other);
        sha256(&format!("{key}{}", canonical(&other)))
    };
    let spaced = text.replace(':', ": ").replace(',', ", ");
    let mut drafts = vec![
        committed("key and canonical start event", Ok(()), &right),
        with(
            "the start event in another order",
            Ok(()),
            &reordered(&text),
            &right,
        ),
        with("the start event with spaces", Ok(()), &spaced, &right),
        committed(
            "over another offer",
            OTHER,
            &changed(&|s| s["hashes"] = json!(["sha256", "sha512"])),
        ),
        committed(
            "over offers in another order",
            OTHER,
            &changed(&|s| s["short_authentication_string"] = json!(["emoji", "decimal"])),
        ),
        committed(
            "over another device's start event",
            OTHER,
            &changed(&|s| s["from_device"] = json!("MALLORY")),
        ),
        committed(
            "over another transaction",
            OTHER,
            &changed(&|s| s["transaction_id"] = json!("transaction-2")),
        ),
        committed(
            "over a start event without transaction",
            OTHER,
            &changed(&|s| {
                drop(
                    s.as_object_mut()
                        .expect("an object")
                        .remove("transaction_id"),
                )
            }),
        ),
        hashed(
            "over the start event as it was served in another order",
            &format!("{key}{}", reordered(&text)),
        ),
        hashed(
            "over the start event with spaces",
            &format!("{key}{spaced}"),
        ),
        hashed("over the start event alone", &text),
        hashed("over the key alone", &key),
        hashed("start event before the key", &format!("{text}{key}")),
        hashed("over a separator between them", &format!("{key}|{text}")),
        hashed("over the key padded", &format!("{key}={text}")),
        hashed(
            "over the key in hexadecimal",
            &format!("{}{text}", hex(&public(BOB_SECRET))),
        ),
        hashed("over another key", &format!("{}{text}", ephemeral(90))),
        hashed("over an empty start event", &format!("{key}{{}}")),
        committed(
            "over the key's bytes",
            OTHER,
            &base64(Sha256::digest(
                [&public(BOB_SECRET)[..], text.as_bytes()].concat(),
            )),
        ),
        committed(
            "SHA-512",
            OTHER,
            &base64(Sha512::digest(format!("{key}{text}"))),
        ),
        committed(
            "hashed twice",
            OTHER,
            &base64(Sha256::digest(Sha256::digest(format!("{key}{text}")))),
        ),
        committed("padded", NON_CANONICAL, &format!("{right}=")),
        committed("with a space after", NON_CANONICAL, &format!("{right} ")),
        committed(
            "in hexadecimal",
            NON_CANONICAL,
            &hex(&Sha256::digest(format!("{key}{text}"))),
        ),
        committed(
            "31 bytes",
            OTHER,
            &base64(&Sha256::digest(format!("{key}{text}"))[..31]),
        ),
        committed(
            "first byte alone",
            OTHER,
            &base64(&Sha256::digest(format!("{key}{text}"))[..1]),
        ),
        committed("nothing", OTHER, ""),
        committed("nothing but zeros", OTHER, &base64([0; 32])),
    ];
    drafts.extend((0..32).map(|at| {
        let mut bytes: [u8; 32] = Sha256::digest(format!("{key}{text}")).into();
        bytes[at] ^= 1;
        committed(
            &format!("bit 0 of byte {at} flipped"),
            OTHER,
            &base64(bytes),
        )
    }));
    drafts
}

/// The last member first.
fn reordered(text: &str) -> String {
    let (rest, last) = text
        .trim_matches(['{', '}'])
        .rsplit_once(",\"")
        .expect("members");
    format!("{{\"{last},{rest}}}")
}

//! Classes VEC-A: encrypted attachments (Matrix specification, "Sending encrypted attachments").

#![expect(
    clippy::too_many_lines,
    reason = "a table of cases is read as one, a case a row"
)]

mod address;
mod bytes;
mod described;
mod message;

use aes::{
    Aes256,
    cipher::{KeyIvInit as _, StreamCipher as _},
};
use ctr::Ctr128BE;
use pruefstand_vectors::BugType::{
    AuthBypass, Basic, CanOfWorms, Confidentiality, Functionality, MissingStep, WeakParams,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use vodozemac::base64_encode as base64;

use super::{
    case::{Verdict, case},
    curve::secret,
    draft::Draft,
    file::File,
};

/// A file of more than two blocks.
const PLAIN: &[u8] = b"an attachment of more than two blocks";
const URL: &str = "mxc://example.org/abcDEF-_09";
const KEY: u8 = 70;

pub(super) fn file() -> File {
    notes(File::new(
        "Encrypted attachments, version 2",
        "Prüfstand, Apache-2.0 OR MIT",
    ))
    .group("VEC-A-01", "encrypted-file", bytes::flips())
    .group("VEC-A-01", "encrypted-file", bytes::lengths())
    .group("VEC-A-02", "encrypted-file", described::hashes())
    .group("VEC-A-03", "encrypted-file", described::counters())
    .group("VEC-A-04", "encrypted-file", described::keys())
    .group("VEC-A-05", "encrypted-file", described::versions())
    .group("VEC-A-06", "file-message", message::drafts())
    .group("VEC-A-07", "content-uri", address::uris())
    .group("VEC-A-07", "encrypted-file", address::files())
}

#[rustfmt::skip]
fn notes(file: File) -> File {
    const FILES: &str = "Matrix specification, 'Sending encrypted attachments'";
    file.note("Valid", Basic, "must be taken: the honest twin of the refused ones", FILES)
        .note("Changed", AuthBypass, "the bytes are not those that the sender hashed", "ATK-ATT-01")
        .note("NoHash", MissingStep, "there is no SHA-256 that says which bytes the sender meant", "ATK-ATT-01")
        .note("NonCanonical", CanOfWorms, "another text of the same bytes", "RFC 4648, 3.5")
        .note("Malformed", Functionality, "a member that is no text of its bytes, or of another number of them", FILES)
        .note("Counter", Confidentiality, "a block counter that does not start at zero, so key stream can repeat", FILES)
        .note("WrongKey", WeakParams, "a key for another algorithm, of another length or for another purpose", FILES)
        .note("Version", CanOfWorms, "another version of the format, or none", FILES)
        .note("DuplicateKey", CanOfWorms, "an object names a key twice, so two readers see two objects", "RFC 8259, 4")
        .note("KeyStreamTwice", Confidentiality, "two files under one key stream tell each other", "ATK-ATT-02")
        .note("LeavesEndpoint", AuthBypass, "an address that is not one segment of the media endpoint", "ATK-ATT-06")
}

/// The bytes under the key stream of key and IV.
fn encrypted(plain: &[u8], iv: [u8; 16]) -> Vec<u8> {
    let mut bytes = plain.to_vec();
    Ctr128BE::<Aes256>::new(&secret(KEY).into(), &iv.into()).apply_keystream(&mut bytes);
    bytes
}

/// The IV of the honest file: eight random bytes, then the counter.
fn iv() -> [u8; 16] {
    let mut iv = [0; 16];
    iv[..8].copy_from_slice(&secret(KEY + 1)[..8]);
    iv
}

/// As JSON Web Keys have it.
fn base64url(bytes: impl AsRef<[u8]>) -> String {
    base64(bytes).replace('+', "-").replace('/', "_")
}

/// What the event says about the bytes.
fn description(ciphertext: &[u8]) -> Value {
    json!({
        "v": "v2",
        "url": URL,
        "key": {
            "kty": "oct",
            "alg": "A256CTR",
            "ext": true,
            "k": base64url(secret(KEY)),
            "key_ops": ["encrypt", "decrypt"],
        },
        "iv": base64(iv()),
        "hashes": { "sha256": base64(Sha256::digest(ciphertext)) },
    })
}

/// Asks whether the bytes are released as the file.
fn opened(comment: &str, verdict: Verdict, file: &str, ciphertext: &[u8]) -> Draft {
    let input: [(&str, &[u8]); 2] = [("file", file.as_bytes()), ("ciphertext", ciphertext)];
    case(comment, verdict, &input).output(PLAIN)
}

/// The honest bytes under a description that was changed.
fn described(comment: &str, verdict: Verdict, change: impl FnOnce(&mut Value)) -> Draft {
    let ciphertext = encrypted(PLAIN, iv());
    let mut file = description(&ciphertext);
    change(&mut file);
    opened(comment, verdict, &file.to_string(), &ciphertext)
}

//! VEC-B-12: a device that waits at the relay (MSC3814).

use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, aead::Aead as _};
use pruefstand_vectors::Stage::{Authenticate, Decode, Parse, Policy};

use super::base64;
use crate::generate::{
    case::{Verdict, case},
    curve::{public, secret},
    draft::Draft,
    json::public_key,
};

const KEY: u8 = 190;
const SIGNER: u8 = 191;
const CURVE: u8 = 192;

const FORM: Verdict = Err((Parse, "Dehydrated"));
const CHANGED: Verdict = Err((Authenticate, "Changed"));

fn nonce() -> [u8; 12] {
    *secret(193).first_chunk().expect("12 bytes")
}

/// Version, identity keys, one one-time key, one fallback key.
fn pickle(version: u32) -> Vec<u8> {
    [
        &version.to_be_bytes()[..],
        &secret(CURVE),
        &secret(SIGNER),
        &1_u32.to_be_bytes(),
        &secret(194),
        &[1],
        &secret(195),
    ]
    .concat()
}

fn sealed(key: u8, plaintext: &[u8]) -> Vec<u8> {
    let cipher = ChaCha20Poly1305::new(&secret(key).into());
    cipher
        .encrypt(&nonce().into(), plaintext)
        .expect("a short plaintext")
}

fn draft(comment: &str, verdict: Verdict, nonce: &str, ciphertext: &str) -> Draft {
    let input: [(&str, &[u8]); 3] = [
        ("key", &secret(KEY)),
        ("nonce", nonce.as_bytes()),
        ("ciphertext", ciphertext.as_bytes()),
    ];
    let signer = vodozemac::base64_decode(public_key(SIGNER)).expect("base64");
    case(comment, verdict, &input).output(&[public(CURVE).to_vec(), signer].concat())
}

pub(super) fn drafts() -> Vec<Draft> {
    let honest = sealed(KEY, &pickle(1));
    let bytes = |comment: &str, verdict: Verdict, bytes: &[u8]| {
        draft(comment, verdict, &base64(nonce()), &base64(bytes))
    };
    let inside = |comment: &str, verdict: Verdict, plaintext: &[u8]| {
        bytes(comment, verdict, &sealed(KEY, plaintext))
    };
    let nonces = |comment: &str, verdict: Verdict, nonce: &[u8]| {
        draft(comment, verdict, &base64(nonce), &base64(&honest))
    };
    let flip = |at: usize| {
        let mut changed = honest.clone();
        changed[at] ^= 1;
        bytes(&format!("bit 0 of byte {at} flipped"), CHANGED, &changed)
    };
    let whole = pickle(1);
    let long = [&nonce()[..], &[0]].concat();
    let mut drafts = vec![
        bytes("as a client left it", Ok(()), &honest),
        bytes(
            "under another key",
            Err((Authenticate, "WrongPassphrase")),
            &sealed(KEY + 9, &pickle(1)),
        ),
        nonces("nonce of 11 bytes", FORM, &nonce()[..11]),
        nonces("nonce of 13 bytes", FORM, &long),
        nonces("nonce of 24 bytes", FORM, &[7; 24]),
        nonces("no nonce", FORM, &[]),
        nonces("another nonce", CHANGED, &[7; 12]),
        draft(
            "nonce padded",
            Err((Decode, "NonCanonical")),
            &format!("{}=", base64(nonce())),
            &base64(&honest),
        ),
        draft(
            "ciphertext padded",
            Err((Decode, "NonCanonical")),
            &base64(nonce()),
            &format!("{}==", base64(&honest)),
        ),
        draft(
            "ciphertext with a space after",
            Err((Decode, "NonCanonical")),
            &base64(nonce()),
            &format!("{} ", base64(&honest)),
        ),
        bytes("nothing", CHANGED, &[]),
        bytes("tag alone", CHANGED, &honest[honest.len() - 16..]),
        bytes("no tag", CHANGED, &honest[..honest.len() - 16]),
        bytes("a byte more", CHANGED, &[&honest[..], &[0]].concat()),
        inside("nothing inside", FORM, &[]),
        inside("version cut", FORM, &whole[..3]),
        inside("version alone", FORM, &whole[..4]),
        inside("identity keys alone", FORM, &whole[..68]),
        inside("fallback key cut", FORM, &whole[..whole.len() - 1]),
        inside("a byte after", FORM, &[&whole[..], &[0]].concat()),
        inside("a session after", FORM, &[&whole[..], &[7; 96]].concat()),
        inside(
            "2^32 - 1 one-time keys said",
            FORM,
            &[&whole[..68], &[0xff; 4]].concat(),
        ),
    ];
    for version in [0, 2, 0x0100_0000, u32::MAX] {
        drafts.push(inside(
            &format!("version {version}"),
            Err((Policy, "Version")),
            &pickle(version),
        ));
    }
    drafts.extend([0, 1, honest.len() / 2].map(flip));
    drafts.extend((honest.len() - 16..honest.len()).map(flip));
    drafts
}

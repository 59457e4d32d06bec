//! Classes VEC-X: X25519 public keys.

use curve25519_dalek::{constants::EIGHT_TORSION, montgomery::MontgomeryPoint};
use sha2::{Digest as _, Sha256};

use super::file::{Draft, File};

/// p = 2^255 - 19, little-endian.
pub(super) const P: [u8; 32] = {
    let mut p = [0xff; 32];
    p[0] = 0xed;
    p[31] = 0x7f;
    p
};

pub(super) fn file() -> File {
    File::new("X25519 public keys", "Prüfstand, Apache-2.0 OR MIT")
        .note("SmallOrder", "the shared secret is zero with every partner")
        .note(
            "NonCanonical",
            "another text of a key that has a canonical one",
        )
        .note(
            "Valid",
            "must be taken: the honest twin of the refused ones",
        )
        .note(
            "Policy",
            "degenerate but harmless at this level; judged above it",
        )
        .group("VEC-X-01", "curve25519-key", vec![small("u = 0", [0; 32])])
        .group(
            "VEC-X-01",
            "x25519",
            vec![agreement("u = 0", [0; 32], false).flag("SmallOrder")],
        )
        .group("VEC-X-02", "curve25519-key", small_order())
        .group("VEC-X-03", "curve25519-key", small_order_with_top_bit())
        .group("VEC-X-04", "curve25519-key", honest_and_alias())
        .group("VEC-X-04", "x25519", agreements())
        .group("VEC-X-05", "curve25519-key", above_p())
        .group("VEC-X-07", "x25519", vec![reflection()])
        .group("VEC-X-08", "curve25519-key", lengths())
        .group("VEC-X-08", "curve25519-base64", texts())
}

/// A fixed secret of 32 bytes.
pub(super) fn secret(number: u8) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"secret of a test vector ");
    hash.update([number]);
    hash.finalize().into()
}

fn public(number: u8) -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(secret(number)).0
}

fn with_top_bit(mut bytes: [u8; 32]) -> [u8; 32] {
    bytes[31] |= 0x80;
    bytes
}

/// p + `more`, little-endian, for numbers that stay within the lowest byte.
pub(super) fn p_plus(more: i16) -> [u8; 32] {
    let mut bytes = P;
    bytes[0] = u8::try_from(i16::from(P[0]) + more).expect("within a byte");
    bytes
}

fn key(comment: &str, bytes: &[u8], is_valid: bool) -> Draft {
    Draft::new(comment, is_valid, &[("public", bytes)])
}

fn small(comment: &str, bytes: [u8; 32]) -> Draft {
    key(comment, &bytes, false).flag("SmallOrder")
}

fn agreement(comment: &str, partner: [u8; 32], is_valid: bool) -> Draft {
    let own = secret(1);
    let input: [(&str, &[u8]); 2] = [("private", &own), ("public", &partner)];
    let mut draft = Draft::new(comment, is_valid, &input);
    if is_valid {
        let shared = MontgomeryPoint(partner).mul_clamped(own);
        draft.output = Some(shared.0.to_vec());
    }
    draft
}

/// The encodings of small order but zero, which is VEC-X-01.
fn small_order_keys() -> [(&'static str, [u8; 32]); 6] {
    let [_, first, _, second, ..] = EIGHT_TORSION.map(|point| point.to_montgomery().0);
    let mut one = [0; 32];
    one[0] = 1;
    [
        ("u = 1", one),
        ("first point of order 8", first),
        ("second point of order 8", second),
        ("u = p - 1", p_plus(-1)),
        ("u = p", p_plus(0)),
        ("u = p + 1", p_plus(1)),
    ]
}

fn small_order() -> Vec<Draft> {
    let is_canonical = |bytes: &[u8; 32]| bytes.iter().rev().lt(P.iter().rev());
    small_order_keys()
        .map(|(comment, bytes)| match is_canonical(&bytes) {
            true => small(comment, bytes),
            false => small(comment, bytes).flag("NonCanonical"),
        })
        .into()
}

fn small_order_with_top_bit() -> Vec<Draft> {
    [("u = 0", [0; 32])]
        .into_iter()
        .chain(small_order_keys())
        .map(|(comment, bytes)| {
            small(&format!("{comment}, bit 255 set"), with_top_bit(bytes)).flag("NonCanonical")
        })
        .collect()
}

fn honest_and_alias() -> Vec<Draft> {
    let twins = |number: u8| {
        let honest = public(number);
        [
            key("honest key", &honest, true).flag("Valid"),
            key("the same key, bit 255 set", &with_top_bit(honest), false).flag("NonCanonical"),
        ]
    };
    (2..6).flat_map(twins).collect()
}

fn agreements() -> Vec<Draft> {
    let honest = public(2);
    vec![
        agreement("honest key", honest, true).flag("Valid"),
        agreement("the same key, bit 255 set", with_top_bit(honest), false).flag("NonCanonical"),
    ]
}

fn above_p() -> Vec<Draft> {
    (0..=18)
        .flat_map(|u: i16| {
            let alias = key(&format!("u = p + {u}"), &p_plus(u), false).flag("NonCanonical");
            let mut canonical = [0; 32];
            canonical[0] = u8::try_from(u).expect("below 19");
            let twin = key(&format!("u = {u}"), &canonical, true).flag("Valid");
            // 0 and 1 have small order
            match u {
                0 | 1 => vec![alias.flag("SmallOrder")],
                _ => vec![twin, alias],
            }
        })
        .collect()
}

fn reflection() -> Draft {
    agreement("own public key as the partner's", public(1), true).flag("Policy")
}

fn lengths() -> Vec<Draft> {
    let long = [&public(2)[..], &[0]].concat();
    [0, 1, 31, 33]
        .map(|length| key(&format!("{length} bytes"), &long[..length], false))
        .into()
}

fn texts() -> Vec<Draft> {
    let honest = vodozemac::base64_encode(public(2));
    let text = |comment: &str, text: &str, is_valid: bool| {
        Draft::new(comment, is_valid, &[("text", text.as_bytes())])
    };
    // the last character carries four bits of the key and two that are zero
    let mut trailing = honest.clone().into_bytes();
    trailing[42] += 1;
    let trailing = String::from_utf8(trailing).expect("base64 is ASCII");
    vec![
        text("43 characters", &honest, true).flag("Valid"),
        text("42 characters", &honest[..42], false),
        text("44 characters: one padding", &format!("{honest}="), false).flag("NonCanonical"),
        text("45 characters: two paddings", &format!("{honest}=="), false).flag("NonCanonical"),
        text("44 characters: one more", &format!("{honest}A"), false),
        text("bits after the last byte", &trailing, false).flag("NonCanonical"),
        text("white space before", &format!(" {}", &honest[1..]), false),
        text("line feed after", &format!("{honest}\n"), false).flag("NonCanonical"),
        text(
            "URL alphabet",
            &"-_".repeat(21).chars().chain(['8']).collect::<String>(),
            false,
        ),
        text("no text", "", false),
    ]
}

//! Classes VEC-X: X25519 public keys.

use curve25519_dalek::{constants::EIGHT_TORSION, montgomery::MontgomeryPoint};
use pruefstand_vectors::{
    BugType::{Basic, Malleability, MissingStep, ModifiedParameter},
    Stage,
};
use sha2::{Digest as _, Sha256};

use super::{draft::Draft, file::File};

/// p = 2^255 - 19, little-endian.
pub(super) const P: [u8; 32] = {
    let mut p = [0xff; 32];
    p[0] = 0xed;
    p[31] = 0x7f;
    p
};

pub(super) fn file() -> File {
    File::new("X25519 public keys", "Prüfstand, Apache-2.0 OR MIT")
        .note(
            "SmallOrder",
            MissingStep,
            "the shared secret is zero with every partner",
            "RFC 7748, 6.1; ATK-DIR-11",
        )
        .note(
            "NonCanonical",
            Malleability,
            "another text of a key that has a canonical one",
            "RFC 7748, 5; ATK-DIR-12",
        )
        .note(
            "Malformed",
            ModifiedParameter,
            "no key of 32 bytes, or no unpadded base64 of one",
            "Matrix specification, appendices, \"Unpadded Base64\"; VEC-X-08",
        )
        .note(
            "Valid",
            Basic,
            "must be taken: the honest twin of the refused ones",
            "RFC 7748, 5",
        )
        .group(
            "VEC-X-01",
            "curve25519-key",
            vec![honest(), small("u = 0", [0; 32])],
        )
        .group(
            "VEC-X-01",
            "x25519",
            vec![agreed(), disagreed("u = 0", [0; 32], "SmallOrder")],
        )
        .group("VEC-X-02", "curve25519-key", small_order())
        .group("VEC-X-03", "curve25519-key", small_order_with_top_bit())
        .group("VEC-X-04", "curve25519-key", honest_and_alias())
        .group("VEC-X-04", "x25519", agreements())
        .group("VEC-X-05", "curve25519-key", above_p())
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

/// The Curve25519 public key of a fixed secret.
pub(super) fn public(number: u8) -> [u8; 32] {
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

fn valid(comment: &str, bytes: &[u8]) -> Draft {
    Draft::valid(comment, &[("public", bytes)]).flag("Valid")
}

fn honest() -> Draft {
    valid("honest key", &public(2))
}

fn refused(comment: &str, bytes: &[u8]) -> Draft {
    Draft::invalid(Stage::Key, comment, &[("public", bytes)])
}

fn small(comment: &str, bytes: [u8; 32]) -> Draft {
    refused(comment, &bytes).flag("SmallOrder")
}

fn agreement(comment: &str, partner: [u8; 32], flag: &str) -> Draft {
    let own = secret(1);
    let mut draft = Draft::valid(comment, &[("private", &own), ("public", &partner)]).flag(flag);
    let shared = MontgomeryPoint(partner).mul_clamped(own);
    draft.output = Some(shared.0.to_vec());
    draft
}

fn agreed() -> Draft {
    agreement("honest key", public(2), "Valid")
}

fn disagreed(comment: &str, partner: [u8; 32], flag: &str) -> Draft {
    let input: [(&str, &[u8]); 2] = [("private", &secret(1)), ("public", &partner)];
    Draft::invalid(Stage::Key, comment, &input).flag(flag)
}

/// The encodings of small order but zero, which is VEC-X-01.
pub(super) fn small_order_keys() -> [(&'static str, [u8; 32]); 6] {
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
    let keys = small_order_keys().map(|(comment, bytes)| match is_canonical(&bytes) {
        true => small(comment, bytes),
        false => small(comment, bytes).flag("NonCanonical"),
    });
    [honest()].into_iter().chain(keys).collect()
}

fn small_order_with_top_bit() -> Vec<Draft> {
    let keys = [("u = 0", [0; 32])].into_iter().chain(small_order_keys());
    let keys = keys.map(|(comment, bytes)| {
        small(&format!("{comment}, bit 255 set"), with_top_bit(bytes)).flag("NonCanonical")
    });
    [honest()].into_iter().chain(keys).collect()
}

fn honest_and_alias() -> Vec<Draft> {
    let twins = |number: u8| {
        let honest = public(number);
        [
            valid(&format!("honest key {number}"), &honest),
            refused(&format!("key {number}, bit 255 set"), &with_top_bit(honest))
                .flag("NonCanonical"),
        ]
    };
    (2..6).flat_map(twins).collect()
}

fn agreements() -> Vec<Draft> {
    let alias = with_top_bit(public(2));
    vec![
        agreed(),
        disagreed("the same key, bit 255 set", alias, "NonCanonical"),
    ]
}

fn above_p() -> Vec<Draft> {
    (0..=18)
        .flat_map(|u: i16| {
            let alias = refused(&format!("u = p + {u}"), &p_plus(u)).flag("NonCanonical");
            let mut canonical = [0; 32];
            canonical[0] = u8::try_from(u).expect("below 19");
            let twin = valid(&format!("u = {u}"), &canonical);
            // 0 and 1 have small order
            match u {
                0 | 1 => vec![alias.flag("SmallOrder")],
                _ => vec![twin, alias],
            }
        })
        .collect()
}

fn lengths() -> Vec<Draft> {
    let long = [&public(2)[..], &[0]].concat();
    let lengths = [0, 1, 31, 33].map(|length| {
        let input: [(&str, &[u8]); 1] = [("public", &long[..length])];
        Draft::invalid(Stage::Parse, &format!("{length} bytes"), &input).flag("Malformed")
    });
    [honest()].into_iter().chain(lengths).collect()
}

fn texts() -> Vec<Draft> {
    let honest = vodozemac::base64_encode(public(2));
    let refused = |comment: &str, text: &str, flag: &str| {
        Draft::invalid(Stage::Decode, comment, &[("text", text.as_bytes())]).flag(flag)
    };
    // the last character carries four bits of the key and two that are zero
    let mut trailing = honest.clone().into_bytes();
    trailing[42] += 1;
    let trailing = String::from_utf8(trailing).expect("base64 is ASCII");
    vec![
        Draft::valid("43 characters", &[("text", honest.as_bytes())]).flag("Valid"),
        refused("42 characters", &honest[..42], "Malformed"),
        refused(
            "44 characters: one padding",
            &format!("{honest}="),
            "NonCanonical",
        ),
        refused(
            "45 characters: two paddings",
            &format!("{honest}=="),
            "NonCanonical",
        ),
        refused(
            "44 characters: one more",
            &format!("{honest}A"),
            "Malformed",
        ),
        refused("bits after the last byte", &trailing, "NonCanonical"),
        refused(
            "white space before",
            &format!(" {}", &honest[1..]),
            "Malformed",
        ),
        refused("line feed after", &format!("{honest}\n"), "NonCanonical"),
        refused(
            "URL alphabet",
            &format!("{}8", "-_".repeat(21)),
            "Malformed",
        ),
        refused("no text", "", "Malformed"),
    ]
}

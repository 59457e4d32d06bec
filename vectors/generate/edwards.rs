//! Classes VEC-E: Ed25519 keys and signatures.

use curve25519_dalek::{
    EdwardsPoint, Scalar, constants::EIGHT_TORSION, edwards::CompressedEdwardsY,
};
use ed25519_dalek::{Signer as _, SigningKey, hazmat::ExpandedSecretKey};
use pruefstand_vectors::{
    BugType::{AuthBypass, Basic, CanOfWorms, Defined, MissingStep, SignatureMalleability},
    Stage,
};
use sha2::{Digest as _, Sha512};

use super::{
    curve::{p_plus, secret},
    draft::Draft,
    file::File,
    signed,
};

const MESSAGE: &[u8] = b"a message";

pub(super) fn file() -> File {
    File::new(
        "Ed25519 keys and signatures",
        "Prüfstand, Apache-2.0 OR MIT",
    )
    .note(
        "Valid",
        Basic,
        "must be taken: the honest twin of the refused ones",
        "RFC 8032, 5.1.7",
    )
    .note(
        "Malleable",
        SignatureMalleability,
        "the same signature in other bytes",
        "RFC 8032, 8.4; CVE-2024-45193",
    )
    .note(
        "SmallOrder",
        AuthBypass,
        "a key or nonce point under which signatures of nobody verify",
        "Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs (2020)",
    )
    .note(
        "MixedOrder",
        Defined,
        "an honest point plus one of small order",
        "Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs (2020)",
    )
    .note(
        "NonCanonical",
        CanOfWorms,
        "another encoding of a point",
        "RFC 8032, 5.1.3",
    )
    .note(
        "Malformed",
        AuthBypass,
        "no signature at all",
        "RFC 8032, 5.1.7",
    )
    .note(
        "SignedJson",
        MissingStep,
        "what is signed is the canonical form of an object",
        "Matrix specification, appendices, \"Signing JSON\"",
    )
    .group("VEC-E-01", "ed25519-verify", scalars_plus_l())
    .group("VEC-E-02", "ed25519-verify", scalars_out_of_range())
    .group("VEC-E-03", "ed25519-key", small_order_keys())
    .group("VEC-E-03", "ed25519-verify", forgeries())
    .group("VEC-E-04", "ed25519-verify", mixed_order())
    .group("VEC-E-05", "ed25519-key", non_canonical_keys())
    .group("VEC-E-05", "ed25519-verify", non_canonical_nonces())
    .group("VEC-E-06", "signed-json", signed::drafts())
    .group("VEC-E-07", "ed25519-verify", malformed())
}

/// The signer of every vector here.
pub(super) fn signer() -> SigningKey {
    SigningKey::from_bytes(&secret(10))
}

fn honest() -> [u8; 64] {
    signer().sign(MESSAGE).to_bytes()
}

fn public() -> [u8; 32] {
    signer().verifying_key().to_bytes()
}

fn key(comment: &str, bytes: [u8; 32]) -> Draft {
    Draft::invalid(Stage::Key, comment, &[("public", &bytes)])
}

fn honest_key() -> Draft {
    Draft::valid("honest key", &[("public", &public())]).flag("Valid")
}

/// A signature of [`MESSAGE`] that must be refused, at `stage` at the latest.
fn forged(stage: Stage, comment: &str, public: [u8; 32], signature: &[u8]) -> Draft {
    Draft {
        stage: Some(stage),
        ..verified(comment, public, signature)
    }
}

fn verified(comment: &str, public: [u8; 32], signature: &[u8]) -> Draft {
    let input: [(&str, &[u8]); 3] = [
        ("public", &public),
        ("message", MESSAGE),
        ("signature", signature),
    ];
    Draft::valid(comment, &input)
}

/// What is refused under the signer's own key.
fn by_signer(comment: &str, signature: &[u8]) -> Draft {
    forged(Stage::Authenticate, comment, public(), signature)
}

fn honest_signature() -> Draft {
    verified("honest signature", public(), &honest()).flag("Valid")
}

/// The halves R and S of a signature as one.
fn joined(nonce: [u8; 32], scalar: [u8; 32]) -> Vec<u8> {
    [nonce, scalar].concat()
}

/// The group order L = 2^252 + …, little-endian.
fn order() -> [u8; 32] {
    let mut order = (-Scalar::ONE).to_bytes();
    order[0] += 1;
    order
}

/// `scalar` + L without reduction.
pub(super) fn plus_order(scalar: &[u8]) -> [u8; 32] {
    let mut sum = [0; 32];
    let mut carry = 0;
    for (at, (byte, more)) in scalar.iter().zip(order()).enumerate() {
        let column = u16::from(*byte) + u16::from(more) + carry;
        sum[at] = column.to_le_bytes()[0];
        carry = column >> 8;
    }
    sum
}

fn scalars_plus_l() -> Vec<Draft> {
    let signature = honest();
    let (nonce, scalar) = signature.split_at(32);
    let plus_l = [nonce, &plus_order(scalar)].concat();
    let plus_2l = [nonce, &plus_order(&plus_order(scalar))].concat();
    vec![
        honest_signature(),
        by_signer("S + L", &plus_l).flag("Malleable"),
        by_signer("S + 2 L", &plus_2l).flag("Malleable"),
    ]
}

fn scalars_out_of_range() -> Vec<Draft> {
    let signature = honest();
    let with_bit = |bit: u8| {
        let mut changed = signature;
        changed[63] |= bit;
        by_signer(&format!("S with {bit:#04x} set in its last byte"), &changed).flag("Malleable")
    };
    let with_scalar = |comment: &str, scalar: [u8; 32]| {
        let changed = [&signature[..32], &scalar].concat();
        by_signer(comment, &changed).flag("Malformed")
    };
    vec![
        honest_signature(),
        with_bit(0x20),
        with_bit(0x40),
        with_bit(0x80),
        with_scalar("S = L", order()),
        with_scalar("S = 0", [0; 32]),
        with_scalar("S = L - 1", (-Scalar::ONE).to_bytes()),
    ]
}

fn small_order_keys() -> Vec<Draft> {
    let small = EIGHT_TORSION.iter().enumerate().map(|(number, point)| {
        let comment = format!("point {number} of the small subgroup");
        key(&comment, point.compress().0).flag("SmallOrder")
    });
    [honest_key()].into_iter().chain(small).collect()
}

/// Signatures that anybody can make: S = 0 and R = 0 under a small key; R small under any key.
fn forgeries() -> Vec<Draft> {
    let identity = EIGHT_TORSION[0].compress().0;
    let signer = signer();
    let keys = EIGHT_TORSION.iter().enumerate().map(|(number, point)| {
        let comment = format!("key is small point {number}, R = identity, S = 0");
        let signature = joined(identity, [0; 32]);
        forged(Stage::Key, &comment, point.compress().0, &signature).flag("SmallOrder")
    });
    let nonces = EIGHT_TORSION.iter().enumerate().map(|(number, point)| {
        let nonce = point.compress().0;
        let scalar = challenge(nonce, public()) * secret_scalar(&signer);
        let comment = format!("honest key, R is small point {number}");
        by_signer(&comment, &joined(nonce, scalar.to_bytes())).flag("SmallOrder")
    });
    let honest = [honest_signature()].into_iter();
    honest.chain(keys).chain(nonces).collect()
}

/// A key plus a point of order 8: verifies without cofactor only if the challenge is divisible by 8.
fn mixed_order() -> Vec<Draft> {
    let signer = signer();
    let honest = EdwardsPoint::mul_base(&secret_scalar(&signer));
    let public = (honest + EIGHT_TORSION[1]).compress().0;
    let signature = |is_divisible: bool| {
        (0_u64..)
            .find_map(|counter| {
                let nonce = Scalar::from(counter + 1000);
                let point = EdwardsPoint::mul_base(&nonce).compress().0;
                let challenge = challenge(point, public);
                let residue = challenge.to_bytes()[0] & 7;
                let scalar = nonce + challenge * secret_scalar(&signer);
                ((residue == 0) == is_divisible).then(|| joined(point, scalar.to_bytes()))
            })
            .expect("every eighth challenge is divisible by eight")
    };
    vec![
        verified("key of mixed order, residue zero", public, &signature(true)).flag("MixedOrder"),
        forged(
            Stage::Authenticate,
            "key of mixed order, residue left",
            public,
            &signature(false),
        )
        .flag("MixedOrder"),
    ]
}

/// y at or above p, and x = 0 with the sign of x set.
pub(super) fn non_canonical_points() -> Vec<(String, [u8; 32])> {
    let is_point = |u: &i16| {
        let mut canonical = [0; 32];
        canonical[0] = u8::try_from(*u).expect("below 19");
        CompressedEdwardsY(canonical).decompress().is_some()
    };
    let above_p = (0..=18)
        .filter(is_point)
        .map(|y| (format!("y = p + {y}"), p_plus(y)));
    let mut one = [0; 32];
    one[0] = 1;
    let no_sign =
        [("y = 1, x = -0", one), ("y = p - 1, x = -0", p_plus(-1))].map(|(comment, mut bytes)| {
            bytes[31] |= 0x80;
            (comment.to_owned(), bytes)
        });
    above_p.chain(no_sign).collect()
}

fn non_canonical_keys() -> Vec<Draft> {
    let points = non_canonical_points().into_iter();
    let keys = points.map(|(comment, bytes)| key(&comment, bytes).flag("NonCanonical"));
    [honest_key()].into_iter().chain(keys).collect()
}

fn non_canonical_nonces() -> Vec<Draft> {
    let signer = signer();
    let nonces = non_canonical_points().into_iter().map(|(comment, nonce)| {
        let scalar = challenge(nonce, public()) * secret_scalar(&signer);
        let signature = joined(nonce, scalar.to_bytes());
        by_signer(&format!("R: {comment}"), &signature).flag("NonCanonical")
    });
    [honest_signature()].into_iter().chain(nonces).collect()
}

fn malformed() -> Vec<Draft> {
    let signature = honest();
    let (nonce, scalar) = signature.split_at(32);
    let other_key = SigningKey::from_bytes(&secret(11))
        .verifying_key()
        .to_bytes();
    let draft = |comment: &str, key: [u8; 32], signature: &[u8]| {
        let stage = match signature.len() {
            64 => Stage::Authenticate,
            _ => Stage::Parse,
        };
        forged(stage, comment, key, signature).flag("Malformed")
    };
    vec![
        honest_signature(),
        draft("halves swapped", public(), &[scalar, nonce].concat()),
        draft("63 bytes", public(), &signature[..63]),
        draft("65 bytes", public(), &[&signature[..], &[0]].concat()),
        draft("no bytes", public(), &[]),
        draft("all zero", public(), &[0; 64]),
        draft("all ff", public(), &[0xff; 64]),
        draft("signature of another key", other_key, &signature),
    ]
}

/// H(R, A, M) of RFC 8032, 5.1.7.
fn challenge(nonce: [u8; 32], public: [u8; 32]) -> Scalar {
    let hash = Sha512::new()
        .chain_update(nonce)
        .chain_update(public)
        .chain_update(MESSAGE);
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

fn secret_scalar(signer: &SigningKey) -> Scalar {
    ExpandedSecretKey::from(signer.as_bytes()).scalar
}

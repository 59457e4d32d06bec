//! Classes VEC-E: Ed25519 keys and signatures.

mod canonical;
mod malformed;
mod mixed;
mod scalar;
mod session;
mod small;

use curve25519_dalek::Scalar;
use ed25519_dalek::{Signer as _, SigningKey, hazmat::ExpandedSecretKey};
use pruefstand_vectors::{
    BugType::{AuthBypass, Basic, CanOfWorms, Defined, MissingStep, SignatureMalleability},
    Stage,
};
use sha2::{Digest as _, Sha512};

pub(super) use self::{canonical::points as non_canonical_points, scalar::plus_order};
use super::{curve::secret, draft::Draft, file::File, signed};

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
    .group("VEC-E-01", "ed25519-verify", scalar::plus_l())
    .group("VEC-E-02", "ed25519-verify", scalar::out_of_range())
    .group("VEC-E-03", "ed25519-key", small::keys())
    .group("VEC-E-03", "ed25519-verify", small::forgeries())
    .group("VEC-E-04", "ed25519-verify", mixed::keys())
    .group("VEC-E-05", "ed25519-key", canonical::keys())
    .group("VEC-E-05", "ed25519-verify", canonical::nonces())
    .group("VEC-E-06", "signed-json", signed::drafts())
    .group("VEC-E-07", "ed25519-verify", malformed::signatures())
    .group("VEC-E-08", "ed25519-verify-all", mixed::batches())
    .group("VEC-E-09", "megolm-exported-key", session::exported())
    .group("VEC-E-09", "megolm-session-key", session::shared())
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

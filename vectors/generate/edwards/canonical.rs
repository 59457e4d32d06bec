//! Class VEC-E-05: encodings of points.

use curve25519_dalek::edwards::CompressedEdwardsY;

use super::{
    super::{curve::p_plus, draft::Draft},
    by_signer, challenge, honest_key, honest_signature, joined, key, public, secret_scalar, signer,
};

/// y at or above p, and x = 0 with the sign of x set.
pub(in super::super) fn points() -> Vec<(String, [u8; 32])> {
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

pub(super) fn keys() -> Vec<Draft> {
    let points = points().into_iter();
    let keys = points.map(|(comment, bytes)| key(&comment, bytes).flag("NonCanonical"));
    [honest_key()].into_iter().chain(keys).collect()
}

pub(super) fn nonces() -> Vec<Draft> {
    let signer = signer();
    let nonces = points().into_iter().map(|(comment, nonce)| {
        let scalar = challenge(nonce, public()) * secret_scalar(&signer);
        let signature = joined(nonce, scalar.to_bytes());
        by_signer(&format!("R: {comment}"), &signature).flag("NonCanonical")
    });
    [honest_signature()].into_iter().chain(nonces).collect()
}

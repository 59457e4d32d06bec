//! Classes VEC-E-04 and VEC-E-08: points with a part of small order.

use curve25519_dalek::{EdwardsPoint, Scalar, constants::EIGHT_TORSION};
use pruefstand_vectors::Stage;

use super::{
    super::draft::Draft, MESSAGE, challenge, forged, joined, public, secret_scalar, signer,
    verified,
};

/// A key plus a point of order 8: verifies without cofactor only if the challenge is divisible by 8.
pub(super) fn keys() -> Vec<Draft> {
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

/// A signature under the signer's key whose nonce point has the given part of small order: wrong
/// by that part, and right for who multiplies by the cofactor.
fn shifted(nonce: u64, part: usize) -> Vec<u8> {
    let nonce = Scalar::from(nonce);
    let point = EdwardsPoint::mul_base(&nonce) + EIGHT_TORSION[part];
    let point = point.compress().0;
    let scalar = nonce + challenge(point, public()) * secret_scalar(&signer());
    joined(point, scalar.to_bytes())
}

/// Several signatures at once. One wrong among right ones is wrong, and so are two whose errors
/// are opposite: their sum over a whole batch is right.
pub(super) fn batches() -> Vec<Draft> {
    let right = |count: u64| (0..count).map(|number| shifted(2000 + number, 0));
    let all = |signatures: Vec<Vec<u8>>| -> Vec<(&'static str, Vec<u8>)> {
        vec![
            ("public", public().to_vec()),
            ("message", MESSAGE.to_vec()),
            ("signatures", signatures.concat()),
        ]
    };
    let valid = |count: u64| {
        let comment = format!("{count} honest signatures");
        let mut draft = Draft::valid(&comment, &[]).flag("Valid");
        draft.input = all(right(count).collect());
        draft
    };
    let refused = |comment: &str, signatures: Vec<Vec<u8>>| {
        let mut draft = Draft::invalid(Stage::Authenticate, comment, &[]).flag("MixedOrder");
        draft.input = all(signatures);
        draft
    };
    let one_wrong = (0..4).map(|place| {
        let mut signatures: Vec<Vec<u8>> = right(4).collect();
        signatures[place] = shifted(3000, 4);
        refused(
            &format!("four signatures, number {place} off by a point of order 2"),
            signatures,
        )
    });
    let opposite = (1..=4).map(|part| {
        let pair = vec![shifted(3000, part), shifted(3001, 8 - part)];
        refused(
            &format!(
                "two signatures, off by small points {part} and {}",
                8 - part
            ),
            pair,
        )
    });
    let eight = (0..8).map(|number| shifted(4000 + number, 1)).collect();
    [valid(1), valid(2), valid(4)]
        .into_iter()
        .chain(one_wrong)
        .chain(opposite)
        .chain([refused(
            "eight signatures, each off by the same point of order 8",
            eight,
        )])
        .collect()
}

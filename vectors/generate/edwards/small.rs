//! Class VEC-E-03: points of small order.

use curve25519_dalek::constants::EIGHT_TORSION;
use pruefstand_vectors::Stage;

use super::{
    super::draft::Draft, by_signer, challenge, forged, honest_key, honest_signature, joined, key,
    public, secret_scalar, signer,
};

pub(super) fn keys() -> Vec<Draft> {
    let small = EIGHT_TORSION.iter().enumerate().map(|(number, point)| {
        let comment = format!("point {number} of the small subgroup");
        key(&comment, point.compress().0).flag("SmallOrder")
    });
    [honest_key()].into_iter().chain(small).collect()
}

/// Signatures that anybody can make: S = 0 and R = 0 under a small key; R small under any key.
pub(super) fn forgeries() -> Vec<Draft> {
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

//! Class VEC-E-09: signing keys inside keys of group sessions.

use curve25519_dalek::constants::EIGHT_TORSION;
use ed25519_dalek::Signer as _;
use pruefstand_vectors::Stage;

use super::{
    super::{curve::secret, draft::Draft},
    canonical::points,
    joined, public, signer,
};

/// Keys that were passed on: nothing but the point itself can be looked at.
pub(super) fn exported() -> Vec<Draft> {
    drafts(|key| session(1, key))
}

/// Keys from their owner, with the signature that verifies under a weak key where nobody looks at
/// the key: R is the identity and S is zero.
pub(super) fn shared() -> Vec<Draft> {
    drafts(|key| {
        let signed = session(2, key);
        let signature = match key == public() {
            true => signer().sign(&signed).to_bytes().to_vec(),
            false => joined(EIGHT_TORSION[0].compress().0, [0; 32]),
        };
        [signed, signature].concat()
    })
}

/// Megolm specification, "Session-sharing format": version, index, ratchet, key.
fn session(version: u8, key: [u8; 32]) -> Vec<u8> {
    let ratchet = (20..24).flat_map(secret);
    let head = [version, 0, 0, 0, 0];
    head.into_iter().chain(ratchet).chain(key).collect()
}

fn drafts(session: impl Fn([u8; 32]) -> Vec<u8>) -> Vec<Draft> {
    let honest = session(public());
    let honest = Draft::valid("honest key", &[("key", &honest)]).flag("Valid");
    let small = EIGHT_TORSION.iter().enumerate().map(|(number, point)| {
        let comment = format!("point {number} of the small subgroup");
        (comment, point.compress().0, "SmallOrder")
    });
    let others = points().into_iter();
    let others = others.map(|(comment, point)| (comment, point, "NonCanonical"));
    let refused = small.chain(others).map(|(comment, point, flag)| {
        let input: [(&str, &[u8]); 1] = [("key", &session(point))];
        Draft::invalid(Stage::Key, &comment, &input).flag(flag)
    });
    [honest].into_iter().chain(refused).collect()
}

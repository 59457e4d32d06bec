//! Classes VEC-E-01 and VEC-E-02: the scalar of a signature.

use curve25519_dalek::Scalar;

use super::{super::draft::Draft, by_signer, honest, honest_signature};

/// The group order L = 2^252 + …, little-endian.
fn order() -> [u8; 32] {
    let mut order = (-Scalar::ONE).to_bytes();
    order[0] += 1;
    order
}

/// `scalar` + L without reduction.
pub(in super::super) fn plus_order(scalar: &[u8]) -> [u8; 32] {
    let mut sum = [0; 32];
    let mut carry = 0;
    for (at, (byte, more)) in scalar.iter().zip(order()).enumerate() {
        let column = u16::from(*byte) + u16::from(more) + carry;
        sum[at] = column.to_le_bytes()[0];
        carry = column >> 8;
    }
    sum
}

pub(super) fn plus_l() -> Vec<Draft> {
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

pub(super) fn out_of_range() -> Vec<Draft> {
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

//! Class VEC-X-07: one key in two roles.

use pruefstand_vectors::Stage;

use super::{
    curve::{public, secret, with_top_bit},
    draft::Draft,
};

/// Our own identity key, and the identity and one-time key that are served for a partner.
pub(super) fn drafts() -> Vec<Draft> {
    let (own, identity, one_time) = (public(1), public(2), public(3));
    let input = |identity: [u8; 32], one_time: [u8; 32]| {
        vec![
            ("own", secret(1).to_vec()),
            ("identity", identity.to_vec()),
            ("one_time", one_time.to_vec()),
        ]
    };
    let refused = |comment: &str, identity, one_time, flag: &str| {
        let mut draft = Draft::invalid(Stage::Key, comment, &[]).flag(flag);
        draft.input = input(identity, one_time);
        draft
    };
    let mut honest = Draft::valid("three different keys", &[]).flag("Valid");
    honest.input = input(identity, one_time);
    vec![
        honest,
        refused("own key as identity", own, one_time, "Reflected"),
        refused("own key as one-time key", identity, own, "Reflected"),
        refused("own key as both", own, own, "Reflected"),
        refused(
            "identity key as one-time key",
            identity,
            identity,
            "Reflected",
        ),
        refused(
            "own key as identity, bit 255 set",
            with_top_bit(own),
            one_time,
            "NonCanonical",
        ),
        refused(
            "identity key as one-time key, bit 255 set",
            identity,
            with_top_bit(identity),
            "NonCanonical",
        ),
    ]
}

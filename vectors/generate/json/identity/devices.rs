//! VEC-J-06: whether a device counts as signed by its owner.

use serde_json::{Value, json};

use super::super::{
    ALICE, BOB,
    device::{self, DEVICE},
    object_signed, public_key,
};
use super::{MASTER, OTHER, SELF_SIGNING, SIGNER, Served, USER_SIGNING, signed_by};
use crate::generate::{
    case::{Verdict, case},
    draft::Draft,
};

/// VEC-J-06: whether a device counts as signed by its owner.
pub(in crate::generate) fn devices() -> Vec<Draft> {
    let own = || device::signed(device::unsigned(DEVICE));
    let draft = |comment: &str, verdict: Verdict, device: Value| {
        let mut answer = Served::honest().keys();
        answer["device_keys"][ALICE][DEVICE] = device;
        let answer = answer.to_string();
        let input: [(&str, &[u8]); 3] = [
            ("user", ALICE.as_bytes()),
            ("device", DEVICE.as_bytes()),
            ("answer", answer.as_bytes()),
        ];
        case(comment, verdict, &input)
    };
    let self_id = format!("ed25519:{}", public_key(SELF_SIGNING));
    let junk = |mut object: Value, user: &str, id: &str| {
        object["signatures"][user][id] = json!("AAAA");
        object
    };
    vec![
        draft(
            "signed by the self-signing key",
            Ok(()),
            signed_by(own(), SELF_SIGNING),
        ),
        draft("signed by itself alone", SIGNER, own()),
        draft("signed by the master key", SIGNER, signed_by(own(), MASTER)),
        draft(
            "signed by the user-signing key",
            SIGNER,
            signed_by(own(), USER_SIGNING),
        ),
        draft(
            "signed by a stranger as the self-signing key",
            SIGNER,
            object_signed(own(), ALICE, &self_id, OTHER),
        ),
        draft(
            "signed as another user",
            SIGNER,
            object_signed(own(), BOB, &self_id, SELF_SIGNING),
        ),
        draft(
            "signed under the device's name",
            SIGNER,
            object_signed(
                device::unsigned(DEVICE),
                ALICE,
                &format!("ed25519:{DEVICE}"),
                SELF_SIGNING,
            ),
        ),
        draft(
            "signed by the self-signing key, not by itself",
            SIGNER,
            signed_by(device::unsigned(DEVICE), SELF_SIGNING),
        ),
        draft(
            "junk as the self-signing key's signature",
            SIGNER,
            junk(own(), ALICE, &self_id),
        ),
        draft(
            "beside junk under another id",
            Ok(()),
            junk(signed_by(own(), SELF_SIGNING), ALICE, "ed25519:junk"),
        ),
        draft(
            "beside junk of another user",
            Ok(()),
            junk(signed_by(own(), SELF_SIGNING), BOB, &self_id),
        ),
        draft(
            "beside junk of another algorithm",
            Ok(()),
            junk(signed_by(own(), SELF_SIGNING), ALICE, "ed448:junk"),
        ),
        draft(
            "junk, and a stranger's signature",
            SIGNER,
            junk(signed_by(own(), OTHER), ALICE, &self_id),
        ),
    ]
}

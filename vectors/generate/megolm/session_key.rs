//! Keys of sessions, as their owners share them and as they are passed on.

use curve25519_dalek::constants::EIGHT_TORSION;
use pruefstand_vectors::Stage;

use super::{Group, alice};
use crate::generate::{draft::Draft, edwards};

/// Where the signing key stands: behind version, index and ratchet.
const SIGNING_KEY: usize = 1 + 4 + 128;

/// Bytes of a key without signature.
const UNSIGNED: usize = SIGNING_KEY + 32;

fn taken(comment: &str, key: &[u8]) -> Draft {
    Draft::valid(comment, &[("key", key)]).flag("Valid")
}

fn refused(stage: Stage, flag: &str, comment: &str, key: &[u8]) -> Draft {
    Draft::invalid(stage, comment, &[("key", key)]).flag(flag)
}

pub(super) fn changed() -> Vec<Draft> {
    let key = alice().session_key(1);
    let changed = (0..key.len()).map(|at| {
        let mut junk = key.clone();
        junk[at] ^= 0x10;
        let comment = format!("bit 4 of byte {at} changed");
        refused(Stage::Authenticate, "Signature", &comment, &junk)
    });
    let cut = [0, 1, 5, SIGNING_KEY, UNSIGNED, key.len() - 1].map(|length| {
        let comment = format!("the first {length} bytes");
        refused(Stage::Parse, "Framing", &comment, &key[..length])
    });
    let signed_by = |name: &str| {
        let other = Group::named(name).session_key(1);
        [&key[..UNSIGNED], &other[UNSIGNED..]].concat()
    };
    let more = [
        refused(
            Stage::Parse,
            "Framing",
            "a byte behind it",
            &[&key[..], &[0]].concat(),
        ),
        refused(
            Stage::Parse,
            "Framing",
            "the key twice",
            &[&key[..], &key].concat(),
        ),
        refused(
            Stage::Authenticate,
            "Signature",
            "no signature but zero",
            &[&key[..UNSIGNED], &[0; 64]].concat(),
        ),
        refused(
            Stage::Authenticate,
            "Signature",
            "signed by another session's owner",
            &signed_by("Mallory's session"),
        ),
        refused(
            Stage::Authenticate,
            "Signature",
            "the signature of the key at the next index",
            &[&key[..UNSIGNED], &alice().session_key(2)[UNSIGNED..]].concat(),
        ),
    ];
    [
        taken("honest key", &key),
        taken("honest key at index 0", &alice().session_key(0)),
    ]
    .into_iter()
    .chain(cut)
    .chain(changed)
    .chain(more)
    .collect()
}

/// A signed key whose signature is not looked at where unsigned ones are taken.
pub(super) fn stripped() -> Vec<Draft> {
    let (signed, exported) = (alice().session_key(1), alice().exported(1));
    let as_exported = [&[1][..], &signed[1..]].concat();
    let mut drafts = vec![
        taken("a key that is passed on", &exported),
        refused(
            Stage::Parse,
            "Version",
            "a signed key with the version of an unsigned one, signature and all",
            &as_exported,
        ),
        refused(Stage::Parse, "Version", "a signed key", &signed),
        refused(
            Stage::Policy,
            "Version",
            "a signed key without its signature",
            &signed[..UNSIGNED],
        ),
    ];
    for version in [0, 2, 3, 0x81, 0xff] {
        let mut key = exported.clone();
        key[0] = version;
        let comment = format!("version {version:#04x}");
        drafts.push(refused(Stage::Policy, "Version", &comment, &key));
    }
    drafts
}

pub(super) fn versions() -> Vec<Draft> {
    let (group, signed, exported) = (alice(), alice().session_key(1), alice().exported(1));
    let mut drafts = vec![
        taken("a key from its owner", &signed),
        refused(
            Stage::Parse,
            "Version",
            "a key that is passed on",
            &exported,
        ),
        refused(
            Stage::Policy,
            "Version",
            "a key that is passed on, signed by its owner",
            &group.signed(&exported),
        ),
    ];
    for version in [0, 3, 0x82, 0xff] {
        let mut key = signed[..UNSIGNED].to_vec();
        key[0] = version;
        let comment = format!("version {version:#04x}, signed by its owner");
        drafts.push(refused(
            Stage::Policy,
            "Version",
            &comment,
            &group.signed(&key),
        ));
    }
    drafts
}

pub(super) fn lengths() -> Vec<Draft> {
    let key = alice().exported(1);
    let mut drafts = vec![taken("a key that is passed on", &key)];
    for more in [1, 2, 16, 63, 64, 65, 165] {
        let comment = format!("{more} bytes behind it");
        let long = [&key[..], &vec![0; more]].concat();
        drafts.push(refused(Stage::Parse, "Framing", &comment, &long));
    }
    for length in [0, 1, 4, 5, 36, SIGNING_KEY - 1, SIGNING_KEY, UNSIGNED - 1] {
        let comment = format!("the first {length} bytes");
        drafts.push(refused(Stage::Parse, "Framing", &comment, &key[..length]));
    }
    drafts
}

/// Signing keys that nobody, or everybody, has the secret of.
fn weak() -> Vec<(String, [u8; 32])> {
    let small = EIGHT_TORSION.iter().enumerate().map(|(number, point)| {
        let comment = format!("signing key is point {number} of the small subgroup");
        (comment, point.compress().0)
    });
    let other = edwards::non_canonical_points().into_iter();
    let other = other.map(|(comment, bytes)| {
        (
            format!("signing key is no canonical point: {comment}"),
            bytes,
        )
    });
    let no_point = [2, 7, 8].map(|y: u8| {
        let mut bytes = [0; 32];
        bytes[0] = y;
        (format!("signing key is no point: y = {y}"), bytes)
    });
    small.chain(other).chain(no_point).collect()
}

fn with_signing_key(key: &[u8], signing: [u8; 32]) -> Vec<u8> {
    let mut key = key.to_vec();
    key[SIGNING_KEY..UNSIGNED].copy_from_slice(&signing);
    key
}

pub(super) fn weak_exported() -> Vec<Draft> {
    let key = alice().exported(1);
    let weak = weak().into_iter().map(|(comment, signing)| {
        refused(
            Stage::Key,
            "WeakKey",
            &comment,
            &with_signing_key(&key, signing),
        )
    });
    [taken("honest key", &key)]
        .into_iter()
        .chain(weak)
        .collect()
}

/// With R = identity and S = 0, which a lax check takes for a signature of anything.
pub(super) fn weak_shared() -> Vec<Draft> {
    let key = alice().session_key(1);
    let weak = weak().into_iter().map(|(comment, signing)| {
        let mut key = with_signing_key(&key, signing);
        key.truncate(UNSIGNED);
        key.extend([&[1][..], &[0; 63]].concat());
        refused(Stage::Key, "WeakKey", &comment, &key)
    });
    [taken("honest key", &key)]
        .into_iter()
        .chain(weak)
        .collect()
}

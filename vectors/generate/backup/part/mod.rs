//! VEC-B-02 to VEC-B-06 in the reference's own format (`reference/protocol/backup.md`): a part of a backup, and the key it is sealed to.

mod public;

use curve25519_dalek::MontgomeryPoint;
use pruefstand_vectors::Stage::{Authenticate, Bind};
use serde_json::{Value, json};

use super::{base64, hkdf, sealed};
use crate::generate::{
    case::{Verdict, case},
    curve::{p_plus, public, secret, small_order_keys},
    draft::Draft,
    json::{ALICE, BOB, object_signed, public_key},
};
pub(super) use public::keys;

const MASTER: u8 = 140;
const DEVICE: &str = "ALICEDEV";
const SIGNER: u8 = 141;
const EPHEMERAL: u8 = 142;
const OTHER: u8 = 143;
const ALGORITHM: &str = "dev.pruefstand.backup.v1.x25519-hkdf-aes256gcm";

const CHANGED: Verdict = Err((Authenticate, "Changed"));
const SIGNED_BY: Verdict = Err((Authenticate, "WrongSigner"));

/// The private half of the backup's key, which the identity yields.
fn private() -> [u8; 32] {
    hkdf(
        base64(secret(MASTER)).as_bytes(),
        "dev.pruefstand.backup.key",
    )
}

fn backup_key() -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(private()).0
}

/// No keys, sealed by the owner of an ephemeral key for one place.
fn box_under(ephemeral: [u8; 32], context: &str) -> Vec<u8> {
    let shared = MontgomeryPoint(ephemeral).mul_clamped(private()).0;
    let secrets = [shared, ephemeral, backup_key()].concat();
    let key = hkdf(&secrets, "dev.pruefstand.backup.part");
    let nonce = *secret(144).first_chunk().expect("12 bytes");
    sealed(key, nonce, context.as_bytes(), b"                ")
}

fn context() -> String {
    json!([ALICE, DEVICE, 0]).to_string()
}

fn part(ephemeral: [u8; 32], sealed: &[u8]) -> Value {
    json!({
        "ephemeral": base64(ephemeral),
        "sealed": base64(sealed),
        "user_id": ALICE,
        "device_id": DEVICE,
        "at": 0,
    })
}

fn by_device(object: Value) -> Value {
    object_signed(object, ALICE, &format!("ed25519:{DEVICE}"), SIGNER)
}

fn honest_part() -> Value {
    part(public(EPHEMERAL), &box_under(public(EPHEMERAL), &context()))
}

/// Asks whether a part opens in a place.
fn opened(comment: &str, verdict: Verdict, place: (&str, &str, u64), object: &Value) -> Draft {
    let (user, device, at) = place;
    let (object, at) = (object.to_string(), at.to_string());
    let signer = public_key(SIGNER);
    let input: [(&str, &[u8]); 6] = [
        ("master", &secret(MASTER)),
        ("user", user.as_bytes()),
        ("device", device.as_bytes()),
        ("at", at.as_bytes()),
        ("signer", signer.as_bytes()),
        ("part", object.as_bytes()),
    ];
    case(comment, verdict, &input)
}

const HERE: (&str, &str, u64) = (ALICE, DEVICE, 0);

fn honest() -> Draft {
    opened(
        "as the device uploads it",
        Ok(()),
        HERE,
        &by_device(honest_part()),
    )
}

/// The device signs what it never sealed, so that only the seal refuses it.
fn with_box(comment: &str, change: impl FnOnce(&mut Vec<u8>)) -> Draft {
    let mut sealed = box_under(public(EPHEMERAL), &context());
    change(&mut sealed);
    let object = by_device(part(public(EPHEMERAL), &sealed));
    opened(comment, CHANGED, HERE, &object)
}

pub(super) fn ciphertexts() -> Vec<Draft> {
    let length = box_under(public(EPHEMERAL), &context()).len();
    let flip = |at: usize| {
        with_box(&format!("bit 0 of byte {at} flipped"), |bytes| {
            bytes[at] ^= 1
        })
    };
    let mut later = by_device(honest_part());
    later["sealed"] = json!(base64(vec![0; length]));
    let mut drafts = vec![
        honest(),
        opened("replaced after it was signed", CHANGED, HERE, &later),
    ];
    drafts.extend((0..length).map(flip));
    drafts
}

pub(super) fn tags() -> Vec<Draft> {
    let length = box_under(public(EPHEMERAL), &context()).len();
    let cut = |length: usize| with_box(&format!("{length} bytes"), |bytes| bytes.truncate(length));
    let mut drafts = vec![honest()];
    drafts.extend([0, 1, 8, 11, 12, 13, 27, 28, length - 8, length - 1].map(cut));
    drafts.push(with_box("a byte more", |bytes| bytes.push(0)));
    drafts.push(with_box("tag of zeros", |bytes| {
        bytes[length - 16..].fill(0)
    }));
    drafts
}

pub(super) fn ephemerals() -> Vec<Draft> {
    let sealed = |comment: &str, flag: &'static str, key: [u8; 32]| {
        let object = by_device(part(key, &box_under(key, &context())));
        opened(comment, Err((Authenticate, flag)), HERE, &object)
    };
    let text = |comment: &str, flag: &'static str, text: String| {
        let mut object = honest_part();
        object["ephemeral"] = json!(text);
        opened(comment, Err((Authenticate, flag)), HERE, &by_device(object))
    };
    let mut top = public(EPHEMERAL);
    top[31] |= 0x80;
    let honest_text = base64(public(EPHEMERAL));
    let mut drafts = vec![honest(), sealed("u = 0", "SmallOrder", [0; 32])];
    drafts.extend(small_order_keys().map(|(comment, key)| sealed(comment, "SmallOrder", key)));
    drafts.extend([
        sealed("the same key, bit 255 set", "Alias", top),
        sealed("u = p + 9", "Alias", p_plus(9)),
        text("another key", "Changed", base64(public(OTHER))),
        text("the backup's own key", "Reflected", base64(backup_key())),
        text("padded", "NonCanonical", format!("{honest_text}=")),
        text("space before", "NonCanonical", format!(" {honest_text}")),
        text("31 bytes", "Form", base64(&public(EPHEMERAL)[..31])),
        text("nothing", "Form", String::new()),
    ]);
    drafts
}

pub(super) fn places() -> Vec<Draft> {
    let wrong: Verdict = Err((Bind, "WrongPlace"));
    let object = by_device(honest_part());
    // signed for the other place, sealed for the first
    let moved = |change: &dyn Fn(&mut Value)| {
        let mut object = honest_part();
        change(&mut object);
        object
    };
    let other_user = object_signed(
        moved(&|o| o["user_id"] = json!(BOB)),
        BOB,
        &format!("ed25519:{DEVICE}"),
        SIGNER,
    );
    let other_device = object_signed(
        moved(&|o| o["device_id"] = json!("OTHERDEV")),
        ALICE,
        "ed25519:OTHERDEV",
        SIGNER,
    );
    let other_number = by_device(moved(&|o| o["at"] = json!(1)));
    let mut stripped = object.clone();
    stripped["signatures"] = json!({});
    let by_stranger = object_signed(honest_part(), ALICE, &format!("ed25519:{DEVICE}"), OTHER);
    let mut later = object.clone();
    later["at"] = json!(1);
    vec![
        honest(),
        opened("under another number", wrong, (ALICE, DEVICE, 1), &object),
        opened(
            "under another device",
            wrong,
            (ALICE, "OTHERDEV", 0),
            &object,
        ),
        opened("under another user", wrong, (BOB, DEVICE, 0), &object),
        opened(
            "under another number, signed for it",
            wrong,
            (ALICE, DEVICE, 1),
            &other_number,
        ),
        opened(
            "under another device, signed for it",
            wrong,
            (ALICE, "OTHERDEV", 0),
            &other_device,
        ),
        opened(
            "under another user, signed for him",
            wrong,
            (BOB, DEVICE, 0),
            &other_user,
        ),
        opened("not signed", SIGNED_BY, HERE, &honest_part()),
        opened("signatures stripped", SIGNED_BY, HERE, &stripped),
        opened("signed by a stranger", SIGNED_BY, HERE, &by_stranger),
        opened("number changed later", SIGNED_BY, HERE, &later),
        opened("no object", Err((Authenticate, "Form")), HERE, &json!([])),
    ]
}

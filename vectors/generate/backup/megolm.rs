//! VEC-B-02 to VEC-B-05 in the specification's own format, `m.megolm_backup.v1.curve25519-aes-sha2`.

use curve25519_dalek::MontgomeryPoint;
use pruefstand_vectors::Stage::{Authenticate, Bind, Decode, Decrypt, Key, Parse};
use serde_json::{Value, json};

use super::{aes_cbc, base64, hkdf, hmac};
use crate::generate::{
    case::{Verdict, case, remove},
    curve::{p_plus, public, secret, small_order_keys},
    draft::Draft,
    json::public_key,
};

const BACKUP: u8 = 130;
const EPHEMERAL: u8 = 131;
const ROOM: &str = "!room:example.org";
/// Whose Ed25519 key is the id of the session in the backup.
const SESSION: u8 = 132;

fn session_id() -> String {
    public_key(SESSION)
}

/// The exported session, version 1: index, ratchet, signing key.
fn plaintext() -> String {
    let signer = vodozemac::base64_decode(session_id()).expect("base64");
    let key = [&[1, 0, 0, 0, 7][..], &secret(133).repeat(4), &signer].concat();
    json!({
        "algorithm": "m.megolm.v1.aes-sha2",
        "forwarding_curve25519_key_chain": [],
        "sender_claimed_keys": { "ed25519": public_key(134) },
        "sender_key": base64(public(135)),
        "session_key": base64(key),
    })
    .to_string()
}

/// What HKDF makes of the secret: AES key, MAC key, IV.
fn keys(ephemeral: [u8; 32]) -> [u8; 80] {
    let shared = MontgomeryPoint(ephemeral).mul_clamped(secret(BACKUP)).0;
    hkdf(&shared, "")
}

fn entry() -> Value {
    let ephemeral = public(EPHEMERAL);
    let keys = keys(ephemeral);
    let ciphertext = aes_cbc(&keys[..32], &keys[64..], plaintext().as_bytes());
    json!({
        "first_message_index": 7,
        "forwarded_count": 0,
        "is_verified": false,
        "session_data": {
            "ephemeral": base64(ephemeral),
            "ciphertext": base64(ciphertext),
            // over nothing: what every implementation writes
            "mac": base64(&hmac(&keys[32..64], b"")[..8]),
        },
    })
}

fn served(comment: &str, verdict: Verdict, room: &str, session: &str, entry: &Value) -> Draft {
    let entry = entry.to_string();
    let input: [(&str, &[u8]); 4] = [
        ("private", &secret(BACKUP)),
        ("room", room.as_bytes()),
        ("session", session.as_bytes()),
        ("entry", entry.as_bytes()),
    ];
    case(comment, verdict, &input)
}

fn draft(comment: &str, verdict: Verdict, change: impl FnOnce(&mut Value)) -> Draft {
    let mut entry = entry();
    change(&mut entry["session_data"]);
    served(comment, verdict, ROOM, &session_id(), &entry)
}

fn honest() -> Draft {
    draft("as a client uploads it", Ok(()), |_| {}).output(plaintext().as_bytes())
}

pub(super) fn ciphertexts() -> Vec<Draft> {
    let own = |comment: &str, verdict: Verdict, change: &dyn Fn(&mut Vec<u8>)| {
        draft(comment, verdict, |data| {
            let text = data["ciphertext"].as_str().expect("text");
            let mut bytes = vodozemac::base64_decode(text).expect("base64");
            change(&mut bytes);
            data["ciphertext"] = json!(base64(bytes));
        })
    };
    let forged = draft(
        "made by the relay, which knows the public key alone",
        Ok(()),
        |data| {
            let ephemeral = public(136);
            let shared = MontgomeryPoint(public(BACKUP)).mul_clamped(secret(136)).0;
            let keys: [u8; 80] = hkdf(&shared, "");
            data["ephemeral"] = json!(base64(ephemeral));
            data["ciphertext"] = json!(base64(aes_cbc(
                &keys[..32],
                &keys[64..],
                plaintext().as_bytes()
            )));
            data["mac"] = json!(base64(&hmac(&keys[32..64], b"")[..8]));
        },
    );
    let padding: Verdict = Err((Decrypt, "Form"));
    let garbled: Verdict = Err((Decrypt, "Changed"));
    vec![
        honest(),
        Draft {
            flags: vec!["Unauthenticated".to_owned()],
            ..forged.output(plaintext().as_bytes())
        },
        own(
            "first block changed: what it says is garbled",
            garbled,
            &|bytes| bytes[0] ^= 1,
        ),
        own("a block in the middle changed", garbled, &|bytes| {
            bytes[100] ^= 1
        }),
        own("last block changed", padding, &|bytes| {
            *bytes.last_mut().expect("a byte") ^= 1
        }),
        own("last block missing", padding, &|bytes| {
            bytes.truncate(bytes.len() - 16)
        }),
        own("one byte missing", padding, &|bytes| {
            bytes.truncate(bytes.len() - 1)
        }),
        own("nothing", padding, &|bytes| bytes.clear()),
        draft("padded", Err((Decode, "NonCanonical")), |data| {
            data["ciphertext"] = json!(format!("{}=", data["ciphertext"].as_str().expect("text")));
        }),
        draft("no ciphertext", Err((Parse, "Form")), |data| {
            drop(
                data.as_object_mut()
                    .expect("an object")
                    .remove("ciphertext"),
            )
        }),
    ]
}

pub(super) fn macs() -> Vec<Draft> {
    let keys = keys(public(EPHEMERAL));
    let whole = hmac(&keys[32..64], b"");
    let mac = |comment: &str, verdict: Verdict, bytes: &[u8]| {
        draft(comment, verdict, |data| data["mac"] = json!(base64(bytes)))
    };
    let truncated: Verdict = Err((Authenticate, "Truncated"));
    let changed: Verdict = Err((Authenticate, "Changed"));
    let mut drafts = vec![honest()];
    for length in [0, 1, 4, 7, 9, 16, 32] {
        drafts.push(mac(&format!("{length} bytes"), truncated, &whole[..length]));
    }
    drafts.extend((0..8).map(|at| {
        let mut bytes = whole;
        bytes[at] ^= 1;
        mac(&format!("bit 0 of byte {at} flipped"), changed, &bytes[..8])
    }));
    drafts.extend([
        mac(
            "over the ciphertext, as it was meant",
            changed,
            &hmac(
                &keys[32..64],
                &aes_cbc(&keys[..32], &keys[64..], plaintext().as_bytes()),
            )[..8],
        ),
        mac("nothing but zeros", changed, &[0; 8]),
        draft("no MAC", Err((Parse, "Form")), |data| remove(data, "mac")),
        draft("MAC is null", Err((Parse, "Form")), |data| {
            data["mac"] = json!(null)
        }),
    ]);
    drafts
}

pub(super) fn ephemerals() -> Vec<Draft> {
    // sealed under the secret that the key yields, so that only a look at the key refuses it
    let sealed = |comment: &str, verdict: Verdict, key: [u8; 32]| {
        draft(comment, verdict, |data| {
            let keys = keys(key);
            data["ephemeral"] = json!(base64(key));
            data["ciphertext"] = json!(base64(aes_cbc(
                &keys[..32],
                &keys[64..],
                plaintext().as_bytes()
            )));
            data["mac"] = json!(base64(&hmac(&keys[32..64], b"")[..8]));
        })
    };
    let small: Verdict = Err((Key, "SmallOrder"));
    let alias: Verdict = Err((Key, "Alias"));
    let mut drafts = vec![honest(), sealed("u = 0", small, [0; 32])];
    drafts.extend(small_order_keys().map(|(comment, key)| sealed(comment, small, key)));
    let mut top = public(EPHEMERAL);
    top[31] |= 0x80;
    drafts.extend([
        sealed("the same key, bit 255 set", alias, top),
        sealed("u = p + 9", alias, p_plus(9)),
        sealed(
            "the backup's own key",
            Err((Key, "Reflected")),
            public(BACKUP),
        ),
        draft("padded", Err((Decode, "NonCanonical")), |data| {
            data["ephemeral"] = json!(format!("{}=", base64(public(EPHEMERAL))))
        }),
        draft("31 bytes", Err((Decode, "Form")), |data| {
            data["ephemeral"] = json!(base64(&public(EPHEMERAL)[..31]))
        }),
    ]);
    drafts
}

pub(super) fn places() -> Vec<Draft> {
    let said = |comment: &str, change: &dyn Fn(&mut Value)| {
        let mut entry = entry();
        change(&mut entry);
        let draft = served(comment, Ok(()), ROOM, &session_id(), &entry);
        Draft {
            flags: vec!["Unauthenticated".to_owned()],
            ..draft.output(plaintext().as_bytes())
        }
    };
    let elsewhere = served(
        "under another room, which nothing inside names",
        Ok(()),
        "!other:example.org",
        &session_id(),
        &entry(),
    );
    let wrong: Verdict = Err((Bind, "WrongPlace"));
    vec![
        honest(),
        served(
            "under another session",
            wrong,
            ROOM,
            &public_key(137),
            &entry(),
        ),
        served(
            "under the session's id in lower case",
            wrong,
            ROOM,
            &session_id().to_lowercase(),
            &entry(),
        ),
        served(
            "under the session's id padded",
            wrong,
            ROOM,
            &format!("{}=", session_id()),
            &entry(),
        ),
        served("under no session", wrong, ROOM, "", &entry()),
        said("the relay says that it is verified", &|entry| {
            entry["is_verified"] = json!(true)
        }),
        said("the relay says another first index", &|entry| {
            entry["first_message_index"] = json!(0)
        }),
        said("the relay says that nobody forwarded it", &|entry| {
            entry["forwarded_count"] = json!(u32::MAX)
        }),
        Draft {
            flags: vec!["Unauthenticated".to_owned()],
            ..elsewhere.output(plaintext().as_bytes())
        },
    ]
}

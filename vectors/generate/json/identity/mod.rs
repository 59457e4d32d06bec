//! VEC-J-06 and VEC-J-08: cross-signing keys and what they sign (Matrix specification, "Cross-signing").

mod devices;

use pruefstand_vectors::Stage::{Authenticate, Bind, Decode, Key, Parse};
use serde_json::{Value, json};

use super::{
    ALICE, BOB,
    device::{self, DEVICE},
    object_signed, public_key,
};
use crate::generate::{
    case::{Verdict, case, remove},
    draft::Draft,
};
pub(super) use devices::devices;

const MASTER: u8 = 50;
const SELF_SIGNING: u8 = 51;
const USER_SIGNING: u8 = 52;
const OTHER: u8 = 53;

const USAGE: Verdict = Err((Bind, "WrongUsage"));
const SECOND: Verdict = Err((Parse, "SecondKey"));
const SIGNER: Verdict = Err((Authenticate, "WrongSigner"));

/// The answer to `/keys/query` about Alice: her three keys.
struct Served {
    master: Value,
    self_signing: Value,
    user_signing: Value,
}

impl Served {
    fn honest() -> Self {
        Self {
            master: object("master", MASTER),
            self_signing: by_master(object("self_signing", SELF_SIGNING)),
            user_signing: by_master(object("user_signing", USER_SIGNING)),
        }
    }

    fn keys(&self) -> Value {
        json!({
            "master_keys": { ALICE: self.master },
            "self_signing_keys": { ALICE: self.self_signing },
            "user_signing_keys": { ALICE: self.user_signing },
        })
    }
}

fn object(usage: &str, key: u8) -> Value {
    let key = public_key(key);
    json!({ "user_id": ALICE, "usage": [usage], "keys": { format!("ed25519:{key}"): key } })
}

fn signed_by(object: Value, signer: u8) -> Value {
    object_signed(
        object,
        ALICE,
        &format!("ed25519:{}", public_key(signer)),
        signer,
    )
}

fn by_master(object: Value) -> Value {
    signed_by(object, MASTER)
}

fn bytes(key: u8) -> Vec<u8> {
    vodozemac::base64_decode(public_key(key)).expect("base64")
}

/// Asks whether the three keys are taken.
fn chain(comment: &str, verdict: Verdict, change: impl FnOnce(&mut Served)) -> Draft {
    let mut served = Served::honest();
    change(&mut served);
    let answer = served.keys().to_string();
    let input: [(&str, &[u8]); 2] = [("user", ALICE.as_bytes()), ("answer", answer.as_bytes())];
    let keys = &[bytes(MASTER), bytes(SELF_SIGNING), bytes(USER_SIGNING)].concat();
    case(comment, verdict, &input).output(keys)
}

/// One of the linked keys with other members, signed by the master key.
fn with_self_signing(comment: &str, verdict: Verdict, change: impl FnOnce(&mut Value)) -> Draft {
    chain(comment, verdict, |served| {
        let mut key = object("self_signing", SELF_SIGNING);
        change(&mut key);
        served.self_signing = by_master(key);
    })
}

fn with_master(comment: &str, verdict: Verdict, change: impl FnOnce(&mut Value)) -> Draft {
    chain(comment, verdict, |served| change(&mut served.master))
}

pub(super) fn chains() -> Vec<Draft> {
    let mut drafts = vec![chain("three keys, two signatures", Ok(()), |_| {})];
    drafts.extend(usages());
    drafts.extend(keys());
    drafts.extend(signatures());
    drafts
}

fn usages() -> Vec<Draft> {
    vec![
        with_master("master key for self-signing", USAGE, |key| {
            key["usage"] = json!(["self_signing"])
        }),
        with_master("master key for nothing", USAGE, |key| {
            key["usage"] = json!([])
        }),
        with_master("master key for two purposes", USAGE, |key| {
            key["usage"] = json!(["master", "self_signing"])
        }),
        with_master("master key's usage is text", USAGE, |key| {
            key["usage"] = json!("master")
        }),
        with_master("master key without usage", USAGE, |key| {
            remove(key, "usage")
        }),
        with_self_signing("self-signing key for user-signing", USAGE, |key| {
            key["usage"] = json!(["user_signing"])
        }),
        with_self_signing("self-signing key for nothing", USAGE, |key| {
            key["usage"] = json!([])
        }),
        with_self_signing("self-signing key for two purposes", USAGE, |key| {
            key["usage"] = json!(["self_signing", "user_signing"])
        }),
        with_self_signing("self-signing key for one purpose twice", USAGE, |key| {
            key["usage"] = json!(["self_signing", "self_signing"])
        }),
        with_self_signing("self-signing key's usage is text", USAGE, |key| {
            key["usage"] = json!("self_signing")
        }),
        with_self_signing("self-signing key's usage in capitals", USAGE, |key| {
            key["usage"] = json!(["SELF_SIGNING"])
        }),
        with_self_signing(
            "self-signing key is the master key",
            Err((Bind, "WrongUsage")),
            |key| *key = object("self_signing", MASTER),
        ),
        chain(
            "user-signing key is the self-signing key",
            USAGE,
            |served| served.user_signing = by_master(object("user_signing", SELF_SIGNING)),
        ),
        chain("keys served in each other's place", USAGE, |served| {
            std::mem::swap(&mut served.self_signing, &mut served.user_signing)
        }),
        with_self_signing("an unknown member was signed", Ok(()), |key| {
            key["org.example.new"] = json!(1)
        }),
    ]
}

fn keys() -> Vec<Draft> {
    let (own, other) = (public_key(SELF_SIGNING), public_key(OTHER));
    let id = |key: &str| format!("ed25519:{key}");
    vec![
        chain("three keys, two signatures, once more", Ok(()), |_| {}),
        with_master("two keys in the master key", SECOND, |key| {
            key["keys"][id(&other)] = json!(other)
        }),
        with_self_signing("two keys", SECOND, |key| {
            key["keys"][id(&other)] = json!(other)
        }),
        with_self_signing("two keys of two algorithms", SECOND, |key| {
            key["keys"][format!("curve25519:{other}")] = json!(other)
        }),
        with_self_signing("no key", SECOND, |key| key["keys"] = json!({})),
        with_self_signing("keys are text", SECOND, |key| key["keys"] = json!(own)),
        with_self_signing("key id of another key", SECOND, |key| {
            key["keys"] = json!({ id(&other): own })
        }),
        with_self_signing("key id without algorithm", SECOND, |key| {
            key["keys"] = json!({ &own: own })
        }),
        with_self_signing("key id of another algorithm", SECOND, |key| {
            key["keys"] = json!({ format!("curve25519:{own}"): own })
        }),
        with_self_signing("key id is a device's", SECOND, |key| {
            key["keys"] = json!({ id(DEVICE): own })
        }),
        with_self_signing("key is a number", SECOND, |key| {
            key["keys"] = json!({ id(&own): 1 })
        }),
        with_self_signing("key and id padded", Err((Decode, "NonCanonical")), |key| {
            let padded = format!("{own}=");
            key["keys"] = json!({ id(&padded): padded });
        }),
        with_self_signing("small-order key", Err((Key, "SmallOrder")), |key| {
            let mut point = [0; 32];
            point[0] = 1;
            let small = vodozemac::base64_encode(point);
            key["keys"] = json!({ id(&small): small });
        }),
        with_self_signing("of another user", Err((Bind, "WrongSlot")), |key| {
            key["user_id"] = json!(BOB)
        }),
        with_self_signing("of nobody", Err((Bind, "MissingMember")), |key| {
            remove(key, "user_id")
        }),
        with_master(
            "master key of another user",
            Err((Bind, "WrongSlot")),
            |key| key["user_id"] = json!(BOB),
        ),
    ]
}

fn signatures() -> Vec<Draft> {
    let key = || object("self_signing", SELF_SIGNING);
    let served = |comment: &str, object: Value| {
        chain(comment, SIGNER, |served| served.self_signing = object)
    };
    let master_id = format!("ed25519:{}", public_key(MASTER));
    vec![
        chain("signed by the master key", Ok(()), |_| {}),
        served("not signed", key()),
        served("signed by itself", signed_by(key(), SELF_SIGNING)),
        served(
            "signed by the user-signing key",
            signed_by(key(), USER_SIGNING),
        ),
        served(
            "signed by a stranger as the master key",
            object_signed(key(), ALICE, &master_id, OTHER),
        ),
        served(
            "signed as another user",
            object_signed(key(), BOB, &master_id, MASTER),
        ),
        served(
            "signed by the device",
            object_signed(key(), ALICE, &format!("ed25519:{DEVICE}"), device::SIGNER),
        ),
        chain(
            "changed later",
            Err((Authenticate, "ChangedLater")),
            |served| {
                served.self_signing["org.example.new"] = json!(1);
            },
        ),
        chain("user-signing key not signed", SIGNER, |served| {
            served.user_signing = object("user_signing", USER_SIGNING)
        }),
        chain(
            "user-signing key signed by the self-signing key",
            SIGNER,
            |served| {
                served.user_signing = signed_by(object("user_signing", USER_SIGNING), SELF_SIGNING);
            },
        ),
        chain("another master key served", SIGNER, |served| {
            served.master = object("master", OTHER)
        }),
    ]
}

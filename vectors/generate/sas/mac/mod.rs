//! VEC-S-04 and VEC-S-05: the MACs of long-term keys and of their ids (`hkdf-hmac-sha256.v2`).

mod key_ids;

use pruefstand_vectors::Stage::{Authenticate, Parse};
use serde_json::{Value, json};

use super::{
    ALICE_DEVICE, BOB_DEVICE, BOB_KEY, BOB_MASTER, Parties, TRANSACTION, base64, between, derived,
    shared,
};
use crate::generate::{
    case::Verdict,
    draft::Draft,
    file::hex,
    json::{ALICE, BOB, public_key},
    seal::hmac,
};
pub(super) use key_ids::key_ids;

const CHANGED: Verdict = Err((Authenticate, "Changed"));
const KEY_IDS: Verdict = Err((Authenticate, "KeyIds"));
const NOTHING: Verdict = Err((Authenticate, "NothingProven"));
const TRUNCATED: Verdict = Err((Authenticate, "Truncated"));
const NON_CANONICAL: Verdict = Err((Authenticate, "NonCanonical"));
const MISSING: Verdict = Err((Parse, "MissingMember"));

fn device_id() -> String {
    format!("ed25519:{BOB_DEVICE}")
}

fn master_id() -> String {
    format!("ed25519:{}", public_key(BOB_MASTER))
}

/// What Bob's MACs are derived for.
fn info(key_id: &str) -> String {
    format!(
        "MATRIX_KEY_VERIFICATION_MAC{BOB}{BOB_DEVICE}{ALICE}{ALICE_DEVICE}{TRANSACTION}{key_id}"
    )
}

fn mac_under(info: &str, input: &str) -> [u8; 32] {
    hmac(&derived::<32>(&shared(), info), input.as_bytes())
}

/// Bob's MAC of a text under a key id.
fn mac(key_id: &str, input: &str) -> String {
    base64(mac_under(&info(key_id), input))
}

/// The content that proves these keys, and says that it proves `ids`.
fn content(macs: &[(String, String)], ids: &str) -> Value {
    let macs: serde_json::Map<String, Value> = macs
        .iter()
        .map(|(id, mac)| (id.clone(), json!(mac)))
        .collect();
    json!({ "mac": macs, "keys": mac("KEY_IDS", ids) })
}

fn device_mac() -> (String, String) {
    (device_id(), mac(&device_id(), &public_key(BOB_KEY)))
}

fn master_mac() -> (String, String) {
    (master_id(), mac(&master_id(), &public_key(BOB_MASTER)))
}

/// Both ids, in their order.
fn ids() -> String {
    let mut ids = [device_id(), master_id()];
    ids.sort();
    ids.join(",")
}

/// Asks which keys are proven: the device's and the master key.
fn draft(comment: &str, verdict: Verdict, content: &Value, proven: &[u8]) -> Draft {
    let keys = { proven.iter() }
        .flat_map(|key| vodozemac::base64_decode(public_key(*key)).expect("base64"));
    let keys: Vec<u8> = keys.collect();
    let content = content.to_string();
    between(
        comment,
        verdict,
        &Parties::honest(),
        &[("content", content.as_bytes())],
    )
    .output(&keys)
}

fn honest() -> Value {
    content(&[device_mac(), master_mac()], &ids())
}

pub(super) fn texts() -> Vec<Draft> {
    let both = [BOB_KEY, BOB_MASTER];
    let mut drafts = vec![draft("both keys proven", Ok(()), &honest(), &both)];
    let with = |comment: &str, verdict: Verdict, text: String| {
        let mut changed = honest();
        changed["mac"][device_id()] = json!(text);
        draft(comment, verdict, &changed, &both)
    };
    let right = mac_under(&info(&device_id()), &public_key(BOB_KEY));
    let input = public_key(BOB_KEY);
    for length in [0, 1, 8, 10, 16, 31] {
        drafts.push(with(
            &format!("{length} bytes"),
            TRUNCATED,
            base64(&right[..length]),
        ));
    }
    let other = |info: &str| base64(mac_under(info, &input));
    let of = info(&device_id());
    drafts.extend([
        with("33 bytes", TRUNCATED, base64([&right[..], &[0]].concat())),
        with("twice", TRUNCATED, base64([right, right].concat())),
        with("padded", NON_CANONICAL, format!("{}=", base64(right))),
        with("with a space after", NON_CANONICAL, format!("{} ", base64(right))),
        with("in hexadecimal", NON_CANONICAL, hex(&right)),
        with("in libolm's older text", Err((Authenticate, "LegacyMac")), overwritten(right)),
        with("of the key padded", CHANGED, mac(&device_id(), &format!("{input}="))),
        with("of the key in hexadecimal", CHANGED, mac(&device_id(), &hex(&vodozemac::base64_decode(&input).expect("base64")))),
        with("of another key", CHANGED, mac(&device_id(), &public_key(91))),
        with("of the master key", CHANGED, mac(&device_id(), &public_key(BOB_MASTER))),
        with("of the key id", CHANGED, mac(&device_id(), &device_id())),
        with("of nothing", CHANGED, mac(&device_id(), "")),
        with("for another key id", CHANGED, mac(&master_id(), &input)),
        with("for the list of ids", CHANGED, mac("KEY_IDS", &input)),
        with("for the other direction", CHANGED, other(&format!("MATRIX_KEY_VERIFICATION_MAC{ALICE}{ALICE_DEVICE}{BOB}{BOB_DEVICE}{TRANSACTION}{}", device_id()))),
        with("for another transaction", CHANGED, other(&of.replace("transaction-1", "transaction-2"))),
        with("for the short string", CHANGED, other(&of.replace("_MAC", "_SAS"))),
        with("for ids with separators", CHANGED, other(&format!("MATRIX_KEY_VERIFICATION_MAC|{BOB}|{BOB_DEVICE}|{ALICE}|{ALICE_DEVICE}|{TRANSACTION}|{}", device_id()))),
        with("under the secret itself", CHANGED, base64(raw_mac(&input))),
        with("nothing but zeros", CHANGED, base64([0; 32])),
    ]);
    for (name, at) in [
        ("device key", format!("/mac/{}", device_id())),
        ("list", "/keys".to_owned()),
    ] {
        drafts.extend((0..32).map(|byte| {
            let mut changed = honest();
            let text = changed.pointer_mut(&at).expect("a MAC");
            let mut bytes = vodozemac::base64_decode(text.as_str().expect("text")).expect("base64");
            bytes[byte] ^= 0x80;
            *text = json!(base64(bytes));
            draft(
                &format!("{name}: bit 7 of byte {byte} flipped"),
                CHANGED,
                &changed,
                &both,
            )
        }));
    }
    drafts
}

/// HMAC under the agreed secret without derivation.
fn raw_mac(input: &str) -> [u8; 32] {
    hmac(&shared(), input.as_bytes())
}

/// The base64 text of a MAC as libolm wrote it: into the buffer that it read from, group by group.
fn overwritten(mac: [u8; 32]) -> String {
    let mut buffer = [0; 43];
    buffer[..32].copy_from_slice(&mac);
    for group in 0..11 {
        let length = if group < 10 { 3 } else { 2 };
        let text = base64(&buffer[group * 3..group * 3 + length]);
        buffer[group * 4..group * 4 + text.len()].copy_from_slice(text.as_bytes());
    }
    String::from_utf8(buffer.to_vec()).expect("base64")
}

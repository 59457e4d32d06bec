//! VEC-B-10 and VEC-B-11 in vodozemac's form: an account under a key.

use pruefstand_vectors::Stage::{Authenticate, Decode, Parse};
use serde_json::{Value, json};

use super::{aes_cbc, base64, hkdf, hmac};
use crate::generate::{
    case::{Verdict, case},
    curve::{public, secret},
    draft::Draft,
    json::public_key,
};

const KEY: u8 = 170;
const SIGNER: u8 = 171;
const CURVE: u8 = 172;

const CHANGED: Verdict = Err((Authenticate, "Changed"));
const FORM: Verdict = Err((Parse, "Pickle"));

/// The state that is pickled, as its JSON.
fn account() -> Value {
    json!({
        "signing_key": { "Normal": secret(SIGNER) },
        "diffie_hellman_key": secret(CURVE),
        "one_time_keys": { "next_key_id": 0, "public_keys": {}, "private_keys": {} },
        "fallback_keys": { "key_id": 0, "fallback_key": null, "previous_fallback_key": null },
    })
}

/// AES-256-CBC, then eight bytes of HMAC-SHA-256; key and IV come from the pickle key, so one state has one pickle.
fn pickled(key: u8, plaintext: &[u8]) -> Vec<u8> {
    let keys = hkdf::<80>(&secret(key), "Pickle");
    let ciphertext = aes_cbc(&keys[..32], &keys[64..], plaintext);
    let mac = hmac(&keys[32..64], &ciphertext);
    [&ciphertext[..], &mac[..8]].concat()
}

fn draft(comment: &str, verdict: Verdict, pickle: &str) -> Draft {
    let input: [(&str, &[u8]); 2] = [("key", &secret(KEY)), ("pickle", pickle.as_bytes())];
    let signer = vodozemac::base64_decode(public_key(SIGNER)).expect("base64");
    case(comment, verdict, &input).output(&[public(CURVE).to_vec(), signer].concat())
}

fn of_state(comment: &str, verdict: Verdict, change: &dyn Fn(&mut Value)) -> Draft {
    let mut state = account();
    change(&mut state);
    draft(
        comment,
        verdict,
        &base64(pickled(KEY, state.to_string().as_bytes())),
    )
}

pub(super) fn forms() -> Vec<Draft> {
    let honest = pickled(KEY, account().to_string().as_bytes());
    let bytes =
        |comment: &str, verdict: Verdict, bytes: &[u8]| draft(comment, verdict, &base64(bytes));
    let flip = |at: usize| {
        let mut changed = honest.clone();
        changed[at] ^= 1;
        bytes(&format!("bit 0 of byte {at} flipped"), CHANGED, &changed)
    };
    let other = pickled(KEY + 3, account().to_string().as_bytes());
    let text = base64(&honest);
    let mut drafts = vec![
        bytes("an account under its key", Ok(()), &honest),
        bytes(
            "under another key",
            Err((Authenticate, "WrongPassphrase")),
            &other,
        ),
        bytes("nothing", FORM, &[]),
        bytes("seven bytes", FORM, &honest[..7]),
        bytes("MAC alone", CHANGED, &honest[honest.len() - 8..]),
        bytes("no MAC", CHANGED, &honest[..honest.len() - 8]),
        bytes("a byte more", CHANGED, &[&honest[..], &[0]].concat()),
        bytes(
            "last block missing",
            CHANGED,
            &[&honest[..honest.len() - 24], &honest[honest.len() - 8..]].concat(),
        ),
        draft(
            "padded",
            Err((Decode, "NonCanonical")),
            &format!(
                "{text}{}",
                "=".repeat((4 - text.len() % 4) % 4 + usize::from(text.len().is_multiple_of(4)))
            ),
        ),
        draft(
            "space after",
            Err((Decode, "NonCanonical")),
            &format!("{text} "),
        ),
        draft(
            "URL alphabet",
            Err((Decode, "NonCanonical")),
            &text.replace('+', "-").replace('/', "_"),
        ),
    ];
    let middle = honest.len() / 2;
    drafts.extend([0, 1, 15, 16, middle].map(flip));
    drafts.extend((honest.len() - 8..honest.len()).map(flip));
    drafts.extend([
        of_state("the same state once more: the same pickle", Ok(()), &|_| {}),
        draft("no JSON inside", FORM, &base64(pickled(KEY, b"account"))),
        draft("nothing inside", FORM, &base64(pickled(KEY, b""))),
        draft("a list inside", FORM, &base64(pickled(KEY, b"[]"))),
        of_state("no signing key", FORM, &|state| {
            drop(
                state
                    .as_object_mut()
                    .expect("an object")
                    .remove("signing_key"),
            )
        }),
        of_state("signing key of 31 bytes", FORM, &|state| {
            state["signing_key"]["Normal"] = json!(&secret(SIGNER)[..31])
        }),
        of_state("unknown kind of signing key", FORM, &|state| {
            state["signing_key"] = json!({ "Other": secret(SIGNER) })
        }),
        of_state("identity key is text", FORM, &|state| {
            state["diffie_hellman_key"] = json!(base64(secret(CURVE)))
        }),
    ]);
    drafts
}

pub(super) fn edits() -> Vec<Draft> {
    // whoever has the key can write what he likes: nothing inside says otherwise
    let edited = |comment: &str, change: &dyn Fn(&mut Value)| Draft {
        flags: vec!["Unauthenticated".to_owned()],
        ..of_state(comment, Ok(()), change)
    };
    let without_key = |comment: &str, change: &dyn Fn(&mut Value)| {
        let mut state = account();
        change(&mut state);
        let verdict = Err((Authenticate, "WrongPassphrase"));
        draft(
            comment,
            verdict,
            &base64(pickled(KEY + 3, state.to_string().as_bytes())),
        )
    };
    let counter: &dyn Fn(&mut Value) =
        &|state| state["one_time_keys"]["next_key_id"] = json!(u32::MAX);
    let fallback: &dyn Fn(&mut Value) = &|state| state["fallback_keys"]["key_id"] = json!(7);
    vec![
        of_state("as it was pickled", Ok(()), &|_| {}),
        edited("counter of one-time keys edited under the key", counter),
        without_key("counter of one-time keys edited under another key", counter),
        edited("counter of fallback keys edited under the key", fallback),
        without_key(
            "counter of fallback keys edited under another key",
            fallback,
        ),
    ]
}

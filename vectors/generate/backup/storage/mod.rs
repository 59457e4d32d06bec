//! VEC-B-07: secrets at the relay (Matrix specification, `m.secret_storage.v1.aes-hmac-sha2`).

mod description;

use pruefstand_vectors::Stage::{Authenticate, Bind};
use serde_json::{Value, json};

use super::{aes_ctr, base64, hkdf, hmac};
use crate::generate::{
    case::{Verdict, case, remove},
    curve::secret,
    draft::Draft,
    json::public_key,
};
pub(super) use description::descriptions;

const KEY: u8 = 150;
const MASTER: u8 = 151;
const NAME: &str = "m.cross_signing.master";
const OTHER_NAME: &str = "m.cross_signing.self_signing";
const KEY_ID: &str = "key-1";

const CHANGED: Verdict = Err((Authenticate, "Changed"));
const FORM: Verdict = Err((Authenticate, "Form"));
const COUNTER: Verdict = Err((Authenticate, "Counter"));

fn iv() -> [u8; 16] {
    let mut iv: [u8; 16] = *secret(152).first_chunk().expect("16 bytes");
    iv[8] &= 0x7f;
    iv
}

/// A text under a key and its name: IV, ciphertext, MAC.
fn stored(key: u8, name: &str, iv: [u8; 16], text: &[u8]) -> Value {
    let keys = hkdf::<64>(&secret(key), name);
    let ciphertext = aes_ctr(&keys[..32], iv, text);
    json!({
        "iv": base64(iv),
        "mac": base64(hmac(&keys[32..], &ciphertext)),
        "ciphertext": base64(ciphertext),
    })
}

fn honest() -> Value {
    stored(KEY, NAME, iv(), base64(secret(MASTER)).as_bytes())
}

/// Asks whether the private half of the master key comes back.
fn opened(comment: &str, verdict: Verdict, content: &Value) -> Draft {
    let (content, public) = (content.to_string(), public_key(MASTER));
    let input: [(&str, &[u8]); 5] = [
        ("key", &secret(KEY)),
        ("key_id", KEY_ID.as_bytes()),
        ("name", NAME.as_bytes()),
        ("public", public.as_bytes()),
        ("content", content.as_bytes()),
    ];
    case(comment, verdict, &input).output(&secret(MASTER))
}

fn draft(comment: &str, verdict: Verdict, stored: Value) -> Draft {
    opened(
        comment,
        verdict,
        &json!({ "encrypted": { KEY_ID: stored } }),
    )
}

fn changed(comment: &str, verdict: Verdict, change: impl FnOnce(&mut Value)) -> Draft {
    let mut stored = honest();
    change(&mut stored);
    draft(comment, verdict, stored)
}

/// Flips a bit of a member.
fn flipped(stored: &mut Value, member: &str, at: usize) {
    let text = stored[member].as_str().expect("text");
    let mut bytes = vodozemac::base64_decode(text).expect("base64");
    bytes[at] ^= 1;
    stored[member] = json!(base64(bytes));
}

pub(super) fn secrets() -> Vec<Draft> {
    let text = base64(secret(MASTER));
    let with_iv = |comment: &str, verdict: Verdict, iv: [u8; 16]| {
        draft(comment, verdict, stored(KEY, NAME, iv, text.as_bytes()))
    };
    let high = |change: fn(&mut [u8; 16])| {
        let mut iv = iv();
        change(&mut iv);
        iv
    };
    let under = |comment: &str, verdict: Verdict, text: &[u8]| {
        draft(comment, verdict, stored(KEY, NAME, iv(), text))
    };
    let mut drafts = vec![
        draft("as a client stores it", Ok(()), honest()),
        with_iv("bit 63 of the IV set", COUNTER, high(|iv| iv[8] |= 0x80)),
        with_iv(
            "low half of the IV full: the second block carries",
            COUNTER,
            high(|iv| iv[8..].fill(0xff)),
        ),
        with_iv("IV of zeros", Ok(()), [0; 16]),
        with_iv(
            "high half of the IV full",
            Ok(()),
            high(|iv| iv[..8].fill(0xff)),
        ),
        draft(
            "under another name",
            CHANGED,
            stored(KEY, OTHER_NAME, iv(), text.as_bytes()),
        ),
        draft(
            "under no name",
            CHANGED,
            stored(KEY, "", iv(), text.as_bytes()),
        ),
        draft(
            "under another key",
            Err((Authenticate, "WrongPassphrase")),
            stored(KEY + 100, NAME, iv(), text.as_bytes()),
        ),
        under(
            "another private key",
            Err((Bind, "WrongSecret")),
            base64(secret(153)).as_bytes(),
        ),
        under(
            "31 bytes",
            Err((Bind, "WrongSecret")),
            base64(&secret(MASTER)[..31]).as_bytes(),
        ),
        under("no secret", Err((Bind, "WrongSecret")), b""),
        under("not text", Err((Bind, "WrongSecret")), &[0xff; 43]),
        under(
            "the public key",
            Err((Bind, "WrongSecret")),
            public_key(MASTER).as_bytes(),
        ),
    ];
    drafts.extend((0..16).map(|at| {
        changed(
            &format!("IV: bit 0 of byte {at} flipped"),
            Err((Bind, "WrongSecret")),
            |stored| flipped(stored, "iv", at),
        )
    }));
    for (member, length) in [("mac", 32), ("ciphertext", 43)] {
        drafts.extend((0..length).map(|at| {
            changed(
                &format!("{member}: bit 0 of byte {at} flipped"),
                CHANGED,
                |stored| flipped(stored, member, at),
            )
        }));
    }
    drafts.extend(texts());
    drafts.extend(places());
    drafts
}

fn texts() -> Vec<Draft> {
    let text = |stored: &Value, member: &str| stored[member].as_str().expect("text").to_owned();
    let mut drafts = vec![changed("as a client stores it", Ok(()), |_| {})];
    for (member, padding) in [("iv", "=="), ("mac", "="), ("ciphertext", "==")] {
        let with = |comment: &str, verdict: Verdict, change: &dyn Fn(String) -> String| {
            changed(&format!("{member} {comment}"), verdict, |stored| {
                stored[member] = json!(change(text(stored, member)));
            })
        };
        drafts.extend([
            with("padded, as many clients write it", Ok(()), &|text| {
                text + padding
            }),
            with(
                "padded too much",
                Err((Authenticate, "NonCanonical")),
                &|text| text + padding + "====",
            ),
            with(
                "with one padding too many",
                Err((Authenticate, "NonCanonical")),
                &|text| text + padding + "=",
            ),
            with(
                "with a space after",
                Err((Authenticate, "NonCanonical")),
                &|text| text + " ",
            ),
            with(
                "with a padding before",
                Err((Authenticate, "NonCanonical")),
                &|text| format!("={text}"),
            ),
            with("of no text", FORM, &|_| String::new()),
            changed(&format!("no {member}"), FORM, |stored| {
                remove(stored, member)
            }),
            changed(&format!("{member} is null"), FORM, |stored| {
                stored[member] = json!(null)
            }),
            changed(&format!("{member} is a list"), FORM, |stored| {
                stored[member] = json!([stored[member]])
            }),
        ]);
    }
    let keys = hkdf::<64>(&secret(KEY), NAME);
    let ciphertext = aes_ctr(&keys[..32], iv(), base64(secret(MASTER)).as_bytes());
    let mac = hmac(&keys[32..], &ciphertext);
    for length in [1, 8, 16, 31] {
        drafts.push(changed(
            &format!("MAC of {length} bytes"),
            Err((Authenticate, "Truncated")),
            |stored| stored["mac"] = json!(base64(&mac[..length])),
        ));
    }
    for length in [0, 8, 12, 15, 17] {
        drafts.push(changed(&format!("IV of {length} bytes"), FORM, |stored| {
            stored["iv"] = json!(base64(vec![0; length]))
        }));
    }
    drafts
}

fn places() -> Vec<Draft> {
    let content = |comment: &str, content: &Value| opened(comment, FORM, content);
    vec![
        opened(
            "beside another key's",
            Ok(()),
            &json!({ "encrypted": { KEY_ID: honest(), "key-2": {} } }),
        ),
        content(
            "under another key's id",
            &json!({ "encrypted": { "key-2": honest() } }),
        ),
        content(
            "under the key's id in capitals",
            &json!({ "encrypted": { "KEY-1": honest() } }),
        ),
        content("under no key", &json!({ "encrypted": {} })),
        content(
            "not encrypted",
            &json!({ "encrypted": { KEY_ID: base64(secret(MASTER)) } }),
        ),
        content(
            "in clear beside it",
            &json!({ "secret": base64(secret(MASTER)) }),
        ),
        content("no member encrypted", &json!({})),
        content("a list", &json!([honest()])),
    ]
}

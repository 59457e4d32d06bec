//! VEC-B-10 and VEC-B-11 in the reference's own form: the wrapped key of a sealed store (`reference/protocol/store.md`).

use pruefstand_vectors::Stage::{Authenticate, Decode, Policy};
use serde_json::{Value, json};

use super::{base64, hkdf, sealed};
use crate::generate::{
    case::{Verdict, case, remove},
    curve::secret,
    draft::Draft,
};

const DEVICE: u8 = 180;
const STORE: u8 = 181;

const FORM: Verdict = Err((Decode, "Form"));
const CHANGED: Verdict = Err((Authenticate, "Changed"));

fn id() -> String {
    base64(&secret(182)[..16])
}

/// The store's key under the device's secret, bound to the rest of the lid.
fn lid(device: u8) -> Value {
    let context = json!(["dev.pruefstand.store.lid", 1, id(), null]).to_string();
    let key = hkdf(&secret(device), "dev.pruefstand.store.wrap");
    let nonce = *secret(183).first_chunk().expect("12 bytes");
    let wrapped = sealed(key, nonce, context.as_bytes(), &secret(STORE));
    json!({ "version": 1, "id": id(), "passphrase": null, "wrapped": base64(wrapped) })
}

fn text(comment: &str, verdict: Verdict, lid: &str) -> Draft {
    let input: [(&str, &[u8]); 2] = [("device", &secret(DEVICE)), ("lid", lid.as_bytes())];
    case(comment, verdict, &input).output(&secret(STORE))
}

fn changed(comment: &str, verdict: Verdict, change: &dyn Fn(&mut Value)) -> Draft {
    let mut lid = lid(DEVICE);
    change(&mut lid);
    text(comment, verdict, &lid.to_string())
}

pub(super) fn forms() -> Vec<Draft> {
    let honest = lid(DEVICE).to_string();
    let wrapped =
        vodozemac::base64_decode(lid(DEVICE)["wrapped"].as_str().expect("text")).expect("base64");
    let with = |comment: &str, bytes: &[u8]| {
        changed(comment, CHANGED, &|lid| {
            lid["wrapped"] = json!(base64(bytes))
        })
    };
    let without =
        |member: &'static str| changed(&format!("no {member}"), FORM, &|lid| remove(lid, member));
    let mut drafts = vec![
        text("as the device closed it", Ok(()), &honest),
        text(
            "another device's",
            Err((Authenticate, "WrongPassphrase")),
            &lid(DEVICE + 9).to_string(),
        ),
        text("nothing", FORM, ""),
        text("cut", FORM, &honest[..honest.len() - 1]),
        text("two lids", FORM, &format!("{honest}{honest}")),
        text("a list", FORM, "[]"),
        text(
            "of 5,000 bytes",
            FORM,
            &format!("{honest}{}", " ".repeat(5000 - honest.len())),
        ),
        text(
            "version twice",
            FORM,
            &honest.replacen(r#""version":1"#, r#""version":2,"version":1"#, 1),
        ),
        changed("an unknown member", FORM, &|lid| lid["new"] = json!(1)),
        changed("version is a text", FORM, &|lid| {
            lid["version"] = json!("1")
        }),
        changed("wrapped padded", CHANGED, &|lid| {
            lid["wrapped"] = json!(format!("{}=", lid["wrapped"].as_str().expect("text")))
        }),
    ];
    drafts.extend(["version", "id", "wrapped"].map(without));
    drafts.extend((0..wrapped.len()).map(|at| {
        let mut bytes = wrapped.clone();
        bytes[at] ^= 1;
        with(&format!("bit 0 of byte {at} flipped"), &bytes)
    }));
    for length in [0, 11, 12, 27, 28, wrapped.len() - 1] {
        drafts.push(with(&format!("{length} bytes"), &wrapped[..length]));
    }
    drafts.push(with("a byte more", &[&wrapped[..], &[0]].concat()));
    drafts
}

pub(super) fn edits() -> Vec<Draft> {
    let salted =
        json!({ "kdf": { "memory": 19 * 1024, "passes": 2, "lanes": 1 }, "salt": base64([7; 16]) });
    vec![
        changed("as the device closed it", Ok(()), &|_| {}),
        changed("another store's id", CHANGED, &|lid| {
            lid["id"] = json!(base64([7; 16]))
        }),
        changed("id of no text", CHANGED, &|lid| lid["id"] = json!("")),
        changed("id padded", CHANGED, &|lid| {
            lid["id"] = json!(format!("{}==", id()))
        }),
        changed("version 0", Err((Policy, "Version")), &|lid| {
            lid["version"] = json!(0)
        }),
        changed("version 2", Err((Policy, "Version")), &|lid| {
            lid["version"] = json!(2)
        }),
        changed(
            "a passphrase asked for that nobody set",
            Err((Policy, "WrongPassphrase")),
            &|lid| lid["passphrase"] = salted.clone(),
        ),
        changed("the key of another purpose", CHANGED, &|lid| {
            let nonce = *secret(183).first_chunk().expect("12 bytes");
            let key = hkdf(&secret(DEVICE), "dev.pruefstand.export");
            lid["wrapped"] = json!(base64(sealed(key, nonce, b"", &secret(STORE))));
        }),
    ]
}

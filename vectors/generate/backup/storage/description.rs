//! VEC-B-07: how a storage key is recognised.

use pruefstand_vectors::Stage::{Authenticate, Parse, Policy};
use serde_json::{Value, json};

use super::super::base64;
use super::{CHANGED, COUNTER, KEY, NAME, flipped, iv, stored};
use crate::generate::{
    case::{Verdict, case},
    curve::secret,
    draft::Draft,
};

pub(in crate::generate) fn descriptions() -> Vec<Draft> {
    let check = stored(KEY, "", iv(), &[0; 32]);
    let draft = |comment: &str, verdict: Verdict, change: &dyn Fn(&mut Value)| {
        let mut description = json!({
            "algorithm": "m.secret_storage.v1.aes-hmac-sha2",
            "iv": check["iv"],
            "mac": check["mac"],
        });
        change(&mut description);
        let description = description.to_string();
        let input: [(&str, &[u8]); 2] = [
            ("key", &secret(KEY)),
            ("description", description.as_bytes()),
        ];
        case(comment, verdict, &input)
    };
    let no_check: Verdict = Err((Parse, "NoCheck"));
    let version: Verdict = Err((Policy, "Version"));
    let without = |member: &'static str| {
        move |description: &mut Value| {
            drop(
                description
                    .as_object_mut()
                    .expect("an object")
                    .remove(member),
            )
        }
    };
    let other = stored(KEY + 100, "", iv(), &[0; 32]);
    let named = stored(KEY, NAME, iv(), &[0; 32]);
    let mut drafts = vec![
        draft("of this key", Ok(()), &|_| {}),
        draft(
            "of another key",
            Err((Authenticate, "WrongPassphrase")),
            &|d| d["mac"] = other["mac"].clone(),
        ),
        draft("MAC under a name", CHANGED, &|d| {
            d["mac"] = named["mac"].clone()
        }),
        draft("no IV", no_check, &without("iv")),
        draft("no MAC", no_check, &without("mac")),
        draft("neither IV nor MAC, which fits every key", no_check, &|d| {
            without("iv")(d);
            without("mac")(d);
        }),
        draft("IV is null", no_check, &|d| d["iv"] = json!(null)),
        draft("MAC is null", no_check, &|d| d["mac"] = json!(null)),
        draft("MAC of no text", Err((Authenticate, "Truncated")), &|d| {
            d["mac"] = json!("")
        }),
        draft("MAC of one byte", Err((Authenticate, "Truncated")), &|d| {
            d["mac"] = json!(base64(
                &vodozemac::base64_decode(check["mac"].as_str().expect("text")).expect("base64")
                    [..1]
            ))
        }),
        draft("MAC padded, as many clients write it", Ok(()), &|d| {
            d["mac"] = json!(format!("{}=", check["mac"].as_str().expect("text")))
        }),
        draft("bit 63 of the IV set", COUNTER, &|d| {
            let mut iv = iv();
            iv[8] |= 0x80;
            let check = stored(KEY, "", iv, &[0; 32]);
            d["iv"] = check["iv"].clone();
            d["mac"] = check["mac"].clone();
        }),
        draft("another algorithm", version, &|d| {
            d["algorithm"] = json!("m.secret_storage.v2")
        }),
        draft("the older algorithm", version, &|d| {
            d["algorithm"] = json!("m.secret_storage.v1.curve25519-aes-sha2")
        }),
        draft("algorithm in capitals", version, &|d| {
            d["algorithm"] = json!("M.SECRET_STORAGE.V1.AES-HMAC-SHA2")
        }),
        draft("no algorithm", version, &without("algorithm")),
        draft("with a name", Ok(()), &|d| d["name"] = json!("my key")),
    ];
    drafts.extend((0..16).map(|at| {
        draft(&format!("IV: bit 0 of byte {at} flipped"), CHANGED, &|d| {
            flipped(d, "iv", at)
        })
    }));
    drafts
}

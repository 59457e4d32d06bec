//! VEC-S-07: what is offered and what is chosen.

use pruefstand_vectors::Stage::{Bind, Parse, Policy};
use serde_json::{Value, json};

use super::{BOB_DEVICE, TRANSACTION, base64};
use crate::generate::{
    case::{Verdict, case, remove},
    draft::Draft,
};

const DOWNGRADE: Verdict = Err((Policy, "Downgrade"));
const MISSING: Verdict = Err((Parse, "MissingMember"));

/// How a message is made from a change to the honest one.
type Make<'a> = dyn Fn(&str, Verdict, &dyn Fn(&mut Value)) -> Draft + 'a;

/// A member that is not there, or of another type.
fn missing(member: &str, make: &Make<'_>) -> [Draft; 2] {
    [
        make(&format!("no {member}"), MISSING, &|content| {
            remove(content, member)
        }),
        make(&format!("{member} is a number"), MISSING, &|content| {
            content[member] = json!(1)
        }),
    ]
}

pub(super) fn starts() -> Vec<Draft> {
    let start = |comment: &str, verdict: Verdict, change: &dyn Fn(&mut Value)| {
        let mut content = super::start(BOB_DEVICE);
        change(&mut content);
        let content = content.to_string();
        let input: [(&str, &[u8]); 2] = [
            ("content", content.as_bytes()),
            ("peer_device", BOB_DEVICE.as_bytes()),
        ];
        case(comment, verdict, &input)
    };
    let mut drafts = vec![start("the current methods", Ok(()), &|_| {})];
    for (comment, member, offered) in [
        (
            "older key agreement only",
            "key_agreement_protocols",
            json!(["curve25519"]),
        ),
        ("no key agreement", "key_agreement_protocols", json!([])),
        (
            "unknown key agreement",
            "key_agreement_protocols",
            json!(["x448"]),
        ),
        (
            "key agreement in capitals",
            "key_agreement_protocols",
            json!(["CURVE25519-HKDF-SHA256"]),
        ),
        ("another hash only", "hashes", json!(["sha512"])),
        ("weaker hash only", "hashes", json!(["sha1"])),
        ("no hash", "hashes", json!([])),
        (
            "older MAC only",
            "message_authentication_codes",
            json!(["hkdf-hmac-sha256"]),
        ),
        (
            "oldest MAC only",
            "message_authentication_codes",
            json!(["hmac-sha256"]),
        ),
        ("no MAC", "message_authentication_codes", json!([])),
        (
            "decimals only",
            "short_authentication_string",
            json!(["decimal"]),
        ),
        (
            "emoji only",
            "short_authentication_string",
            json!(["emoji"]),
        ),
        ("no short string", "short_authentication_string", json!([])),
        (
            "unknown short string only",
            "short_authentication_string",
            json!(["words"]),
        ),
        ("another method", "method", json!("m.reciprocate.v1")),
        ("method of a later version", "method", json!("m.sas.v2")),
        ("method in capitals", "method", json!("M.SAS.V1")),
    ] {
        drafts.push(start(comment, DOWNGRADE, &|content| {
            content[member] = offered.clone()
        }));
    }
    for member in [
        "from_device",
        "method",
        "key_agreement_protocols",
        "hashes",
        "message_authentication_codes",
        "short_authentication_string",
    ] {
        drafts.extend(missing(member, &start));
    }
    drafts.extend([
        start("hashes are text", MISSING, &|c| {
            c["hashes"] = json!("sha256")
        }),
        start("from another device", Err((Bind, "OtherInfo")), &|c| {
            c["from_device"] = json!("MALLORYDEV")
        }),
        start(
            "older and unknown methods beside the current ones",
            Ok(()),
            &|c| {
                c["key_agreement_protocols"] =
                    json!(["curve25519", "x448", "curve25519-hkdf-sha256"]);
                c["hashes"] = json!(["sha1", "sha256"]);
                c["message_authentication_codes"] =
                    json!(["hkdf-hmac-sha256", "hkdf-hmac-sha256.v2"]);
                c["short_authentication_string"] = json!(["words", "emoji", "decimal"]);
            },
        ),
        start("an unknown member", Ok(()), &|c| {
            c["org.example.new"] = json!(1)
        }),
    ]);
    drafts
}

pub(super) fn accepts() -> Vec<Draft> {
    let accept = |comment: &str, verdict: Verdict, change: &dyn Fn(&mut Value)| {
        let mut content = json!({
            "key_agreement_protocol": "curve25519-hkdf-sha256",
            "hash": "sha256",
            "message_authentication_code": "hkdf-hmac-sha256.v2",
            "short_authentication_string": ["decimal", "emoji"],
            "commitment": base64([7; 32]),
            "transaction_id": TRANSACTION,
        });
        change(&mut content);
        case(
            comment,
            verdict,
            &[("content", content.to_string().as_bytes())],
        )
    };
    let mut drafts = vec![accept("what was offered", Ok(()), &|_| {})];
    for (comment, member, chosen) in [
        (
            "older key agreement",
            "key_agreement_protocol",
            json!("curve25519"),
        ),
        (
            "unknown key agreement",
            "key_agreement_protocol",
            json!("x448"),
        ),
        ("another hash", "hash", json!("sha512")),
        ("hash of no name", "hash", json!("")),
        (
            "older MAC",
            "message_authentication_code",
            json!("hkdf-hmac-sha256"),
        ),
        (
            "oldest MAC",
            "message_authentication_code",
            json!("hmac-sha256"),
        ),
        (
            "MAC in capitals",
            "message_authentication_code",
            json!("HKDF-HMAC-SHA256.V2"),
        ),
        (
            "decimals only",
            "short_authentication_string",
            json!(["decimal"]),
        ),
        (
            "emoji only",
            "short_authentication_string",
            json!(["emoji"]),
        ),
        ("no short string", "short_authentication_string", json!([])),
        (
            "a short string that was not offered",
            "short_authentication_string",
            json!(["decimal", "emoji", "words"]),
        ),
    ] {
        drafts.push(accept(comment, DOWNGRADE, &|content| {
            content[member] = chosen.clone()
        }));
    }
    for member in [
        "key_agreement_protocol",
        "hash",
        "message_authentication_code",
        "short_authentication_string",
        "commitment",
    ] {
        drafts.extend(missing(member, &accept));
    }
    drafts.extend([
        accept("short strings in the other order", Ok(()), &|c| {
            c["short_authentication_string"] = json!(["emoji", "decimal"])
        }),
        accept("an unknown member", Ok(()), &|c| {
            c["org.example.new"] = json!(1)
        }),
    ]);
    drafts
}

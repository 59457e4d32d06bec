//! VEC-B-08: keys from passphrases.

use argon2::{Algorithm, Argon2, Params, Version};
use pruefstand_vectors::Stage::{Decode, Parse, Policy};
use serde_json::{Value, json};

use super::{base64, pbkdf2};
use crate::generate::{
    case::{Verdict, case, remove},
    curve::secret,
    draft::Draft,
};

const PASSPHRASE: &str = "correct horse battery staple";
const COST: Verdict = Err((Policy, "Cost"));
const VERSION: Verdict = Err((Policy, "Version"));
const FORM: Verdict = Err((Parse, "Form"));

/// In the specification's form: `m.pbkdf2` in the description of a storage key.
pub(super) fn stored() -> Vec<Draft> {
    let draft = |comment: &str, verdict: Verdict, change: &dyn Fn(&mut Value)| {
        let mut passphrase = json!({ "algorithm": "m.pbkdf2", "salt": "a salt of a key", "iterations": 1000, "bits": 256 });
        change(&mut passphrase);
        let description =
            json!({ "algorithm": "m.secret_storage.v1.aes-hmac-sha2", "passphrase": passphrase })
                .to_string();
        let input: [(&str, &[u8]); 2] = [
            ("description", description.as_bytes()),
            ("passphrase", PASSPHRASE.as_bytes()),
        ];
        let (salt, iterations) = (
            passphrase["salt"].as_str(),
            passphrase["iterations"].as_u64(),
        );
        let output = verdict.is_ok().then(|| {
            let iterations = u32::try_from(iterations.expect("a number")).expect("small");
            pbkdf2(PASSPHRASE, salt.expect("text").as_bytes(), iterations, 32)
        });
        case(comment, verdict, &input).output(&output.unwrap_or_default())
    };
    let without = |member: &'static str| {
        move |passphrase: &mut Value| {
            drop(
                passphrase
                    .as_object_mut()
                    .expect("an object")
                    .remove(member),
            )
        }
    };
    let mut drafts = vec![draft("1,000 iterations", Ok(()), &|_| {})];
    for iterations in [
        0,
        1,
        10,
        999,
        10_000_001,
        1_000_000_000,
        u64::from(u32::MAX),
        1 << 32,
    ] {
        drafts.push(draft(&format!("{iterations} iterations"), COST, &|p| {
            p["iterations"] = json!(iterations)
        }));
    }
    for (comment, iterations) in [
        ("negative", json!(-1000)),
        ("a text", json!("1000")),
        ("null", json!(null)),
    ] {
        drafts.push(draft(&format!("iterations are {comment}"), FORM, &|p| {
            p["iterations"] = iterations.clone()
        }));
    }
    for bits in [0, 1, 128, 255, 512] {
        drafts.push(draft(&format!("{bits} bits"), COST, &|p| {
            p["bits"] = json!(bits)
        }));
    }
    drafts.extend([
        draft("no salt", FORM, &without("salt")),
        draft("empty salt", COST, &|p| p["salt"] = json!("")),
        draft("no iterations", FORM, &without("iterations")),
        draft("no algorithm", VERSION, &without("algorithm")),
        draft("another algorithm", VERSION, &|p| {
            p["algorithm"] = json!("m.scrypt")
        }),
        draft("algorithm in capitals", VERSION, &|p| {
            p["algorithm"] = json!("M.PBKDF2")
        }),
        draft("10,000 iterations", Ok(()), &|p| {
            p["iterations"] = json!(10_000)
        }),
        draft("no bits, which is 256", Ok(()), &without("bits")),
        draft("an unknown member", Ok(()), &|p| {
            p["org.example.new"] = json!(1)
        }),
    ]);
    drafts
}

/// In the reference's own form: Argon2id with its cost beside the salt.
pub(super) fn own() -> Vec<Draft> {
    let salt = &secret(160)[..16];
    let (memory, passes, lanes) = (19 * 1024, 2, 1);
    let params = Params::new(memory, passes, lanes, Some(32)).expect("the floor");
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(PASSPHRASE.as_bytes(), salt, &mut key)
        .expect("32 bytes");
    let draft = |comment: &str, verdict: Verdict, change: &dyn Fn(&mut Value)| {
        let mut salted = json!({ "kdf": { "memory": memory, "passes": passes, "lanes": lanes }, "salt": base64(salt) });
        change(&mut salted);
        let salted = salted.to_string();
        let input: [(&str, &[u8]); 2] = [
            ("salted", salted.as_bytes()),
            ("passphrase", PASSPHRASE.as_bytes()),
        ];
        case(comment, verdict, &input).output(&key)
    };
    let text: Verdict = Err((Decode, "Form"));
    let salt_form: Verdict = Err((Parse, "Form"));
    let mut drafts = vec![draft("the least that is taken", Ok(()), &|_| {})];
    for (member, costs) in [
        (
            "memory",
            [0, 1, 8, 19 * 1024 - 1, 1024 * 1024 + 1, u32::MAX],
        ),
        ("passes", [0, 1, 1, 17, 1000, u32::MAX]),
        ("lanes", [0, 0, 17, 64, 1000, u32::MAX]),
    ] {
        let costs = std::collections::BTreeSet::from(costs);
        drafts.extend(costs.into_iter().map(|cost| {
            draft(&format!("{member} {cost}"), COST, &|s| {
                s["kdf"][member] = json!(cost)
            })
        }));
        drafts.extend([
            draft(&format!("{member} negative"), text, &|s| {
                s["kdf"][member] = json!(-1)
            }),
            draft(&format!("{member} beyond 32 bits"), text, &|s| {
                s["kdf"][member] = json!(1_u64 << 32)
            }),
            draft(&format!("{member} a fraction"), text, &|s| {
                s["kdf"][member] = json!(2.5)
            }),
            draft(&format!("{member} a text"), text, &|s| {
                s["kdf"][member] = json!("2")
            }),
            draft(&format!("no {member}"), text, &|s| {
                remove(&mut s["kdf"], member)
            }),
        ]);
    }
    drafts.extend([
        draft("salt of 15 bytes", salt_form, &|s| {
            s["salt"] = json!(base64(&salt[..15]))
        }),
        draft("salt of 17 bytes", salt_form, &|s| {
            s["salt"] = json!(base64([salt, &[0]].concat()))
        }),
        draft("salt of 8 bytes", salt_form, &|s| {
            s["salt"] = json!(base64(&salt[..8]))
        }),
        draft("empty salt", salt_form, &|s| s["salt"] = json!("")),
        draft("salt padded", Err((Parse, "NonCanonical")), &|s| {
            s["salt"] = json!(format!("{}==", base64(salt)))
        }),
        draft("no salt", text, &|s| remove(s, "salt")),
        draft("an unknown member", text, &|s| s["pepper"] = json!("x")),
        draft("an unknown cost", text, &|s| s["kdf"]["time"] = json!(1)),
    ]);
    drafts
}

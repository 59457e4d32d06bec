//! X25519 and Ed25519.

use pruefstand_vectors::Stage;
use serde::Deserialize;

use super::{
    super::{
        curve::P,
        draft::Draft,
        file::{File, unhex},
    },
    Upstream, is_valid,
};

#[derive(Deserialize)]
struct XdhGroup {
    tests: Vec<XdhTest>,
}

#[derive(Deserialize)]
struct XdhTest {
    comment: String,
    flags: Vec<String>,
    public: String,
    private: String,
    shared: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EddsaGroup {
    public_key: PublicKey,
    tests: Vec<EddsaTest>,
}

#[derive(Deserialize)]
struct PublicKey {
    pk: String,
}

#[derive(Deserialize)]
struct EddsaTest {
    comment: String,
    flags: Vec<String>,
    msg: String,
    sig: String,
    result: String,
}

/// Zero secrets and non-canonical keys are refused, points on the twist are taken.
pub(in super::super) fn x25519() -> File {
    Upstream::read(include_str!("../../import/wycheproof/x25519_test.json")).file(
        "WYCHEPROOF-X25519",
        "x25519",
        |group: XdhGroup| group.tests.into_iter().map(xdh_draft).collect(),
    )
}

/// Wycheproof leaves nothing open here.
pub(in super::super) fn ed25519() -> File {
    Upstream::read(include_str!("../../import/wycheproof/ed25519_test.json")).file(
        "WYCHEPROOF-ED25519",
        "ed25519-verify",
        |group: EddsaGroup| {
            let public = unhex(&group.public_key.pk);
            let draft = |test| eddsa_draft(&public, test);
            group.tests.into_iter().map(draft).collect()
        },
    )
}

fn xdh_draft(test: XdhTest) -> Draft {
    let (public, private, shared) = (
        unhex(&test.public),
        unhex(&test.private),
        unhex(&test.shared),
    );
    let is_canonical = public.iter().rev().lt(P.iter().rev());
    let is_valid = is_canonical && shared.iter().any(|byte| *byte != 0);
    let input: [(&str, &[u8]); 2] = [("public", &public), ("private", &private)];
    let mut draft = Draft::valid(&test.comment, &input);
    draft.flags = test.flags;
    draft.stage = (!is_valid).then_some(Stage::Key);
    draft.output = is_valid.then_some(shared);
    draft
}

fn eddsa_draft(public: &[u8], test: EddsaTest) -> Draft {
    let (message, signature) = (unhex(&test.msg), unhex(&test.sig));
    let input: [(&str, &[u8]); 3] = [
        ("public", public),
        ("message", &message),
        ("signature", &signature),
    ];
    let mut draft = Draft::valid(&test.comment, &input);
    draft.flags = test.flags;
    draft.stage = match (is_valid(&test.result), signature.len()) {
        (true, _) => None,
        (false, 64) => Some(Stage::Authenticate),
        (false, _) => Some(Stage::Parse),
    };
    draft
}

//! Project Wycheproof's vectors, with its "acceptable" decided.

use std::collections::BTreeMap;

use pruefstand_vectors::{BugType, Note, Stage};
use serde::Deserialize;

use super::{
    curve::P,
    draft::Draft,
    file::{File, unhex},
};

const SOURCE: &str = "Project Wycheproof, Apache-2.0 (import/wycheproof/LICENSE)";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Upstream<G> {
    notes: BTreeMap<String, UpstreamNote>,
    test_groups: Vec<G>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpstreamNote {
    bug_type: BugType,
    description: String,
    effect: Option<String>,
    #[serde(default)]
    links: Vec<String>,
    #[serde(default)]
    cves: Vec<String>,
}

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

/// X25519: zero secrets and non-canonical keys are refused, points on the twist are taken.
pub(super) fn x25519() -> File {
    let text = include_str!("../import/wycheproof/x25519_test.json");
    let upstream: Upstream<XdhGroup> = serde_json::from_str(text).expect("Wycheproof's shape");
    let drafts = upstream
        .test_groups
        .into_iter()
        .flat_map(|group| group.tests);
    let drafts = drafts.map(xdh_draft).collect();
    with_notes(File::new("XDH", SOURCE), upstream.notes).group(
        "WYCHEPROOF-X25519",
        "x25519",
        drafts,
    )
}

/// Ed25519: Wycheproof leaves nothing open here.
pub(super) fn ed25519() -> File {
    let text = include_str!("../import/wycheproof/ed25519_test.json");
    let upstream: Upstream<EddsaGroup> = serde_json::from_str(text).expect("Wycheproof's shape");
    let drafts = upstream.test_groups.into_iter().flat_map(|group| {
        let public = unhex(&group.public_key.pk);
        let draft = move |test| eddsa_draft(&public, test);
        group.tests.into_iter().map(draft)
    });
    let drafts = drafts.collect();
    with_notes(File::new("EDDSA", SOURCE), upstream.notes).group(
        "WYCHEPROOF-ED25519",
        "ed25519-verify",
        drafts,
    )
}

fn with_notes(file: File, notes: BTreeMap<String, UpstreamNote>) -> File {
    notes.into_iter().fold(file, |file, (flag, note)| {
        let places = [note.links, note.cves].concat();
        let source = match places.is_empty() {
            true => "Project Wycheproof".to_owned(),
            false => format!("Project Wycheproof; {}", places.join(", ")),
        };
        let note = Note {
            bug_type: note.bug_type,
            description: note.description,
            effect: note.effect,
            source,
        };
        file.explain(&flag, note)
    })
}

fn xdh_draft(test: XdhTest) -> Draft {
    let (public, private, shared) = (
        unhex(&test.public),
        unhex(&test.private),
        unhex(&test.shared),
    );
    let is_canonical = public.iter().rev().lt(P.iter().rev());
    let is_valid = is_canonical && shared.iter().any(|byte| *byte != 0);
    let mut draft = Draft::valid(&test.comment, &[("public", &public), ("private", &private)]);
    draft.flags = test.flags;
    draft.stage = (!is_valid).then_some(Stage::Key);
    draft.output = is_valid.then_some(shared);
    draft
}

fn eddsa_draft(public: &[u8], test: EddsaTest) -> Draft {
    let (message, signature) = (unhex(&test.msg), unhex(&test.sig));
    let mut draft = Draft::valid(
        &test.comment,
        &[
            ("public", public),
            ("message", &message),
            ("signature", &signature),
        ],
    );
    draft.flags = test.flags;
    draft.stage = match (test.result.as_str(), signature.len()) {
        ("valid", _) => None,
        ("invalid", 64) => Some(Stage::Authenticate),
        ("invalid", _) => Some(Stage::Parse),
        (other, _) => panic!("Wycheproof says {other:?}; decide it here"),
    };
    draft
}

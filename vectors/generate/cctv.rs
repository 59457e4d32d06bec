//! C2SP's vectors on the points of Ed25519 signatures (VEC-E-04), with the rule set decided.

use pruefstand_vectors::{
    BugType::{self, AuthBypass, CanOfWorms, Defined},
    Stage,
};
use serde::Deserialize;

use super::{
    draft::Draft,
    file::{File, unhex},
};

const SOURCE: &str = "C2SP CCTV, BSD-3-Clause (import/cctv/LICENSE)";

/// Where what the flags mean is discussed.
const PAPER: &str =
    "C2SP CCTV, ed25519; Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs (2020)";

/// The flags and what a vector with them is about.
const FLAGS: [(&str, BugType, &str); 8] = [
    (
        "low_order_A",
        AuthBypass,
        "the key is a point of small order",
    ),
    ("low_order_R", Defined, "the nonce point has small order"),
    (
        "low_order_component_A",
        Defined,
        "the key has a part of small order",
    ),
    (
        "low_order_component_R",
        Defined,
        "the nonce point has a part of small order",
    ),
    (
        "low_order_residue",
        Defined,
        "parts of small order are left: verifies with the cofactor only",
    ),
    (
        "non_canonical_A",
        CanOfWorms,
        "the key is another encoding of its point",
    ),
    (
        "non_canonical_R",
        CanOfWorms,
        "the nonce point is another encoding of its point",
    ),
    (
        "reencoded_k",
        CanOfWorms,
        "the challenge is made from canonical encodings that are not there",
    ),
];

#[derive(Deserialize)]
struct Upstream {
    number: u32,
    key: String,
    sig: String,
    msg: String,
    flags: Option<Vec<String>>,
}

pub(super) fn ed25519() -> File {
    let text = include_str!("../import/cctv/ed25519vectors.json");
    let upstream: Vec<Upstream> = serde_json::from_str(text).expect("CCTV's shape");
    let drafts = upstream.into_iter().map(draft).collect();
    FLAGS
        .into_iter()
        .fold(File::new("Ed25519", SOURCE), |file, (flag, bug, about)| {
            file.note(flag, bug, about, PAPER)
        })
        .group("CCTV-ED25519", "ed25519-verify", drafts)
}

/// Takes what the strict verification without cofactor takes: canonical points that are not of
/// small order and whose small parts cancel out.
fn draft(upstream: Upstream) -> Draft {
    let flags = upstream.flags.unwrap_or_default();
    let has = |flag: &str| flags.iter().any(|known| known == flag);
    let refused = [
        ("low_order_A", Stage::Key),
        ("non_canonical_A", Stage::Key),
        ("low_order_R", Stage::Authenticate),
        ("non_canonical_R", Stage::Authenticate),
        ("low_order_residue", Stage::Authenticate),
        ("reencoded_k", Stage::Authenticate),
    ];
    let stage = refused.into_iter().find(|(flag, _)| has(flag));
    let input: [(&str, &[u8]); 3] = [
        ("public", &unhex(&upstream.key)),
        ("message", upstream.msg.as_bytes()),
        ("signature", &unhex(&upstream.sig)),
    ];
    let mut draft = Draft::valid(&format!("number {}", upstream.number), &input);
    draft.stage = stage.map(|(_, stage)| stage);
    draft.flags = flags;
    draft
}

//! Project Wycheproof's vectors, with its "acceptable" decided, as far as a client uses the primitive.

mod curves;
mod symmetric;

use std::collections::BTreeMap;

use pruefstand_vectors::{BugType, Note};
use serde::{Deserialize, de::DeserializeOwned};

use super::{draft::Draft, file::File};

pub(super) use curves::{ed25519, x25519};
pub(super) use symmetric::{aes_256_gcm, hkdf_sha256, hmac_sha256, pbkdf2_hmac_sha512};

const SOURCE: &str = "Project Wycheproof, Apache-2.0 (import/wycheproof/LICENSE)";

/// A file of Wycheproof's whose groups have the shape `G`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Upstream<G> {
    algorithm: String,
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

impl<G: DeserializeOwned> Upstream<G> {
    fn read(text: &str) -> Self {
        serde_json::from_str(text).expect("Wycheproof's shape")
    }

    /// A file of ours with one group for each of upstream's that has drafts; each needs a valid one.
    fn file(self, class: &str, operation: &str, drafts: impl Fn(G) -> Vec<Draft>) -> File {
        let groups = self.test_groups.into_iter().map(drafts);
        let groups: Vec<Vec<Draft>> = groups.filter(|group| !group.is_empty()).collect();
        let flags = |draft: &Draft| draft.flags.clone();
        let used: Vec<String> = groups.iter().flatten().flat_map(flags).collect();
        let notes = self.notes.into_iter();
        let file = notes
            .filter(|(flag, _)| used.contains(flag))
            .fold(File::new(&self.algorithm, SOURCE), |file, (flag, note)| {
                file.explain(&flag, note.into())
            });
        let add = |file: File, group| file.group(class, operation, group);
        groups.into_iter().fold(file, add)
    }
}

impl From<UpstreamNote> for Note {
    fn from(note: UpstreamNote) -> Self {
        let places = [note.links, note.cves].concat();
        Self {
            bug_type: note.bug_type,
            description: note.description,
            effect: note.effect,
            source: match places.is_empty() {
                true => "Project Wycheproof".to_owned(),
                false => format!("Project Wycheproof; {}", places.join(", ")),
            },
        }
    }
}

/// Whether upstream says that a test is valid.
fn is_valid(result: &str) -> bool {
    match result {
        "valid" => true,
        "invalid" => false,
        other => panic!("Wycheproof says {other:?}; decide it here"),
    }
}

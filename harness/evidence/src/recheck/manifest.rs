//! The manifests over all files of a bundle.

use std::collections::{BTreeMap, BTreeSet};

use super::Difference;
use crate::bag::{self, MANIFEST, SIGNED, TAG_MANIFEST, WHOLE_MANIFEST};
use crate::digest::is_sha256_hex;
use crate::{Bundle, sha256_hex};

/// What the manifests say.
pub(super) struct Files {
    pub(super) differences: Vec<Difference>,
    /// Transcripts that this edition leaves out, with their digests.
    pub(super) withheld: BTreeMap<String, String>,
    /// SHA-256 of the manifest over the whole record, hex.
    pub(super) whole_sha256: String,
}

/// Compares the manifests with the files, both ways.
pub(super) fn check(bundle: &Bundle) -> Files {
    let mut check = Check {
        bundle,
        differences: Vec::new(),
    };
    let record = check.lines(MANIFEST);
    let tags = check.lines(TAG_MANIFEST);
    for (path, sha256) in record.iter().chain(&tags) {
        check.compare(path, sha256);
    }
    for path in record.keys().filter(|path| !bag::is_payload(path)) {
        check.misplaced(path);
    }
    for path in tags
        .keys()
        .filter(|path| bag::is_payload(path) || path.starts_with(SIGNED))
    {
        check.misplaced(path);
    }
    check.unlisted(&record, &tags);
    let (withheld, whole_sha256) = check.whole(&record, tags.contains_key(WHOLE_MANIFEST));
    Files {
        differences: check.differences,
        withheld,
        whole_sha256,
    }
}

struct Check<'a> {
    bundle: &'a Bundle,
    differences: Vec<Difference>,
}

impl Check<'_> {
    /// Digests by path, of a manifest.
    fn lines(&mut self, manifest: &str) -> BTreeMap<String, String> {
        let text = match self.bundle.read(manifest) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => {
                self.differences
                    .push(Difference::not_read(manifest, &error));
                return BTreeMap::new();
            }
        };
        let mut lines = BTreeMap::new();
        for (n, line) in text.lines().enumerate() {
            let known = parse(line)
                .map(|(sha256, path)| lines.insert(path.to_owned(), sha256.to_owned()).is_some());
            if known != Some(false) {
                self.differences.push(Difference::StrangeManifestLine {
                    manifest: manifest.to_owned(),
                    line: n + 1,
                });
            }
        }
        lines
    }

    fn compare(&mut self, path: &str, sha256: &str) {
        match self.bundle.sha256(path) {
            Ok(found) if found == sha256 => {}
            Ok(_) => self.differences.push(Difference::DigestDiffers {
                file: path.to_owned(),
            }),
            Err(error) => self.differences.push(Difference::not_read(path, &error)),
        }
    }

    fn misplaced(&mut self, path: &str) {
        self.differences.push(Difference::NotListed {
            file: path.to_owned(),
        });
    }

    /// Files that no manifest covers. Only signatures and the outer manifest have none.
    fn unlisted(&mut self, record: &BTreeMap<String, String>, tags: &BTreeMap<String, String>) {
        let files = match self.bundle.files() {
            Ok(files) => files,
            Err(error) => {
                self.differences
                    .push(Difference::not_read(MANIFEST, &error));
                return;
            }
        };
        let free = |file: &str| file == TAG_MANIFEST || signature_file(file);
        let mut listed: BTreeSet<_> = record.keys().chain(tags.keys()).collect();
        let manifest = MANIFEST.to_owned();
        listed.insert(&manifest);
        for file in files
            .iter()
            .filter(|file| !listed.contains(file) && !free(file))
        {
            self.misplaced(file);
        }
        if !tags.contains_key(MANIFEST) && !tags.is_empty() {
            self.misplaced(MANIFEST);
        }
    }

    /// What an edition leaves out of the whole record. It may leave out transcripts only, and change nothing of what it keeps.
    fn whole(
        &mut self,
        record: &BTreeMap<String, String>,
        is_edition: bool,
    ) -> (BTreeMap<String, String>, String) {
        let name = if is_edition { WHOLE_MANIFEST } else { MANIFEST };
        let text = self.bundle.read(name).unwrap_or_default();
        let whole_sha256 = sha256_hex(&text);
        if !is_edition {
            return (BTreeMap::new(), whole_sha256);
        }
        let whole = self.lines(WHOLE_MANIFEST);
        for (path, sha256) in record {
            if whole.get(path) != Some(sha256) {
                self.misplaced(path);
            }
        }
        let mut withheld = whole;
        withheld.retain(|path, _| !record.contains_key(path));
        for path in withheld
            .keys()
            .filter(|path| !path.starts_with("data/cases/"))
        {
            self.differences
                .push(Difference::Withheld { file: path.clone() });
        }
        (withheld, whole_sha256)
    }
}

/// A file that signatures may consist of.
fn signature_file(file: &str) -> bool {
    file == bag::SIGNATURES
        || bag::checkpoint_size(file).is_some()
        || file
            .strip_prefix("signatures/keys/")
            .is_some_and(|key| key.ends_with(".pem") && !key.contains('/'))
}

/// Digest and path of a line as `sha256sum` writes it; the path stays inside the bundle.
fn parse(line: &str) -> Option<(&str, &str)> {
    let (digest, path) = line.split_once("  ")?;
    (bag::check_path(path).is_ok() && is_sha256_hex(digest)).then_some((digest, path))
}

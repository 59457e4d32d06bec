//! The manifest over all files of a run's folder.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path};

use super::{Difference, read_file};
use crate::digest::{is_sha256_hex, sha256_of};
use crate::folder::MANIFEST;

/// The deepest file is `cases/<check>/<flaw>/transcript.json`.
const DEPTH_LIMIT: usize = 4;

/// Compares the manifest with the files, both ways.
pub(super) fn differences(folder: &Path) -> Vec<Difference> {
    let text = match read_file(folder, MANIFEST) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(difference) => return vec![difference],
    };
    let mut differences = Vec::new();
    let mut listed = BTreeSet::from([MANIFEST.to_owned()]);
    for (n, line) in text.lines().enumerate() {
        let Some((digest, path)) = parse(line) else {
            differences.push(Difference::StrangeManifestLine { line: n + 1 });
            continue;
        };
        if !listed.insert(path.to_owned()) {
            differences.push(Difference::StrangeManifestLine { line: n + 1 });
        }
        match File::open(folder.join(path)).and_then(sha256_of) {
            Ok(found) if found == digest => {}
            Ok(_) => differences.push(Difference::DigestDiffers {
                file: path.to_owned(),
            }),
            Err(error) => differences.push(Difference::not_read(path, &error)),
        }
    }
    let mut found = Vec::new();
    if let Err(error) = walk(folder, "", 0, &mut found) {
        differences.push(Difference::not_read(MANIFEST, &error));
    }
    let unlisted = found.into_iter().filter(|file| !listed.contains(file));
    differences.extend(unlisted.map(|file| Difference::NotListed { file }));
    differences
}

/// Digest and path of a line as `sha256sum` writes it; the path stays inside the folder.
fn parse(line: &str) -> Option<(&str, &str)> {
    let (digest, path) = line.split_once("  ")?;
    let inside = !path.is_empty()
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
    (inside && is_sha256_hex(digest)).then_some((digest, path))
}

/// Every file below, links and what lies too deep included, by its path in the folder.
fn walk(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() && depth < DEPTH_LIMIT {
            walk(&entry.path(), &format!("{path}/"), depth + 1, found)?;
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}

//! The shape of a bundle: a `BagIt` bag (RFC 8493), as a folder or as a ZIP archive.
//!
//! `data/` is the record and `manifest-sha256.txt` covers it; everything else but `signatures/` is a rendering of the record, and
//! `tagmanifest-sha256.txt` covers that. Both manifests are read by `sha256sum --check`.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use crate::digest::sha256_of;
use crate::{FolderError, sha256_hex};

/// The folder of the record.
pub(crate) const PAYLOAD: &str = "data";
/// The manifest over the record.
pub(crate) const MANIFEST: &str = "manifest-sha256.txt";
/// The manifest over everything else but signatures.
pub(crate) const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// In an edition that leaves files out: the manifest over the whole record, which the run's statement names.
pub(crate) const WHOLE_MANIFEST: &str = "whole-manifest-sha256.txt";
/// One signed statement a line.
pub(crate) const SIGNATURES: &str = "signatures/evidence.intoto.jsonl";
/// The public half of the run's key; the one that counts stands in the first event.
pub(crate) const RUN_KEY: &str = "signatures/keys/run.pem";
/// The folder of everything that is signed or helps to check a signature.
pub(crate) const SIGNED: &str = "signatures/";

const CHECKPOINTS: &str = "signatures/checkpoints/";

/// The longest path in a bundle, in bytes, and its most parts.
const PATH_LIMIT: usize = 240;
const DEPTH_LIMIT: usize = 6;

/// A file's digest and length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileDigest {
    /// SHA-256, hex.
    pub(crate) sha256: String,
    /// In bytes.
    pub(crate) length: u64,
}

impl FileDigest {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: sha256_hex(bytes),
            length: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        }
    }
}

/// The digest of a file in a folder.
pub(crate) fn digest_of(folder: &Path, path: &str) -> Result<FileDigest, FolderError> {
    let full = folder.join(path);
    let fail = |error| FolderError::io(&full, error);
    let file = File::open(&full).map_err(fail)?;
    let length = file.metadata().map_err(fail)?.len();
    let sha256 = sha256_of(file).map_err(fail)?;
    Ok(FileDigest { sha256, length })
}

/// The text of the manifest over the record.
pub(crate) fn manifest(files: &BTreeMap<String, FileDigest>) -> String {
    let files = files.iter();
    lines(files.map(|(path, file)| (path.as_str(), file.sha256.as_str())))
}

/// Lines as `sha256sum` writes and reads them.
pub(crate) fn lines<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    files
        .map(|(path, sha256)| format!("{sha256}  {path}\n"))
        .collect()
}

/// The files that make a folder a bag, and the one that a stranger reads first.
pub(crate) fn own_files(
    run: &str,
    payload: &BTreeMap<String, FileDigest>,
) -> [(String, String); 3] {
    let octets: u64 = payload.values().map(|file| file.length).sum();
    let info = format!(
        "Bag-Software-Agent: pruefstand {}\nExternal-Identifier: {run}\nPayload-Oxum: {octets}.{}\n",
        env!("CARGO_PKG_VERSION"),
        payload.len()
    );
    [
        (
            "bagit.txt".to_owned(),
            "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_owned(),
        ),
        ("bag-info.txt".to_owned(), info),
        (
            "READ-ME-FIRST.txt".to_owned(),
            include_str!("read_me_first.txt").to_owned(),
        ),
    ]
}

/// Whether a path belongs to the record.
pub(crate) fn is_payload(path: &str) -> bool {
    path.strip_prefix(PAYLOAD)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// A path of the record, in the bundle.
pub(crate) fn in_payload(path: &str) -> String {
    format!("{PAYLOAD}/{path}")
}

/// The name of the log whose heads a run signs.
pub(crate) fn origin(run: &str) -> String {
    format!("pruefstand/{run}")
}

/// The file of a signed head.
pub(crate) fn checkpoint(size: u64) -> String {
    format!("{CHECKPOINTS}{size}.txt")
}

/// The size that a file of a signed head is about.
pub(crate) fn checkpoint_size(path: &str) -> Option<u64> {
    let size = path.strip_prefix(CHECKPOINTS)?.strip_suffix(".txt")?;
    let parsed: u64 = size.parse().ok()?;
    // One name for one size.
    (parsed.to_string() == size).then_some(parsed)
}

/// A path that leads nowhere but into the bundle, on every system: letters, digits, `.`, `-`, `_`; no part begins or ends with a dot.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_path(path: &str) -> Result<(), &'static str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let part_fits = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && part.bytes().all(plain)
    };
    if path.len() > PATH_LIMIT {
        return Err("path is too long");
    }
    if path.split('/').count() > DEPTH_LIMIT {
        return Err("path is too deep");
    }
    if !path.split('/').all(part_fits) {
        return Err("path is not plain");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_inside_are_taken() {
        for good in [
            "data/cases/olm-01/target/transcript.json",
            "READ-ME-FIRST.txt",
            "exports/full.sarif",
        ] {
            assert_eq!(check_path(good), Ok(()), "{good}");
        }
        let long = "a".repeat(241);
        for bad in [
            "",
            "/",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a/",
            "./a",
            "C:/x",
            "a\\b",
            ".hidden",
            "end.",
            "ä",
            "a b",
            "a\0",
            "a/b/c/d/e/f/g",
            &long,
        ] {
            assert!(check_path(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_signed_head_has_one_name() {
        assert_eq!(checkpoint_size(&checkpoint(12)), Some(12));
        for other in [
            "signatures/checkpoints/012.txt",
            "signatures/checkpoints/+1.txt",
            "signatures/checkpoints/x.txt",
        ] {
            assert_eq!(checkpoint_size(other), None);
        }
    }
}

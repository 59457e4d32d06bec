//! What a corpus is at one time.

use std::{collections::BTreeMap, fs, io, path::Path};

use harness_evidence::{CorpusState, sha256_hex};

use crate::failure::Failure;

/// The most inputs that are counted.
const INPUTS_LIMIT: usize = 1_000_000;

/// The different inputs in some folders; one that is not there is empty.
pub(super) fn state(folders: &[&Path]) -> Result<CorpusState, Failure> {
    let mut inputs = BTreeMap::new();
    for folder in folders {
        let fail = |reason| Failure::File {
            path: folder.to_path_buf(),
            reason,
        };
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(fail)?,
        };
        for entry in entries {
            let path = entry.map_err(fail)?.path();
            let bytes = fs::read(&path).map_err(|reason| Failure::File { path, reason })?;
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            inputs.insert(sha256_hex(&bytes), length);
            if inputs.len() > INPUTS_LIMIT {
                return Err(fail(io::Error::other("too many inputs")));
            }
        }
    }
    let digests: String = inputs.keys().map(|digest| format!("{digest}\n")).collect();
    Ok(CorpusState {
        inputs: u64::try_from(inputs.len()).unwrap_or(u64::MAX),
        bytes: inputs.values().fold(0, |sum, one| sum.saturating_add(*one)),
        sha256: sha256_hex(digests.as_bytes()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_depends_on_contents_and_on_nothing_else() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for (folder, name, content) in [(&one, "a", "x"), (&one, "b", "yy"), (&other, "c", "yy")] {
            fs::write(folder.path().join(name), content).unwrap();
        }
        let both = state(&[one.path(), other.path()]).unwrap();
        assert_eq!((both.inputs, both.bytes), (2, 3));
        fs::write(other.path().join("d"), "x").unwrap();
        assert_eq!(state(&[other.path()]).unwrap(), both);
        let missing = other.path().join("missing");
        assert_eq!(state(&[&missing]).unwrap().inputs, 0);
    }
}

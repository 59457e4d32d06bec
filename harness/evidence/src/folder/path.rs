//! Paths in a run's folder, built from checked ids only.

use std::fs::{self, File, OpenOptions};
use std::path::Path;

use super::FolderError;

/// The longest id, in bytes; file systems take 255.
const ID_LIMIT: usize = 100;

/// The name of the folder of the case on the target itself; weak twins have their flaw's name.
const TARGET: &str = "target";

/// An id that is a safe file name everywhere: no separator, no upper case, nothing hidden, no way up.
pub(crate) fn check_id(id: &str) -> Result<(), FolderError> {
    let safe = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    let dotted = id.starts_with('.') || id.ends_with('.');
    if id.is_empty() || id.len() > ID_LIMIT || dotted || !id.bytes().all(safe) {
        return Err(FolderError::NotAnId {
            id: id.to_owned(),
            limit: ID_LIMIT,
        });
    }
    Ok(())
}

/// `cases/<check>/<flaw or target>/transcript.json`.
pub(crate) fn transcript_path(check: &str, flaw: Option<&str>) -> Result<String, FolderError> {
    check_id(check)?;
    if let Some(flaw) = flaw {
        // a flaw of that name would take the target's place
        check_id(if flaw == TARGET { "" } else { flaw })?;
    }
    let variant = flaw.unwrap_or(TARGET);
    Ok(format!("cases/{check}/{variant}/transcript.json"))
}

/// Makes `root/name` a symbolic link to `run`, in one step for whoever looks at it.
#[cfg(unix)]
pub(super) fn point_latest(root: &Path, name: &str, run: &str) -> Result<(), FolderError> {
    let latest = root.join(name);
    let next = root.join(format!(".{name}-{run}"));
    std::os::unix::fs::symlink(run, &next).map_err(|error| FolderError::io(&next, error))?;
    fs::rename(&next, &latest).map_err(|error| {
        // the first error is the one to tell
        fs::remove_file(&next).unwrap_or_default();
        FolderError::io(&latest, error)
    })
}

/// Where links need privileges, a file with the run's name takes its place.
#[cfg(not(unix))]
pub(super) fn point_latest(root: &Path, name: &str, run: &str) -> Result<(), FolderError> {
    let latest = root.join(name);
    fs::write(&latest, run).map_err(|error| FolderError::io(&latest, error))
}

/// A new file that only its owner reads.
pub(super) fn create_private(path: &Path) -> Result<File, FolderError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map_err(|error| FolderError::io(path, error))
}

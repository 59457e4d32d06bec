//! An input that ended a fuzzer: made shorter, and kept with the command that shows it again.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Stdio,
};

use harness_evidence::{CRASH_INPUT_LIMIT, CrashKind, Repro, sha256_hex, visible_within};

use super::{checkout, fuzzer, target::Subject};
use crate::failure::Failure;

/// How long one step of making an input shorter may take, in seconds.
const SHORTEN: u64 = 20;

/// The longest text that is kept of what a target said, in characters.
const SAID_LIMIT: usize = 300;

/// A crash as it was found.
pub(super) struct Found<'a> {
    pub(super) said: &'a str,
    /// After how many executions of the target.
    pub(super) executions: u64,
}

/// Keeps the input that ended the last fuzzer of a target; its SHA-256, hex.
pub(super) fn keep(subject: &Subject<'_>, found: &Found<'_>) -> Result<String, Failure> {
    let fail = |path: &Path, reason| Failure::File {
        path: path.to_owned(),
        reason,
    };
    let artifacts = subject.artifacts();
    let Some((path, kind)) = artifact(&artifacts).map_err(|reason| fail(&artifacts, reason))?
    else {
        return Err(fail(
            &artifacts,
            io::Error::other("the fuzzer left no input there"),
        ));
    };
    let original = read(&path).map_err(|reason| fail(&path, reason))?;
    let shorter = match kind {
        CrashKind::Crash => shorten(subject, &path, &original),
        // Each try would take as long as the limit of time or memory.
        CrashKind::Timeout | CrashKind::Memory => None,
    };
    let minimised = shorter.is_some();
    let input = shorter.unwrap_or(original);
    let sha256 = sha256_hex(&input);
    // Two targets may crash on the same bytes.
    let place = Path::new("crashes").join(subject.name).join(&sha256);
    let folder = subject.out.join(&place);
    fs::create_dir_all(&folder).map_err(|reason| fail(&folder, reason))?;
    let file = folder.join("input");
    fs::write(&file, &input).map_err(|reason| fail(&file, reason))?;
    let repro = Repro {
        target: subject.name.to_owned(),
        kind,
        said: visible_within(found.said, SAID_LIMIT),
        executions: found.executions,
        minimised,
        command: checkout::reproducing(subject.name, &place.join("input")),
    };
    let text = harness_evidence::json_text(&repro).map_err(io::Error::from)?;
    let file = folder.join("repro.json");
    fs::write(&file, text).map_err(|reason| fail(&file, reason))?;
    Ok(sha256)
}

/// The input that libFuzzer has left, and what it did.
fn artifact(folder: &Path) -> io::Result<Option<(PathBuf, CrashKind)>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kinds = [
            ("crash-", CrashKind::Crash),
            ("timeout-", CrashKind::Timeout),
            ("oom-", CrashKind::Memory),
        ];
        let kind = kinds.into_iter().find(|(begin, _)| name.starts_with(begin));
        if let Some((_, kind)) = kind {
            return Ok(Some((entry.path(), kind)));
        }
    }
    Ok(None)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = fs::read(path)?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= CRASH_INPUT_LIMIT => Ok(bytes),
        _ => Err(io::Error::other("longer than an input that is kept")),
    }
}

/// A shorter input that still crashes; `None` if there is none, or none was found in time.
fn shorten(subject: &Subject<'_>, path: &Path, original: &[u8]) -> Option<Vec<u8>> {
    let shorter = subject.artifacts().join("shorter");
    let mut command = fuzzer::command(subject.program, &subject.folder);
    command
        .arg("-minimize_crash=1")
        .arg(format!("-max_total_time={SHORTEN}"))
        .arg(format!("-exact_artifact_path={}", shorter.display()))
        .arg(path)
        .stderr(Stdio::null());
    // Its exit code says nothing: libFuzzer ends with an error where nothing shorter is left.
    drop(command.status());
    let bytes = read(&shorter).ok()?;
    (bytes.len() < original.len()).then_some(bytes)
}

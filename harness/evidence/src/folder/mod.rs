//! The folder of a run: `plan.json`, `events.jsonl`, `cases/…/transcript.json`, `results.json`, renderings, manifest.
//!
//! Written in that order, so that whatever is missing makes the run incomplete: without a last event `run.closed` and a
//! manifest over all files nobody reads it as finished.

mod error;
mod path;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

pub use error::FolderError;
pub(crate) use path::transcript_path;

use crate::digest::sha256_of;
use crate::{CaseRecord, EventLog, Plan, Results, Secrets, Stamp, Transcript, Verdict, sha256_hex};

pub(crate) const PLAN: &str = "plan.json";
pub(crate) const EVENTS: &str = "events.jsonl";
pub(crate) const RESULTS: &str = "results.json";
pub(crate) const MANIFEST: &str = "manifest-sha256.txt";
pub(crate) const OPENED: &str = "run.opened";
pub(crate) const CASE_CLOSED: &str = "case.closed";
pub(crate) const CASE_ASKED: &str = "case.asked";
pub(crate) const CLOSED: &str = "run.closed";
pub(crate) const BROKEN_OFF: &str = "run.broken_off";
const LATEST: &str = "latest";

/// The folder of a run while it is written. Several workers may close cases at once.
#[derive(Debug)]
pub struct RunFolder {
    root: PathBuf,
    path: PathBuf,
    run: String,
    secrets: Arc<Secrets>,
    log: Mutex<EventLog<File>>,
    /// The digest of every finished file, by its path in the folder.
    digests: Mutex<BTreeMap<String, String>>,
}

impl RunFolder {
    /// Makes `root/<run>/`, writes the plan and opens the log with the plan's digest. `secrets` may grow later.
    ///
    /// # Errors
    /// [`FolderError`]; a run's folder is never written twice.
    pub fn create(
        root: &Path,
        plan: &Plan,
        secrets: Arc<Secrets>,
        at: Stamp,
    ) -> Result<Self, FolderError> {
        path::check_id(&plan.run)?;
        fs::create_dir_all(root).map_err(|error| FolderError::io(root, error))?;
        let path = root.join(&plan.run);
        fs::create_dir(&path).map_err(|error| FolderError::io(&path, error))?;
        let events = path.join(EVENTS);
        let log = create(&events)?;
        let folder = Self {
            root: root.to_owned(),
            path,
            run: plan.run.clone(),
            secrets,
            log: Mutex::new(EventLog::new(log)),
            digests: Mutex::default(),
        };
        let digest = folder.write_json(PLAN, plan)?;
        let body = json!({"run": plan.run, "seed": plan.seed, "plan": digest, "target": plan.target.manifest});
        folder.record(OPENED, body, at)?;
        Ok(folder)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Logs an event of the run.
    ///
    /// # Errors
    /// [`FolderError`], also if a known secret stands in the body.
    pub fn record(&self, kind: &str, body: Value, at: Stamp) -> Result<(), FolderError> {
        self.refuse_secrets(EVENTS, body.to_string().as_bytes())?;
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.append(kind, body, at)
            .map_err(|error| FolderError::Log {
                file: self.path.join(EVENTS),
                error,
            })
    }

    /// Writes a case's transcript and logs its verdict.
    ///
    /// # Errors
    /// [`FolderError`], also if a known secret stands in the transcript.
    pub fn close_case(&self, case: FinishedCase<'_>, at: Stamp) -> Result<CaseRecord, FolderError> {
        let path = transcript_path(case.check, case.flaw)?;
        let sha256 = self.write_json(&path, case.transcript)?;
        let record = CaseRecord {
            check: case.check.to_owned(),
            flaw: case.flaw.map(ToOwned::to_owned),
            verdict: case.verdict,
            transcript: path,
            sha256,
            milliseconds: case.milliseconds,
        };
        let body = serde_json::to_value(&record)
            .map_err(|error| FolderError::not_json(CASE_CLOSED, error))?;
        self.record(CASE_CLOSED, body, at)?;
        Ok(record)
    }

    /// Logs which flaws and variants of the reference an honest case of a check came by.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn asked(
        &self,
        check: &str,
        names: &BTreeSet<String>,
        at: Stamp,
    ) -> Result<(), FolderError> {
        self.record(CASE_ASKED, json!({"check": check, "asked": names}), at)
    }

    /// Writes results, renderings (file name and content), the last event and the manifest, and points `latest` here.
    ///
    /// The last event is `run.closed` only if the results are complete; otherwise `run.broken_off`.
    ///
    /// # Errors
    /// [`FolderError`]; then the folder reads as incomplete.
    pub fn close(
        self,
        results: &Results,
        renderings: &[(&str, &str)],
        at: Stamp,
    ) -> Result<PathBuf, FolderError> {
        let digest = self.write_json(RESULTS, results)?;
        for (name, content) in renderings {
            path::check_id(name)?;
            self.write(name, content.as_bytes())?;
        }
        let kind = if results.complete { CLOSED } else { BROKEN_OFF };
        let body = json!({"results": digest, "overall": results.overall, "counts": results.counts});
        self.record(kind, body, at)?;
        self.write_manifest()?;
        path::point_latest(&self.root, LATEST, &self.run)?;
        Ok(self.path)
    }

    fn write_manifest(&self) -> Result<(), FolderError> {
        let events = self.path.join(EVENTS);
        let fail = |error| FolderError::io(&events, error);
        let log = File::open(&events).map_err(fail)?;
        let digest = sha256_of(log).map_err(fail)?;
        let manifest = {
            let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
            digests.insert(EVENTS.to_owned(), digest);
            let line = |(path, digest): (&String, &String)| format!("{digest}  {path}\n");
            digests.iter().map(line).collect::<String>()
        };
        self.write(MANIFEST, manifest.as_bytes())?;
        Ok(())
    }

    fn write_json(&self, path: &str, value: &impl Serialize) -> Result<String, FolderError> {
        let mut bytes =
            serde_json::to_vec_pretty(value).map_err(|error| FolderError::not_json(path, error))?;
        bytes.push(b'\n');
        self.write(path, &bytes)
    }

    /// Writes a new file and tells its digest.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<String, FolderError> {
        self.refuse_secrets(path, bytes)?;
        let full = self.path.join(path);
        if let Some(parent) = full.parent() {
            fs::create_dir_all(parent).map_err(|error| FolderError::io(parent, error))?;
        }
        let mut file = create(&full)?;
        file.write_all(bytes)
            .map_err(|error| FolderError::io(&full, error))?;
        let digest = sha256_hex(bytes);
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        digests.insert(path.to_owned(), digest.clone());
        Ok(digest)
    }

    fn refuse_secrets(&self, path: &str, bytes: &[u8]) -> Result<(), FolderError> {
        match self.secrets.find_in(bytes) {
            Some(kind) => Err(FolderError::SecretFound {
                file: self.path.join(path),
                kind,
            }),
            None => Ok(()),
        }
    }
}

/// A case that was carried out and judged.
#[derive(Clone, Debug)]
pub struct FinishedCase<'a> {
    /// The check's id.
    pub check: &'a str,
    /// The seeded flaw of the weak twin that it ran on; `None` for the target itself.
    pub flaw: Option<&'a str>,
    /// What happened.
    pub transcript: &'a Transcript,
    /// What the judge said.
    pub verdict: Verdict,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

/// The text of a JSON file as the bench writes it: indented, with a newline at the end.
///
/// # Errors
/// The value has no JSON form.
pub fn json_text(value: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

fn create(path: &Path) -> Result<File, FolderError> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| FolderError::io(path, error))
}

#[cfg(test)]
mod tests;

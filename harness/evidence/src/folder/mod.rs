//! The folder of a run: a `BagIt` bag (RFC 8493) whose payload `data/` is the record, and whose other files are renderings of it.
//!
//! Written in an order in which whatever is missing makes the run incomplete: the plan before the first request, a transcript and an
//! event a case, results, a last event, the manifest, the run's statement under the run's key; renderings come after that, so that the
//! record is whole even if they fail.

mod closed;
mod error;
mod path;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

pub use closed::ClosedFolder;
pub use error::FolderError;
pub(crate) use path::{check_id, transcript_path};

use crate::bag::{self, FileDigest, MANIFEST};
use crate::sign::{Checkpoint, SigningKey};
use crate::statement::{Sealed, run_statement};
use crate::{
    CaseRecord, ChainHead, EventLog, Plan, Results, Secrets, Stamp, Taken, Transcript, Verdict,
};

pub(crate) const PLAN: &str = "data/plan.json";
pub(crate) const EVENTS: &str = "data/events.jsonl";
pub(crate) const RESULTS: &str = "data/results.json";
pub(crate) const OPENED: &str = "run.opened";
pub(crate) const CASE_CLOSED: &str = "case.closed";
pub(crate) const CASE_ASKED: &str = "case.asked";
pub(crate) const CLOSED: &str = "run.closed";
pub(crate) const BROKEN_OFF: &str = "run.broken_off";

/// How long the log grows before its head is signed again, in nanoseconds.
const CHECKPOINT_EVERY_NS: u64 = 60_000_000_000;

/// How a run is opened, from outside.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The run's own key: Ed25519, made for this run and forgotten with it. Its public half stands in the first event.
    pub key: SigningKey,
    /// What an auditor gave to show that the run was made after it; at most 64 hex digits.
    pub nonce: Option<String>,
    /// SHA-256 of the program that runs, hex; empty if it cannot be read.
    pub program: String,
    /// What the program is made of, as CycloneDX; empty if it is not to be recorded.
    pub components: String,
}

/// What the program is made of.
const COMPONENTS: &str = "data/environment/tool.cdx.json";

/// What was redacted, as commitments.
pub(crate) const REDACTIONS: &str = "data/redactions.json";

/// The folder of a run while it is written. Several workers may close cases at once.
#[derive(Debug)]
pub struct RunFolder {
    root: PathBuf,
    path: PathBuf,
    run: String,
    opening: Opening,
    secrets: Arc<Secrets>,
    log: Mutex<Log>,
    /// The digest of every finished file, by its path in the folder.
    files: Mutex<BTreeMap<String, FileDigest>>,
}

#[derive(Debug)]
struct Log {
    events: EventLog<File>,
    /// When the head was signed last, on the monotonic clock.
    signed_ns: u64,
}

impl RunFolder {
    /// Makes `root/<run>/`, writes the plan and opens the log with the plan's digest. `secrets` may grow later.
    ///
    /// # Errors
    /// [`FolderError`]; a run's folder is never written twice.
    pub fn create(
        root: &Path,
        plan: &Plan,
        opening: Opening,
        secrets: Arc<Secrets>,
        at: Stamp,
    ) -> Result<Self, FolderError> {
        check_id(&plan.run)?;
        fs::create_dir_all(root).map_err(|error| FolderError::io(root, error))?;
        let path = root.join(&plan.run);
        fs::create_dir(&path).map_err(|error| FolderError::io(&path, error))?;
        let data = path.join(bag::PAYLOAD);
        fs::create_dir(&data).map_err(|error| FolderError::io(&data, error))?;
        let log = Log {
            events: EventLog::new(create(&path.join(EVENTS))?),
            signed_ns: at.mono_ns,
        };
        let folder = Self {
            root: root.to_owned(),
            path,
            run: plan.run.clone(),
            opening,
            secrets,
            log: Mutex::new(log),
            files: Mutex::default(),
        };
        let plan_digest = folder.write_json(PLAN, plan)?;
        let opening = &folder.opening;
        if !opening.components.is_empty() {
            folder.write_text(COMPONENTS, opening.components.as_bytes())?;
        }
        let body = json!({
            "run": plan.run, "seed": plan.seed, "plan": plan_digest, "target": plan.target.manifest,
            "nonce": opening.nonce, "program": opening.program, "run_key": opening.key.public().to_pem(),
        });
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
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        self.append(&mut log, kind, body, at)?;
        if at.mono_ns.saturating_sub(log.signed_ns) >= CHECKPOINT_EVERY_NS {
            log.signed_ns = at.mono_ns;
            self.sign_head(&log.events.head())?;
        }
        Ok(())
    }

    fn append(&self, log: &mut Log, kind: &str, body: Value, at: Stamp) -> Result<(), FolderError> {
        self.refuse_secrets(EVENTS, body.to_string().as_bytes())?;
        let logged = log.events.append(kind, body, at);
        logged.map_err(|error| FolderError::Log {
            file: self.path.join(EVENTS),
            error,
        })
    }

    /// Signs a head of the log's tree, beside the record.
    fn sign_head(&self, head: &ChainHead) -> Result<(), FolderError> {
        let checkpoint = Checkpoint::of(&self.run, head.count, head.root);
        let note = checkpoint.note(&self.opening.key);
        write_new(&self.path, &bag::checkpoint(head.count), note.as_bytes())
    }

    /// Writes a case's transcript and logs its verdict.
    ///
    /// # Errors
    /// [`FolderError`], also if a known secret stands in the transcript.
    pub fn close_case(&self, case: FinishedCase<'_>, at: Stamp) -> Result<CaseRecord, FolderError> {
        let path = transcript_path(case.check, case.flaw)?;
        let sha256 = self.write_json(&bag::in_payload(&path), case.transcript)?;
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

    /// Writes the files of what was measured beside the checks.
    ///
    /// # Errors
    /// [`FolderError`], also if a known secret stands in one of them.
    pub fn take(&self, taken: &Taken) -> Result<(), FolderError> {
        for (path, bytes) in taken.files() {
            self.write_text(path, bytes)?;
        }
        Ok(())
    }

    /// Writes results, the last event and the manifest, and signs what the record comes to with the run's key.
    ///
    /// The last event is `run.closed` only if the results are complete; otherwise `run.broken_off`.
    ///
    /// # Errors
    /// [`FolderError`]; then the folder reads as incomplete.
    pub fn close(self, results: &Results, at: Stamp) -> Result<ClosedFolder, FolderError> {
        let digest = self.write_json(RESULTS, results)?;
        self.write_redactions()?;
        let kind = if results.complete { CLOSED } else { BROKEN_OFF };
        let body = json!({"results": digest, "overall": results.overall, "counts": results.counts});
        let head = {
            let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
            self.append(&mut log, kind, body, at)?;
            log.events.head()
        };
        self.sign_head(&head)?;
        let mut files = self
            .files
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        files.insert(EVENTS.to_owned(), bag::digest_of(&self.path, EVENTS)?);
        let manifest = bag::manifest(&files);
        let closed = ClosedFolder {
            root: self.root,
            path: self.path,
            run: self.run,
            secrets: self.secrets,
            key: self.opening.key.clone(),
            manifest: FileDigest::of(manifest.as_bytes()),
            payload: files,
        };
        closed.write_plain(MANIFEST, manifest.as_bytes())?;
        let sealed = Sealed {
            head: &head,
            opening: &self.opening.public(),
            manifest_sha256: closed.manifest_sha256(),
        };
        closed.sign_record(&run_statement(results, &sealed))?;
        Ok(closed)
    }

    /// The commitments into the record, and beside the folder, for its owner only, the salts that open them.
    fn write_redactions(&self) -> Result<(), FolderError> {
        let commitments = self.secrets.commitments();
        self.write_json(REDACTIONS, &commitments.list())?;
        let salts = json_text(&commitments.salts())
            .map_err(|error| FolderError::not_json(REDACTIONS, error))?;
        let file = self.root.join(format!("{}.salts.json", self.run));
        let mut opened = path::create_private(&file)?;
        opened
            .write_all(salts.as_bytes())
            .map_err(|error| FolderError::io(&file, error))
    }

    fn write_json(&self, path: &str, value: &impl Serialize) -> Result<String, FolderError> {
        let mut bytes =
            serde_json::to_vec_pretty(value).map_err(|error| FolderError::not_json(path, error))?;
        bytes.push(b'\n');
        self.write_text(path, &bytes)
    }

    /// A file of the record; its SHA-256, hex.
    pub(crate) fn write_text(&self, path: &str, bytes: &[u8]) -> Result<String, FolderError> {
        if bag::check_path(path).is_err() {
            return Err(FolderError::NotAPath {
                path: path.to_owned(),
            });
        }
        self.refuse_secrets(path, bytes)?;
        write_new(&self.path, path, bytes)?;
        let digest = FileDigest::of(bytes);
        let sha256 = digest.sha256.clone();
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(path.to_owned(), digest);
        Ok(sha256)
    }

    fn refuse_secrets(&self, path: &str, bytes: &[u8]) -> Result<(), FolderError> {
        refuse(&self.secrets, &self.path.join(path), bytes)
    }
}

/// An error if a known secret stands in what is to be written to a file.
fn refuse(secrets: &Secrets, file: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    match secrets.find_in(bytes) {
        Some(kind) => Err(FolderError::SecretFound {
            file: file.to_owned(),
            kind,
        }),
        None => Ok(()),
    }
}

/// Writes a file that is not there yet, and the folders above it.
fn write_new(folder: &Path, path: &str, bytes: &[u8]) -> Result<(), FolderError> {
    let full = folder.join(path);
    if let Some(parent) = full.parent() {
        fs::create_dir_all(parent).map_err(|error| FolderError::io(parent, error))?;
    }
    create(&full)?
        .write_all(bytes)
        .map_err(|error| FolderError::io(&full, error))
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

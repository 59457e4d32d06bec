//! Sealing: the folder of a run becomes one archive, with the signature of whoever answers for it.

use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Bundle, ReadError};
use crate::bag::{self, FileDigest, MANIFEST, SIGNATURES, SIGNED, TAG_MANIFEST, WHOLE_MANIFEST};
use crate::sign::{Envelope, EnvelopeError, Signer};
use crate::statement::{SEAL_PREDICATE, statement};
use crate::{sha256_hex, visible};

/// How much of the record a bundle holds. All editions have the same signed root, and say what they leave out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edition {
    /// Everything.
    #[default]
    Full,
    /// Without the transcripts of weak twins and benign variants.
    Small,
    /// Without any transcript: nothing of what went over the wire.
    Public,
}

impl Edition {
    /// Whether a file of the record stays out of this edition.
    #[must_use]
    pub fn withholds(self, path: &str) -> bool {
        let case = path.strip_prefix("data/cases/");
        match self {
            Self::Full => false,
            Self::Small => case.is_some_and(|case| !case.ends_with("/target/transcript.json")),
            Self::Public => case.is_some(),
        }
    }
}

/// How a bundle is sealed.
#[derive(Clone, Copy, Debug)]
pub struct Sealing<'a> {
    /// What goes in.
    pub edition: Edition,
    /// The key of whoever answers for the bundle, such as a laboratory's.
    pub key: Option<&'a dyn Signer>,
    /// When, RFC 3339, UTC.
    pub at: &'a str,
}

/// Why a bundle was not sealed; the run's folder is as it was.
#[derive(Debug, Error)]
pub enum SealError {
    /// A file cannot be read.
    #[error("{file}: {error}")]
    Read {
        /// The file.
        file: String,
        /// Why.
        #[source]
        error: ReadError,
    },
    /// The folder's manifest is not over this record.
    #[error("{file}: changed since the run was closed; `pruefstand verify` tells more")]
    Changed {
        /// The file.
        file: String,
    },
    /// It is an edition that leaves files out already.
    #[error("an edition without all of its record; seal the run's folder or a full archive")]
    Trimmed,
    /// The signatures of the run are not what they must be.
    #[error("{SIGNATURES}: {0}")]
    Envelope(#[from] EnvelopeError),
    /// A statement has no JSON form.
    #[error("a statement has no JSON form: {0}")]
    NotJson(#[from] serde_json::Error),
    /// The archive cannot be written.
    #[error("archive not written: {0}")]
    Write(#[from] zip::result::ZipError),
    /// The archive cannot be written.
    #[error("archive not written: {0}")]
    Io(#[from] std::io::Error),
}

/// Writes the archive of a run's folder. `renderings` (path and content) are made for the edition from the same record.
///
/// Entries are sorted and carry no time, so that the same input gives the same bytes.
///
/// # Errors
/// [`SealError`], also if the folder is not what its manifest says.
pub fn seal(
    folder: &Path,
    sealing: Sealing<'_>,
    renderings: &[(String, String)],
    out: impl Write + Seek,
) -> Result<(), SealError> {
    let bundle =
        Bundle::open(folder).map_err(|error| named(&folder.display().to_string(), error))?;
    let mut parts = Parts::of(&bundle, sealing.edition)?;
    parts.render(&bundle, renderings, sealing.edition)?;
    parts.sign(&bundle, sealing)?;
    parts.write(&bundle, out)
}

fn named(file: &str, error: ReadError) -> SealError {
    SealError::Read {
        file: visible(file),
        error,
    }
}

/// What goes into the archive: files as they are in the folder, and files made now.
struct Parts {
    /// The run's id, as its folder's files say.
    run: String,
    kept: BTreeMap<String, FileDigest>,
    made: BTreeMap<String, String>,
    whole_manifest: String,
}

impl Parts {
    fn of(bundle: &Bundle, edition: Edition) -> Result<Self, SealError> {
        let read = |file: &str| bundle.read(file).map_err(|error| named(file, error));
        if bundle.has(WHOLE_MANIFEST) {
            return Err(SealError::Trimmed);
        }
        let whole_manifest = String::from_utf8_lossy(&read(MANIFEST)?).into_owned();
        let mut kept = BTreeMap::new();
        for line in whole_manifest.lines() {
            let changed = |file: &str| SealError::Changed {
                file: visible(file),
            };
            let (sha256, path) = bag::parse_line(line).ok_or_else(|| changed(MANIFEST))?;
            if edition.withholds(path) {
                continue;
            }
            let digest = FileDigest::of(&read(path)?);
            if digest.sha256 != sha256 || !bag::is_payload(path) {
                return Err(changed(path));
            }
            kept.insert(path.to_owned(), digest);
        }
        let plan: crate::Plan = serde_json::from_slice(&read(crate::folder::PLAN)?)?;
        Ok(Self {
            run: plan.run,
            kept,
            made: BTreeMap::new(),
            whole_manifest,
        })
    }

    fn render(
        &mut self,
        bundle: &Bundle,
        renderings: &[(String, String)],
        edition: Edition,
    ) -> Result<(), SealError> {
        let own = bag::own_files(&self.run, &self.kept);
        self.made
            .extend(own.into_iter().chain(renderings.iter().cloned()));
        let manifest = bag::manifest(&self.kept);
        if edition != Edition::Full {
            self.made
                .insert(WHOLE_MANIFEST.to_owned(), self.whole_manifest.clone());
        }
        self.made.insert(MANIFEST.to_owned(), manifest);
        let tags = self.made.iter();
        let tags = tags.map(|(path, content)| (path.clone(), FileDigest::of(content.as_bytes())));
        let tags = bag::manifest(&tags.collect());
        self.made.insert(TAG_MANIFEST.to_owned(), tags);
        let files = bundle.files().map_err(|error| named(SIGNED, error))?;
        for path in files.iter().filter(|path| path.starts_with(SIGNED)) {
            let bytes = bundle.read(path).map_err(|error| named(path, error))?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            self.made.insert(path.clone(), text);
        }
        Ok(())
    }

    /// Adds the sealer's signature to every statement of the run, and a statement about this very bundle.
    fn sign(&mut self, bundle: &Bundle, sealing: Sealing<'_>) -> Result<(), SealError> {
        let Some(key) = sealing.key else {
            return Ok(());
        };
        let bytes = bundle
            .read(SIGNATURES)
            .map_err(|error| named(SIGNATURES, error))?;
        let mut lines = String::new();
        for line in String::from_utf8_lossy(&bytes).lines() {
            let mut envelope = Envelope::parse(line)?;
            envelope.countersign(key)?;
            lines += &(envelope.line()? + "\n");
        }
        let digest = |file: &str| {
            let made = self.made.get(file).map(String::as_bytes);
            sha256_hex(made.unwrap_or_default())
        };
        let (manifest, tags) = (
            sha256_hex(self.whole_manifest.as_bytes()),
            digest(TAG_MANIFEST),
        );
        let predicate =
            json!({"runId": self.run, "edition": sealing.edition, "sealed": sealing.at});
        let subjects = [(MANIFEST, manifest.as_str()), (TAG_MANIFEST, tags.as_str())];
        let text = statement(&subjects, SEAL_PREDICATE, &predicate);
        lines += &(Envelope::signed_by(&text, key)?.line()? + "\n");
        self.made.insert(SIGNATURES.to_owned(), lines);
        let public = key.public();
        self.made
            .insert(format!("{SIGNED}keys/{}.pem", public.id()), public.to_pem());
        Ok(())
    }

    fn write(&self, bundle: &Bundle, out: impl Write + Seek) -> Result<(), SealError> {
        let mut archive = ZipWriter::new(out);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        let names = self.kept.keys().chain(self.made.keys());
        let mut names: Vec<_> = names.collect();
        names.sort();
        for name in names {
            archive.start_file(name.as_str(), options)?;
            match self.made.get(name) {
                Some(content) => archive.write_all(content.as_bytes())?,
                None => {
                    archive.write_all(&bundle.read(name).map_err(|error| named(name, error))?)?
                }
            }
        }
        archive.finish()?.flush()?;
        Ok(())
    }
}

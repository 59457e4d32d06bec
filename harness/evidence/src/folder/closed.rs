//! A run's folder whose record is whole and signed; what is still missing are renderings.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{FolderError, path, refuse, write_new};
use crate::bag::{self, FileDigest, SIGNATURES, TAG_MANIFEST};
use crate::chain::ChainHead;
use crate::sign::{Checkpoint, Envelope, SigningKey};
use crate::{Secrets, sha256_hex};

/// The name of the link to the newest run.
const LATEST: &str = "latest";

/// The folder of a run that is over.
#[derive(Debug)]
pub struct ClosedFolder {
    pub(super) root: PathBuf,
    pub(super) path: PathBuf,
    pub(super) run: String,
    pub(super) secrets: Arc<Secrets>,
    pub(super) key: SigningKey,
    pub(super) manifest_sha256: String,
    pub(super) payload: BTreeMap<String, FileDigest>,
}

impl ClosedFolder {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// SHA-256 of the manifest over the record, hex: what reports and statements name the record by.
    #[must_use]
    pub fn manifest_sha256(&self) -> &str {
        &self.manifest_sha256
    }

    /// Signs further statements about the record, writes the renderings (path in the folder and content) and the bag's own files, and
    /// points `latest` here.
    ///
    /// # Errors
    /// [`FolderError`]; the record is whole nevertheless, and renderings can be made from it at any time.
    pub fn finish(
        self,
        statements: &[String],
        renderings: &[(String, String)],
    ) -> Result<PathBuf, FolderError> {
        for statement in statements {
            self.append_signed(statement)?;
        }
        let mut tags = BTreeMap::new();
        let own = bag::own_files(&self.run, &self.payload);
        for (name, content) in renderings.iter().chain(&own) {
            if bag::check_path(name).is_err() {
                return Err(FolderError::NotAPath { path: name.clone() });
            }
            refuse(&self.secrets, &self.path.join(name), content.as_bytes())?;
            self.write_plain(name, content.as_bytes())?;
            tags.insert(name.clone(), sha256_hex(content.as_bytes()));
        }
        tags.insert(bag::MANIFEST.to_owned(), self.manifest_sha256.clone());
        let lines = bag::lines(
            tags.iter()
                .map(|(path, sha256)| (path.as_str(), sha256.as_str())),
        );
        self.write_plain(TAG_MANIFEST, lines.as_bytes())?;
        path::point_latest(&self.root, LATEST, &self.run)?;
        Ok(self.path)
    }

    /// The last signed head of the log, the run's statement, and the key that both are checked with.
    pub(super) fn sign_record(&self, head: &ChainHead, statement: &str) -> Result<(), FolderError> {
        let checkpoint = Checkpoint {
            origin: bag::origin(&self.run),
            size: head.count,
            root: head.root,
        };
        let note = checkpoint.note(&self.key);
        let name = bag::checkpoint(head.count);
        if !self.path.join(&name).exists() {
            self.write_plain(&name, note.as_bytes())?;
        }
        self.write_plain(bag::RUN_KEY, self.key.public().to_pem().as_bytes())?;
        self.append_signed(statement)
    }

    fn append_signed(&self, statement: &str) -> Result<(), FolderError> {
        let line = Envelope::signed(statement, &self.key)
            .line()
            .map_err(|error| FolderError::not_json(SIGNATURES, error))?;
        let file = self.path.join(SIGNATURES);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(|error| FolderError::io(parent, error))?;
        }
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(&file)
            .and_then(|mut opened| opened.write_all(format!("{line}\n").as_bytes()))
            .map_err(|error| FolderError::io(&file, error))
    }

    pub(super) fn write_plain(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        write_new(&self.path, name, bytes)
    }
}

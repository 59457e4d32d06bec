//! Where evidence is read from: the folder of a run, or a sealed archive. Both are hostile until they are verified.

mod container;
mod record;
mod seal;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;
use zip::ZipArchive;

pub use container::ContainerError;
pub use record::{Record, RecordError};
pub use seal::{Edition, SealError, Sealing, seal};

use crate::bag;

/// The longest file that is read, in bytes.
pub(crate) const FILE_LIMIT: u64 = 256 * 1024 * 1024;

/// The most files that a folder may hold.
const FILES_LIMIT: usize = 60_000;

/// How many folders a folder may lie deep.
const DEPTH_LIMIT: usize = 6;

/// Evidence that can be read by path.
#[derive(Debug)]
pub struct Bundle(Place);

#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    Archive {
        zip: Box<RefCell<ZipArchive<File>>>,
        /// Every file with its length in bytes.
        files: BTreeMap<String, u64>,
    },
}

/// Why evidence cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The operating system refused, or there is no such file.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The archive is not one that the bench seals.
    #[error("{0}")]
    Container(#[from] ContainerError),
    /// The archive's contents cannot be unpacked.
    #[error("{0}")]
    Unpack(#[from] zip::result::ZipError),
    /// A file is longer than any that the bench writes.
    #[error("longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: u64,
    },
    /// There are too many files, or too many folders in folders.
    #[error("more than {files} files, or more than {depth} folders deep")]
    TooMany {
        /// The most files.
        files: usize,
        /// The deepest folder.
        depth: usize,
    },
}

impl Bundle {
    /// Opens a folder, or an archive by its container's strict shape.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        if path.is_dir() {
            return Ok(Self(Place::Folder(path.to_owned())));
        }
        let mut file = File::open(path)?;
        let files = container::files(&mut file)?;
        let zip = Box::new(RefCell::new(ZipArchive::new(file)?));
        Ok(Self(Place::Archive { zip, files }))
    }

    /// Every file by its path, sorted; links count as files.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn files(&self) -> Result<Vec<String>, ReadError> {
        match &self.0 {
            Place::Archive { files, .. } => Ok(files.keys().cloned().collect()),
            Place::Folder(folder) => {
                let mut found = Vec::new();
                walk(folder, "", 0, &mut found)?;
                found.sort();
                Ok(found)
            }
        }
    }

    /// Whether there is a file that can be read at `path`.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.with(path, |_reader| Ok(())).is_ok()
    }

    /// A file's bytes.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.read_within(path, FILE_LIMIT)
    }

    /// The bytes of a file that is no longer than `limit`.
    pub(crate) fn read_within(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.with(path, |reader| {
            let mut bytes = Vec::new();
            reader.take(limit + 1).read_to_end(&mut bytes)?;
            match u64::try_from(bytes.len()) {
                Ok(length) if length <= limit => Ok(bytes),
                _ => Err(ReadError::TooLong { limit }),
            }
        })
    }

    /// SHA-256 of a file, hex.
    pub(crate) fn sha256(&self, path: &str) -> Result<String, ReadError> {
        self.with(path, |reader| Ok(crate::digest::sha256_of(reader)?))
    }

    fn with<T>(
        &self,
        path: &str,
        then: impl FnOnce(&mut dyn Read) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        if bag::check_path(path).is_err() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "path is not plain").into());
        }
        match &self.0 {
            Place::Folder(folder) => {
                let full = folder.join(path);
                if !fs::symlink_metadata(&full)?.is_file() {
                    return Err(io::Error::other("not a plain file").into());
                }
                then(&mut File::open(full)?)
            }
            Place::Archive { zip, .. } => {
                let mut zip = zip.try_borrow_mut().map_err(io::Error::other)?;
                let mut file = zip.by_name(path)?;
                then(&mut file)
            }
        }
    }
}

fn walk(
    folder: &Path,
    prefix: &str,
    depth: usize,
    found: &mut Vec<String>,
) -> Result<(), ReadError> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if found.len() >= FILES_LIMIT || depth > DEPTH_LIMIT {
            return Err(ReadError::TooMany {
                files: FILES_LIMIT,
                depth: DEPTH_LIMIT,
            });
        }
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{path}/"), depth + 1, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

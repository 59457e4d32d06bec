//! The few things that a disk must do, each whole or not at all when it returns.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::FileError;

/// No store is larger; what is, is not read into memory.
const MAX_FILE: u64 = 2 << 30;

/// One growing file that can be replaced.
pub trait Disk: Send {
    /// All of it; nothing if there is none.
    ///
    /// # Errors
    /// If it cannot be read.
    fn read(&self) -> Result<Vec<u8>, FileError>;

    /// Adds bytes; durable when it returns. If it fails, a part of them may be there.
    ///
    /// # Errors
    /// If they cannot be made durable.
    fn append(&mut self, bytes: &[u8]) -> Result<(), FileError>;

    /// Puts these bytes in place of all; durable when it returns. If it fails, the old or the new ones are there.
    ///
    /// # Errors
    /// If they cannot be made durable.
    fn replace(&mut self, bytes: &[u8]) -> Result<(), FileError>;
}

/// A file in a folder that nobody else opens meanwhile.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    file: PathBuf,
    /// Held as long as the folder is in use.
    _lock: File,
}

impl Folder {
    /// Takes the folder for one program; it is made if it is not there, and no other user can look into it.
    ///
    /// # Errors
    /// If it cannot be made, or another program has it.
    pub fn take(path: &Path, name: &str) -> Result<Self, FileError> {
        let failed = at(path);
        private_folder(path).map_err(&failed)?;
        let mut options = OpenOptions::new();
        let lock = private(options.create(true).truncate(false).write(true));
        let lock = lock.open(path.join("lock")).map_err(&failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FileError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        Ok(Self {
            path: path.to_owned(),
            file: path.join(name),
            _lock: lock,
        })
    }

    fn write_new(&self, bytes: &[u8]) -> io::Result<()> {
        let fresh = self.file.with_extension("new");
        let mut options = OpenOptions::new();
        let mut file = private(options.create(true).truncate(true).write(true)).open(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, &self.file)?;
        // The name is durable only when the folder is.
        File::open(&self.path)?.sync_all()
    }
}

impl Disk for Folder {
    fn read(&self) -> Result<Vec<u8>, FileError> {
        let failed = at(&self.file);
        let length = match fs::metadata(&self.file) {
            Ok(known) => known.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        if length > MAX_FILE {
            return Err(FileError::TooLarge {
                got: length,
                limit: MAX_FILE,
            });
        }
        fs::read(&self.file).map_err(failed)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let append = || {
            let mut file = OpenOptions::new().append(true).open(&self.file)?;
            file.write_all(bytes)?;
            file.sync_data()
        };
        append().map_err(at(&self.file))
    }

    fn replace(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.write_new(bytes).map_err(at(&self.file))
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> FileError {
    move |source| FileError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(unix)]
fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};

    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(path)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;

    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

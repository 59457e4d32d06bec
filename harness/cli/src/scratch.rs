//! A folder that goes when it is not needed any longer.

use std::{fs, path::PathBuf};

use crate::failure::Failure;

/// A folder for stores and logs of relays; it goes with this value.
pub(crate) struct Scratch {
    pub(crate) path: PathBuf,
}

impl Scratch {
    pub(crate) fn create(run: &str) -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("pruefstand-{run}-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|reason| Failure::File {
            path: path.clone(),
            reason,
        })?;
        Ok(Self { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own clean-up of its temporary folder.
        drop(fs::remove_dir_all(&self.path));
    }
}

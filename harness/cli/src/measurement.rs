//! The folder of a measurement, as `run --with` takes one.

use std::{fs, io, path::Path};

use crate::failure::Failure;

/// Makes the folder; a measurement is never written over another.
pub(crate) fn create(out: &Path) -> Result<(), Failure> {
    let made = match out.parent() {
        Some(parent) => fs::create_dir_all(parent).and_then(|()| fs::create_dir(out)),
        None => fs::create_dir(out),
    };
    made.map_err(|reason| failure(out, reason))
}

/// Writes one of its files.
pub(crate) fn write(out: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = out.join(name);
    fs::write(&path, text).map_err(|reason| failure(&path, reason))
}

fn failure(path: &Path, reason: io::Error) -> Failure {
    Failure::File {
        path: path.to_owned(),
        reason,
    }
}

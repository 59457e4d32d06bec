//! `init`: asks what is tested and writes the manifest of the target, with comments, and with what its vendor declares (ICS).

mod dialog;
mod draft;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use clap::Args;
use harness_suite::Manifest;

use crate::failure::{Failure, PASSED};

/// Where the manifest goes.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The file that is written; it must not be there yet
    #[arg(default_value = "target.toml", value_name = "FILE")]
    file: PathBuf,
}

/// Asks, checks that the answers make a manifest, and writes it.
pub(crate) fn init(wish: &Init) -> Result<u8, Failure> {
    let fail = |reason| Failure::File {
        path: wish.file.clone(),
        reason,
    };
    if wish.file.exists() {
        let told = "it exists already; name another file";
        return Err(fail(io::Error::new(io::ErrorKind::AlreadyExists, told)));
    }
    let mut dialog = dialog::Dialog::new(io::stdin().lock(), anstream::stdout());
    let text = draft::draft(&mut dialog).map_err(|error| Failure::Usage(error.to_string()))?;
    let folder = wish.file.parent().unwrap_or_else(|| Path::new(""));
    Manifest::parse(&text, &wish.file, folder.to_owned())?;
    if !folder.as_os_str().is_empty() {
        fs::create_dir_all(folder).map_err(fail)?;
    }
    // It may hold a token or a secret, so that only its owner reads it.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(&wish.file).map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    let path = wish.file.display();
    writeln!(
        anstream::stdout(),
        "\n{path} is written. Next: pruefstand run --target {path}"
    )?;
    Ok(PASSED)
}

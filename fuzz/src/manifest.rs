//! A target's manifest: understood or refused in one line.

use std::path::{Path, PathBuf};

use harness_suite::{Manifest, Places};

/// Reads `bytes` as a manifest; what is understood can be asked for commands and logs.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match Manifest::parse(text, Path::new("target.toml"), PathBuf::from("/root")) {
        Ok(manifest) => {
            let places = Places {
                pruefstand: PathBuf::from("/bin/pruefstand"),
                dir: PathBuf::from("/scratch"),
            };
            assert!(!manifest.name.is_empty());
            let drive = manifest.drive(&places);
            assert!(
                drive.is_none_or(|words| !words.is_empty()),
                "a driver without a program"
            );
            let files = [manifest.client_log(&places), manifest.kept(&places)].concat();
            assert!(
                files.len() <= text.len(),
                "more files than are written there"
            );
        }
        Err(error) => {
            let told = error.to_string();
            assert!(told.contains("target.toml"), "no file is named: {told:?}");
        }
    }
}

//! Files that a person wrote: bounded text, typed TOML, errors of one line.

use std::{fs::File, io::Read as _, path::Path};

use serde::Deserialize;

use super::TargetError;

/// The longest manifest or account file that is read, in bytes.
const LONGEST: u64 = 256 << 10;

/// The text of a manifest or account file.
pub(super) fn read_text(path: &Path) -> Result<String, TargetError> {
    let mut text = String::new();
    let file = File::open(path).map_err(|reason| unusable(path, reason))?;
    file.take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(|reason| unusable(path, reason))?;
    if u64::try_from(text.len()).is_ok_and(|length| length <= LONGEST) {
        return Ok(text);
    }
    Err(TargetError::TooLong {
        path: path.to_owned(),
        limit: LONGEST,
    })
}

/// Typed TOML, with errors of one line.
pub(super) fn parse_toml<T: for<'de> Deserialize<'de>>(
    text: &str,
    path: &Path,
) -> Result<T, TargetError> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let place = before
            .map(|before| format!("line {}: ", before.matches('\n').count() + 1))
            .unwrap_or_default();
        let reason = format!("{place}{}", error.message().replace('\n', " "));
        TargetError::Malformed {
            path: path.to_owned(),
            reason,
        }
    })
}

pub(super) fn unusable(path: &Path, reason: std::io::Error) -> TargetError {
    TargetError::Unusable {
        path: path.to_owned(),
        reason,
    }
}

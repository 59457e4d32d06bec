//! What a picture says besides the picture: where, when, with what and by whom it was made (MED-03, ATK-ATT-03).
//!
//! A picture is taken apart into the parts of its format, and only parts that are needed to show it are put
//! together again; what is not known is left out. The one thing that is kept of what is said is which side is up.

mod exif;
mod jpeg;
mod png;
mod webp;

use thiserror::Error;

/// What became of the metadata of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metadata {
    /// The file is a picture of a known format and has none any longer.
    Removed,
    /// The file may have some: it is of another format, or the user wants them kept.
    Kept,
}

/// The file says that it is a picture and is not built like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{format} is malformed at byte {at}")]
pub(crate) struct Malformed {
    /// The format that its first bytes name.
    pub(crate) format: &'static str,
    /// Where it ends to make sense.
    pub(crate) at: usize,
}

/// The file without its metadata, as far as they are known.
///
/// # Errors
/// If the file starts like a picture and goes on like none.
pub(crate) fn strip(file: Vec<u8>) -> Result<(Vec<u8>, Metadata), Malformed> {
    let stripped = if file.starts_with(&jpeg::START) {
        jpeg::strip(&file)?
    } else if file.starts_with(&png::START) {
        png::strip(&file)?
    } else if file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP") {
        webp::strip(&file)?
    } else {
        return Ok((file, Metadata::Kept));
    };
    Ok((stripped, Metadata::Removed))
}

/// Reads a file from its start; an error names the place.
struct Cursor<'a> {
    format: &'static str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn new(format: &'static str, bytes: &'a [u8]) -> Self {
        Self {
            format,
            bytes,
            at: 0,
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| self.malformed())?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let taken = self.take(N)?;
        taken.try_into().or(Err(self.malformed()))
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn malformed(&self) -> Malformed {
        Malformed {
            format: self.format,
            at: self.at,
        }
    }
}

#[cfg(test)]
mod tests;

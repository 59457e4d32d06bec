//! What can go wrong.

use std::{io, path::PathBuf};

/// Why no figure came out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{path}: {source}", path = path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{path}: {source}", path = path.display())]
    Json {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("{path}: {source}", path = path.display())]
    Source { path: PathBuf, source: syn::Error },
    #[error("{program} cannot be started: {source}")]
    Start {
        program: &'static str,
        source: io::Error,
    },
    #[error("{program} failed; its last words: {words}")]
    Failed {
        program: &'static str,
        words: String,
    },
    #[error("the woven reference does not compile, and no mutant is to blame: {0}")]
    NoBlame(String),
    #[error("the reference without a mutant does not pass the audit: {0}")]
    NotHonest(String),
    #[error(transparent)]
    Arguments(#[from] lexopt::Error),
}

impl Error {
    /// For `map_err` on what was done with the file at `path`.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// For `map_err` on what was read from or written to the file at `path`.
    pub(crate) fn json(path: impl Into<PathBuf>) -> impl FnOnce(serde_json::Error) -> Self {
        let path = path.into();
        move |source| Self::Json { path, source }
    }
}

//! Hears which rules a process looks at.

use std::{
    collections::BTreeSet,
    fmt,
    fs::OpenOptions,
    io::{self, Write as _},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Hears the name of each flaw and variant once, when it is asked for the first time. Its copies hear as one.
#[derive(Clone)]
pub struct Watch(Arc<Inner>);

struct Inner {
    heard: Mutex<BTreeSet<&'static str>>,
    tell: Box<dyn Fn(&'static str) + Send + Sync>,
}

impl Watch {
    /// A watch that tells each name once to `tell`.
    #[must_use]
    pub fn new(tell: impl Fn(&'static str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            heard: Mutex::default(),
            tell: Box::new(tell),
        }))
    }

    /// A watch that appends each name to a file, a line each, at once: a process that is killed has said what it asked.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened. A line that cannot be written ends the process: a gap would read as a rule that nobody asked for.
    pub fn written(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self::new(move |name| {
            if writeln!(&file, "{name}").is_err() {
                std::process::abort();
            }
        }))
    }

    pub(crate) fn note(&self, name: &'static str) {
        let mut heard = self.0.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.insert(name) {
            (self.0.tell)(name);
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

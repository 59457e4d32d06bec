//! Written into each crate that is woven: which mutant is active, and which were asked for.

use std::{
    collections::BTreeSet,
    fs::{File, OpenOptions},
    io::Write as _,
    sync::{LazyLock, Mutex},
};

static ACTIVE: LazyLock<Option<usize>> =
    LazyLock::new(|| std::env::var("MUTANT").ok().and_then(|id| id.parse().ok()));

static REACHED: LazyLock<Option<Mutex<(BTreeSet<usize>, File)>>> = LazyLock::new(|| {
    let path = std::env::var_os("MUTANTS_REACHED")?;
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.ok().map(|file| Mutex::new((BTreeSet::new(), file)))
});

/// Whether mutant `id` is the active one. Writes down, a line each, what is asked for the first time.
#[must_use]
pub(crate) fn is(id: usize) -> bool {
    if let Some(reached) = &*REACHED {
        let mut reached = reached.lock().unwrap_or_else(|error| error.into_inner());
        if reached.0.insert(id) {
            let line = format!("{id}\n");
            if reached.1.write_all(line.as_bytes()).is_err() {
                std::process::abort();
            }
        }
    }
    *ACTIVE == Some(id)
}

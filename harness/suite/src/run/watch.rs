//! What the reference was asked for while a case ran: the flaws and variants whose places it came by.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    check::Side,
    run::{Bench, RunError, queue::Job},
};

/// The files that the client and the relay of one case write what they are asked for to.
pub(super) struct Watch {
    client: PathBuf,
    relay: PathBuf,
}

impl Watch {
    /// For a case; the files are not there yet.
    pub(super) fn of(bench: &Bench<'_>, job: Job) -> Self {
        let file = |side: &str| bench.scratch.join(format!("{}.asked-{side}", job.check.id));
        Self {
            client: file("client"),
            relay: file("relay"),
        }
    }

    /// The file of a side.
    pub(super) fn file(&self, side: Side) -> &Path {
        match side {
            Side::Client => &self.client,
            Side::Relay => &self.relay,
        }
    }

    /// What both were asked for. A side that was not started, or not asked, wrote nothing.
    pub(super) fn read(&self) -> Result<BTreeSet<String>, RunError> {
        let mut asked = BTreeSet::new();
        for path in [&self.client, &self.relay] {
            match fs::read_to_string(path) {
                Ok(text) => asked.extend(text.lines().map(str::to_owned)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(reason) => {
                    let path = path.clone();
                    return Err(RunError::Scratch { path, reason });
                }
            }
        }
        Ok(asked)
    }
}

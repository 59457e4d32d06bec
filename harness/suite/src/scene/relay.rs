//! The relay of a case: where it is, how accounts are made, where its store lies, and how it dies.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use harness_evidence::{Secrets, Witness};
use memchr::memmem;
use serde_json::json;

use crate::{
    check::Stop,
    network::Http,
    scene::{Scene, Seen},
    target::{Accounts, Relay},
};

/// How much of a relay's store and log a scan reads, in bytes.
const MOST_SCANNED: usize = 256 << 20;

/// Everything about the relay that a case needs.
pub struct Stage {
    /// `http://127.0.0.1:…`.
    pub base: String,
    /// How accounts are made.
    pub accounts: Accounts,
    /// Files and folders where the relay's store and log lie.
    pub kept: Vec<PathBuf>,
    /// Every secret that is known, so that none gets into the evidence.
    pub secrets: Arc<Secrets>,
    /// The relay process, if this case has one of its own.
    pub own: Option<Relay>,
}

impl Stage {
    /// A connection to the relay.
    #[must_use]
    pub fn http(&self) -> Http {
        Http::new(&self.base)
    }
}

impl Scene {
    /// Kills the case's own relay at once, without any chance to write, and starts it again on the same store.
    ///
    /// # Errors
    ///
    /// If the case has no relay of its own, or it does not come back.
    pub fn kill_and_restart_relay(&mut self) -> Result<(), Stop> {
        let relay = self
            .stage
            .own
            .as_mut()
            .ok_or_else(|| Stop::harness("the case has no relay of its own"))?;
        relay.kill();
        relay.restart()?;
        self.stage.base = relay.base().to_owned();
        self.stage.accounts = relay.accounts();
        self.network.move_to(self.stage.http());
        Ok(())
    }

    /// Ends the client's driver and looks for canaries and for every password and token of the case in what it has written beside
    /// the protocol: `{"bytes": …, "found": [name]}`. A canary has a name, which stands in the record, and a value, which does not.
    ///
    /// # Errors
    ///
    /// If the driver does not end, or its log cannot be read, for then nothing would be proven.
    pub fn scan_client_log(&mut self, canaries: &[(&str, &str)]) -> Result<Seen, Stop> {
        let client = self.client.take();
        let client = client.ok_or_else(|| Stop::harness("the target has no client"))?;
        let logs = client
            .end()
            .map_err(|fault| Stop::driver(fault.to_string()))?;
        let (mut bytes, mut found) = (0, BTreeSet::new());
        for content in read_all(&logs, "the client's log")? {
            bytes += content.1.len();
            for (name, value) in canaries {
                let wanted = Secrets::default();
                // A canary is long enough to be looked for.
                drop(wanted.add(name, value));
                found.extend(wanted.find_in(&content.1));
            }
            found.extend(self.stage.secrets.find_in(&content.1));
        }
        let value = json!({ "bytes": bytes, "found": found });
        let what = "what the client has written beside the protocol".to_owned();
        Ok(self.saw(what, Witness::Store, value))
    }

    /// Looks for needles in everything that the relay keeps: `{"files": …, "bytes": …, "hits": […]}`.
    ///
    /// A needle has a name, which stands in the record, and a value, which does not.
    ///
    /// # Errors
    ///
    /// If nothing can be read, for then nothing would be proven.
    pub fn scan_relay(&mut self, needles: &[(&str, &str)]) -> Result<Seen, Stop> {
        let files = read_all(&self.stage.kept, "the relay's store")?;
        let (mut bytes, mut hits) = (0, Vec::new());
        for (file, content) in &files {
            bytes += content.len();
            for (name, needle) in needles {
                if contains(content, needle.as_bytes()) {
                    hits.push(json!({ "needle": name, "file": file.file_name().unwrap_or_default().to_string_lossy() }));
                }
            }
        }
        let value = json!({ "files": files.len(), "bytes": bytes, "hits": hits });
        Ok(self.saw(
            "the relay's store and log".to_owned(),
            Witness::Store,
            value,
        ))
    }
}

/// Every file in these files and folders with its content.
fn read_all(paths: &[PathBuf], what: &str) -> Result<Vec<(PathBuf, Vec<u8>)>, Stop> {
    let unreadable = |path: &Path, error: std::io::Error| {
        Stop::environment(format!("cannot read {}: {error}", path.display()))
    };
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files).map_err(|error| unreadable(path, error))?;
    }
    let (mut all, mut bytes) = (Vec::new(), 0);
    for file in files {
        let content = fs::read(&file).map_err(|error| unreadable(&file, error))?;
        bytes += content.len();
        if bytes > MOST_SCANNED {
            let reason = format!("{what} is larger than {MOST_SCANNED} bytes");
            return Err(Stop::environment(reason));
        }
        all.push((file, content));
    }
    Ok(all)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| collect(entry, files))
}

pub(super) fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    !needle.is_empty() && memmem::find(haystack, needle).is_some()
}

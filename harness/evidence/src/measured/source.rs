//! Where the files of a measurement are read from: a folder, or a place in a bundle. Both are hostile.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::fault::Fault;
use crate::Bundle;

/// The files of one measurement. What was read is kept, so that exactly that can be taken.
pub(super) struct Source<'a> {
    bundle: &'a Bundle,
    /// Where it lies in the bundle, with a slash at the end; empty for the whole bundle.
    place: &'static str,
    read: BTreeMap<String, Vec<u8>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(bundle: &'a Bundle, place: &'static str) -> Self {
        Self {
            bundle,
            place,
            read: BTreeMap::new(),
        }
    }

    /// A file as it is called in faults.
    pub(super) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.place)
    }

    /// A file of at most `limit` bytes.
    pub(super) fn bytes(&mut self, name: &str, limit: u64) -> Result<&[u8], Fault> {
        let path = self.path(name);
        let bytes = self
            .bundle
            .read_within(&path, limit)
            .map_err(|error| Fault::unread(&path, &error))?;
        Ok(self
            .read
            .entry(name.to_owned())
            .insert_entry(bytes)
            .into_mut())
    }

    /// A JSON file of at most `limit` bytes.
    pub(super) fn json<T: DeserializeOwned>(&mut self, name: &str, limit: u64) -> Result<T, Fault> {
        let path = self.path(name);
        serde_json::from_slice(self.bytes(name, limit)?)
            .map_err(|error| Fault::malformed(path, &error))
    }

    /// A fault where a file lies that nobody has read.
    pub(super) fn nothing_else(&self) -> Result<(), Fault> {
        let all = self.bundle.files();
        let all = all.map_err(|error| Fault::unread(self.place, &error))?;
        let own = all.iter().filter_map(|file| file.strip_prefix(self.place));
        match own.into_iter().find(|name| !self.read.contains_key(*name)) {
            Some(name) => Err(Fault::malformed(
                self.path(name),
                &"no file of a measurement",
            )),
            None => Ok(()),
        }
    }

    pub(super) fn into_read(self) -> BTreeMap<String, Vec<u8>> {
        self.read
    }
}

//! Records in one file: commits are added at its end, and it is written anew when most of it is old.

use std::{collections::BTreeMap, path::Path};

use reference_client::{Records, Store, StoreError};

use crate::{Disk, FileError, Folder, frame};

/// A file is written anew when it is larger than this and than four times what it holds.
const SMALL: usize = 1 << 20;

/// Records in a folder.
///
/// A commit is there whole or not at all, whenever the machine stops. What was changed behind its back is found when it is
/// opened, as far as a program without a key can find it.
#[derive(Debug)]
pub struct FileStore<D = Folder> {
    disk: D,
    records: BTreeMap<String, Vec<u8>>,
    /// Bytes of the file that count.
    length: usize,
    /// Behind the bytes that count may be others, so nothing may be added behind them.
    torn: bool,
}

impl FileStore {
    /// Opens the records of a folder, or an empty folder.
    ///
    /// # Errors
    /// If another program has it open, or its records are damaged.
    pub fn open(folder: &Path) -> Result<Self, FileError> {
        Self::on(Folder::take(folder, "records")?)
    }
}

impl<D: Disk> FileStore<D> {
    /// Opens the records of a disk.
    ///
    /// # Errors
    /// If they cannot be read or are damaged.
    pub fn on(disk: D) -> Result<Self, FileError> {
        let file = disk.read()?;
        let replay = frame::replay(&file)?;
        Ok(Self {
            disk,
            torn: replay.whole < file.len() || replay.whole == 0,
            length: replay.whole,
            records: replay.records,
        })
    }

    fn add(&mut self, changes: &Records) -> Result<(), StoreError> {
        let frame = frame::encode(changes).ok_or(StoreError(TOO_LARGE.to_owned()))?;
        // A part of it may be there if this fails.
        self.torn = true;
        self.disk.append(&frame)?;
        self.torn = false;
        self.length += frame.len();
        frame::apply(&mut self.records, changes.clone());
        Ok(())
    }

    fn write_anew(&mut self, changes: &Records) -> Result<(), StoreError> {
        let mut records = self.records.clone();
        frame::apply(&mut records, changes.clone());
        let all = records
            .iter()
            .map(|(name, value)| (name.clone(), Some(value.clone())));
        let frame = frame::encode(&Records(all.collect()));
        let file = [
            frame::MAGIC.as_slice(),
            &frame.ok_or(StoreError(TOO_LARGE.to_owned()))?,
        ]
        .concat();
        self.disk.replace(&file)?;
        self.torn = false;
        self.length = file.len();
        self.records = records;
        Ok(())
    }
}

const TOO_LARGE: &str = "a commit is larger than 4 GiB";

impl<D: Disk> Store for FileStore<D> {
    fn commit(&mut self, changes: &Records) -> Result<(), StoreError> {
        let live: usize = self.records.values().map(Vec::len).sum();
        let wasteful = self.length > SMALL && self.length / 4 > live;
        // What is erased must not stay in the file.
        let erases = changes.0.values().any(Option::is_none);
        if self.torn || wasteful || erases {
            self.write_anew(changes)
        } else {
            self.add(changes)
        }
    }

    fn load(&self) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
        Ok(self.records.clone())
    }
}

//! The one shape of ZIP archive that is read, so that all programs see the same files in it: entries back to back from the first byte,
//! sorted, stored or deflated; no comment, extra field, encryption, data descriptor, link, second disk or ZIP64 (APPNOTE 6.3.10, 4.3).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use thiserror::Error;

use super::FILE_LIMIT;
use crate::bag;

/// The longest archive, in bytes.
pub(super) const ARCHIVE_LIMIT: u64 = 2 * 1024 * 1024 * 1024;
/// The most bytes in all files together.
const TOTAL_LIMIT: u64 = 4 * 1024 * 1024 * 1024;
/// The longest central directory, in bytes.
const DIRECTORY_LIMIT: u64 = 16 * 1024 * 1024;
/// How many times longer a file may be than its packed form; text of one case reaches about 60.
const RATIO_LIMIT: u64 = 500;

const END: usize = 22;
const CENTRAL: usize = 46;
const LOCAL: usize = 30;

/// Why an archive is not read.
#[derive(Debug, Error)]
pub enum ContainerError {
    /// The operating system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is cut off, has something before or behind its entries, or is no ZIP archive.
    #[error("no archive of the bench: {0}")]
    Shape(&'static str),
    /// An entry has a strange name, kind or size.
    #[error("entry {n}: {reason}")]
    Entry {
        /// Its number, from 0.
        n: usize,
        /// What is wrong.
        reason: &'static str,
    },
}

/// What both headers of an entry must say.
#[derive(PartialEq, Eq)]
struct Entry {
    flags: u16,
    method: u16,
    crc: u32,
    packed: u32,
    length: u32,
    name: Vec<u8>,
}

/// Checks the shape of a whole archive; every file with its length.
pub(super) fn files(file: &mut File) -> Result<BTreeMap<String, u64>, ContainerError> {
    let (count, directory, start) = central_directory(file)?;
    let mut files = BTreeMap::new();
    let mut folded = BTreeSet::new();
    let (mut rest, mut expected, mut total, mut last) = (directory.as_slice(), 0, 0, String::new());
    for n in 0..count {
        let fail = |reason| ContainerError::Entry { n, reason };
        let (entry, offset) = central(&mut rest).map_err(fail)?;
        if u64::from(offset) != expected {
            return Err(fail("bytes between entries"));
        }
        let local = local(file, expected, entry.name.len())
            .ok()
            .ok_or_else(|| fail("cut off"))?;
        if local.as_ref() != Some(&entry) {
            return Err(fail("its two headers differ"));
        }
        let name = checked(&entry).map_err(fail)?;
        if name <= last || !folded.insert(name.to_ascii_lowercase()) {
            return Err(fail("names are not sorted, or differ in case only"));
        }
        expected += u64::try_from(LOCAL + entry.name.len()).unwrap_or(u64::MAX);
        expected = expected.saturating_add(u64::from(entry.packed));
        total += u64::from(entry.length);
        if total > TOTAL_LIMIT {
            return Err(fail("too long together"));
        }
        files.insert(name.clone(), u64::from(entry.length));
        last = name;
    }
    if !rest.is_empty() || expected != start {
        return Err(ContainerError::Shape("bytes that no entry has"));
    }
    Ok(files)
}

/// The number of entries, the central directory and where it begins.
fn central_directory(file: &mut File) -> Result<(usize, Vec<u8>, u64), ContainerError> {
    let length = file.seek(SeekFrom::End(0))?;
    let end_length = u64::try_from(END).unwrap_or(u64::MAX);
    if !(end_length..=ARCHIVE_LIMIT).contains(&length) {
        return Err(ContainerError::Shape("too short or too long"));
    }
    let end = read_at(file, length - end_length, END)?;
    let shape = ContainerError::Shape("it does not end as an archive without comment does");
    let mut fields = Fields(&end);
    let (Some(0x0605_4b50), Some(0), Some(here), Some(count), Some(size), Some(start), Some(0)) = (
        fields.u32(),
        fields.u32(),
        fields.u16(),
        fields.u16(),
        fields.u32(),
        fields.u32(),
        fields.u16(),
    ) else {
        return Err(shape);
    };
    let (size, start) = (u64::from(size), u64::from(start));
    if here != count || count == u16::MAX || size > DIRECTORY_LIMIT {
        return Err(ContainerError::Shape("too many entries"));
    }
    if start + size + end_length != length {
        return Err(shape);
    }
    let size = usize::try_from(size).unwrap_or(0);
    Ok((usize::from(count), read_at(file, start, size)?, start))
}

/// The next header of the central directory, and where its entry begins.
fn central(rest: &mut &[u8]) -> Result<(Entry, u32), &'static str> {
    let head = rest.get(..CENTRAL).ok_or("cut off")?;
    let mut fields = Fields(head);
    if fields.u32() != Some(0x0201_4b50) {
        return Err("no header where it must be");
    }
    fields.skip(4);
    let (flags, method) = (fields.u16(), fields.u16());
    fields.skip(4);
    let (crc, packed, length) = (fields.u32(), fields.u32(), fields.u32());
    let (name, extra, comment) = (fields.u16(), fields.u16(), fields.u16());
    let (disk, _internal, external) = (fields.u16(), fields.u16(), fields.u32());
    let offset = fields.u32();
    if (extra, comment, disk) != (Some(0), Some(0), Some(0)) {
        return Err("extra field, comment or second disk");
    }
    // The kind of file in a Unix mode; none at all is a plain file, too.
    if !matches!(external.unwrap_or(0) >> 28, 0 | 0o10) {
        return Err("no plain file");
    }
    let length_of_name = usize::from(name.unwrap_or(0));
    let bytes = rest
        .get(CENTRAL..CENTRAL + length_of_name)
        .ok_or("cut off")?;
    let entry = Entry {
        flags: flags.unwrap_or(1),
        method: method.unwrap_or(1),
        crc: crc.unwrap_or(0),
        packed: packed.unwrap_or(u32::MAX),
        length: length.unwrap_or(u32::MAX),
        name: bytes.to_vec(),
    };
    *rest = rest.get(CENTRAL + length_of_name..).unwrap_or_default();
    Ok((entry, offset.unwrap_or(u32::MAX)))
}

/// The header in front of an entry's bytes; `None` if it has an extra field or is none.
fn local(file: &mut File, at: u64, name: usize) -> io::Result<Option<Entry>> {
    let head = read_at(file, at, LOCAL + name)?;
    let mut fields = Fields(&head);
    if fields.u32() != Some(0x0403_4b50) {
        return Ok(None);
    }
    fields.skip(2);
    let (flags, method) = (fields.u16(), fields.u16());
    fields.skip(4);
    let (crc, packed, length) = (fields.u32(), fields.u32(), fields.u32());
    let (name_length, extra) = (fields.u16(), fields.u16());
    let fits = extra == Some(0) && name_length.map(usize::from) == Some(name);
    let all = (flags, method, crc, packed, length);
    let (Some(flags), Some(method), Some(crc), Some(packed), Some(length)) = all else {
        return Ok(None);
    };
    Ok(fits.then(|| Entry {
        flags,
        method,
        crc,
        packed,
        length,
        name: fields.0.to_vec(),
    }))
}

/// The entry's name, if kind, size and name are ones that the bench writes.
fn checked(entry: &Entry) -> Result<String, &'static str> {
    /// The name is UTF-8.
    const UTF8: u16 = 1 << 11;
    const STORED: u16 = 0;
    const DEFLATED: u16 = 8;
    if entry.flags & !UTF8 != 0 {
        return Err("encrypted, or of unknown length");
    }
    let (packed, length) = (u64::from(entry.packed), u64::from(entry.length));
    match entry.method {
        STORED if packed == length => {}
        DEFLATED if length <= packed.saturating_mul(RATIO_LIMIT) => {}
        STORED | DEFLATED => return Err("its lengths cannot be"),
        _ => return Err("packed by a method that is not read"),
    }
    if length > FILE_LIMIT {
        return Err("too long");
    }
    let name = std::str::from_utf8(&entry.name)
        .ok()
        .ok_or("name is no UTF-8")?;
    bag::check_path(name)?;
    Ok(name.to_owned())
}

fn read_at(file: &mut File, at: u64, length: usize) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Little-endian numbers, one after the other.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u16(&mut self) -> Option<u16> {
        let (first, rest) = self.0.split_first_chunk::<2>()?;
        self.0 = rest;
        Some(u16::from_le_bytes(*first))
    }

    fn u32(&mut self) -> Option<u32> {
        let (first, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*first))
    }

    fn skip(&mut self, bytes: usize) {
        self.0 = self.0.get(bytes..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests;

//! A copy of a store as bytes: what a thief of the profile would read, record after record.

use std::collections::BTreeMap;

/// Each name and each record after its length.
pub(crate) fn encode(records: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, record) in records {
        for part in [name.as_bytes(), record] {
            // A store of this driver holds no record of 2^64 bytes.
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            bytes.extend(length.to_be_bytes());
            bytes.extend(part);
        }
    }
    bytes
}

/// The records; `None` if [`encode`] cannot have written the bytes.
pub(crate) fn decode(mut bytes: &[u8]) -> Option<BTreeMap<String, Vec<u8>>> {
    let mut records = BTreeMap::new();
    while !bytes.is_empty() {
        let (name, rest) = part(bytes)?;
        let (record, rest) = part(rest)?;
        bytes = rest;
        let name = String::from_utf8(name.to_vec()).ok()?;
        if records.insert(name, record.to_vec()).is_some() {
            return None;
        }
    }
    Some(records)
}

fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_comes_back_whole_or_not_at_all() {
        let records = BTreeMap::from([
            ("a".to_owned(), vec![1, 2, 3]),
            ("b".to_owned(), Vec::new()),
        ]);
        let bytes = encode(&records);
        assert_eq!(decode(&bytes), Some(records.clone()));
        let cut: Vec<_> = (1..bytes.len())
            .filter_map(|end| decode(&bytes[..end]))
            .collect();
        assert!(cut.iter().all(|cut| *cut != records && cut.len() == 1));
    }
}

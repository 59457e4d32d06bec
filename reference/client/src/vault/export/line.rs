//! What stands in an export: one thing a line, every line as long as the longest of its kind.

use serde::{Deserialize, Serialize};

use crate::{Conduct, Flaw, RoomId, account::OwnIdentity, megolm::RoomKey};

/// Every line is this long, or a multiple: what others chose, such as names of rooms, does not show in the size of the file.
const LINE: usize = 2048;

/// A line is this long at most.
const MAX_LINE: usize = 4 * LINE;

/// Keys that an export holds at most: as many as a client keeps.
const MAX_LINES: usize = 100_000;

/// One thing of an export.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::vault) enum Line {
    /// The key of a room.
    RoomKey(Box<RoomKey>),
    /// The private identity of the user.
    Identity(OwnIdentity),
}

/// All lines as bytes. Their number is rounded up, so a new key shows in the size of the file only now and then.
pub(in crate::vault) fn write(lines: Vec<Line>, conduct: &Conduct) -> Option<Vec<u8>> {
    if conduct.has(Flaw::ExportCompressed) {
        return compressed(lines);
    }
    let mut bytes = Vec::new();
    for line in lines {
        let text = serde_json::to_vec(&line).ok()?;
        let padded = text.len().checked_next_multiple_of(LINE)?;
        bytes.extend(text);
        bytes.resize(
            bytes.len().checked_next_multiple_of(LINE)?.max(padded),
            b' ',
        );
    }
    let rounded = rounded(bytes.len() / LINE);
    bytes.resize(rounded * LINE, b' ');
    Some(bytes)
}

/// The lines of an export, if every one of them has its shape.
pub(in crate::vault) fn read(bytes: &[u8], conduct: &Conduct) -> Option<Vec<Line>> {
    if bytes.len() > (MAX_LINES + 1).saturating_mul(MAX_LINE) {
        return None;
    }
    if conduct.has(Flaw::ExportCompressed) {
        return decompressed(bytes);
    }
    let mut lines = Vec::new();
    let mut stream = serde_json::Deserializer::from_slice(bytes).into_iter::<Line>();
    for line in stream.by_ref() {
        lines.push(line.ok()?);
        if lines.len() > MAX_LINES + 1 {
            return None;
        }
    }
    Some(lines)
}

/// Up to the next number of which only the highest four bits are set; 8 at least.
fn rounded(count: usize) -> usize {
    let width = usize::BITS - count.leading_zeros();
    let step = 1_usize << width.saturating_sub(4);
    count.div_ceil(step).saturating_mul(step).max(8)
}

/// The flaw: nothing is written twice, so the size tells whether a room was named before.
fn compressed(lines: Vec<Line>) -> Option<Vec<u8>> {
    let mut rooms: Vec<RoomId> = Vec::new();
    let mut written = Vec::new();
    for mut line in lines {
        if let Line::RoomKey(key) = &mut line {
            match rooms.iter().position(|room| *room == key.room) {
                Some(at) => key.room = RoomId::new(format!("#{at:04}")),
                None => rooms.push(key.room.clone()),
            }
        }
        written.extend(serde_json::to_vec(&line).ok()?);
    }
    Some(written)
}

fn decompressed(bytes: &[u8]) -> Option<Vec<Line>> {
    let mut rooms: Vec<RoomId> = Vec::new();
    let mut lines = Vec::new();
    for line in serde_json::Deserializer::from_slice(bytes).into_iter::<Line>() {
        let mut line = line.ok()?;
        if let Line::RoomKey(key) = &mut line {
            match key.room.as_str().strip_prefix('#') {
                Some(at) => key.room = rooms.get(at.parse::<usize>().ok()?)?.clone(),
                None => rooms.push(key.room.clone()),
            }
        }
        lines.push(line);
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_lines_shows_only_in_steps() {
        let seen: std::collections::BTreeSet<usize> = (0..=1000).map(rounded).collect();
        assert!(seen.len() < 64, "{}", seen.len());
        assert!((0..=1000).all(|count| rounded(count) >= count));
    }
}

//! JPEG (ITU-T T.81, annex B): segments, and coded data after each start of scan.

use super::{Cursor, Malformed, exif};

pub(super) const START: [u8; 3] = [0xff, 0xd8, 0xff];

const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;

/// Bytes of a JFIF header without its small picture.
const JFIF: usize = 14;

pub(super) fn strip(file: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut from = Cursor::new("JPEG", file);
    from.take(2)?;
    let mut orientation = None;
    let mut parts: Vec<Vec<u8>> = Vec::new();
    loop {
        let marker = marker(&mut from)?;
        if marker == EOI {
            break;
        }
        // Without content: temporary use, and restarts that stand where none belong.
        if matches!(marker, 0x01 | 0xd0..=0xd7) {
            continue;
        }
        let length = usize::from(u16::from_be_bytes(from.array()?));
        let content = from.take(length.checked_sub(2).ok_or_else(|| from.malformed())?)?;
        match marker {
            APP1 => {
                let tiff = content.strip_prefix(b"Exif\0\0");
                orientation = orientation.or(tiff.and_then(exif::orientation));
            }
            marker => parts.extend(kept(marker, content).map(|content| segment(marker, &content))),
        }
        if marker == SOS {
            parts.push(scan(&mut from)?.to_vec());
        }
    }
    let up = orientation
        .map(|orientation| segment(APP1, &[&b"Exif\0\0"[..], &exif::tiff(orientation)].concat()));
    let mut stripped = vec![0xff, 0xd8];
    // JFIF wants its own segment first.
    let jfif = usize::from(
        parts
            .first()
            .is_some_and(|part| part.starts_with(&[0xff, APP0])),
    );
    for part in parts
        .iter()
        .take(jfif)
        .chain(&up)
        .chain(parts.iter().skip(jfif))
    {
        stripped.extend_from_slice(part);
    }
    stripped.extend_from_slice(&[0xff, EOI]);
    Ok(stripped)
}

/// What is kept of a segment.
fn kept(marker: u8, content: &[u8]) -> Option<Vec<u8>> {
    match marker {
        APP0 if content.starts_with(b"JFIF\0") => {
            // The small picture may show what was cut away from the large one.
            let mut header = content.get(..JFIF)?.to_vec();
            header.iter_mut().skip(JFIF - 2).for_each(|size| *size = 0);
            Some(header)
        }
        APP2 if content.starts_with(b"ICC_PROFILE\0") => Some(content.to_vec()),
        APP14 if content.starts_with(b"Adobe") => Some(content.to_vec()),
        // Other applications' segments, extensions and comments.
        0xe0..=0xfe => None,
        _ => Some(content.to_vec()),
    }
}

fn marker(from: &mut Cursor<'_>) -> Result<u8, Malformed> {
    let [0xff] = from.array()? else {
        return Err(from.malformed());
    };
    loop {
        match from.array()? {
            [0xff] => {}
            [0] => return Err(from.malformed()),
            [marker] => return Ok(marker),
        }
    }
}

/// Coded data: to the next marker that is neither a stuffed byte nor a restart.
fn scan<'a>(from: &mut Cursor<'a>) -> Result<&'a [u8], Malformed> {
    let ends = |pair: &[u8]| matches!(pair, [0xff, marker] if !matches!(marker, 0 | 0xd0..=0xd7));
    let length = from.rest().windows(2).position(ends);
    from.take(length.ok_or_else(|| from.malformed())?)
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    // Never longer than what was read, or the orientation alone.
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    [&[0xff, marker], &length.to_be_bytes()[..], content].concat()
}

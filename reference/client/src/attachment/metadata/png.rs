//! PNG (W3C, third edition): chunks.

use super::{Cursor, Malformed, exif};

pub(super) const START: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// The chunks that are needed to show a picture, its colours and its motion.
const NEEDED: [&[u8; 4]; 18] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"cICP", b"mDCV", b"cLLI", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn strip(file: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut from = Cursor::new("PNG", file);
    let mut stripped = from.take(START.len())?.to_vec();
    loop {
        let start = from.at;
        let length = u32::from_be_bytes(from.array()?);
        let kind: [u8; 4] = from.array()?;
        let length = usize::try_from(length).or(Err(from.malformed()))?;
        let content = from.take(length)?;
        from.take(4)?;
        if NEEDED.contains(&&kind) {
            let whole = file.get(start..from.at).unwrap_or_default();
            stripped.extend_from_slice(whole);
        } else if let (b"eXIf", Some(orientation)) = (&kind, exif::orientation(content)) {
            stripped.extend_from_slice(&chunk(b"eXIf", &exif::tiff(orientation)));
        }
        if &kind == b"IEND" {
            return Ok(stripped);
        }
    }
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let named = [kind, content].concat();
    let check = crc32(&named);
    [&length.to_be_bytes()[..], &named, &check.to_be_bytes()].concat()
}

/// CRC-32 of ISO 3309, as annex D of the specification computes it.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            let is_odd = crc & 1 == 1;
            crc >>= 1;
            if is_odd {
                crc ^= 0xedb8_8320;
            }
        }
    }
    !crc
}

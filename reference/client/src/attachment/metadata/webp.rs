//! WebP (RFC 9649): chunks of a RIFF container.

use super::{Cursor, Malformed, exif};

/// Flags of the extended header (RFC 9649, section 2.7.1.1).
const EXIF: u8 = 0x08;
const XMP: u8 = 0x04;

pub(super) fn strip(file: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut from = Cursor::new("WebP", file);
    from.take(4)?;
    let size = usize::try_from(u32::from_le_bytes(from.array()?)).or(Err(from.malformed()))?;
    from.take(4)?;
    // What follows the container belongs to nobody.
    let end = size.checked_add(8).filter(|&end| end <= file.len());
    let end = end.ok_or_else(|| from.malformed())?;
    let (mut chunks, mut orientation) = (Vec::new(), None);
    while from.at < end {
        let kind: [u8; 4] = from.array()?;
        let length =
            usize::try_from(u32::from_le_bytes(from.array()?)).or(Err(from.malformed()))?;
        let content = from.take(length)?;
        if length % 2 == 1 && from.at < end {
            from.take(1)?;
        }
        match &kind {
            b"VP8 " | b"VP8L" | b"VP8X" | b"ANIM" | b"ANMF" | b"ALPH" | b"ICCP" => {
                chunks.push((kind, content.to_vec()));
            }
            b"EXIF" => {
                let tiff = content.strip_prefix(b"Exif\0\0").unwrap_or(content);
                orientation = exif::orientation(tiff);
            }
            _ => {}
        }
    }
    Ok(container(chunks, orientation))
}

fn container(mut chunks: Vec<([u8; 4], Vec<u8>)>, orientation: Option<u8>) -> Vec<u8> {
    let header = chunks.iter_mut().find(|(kind, _)| kind == b"VP8X");
    if let Some(flags) = header.and_then(|(_, header)| header.first_mut()) {
        *flags &= !(EXIF | XMP);
        if let Some(orientation) = orientation {
            *flags |= EXIF;
            chunks.push((*b"EXIF", exif::tiff(orientation)));
        }
    }
    let mut body = b"WEBP".to_vec();
    for (kind, content) in chunks {
        body.extend_from_slice(&kind);
        body.extend_from_slice(&length(&content));
        body.extend_from_slice(&content);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    [&b"RIFF"[..], &length(&body), &body].concat()
}

/// A chunk is never longer than the container that it was read from, whose length has 32 bits.
fn length(content: &[u8]) -> [u8; 4] {
    u32::try_from(content.len())
        .unwrap_or(u32::MAX)
        .to_le_bytes()
}

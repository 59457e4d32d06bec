//! The one Exif field that is needed to show a picture: its orientation.

/// The orientation in a TIFF block (Exif 2.32, section 4.6.4, tag 0x0112), if it says anything but "as it is".
pub(super) fn orientation(tiff: &[u8]) -> Option<u8> {
    let is_little = match tiff.get(..4)? {
        [b'I', b'I', 42, 0] => true,
        [b'M', b'M', 0, 42] => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    };
    let long = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let long = if is_little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        };
        usize::try_from(long).ok()
    };
    let directory = long(4)?;
    let entries = usize::from(short(directory)?);
    let entry = (0..entries).map(|entry| directory.saturating_add(2 + entry * 12));
    let mut found =
        entry.filter(|&at| short(at) == Some(0x0112) && short(at.saturating_add(2)) == Some(3));
    let value = short(found.next()?.checked_add(8)?)?;
    u8::try_from(value)
        .ok()
        .filter(|value| (2..=8).contains(value))
}

/// A TIFF block that holds an orientation and nothing else.
pub(super) fn tiff(orientation: u8) -> Vec<u8> {
    let head = [b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1];
    let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
    [&head[..], &entry, &[0; 4]].concat()
}

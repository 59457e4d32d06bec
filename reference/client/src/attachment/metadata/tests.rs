use super::*;

const CANARY: &[u8] = b"CANARY at 52.5200 N 13.4050 E";

/// A TIFF block with an orientation, a maker's name and a GPS directory, little-endian.
fn tiff() -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [
            &tag.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
            &value.to_le_bytes(),
        ]
        .concat()
    };
    tiff.extend_from_slice(&3_u16.to_le_bytes());
    tiff.extend(entry(0x010f, 2, CANARY.len().try_into().unwrap(), 50));
    tiff.extend(entry(0x0112, 3, 1, 6));
    tiff.extend(entry(0x8825, 4, 1, 50));
    tiff.extend_from_slice(&[0; 4]);
    assert_eq!(tiff.len(), 50);
    tiff.extend_from_slice(CANARY);
    tiff
}

fn has_canary(file: &[u8]) -> bool {
    file.windows(6).any(|window| window == b"CANARY")
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    [&[0xff, marker], &length.to_be_bytes()[..], content].concat()
}

fn jpeg() -> Vec<u8> {
    let jfif = [
        &b"JFIF\0\x01\x02\0\0\x48\0\x48\x01\x01"[..],
        b"\xca\xfe\x01",
    ]
    .concat();
    [
        vec![0xff, 0xd8],
        segment(0xe0, &jfif),
        segment(0xe0, &[&b"JFXX\0"[..], CANARY].concat()),
        segment(0xe1, &[&b"Exif\0\0"[..], &tiff()].concat()),
        segment(
            0xe1,
            &[&b"http://ns.adobe.com/xap/1.0/\0"[..], CANARY].concat(),
        ),
        segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        segment(0xe2, &[&b"MPF\0"[..], CANARY].concat()),
        segment(0xed, &[&b"Photoshop 3.0\0"[..], CANARY].concat()),
        segment(0xfe, CANARY),
        segment(0xdb, &[1; 65]),
        segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56],
        segment(0xfe, CANARY),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![0x78],
        vec![0xff, 0xff, 0xd9],
        CANARY.to_vec(),
    ]
    .concat()
}

#[test]
fn a_jpeg_keeps_its_picture_and_its_upper_side_only() {
    let (stripped, metadata) = strip(jpeg()).unwrap();
    assert_eq!(metadata, Metadata::Removed);
    assert!(has_canary(&jpeg()) && !has_canary(&stripped));
    let kept = |part: &[u8]| stripped.windows(part.len()).any(|window| window == part);
    assert!(
        stripped.starts_with(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x48\0\x48\0\0\xff\xe1")
    );
    assert!(
        kept(b"colours") && kept(&[1; 65]) && kept(&[0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56])
    );
    assert!(stripped.ends_with(&[0x78, 0xff, 0xd9]));
    let at = stripped
        .windows(6)
        .position(|window| window == b"Exif\0\0")
        .unwrap();
    assert_eq!(exif::orientation(&stripped[at + 6..]), Some(6));
    assert_eq!(
        strip(stripped.clone()).unwrap().0,
        stripped,
        "once is enough"
    );
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length[..], kind, content, &[0; 4]].concat()
}

#[test]
fn a_png_loses_text_time_and_what_follows() {
    let file = [
        png::START.to_vec(),
        chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
        chunk(b"tEXt", &[&b"Author\0"[..], CANARY].concat()),
        chunk(
            b"iTXt",
            &[&b"XML:com.adobe.xmp\0\0\0\0\0"[..], CANARY].concat(),
        ),
        chunk(b"zTXt", CANARY),
        chunk(b"tIME", CANARY),
        chunk(b"eXIf", &tiff()),
        chunk(b"prVt", CANARY),
        chunk(b"IDAT", b"the picture"),
        chunk(b"IEND", b""),
        CANARY.to_vec(),
    ]
    .concat();
    let (stripped, _) = strip(file).unwrap();
    assert!(!has_canary(&stripped));
    let kinds = [&b"IHDR"[..], b"IDAT", b"IEND", b"the picture", b"eXIf"];
    assert!(
        kinds
            .iter()
            .all(|kind| stripped.windows(kind.len()).any(|window| window == *kind))
    );
    // The one chunk that is written anew has the check value of its content (annex D).
    let at = stripped
        .windows(4)
        .position(|window| window == b"eXIf")
        .unwrap();
    assert_eq!(exif::orientation(&stripped[at + 4..]), Some(6));
    assert_eq!(stripped[at + 30..at + 34], [0xd6, 0x67, 0x4b, 0x69]);
}

#[test]
fn a_webp_loses_exif_and_xmp_and_says_so_in_its_header() {
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let mut chunk = [
            kind,
            &u32::try_from(content.len()).unwrap().to_le_bytes()[..],
            content,
        ]
        .concat();
        chunk.resize(chunk.len().next_multiple_of(2), 0);
        chunk
    };
    let body = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &[EXIF_AND_XMP, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        chunk(b"VP8L", b"the picture"),
        chunk(b"EXIF", &tiff()),
        chunk(b"XMP ", CANARY),
        chunk(b"prVt", CANARY),
    ]
    .concat();
    let file = [
        &b"RIFF"[..],
        &u32::try_from(body.len()).unwrap().to_le_bytes(),
        &body,
        CANARY,
    ]
    .concat();
    let (stripped, _) = strip(file).unwrap();
    assert!(!has_canary(&stripped));
    assert_eq!(
        stripped[20],
        0x10 | 0x08,
        "the header announces the orientation, and no XMP"
    );
    assert_eq!(
        usize::try_from(u32::from_le_bytes(stripped[4..8].try_into().unwrap())).unwrap(),
        stripped.len() - 8
    );
    let at = stripped
        .windows(4)
        .position(|window| window == b"EXIF")
        .unwrap();
    assert_eq!(exif::orientation(&stripped[at + 8..]), Some(6));
}

/// Alpha, Exif and XMP.
const EXIF_AND_XMP: u8 = 0x10 | 0x08 | 0x04;

#[test]
fn what_is_no_picture_is_left_alone_and_what_is_half_a_picture_is_refused() {
    let text = b"plain text".to_vec();
    assert_eq!(strip(text.clone()), Ok((text, Metadata::Kept)));
    let whole = jpeg();
    for cut in [3, 20, 60, whole.len() - CANARY.len() - 1] {
        let end = strip(whole[..cut].to_vec());
        assert!(
            matches!(end, Err(Malformed { format: "JPEG", .. })),
            "{cut}"
        );
    }
    assert!(strip([&png::START[..], &[0xff; 12]].concat()).is_err());
    assert!(strip(b"RIFF\xff\xff\xff\xffWEBPVP8 ".to_vec()).is_err());
    assert!(strip(b"\xff\xd8\xff\xe1\0\x01".to_vec()).is_err());
}

#[test]
fn hostile_exif_is_read_without_harm() {
    for block in [
        &b""[..],
        b"II*\0",
        b"MM\0*\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
        b"XX*\0\x08\0\0\0",
    ] {
        assert_eq!(exif::orientation(block), None);
    }
    assert_eq!(
        exif::orientation(&exif::tiff(1)),
        None,
        "as it is needs no word"
    );
    assert_eq!(exif::orientation(&exif::tiff(9)), None);
    assert_eq!(exif::orientation(&exif::tiff(8)), Some(8));
}

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

/// An archive as the bench seals it, of these names, each with a line of text.
fn archive(names: &[&str], options: SimpleFileOptions) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        archive.start_file(*name, options).unwrap();
        archive.write_all(b"the same text, the same text").unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn plain() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
}

fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let files = files(&mut file).map_err(|error| error.to_string())?;
    Ok(files.into_keys().collect())
}

#[test]
fn an_archive_of_the_bench_is_read() {
    let names = ["data/plan.json", "manifest-sha256.txt"];
    assert_eq!(read(&archive(&names, plain())).unwrap(), names);
    assert!(read(&archive(&[], plain())).unwrap().is_empty());
}

#[test]
fn hostile_names_are_refused() {
    for name in [
        "../x",
        "/etc/passwd",
        "a/../b",
        "C:/x",
        "a\\b",
        ".hidden",
        "a b",
        "ä",
        "a//b",
        "x/",
    ] {
        assert!(read(&archive(&[name], plain())).is_err(), "{name}");
    }
    for twins in [["a/x", "A/X"], ["b", "a"]] {
        let told = read(&archive(&twins, plain())).unwrap_err();
        assert!(told.contains("sorted") || told.contains("case"), "{told}");
    }
}

#[test]
fn bytes_that_no_entry_has_are_refused() {
    let good = archive(&["a", "b"], plain());
    assert!(read(&[b"x", good.as_slice()].concat()).is_err());
    assert!(read(&[good.as_slice(), b"x"].concat()).is_err());
    let mut commented = ZipWriter::new(Cursor::new(Vec::new()));
    commented.set_comment("more").unwrap();
    commented.start_file("a", plain()).unwrap();
    assert!(read(&commented.finish().unwrap().into_inner()).is_err());
}

#[test]
fn every_shorter_archive_is_refused() {
    let good = archive(&["a", "b"], plain());
    for length in 0..good.len() {
        assert!(read(&good[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn links_and_other_methods_are_refused() {
    let mut link = ZipWriter::new(Cursor::new(Vec::new()));
    link.add_symlink("a", "/etc/passwd", plain()).unwrap();
    let told = read(&link.finish().unwrap().into_inner()).unwrap_err();
    assert!(told.contains("no plain file"), "{told}");

    let mut other = archive(&["a"], plain());
    let central = other.len() - END - CENTRAL - 1;
    for at in [8, central + 10] {
        other[at] = 12;
    }
    assert!(read(&other).unwrap_err().contains("method"));
}

#[test]
fn a_bomb_is_refused_by_what_it_says_of_itself() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("a", plain()).unwrap();
    let zeros = vec![0; 1024 * 1024];
    for _ in 0..8 {
        archive.write_all(&zeros).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 16 * 1024);
    assert!(read(&bytes).unwrap_err().contains("lengths cannot be"));
}

#[test]
fn headers_that_differ_are_refused() {
    let good = archive(&["a"], plain());
    let central = good.len() - END - CENTRAL - 1;
    // Name, checksum, packed length, length and flags in the local header.
    for at in [30, 14, 18, 22, 6] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        assert!(read(&bytes).is_err(), "local byte {at}");
    }
    // The same and the entry's place in the central one.
    for at in [46, 16, 20, 24, 8, 42] {
        let mut bytes = good.clone();
        bytes[central + at] ^= 1;
        assert!(read(&bytes).is_err(), "central byte {at}");
    }
}

use std::collections::BTreeSet;

use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const PROGRAM: &[u8] = b"MZ\x90\0\x03";

fn judge(name: &str, declared: Option<&str>, content: &[u8]) -> Result<Value, Refusal> {
    Verdict::of(name, declared, content, &Conduct::honest()).map(|verdict| verdict.show())
}

#[test]
fn what_says_to_be_harmless_and_is_not_is_refused() {
    for (name, declared) in [
        ("photo.jpg", None),
        (
            "photo.jpg",
            Some("application/vnd.microsoft.portable-executable"),
        ),
        ("photo", Some("image/jpeg")),
        ("photo.exe", Some("image/png")),
        ("paper.pdf", Some("application/pdf")),
    ] {
        let end = judge(name, declared, PROGRAM);
        assert!(
            matches!(end, Err(Refusal::DisguisedFile { .. })),
            "{name} {declared:?}"
        );
    }
    assert!(judge("notes.txt", None, b"<script>x()</script>").is_err());
    let plain = judge("setup.exe", None, PROGRAM).unwrap();
    assert_eq!(plain["disposition"], "save");
    assert_eq!(plain["mismatch"], false);
}

#[test]
fn only_what_runs_nothing_is_shown() {
    let disposition =
        |name: &str, content: &[u8]| judge(name, None, content).unwrap()["disposition"].clone();
    assert_eq!(disposition("a.png", PNG), "show");
    assert_eq!(disposition("a.txt", b"words"), "show");
    for (name, content) in [
        ("a.svg", &b"<svg/>"[..]),
        ("a.html", b"<html>"),
        ("a.pdf", b"%PDF-1.7"),
        ("a.zip", b"PK\x03\x04"),
        ("a", b"\0\xff\x01"),
    ] {
        assert_eq!(disposition(name, content), "save", "{name}");
    }
    let other = judge("a.jpg", Some("image/jpeg"), PNG).unwrap();
    assert_eq!(
        (other["disposition"].clone(), other["mismatch"].clone()),
        (json!("show"), json!(true))
    );
}

#[test]
fn a_file_must_be_allowed_by_its_name_and_by_what_it_is() {
    let rules = MediaSettings {
        types: BTreeSet::from(["png".to_owned(), "txt".to_owned()]),
        bytes: 10,
        ..MediaSettings::default()
    };
    let may = |name: &str, content: &[u8]| permit(&rules, name, Kind::of(content), 10).is_ok();
    assert!(may("a.png", PNG) && may("a.TXT", b"words"));
    assert!(
        !may("a.png", PROGRAM) && !may("a.exe", PNG) && !may("a", PNG) && !may("a.pdf", b"%PDF-")
    );
    assert!(permit(&rules, "a.png", Kind::of(PNG), 11).is_err());
    assert!(permit(&MediaSettings::default(), "a", Kind::of(PROGRAM), 11).is_ok());
}

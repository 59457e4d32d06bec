//! What must never be claimed (BSI TR wording duties, misleading marks).

use harness_report::{Language, exports, html, junit, print, terminal};

use crate::fixture::{passed, results, transcript};

/// Acts of the BSI or of accredited bodies, and promises that nobody can keep.
const FORBIDDEN: [&str; 16] = [
    "certified",
    "zertifiziert",
    "konform",
    "conformant",
    "compliant",
    "compliance",
    "bsi-geprüft",
    "bsi approved",
    "zugelassen",
    "accredited",
    "sicherheitskennzeichen",
    "bsi-dsz",
    "ce-kennzeichen",
    "guarantee",
    "garantiert",
    "back door",
];

#[test]
fn no_rendering_claims_what_only_others_may_grant() {
    for results in [results("quietly"), passed()] {
        for language in [Language::De, Language::En] {
            let read = |path: &str| transcript(path, "quietly");
            for text in [
                html(&results, &read, language).unwrap(),
                terminal(&results, language, false),
                junit(&results).unwrap(),
                print(&results, &read, language).unwrap().data.to_string(),
            ] {
                let text = text.to_lowercase();
                for word in FORBIDDEN {
                    assert!(!text.contains(word), "{word}");
                }
            }
        }
    }
}

#[test]
fn no_export_claims_what_only_others_may_grant() {
    for results in [results("quietly"), passed()] {
        let read = |path: &str| transcript(path, "quietly");
        for (name, text) in exports(&results, &read).unwrap() {
            let text = text.to_lowercase();
            for word in FORBIDDEN {
                assert!(!text.contains(word), "{name}: {word}");
            }
        }
    }
}

#[test]
fn every_paper_begins_with_what_it_is_not_and_ends_with_what_it_does_not_say() {
    for (name, text) in exports(&passed(), &|_| None).unwrap() {
        if name.ends_with(".md") {
            let first = text
                .lines()
                .find(|line| !line.is_empty() && !line.starts_with('#'));
            let [not, duties] = match name.contains(".de.") {
                true => [
                    "Kein Zertifikat",
                    "ist vom BSI weder ausgestellt noch empfohlen",
                ],
                false => [
                    "No certificate",
                    "is neither issued nor endorsed by the BSI",
                ],
            };
            assert!(first.is_some_and(|line| line.starts_with(not)), "{name}");
            assert!(
                text.lines()
                    .last()
                    .is_some_and(|line| line.contains(duties)),
                "{name}"
            );
        }
    }
}

#[test]
fn every_report_ends_with_what_it_does_not_say() {
    for (language, words) in [
        (Language::De, "ist vom BSI weder ausgestellt noch empfohlen"),
        (Language::En, "is neither issued nor endorsed by the BSI"),
    ] {
        let page = html(&passed(), &|_| None, language).unwrap();
        assert!(page.contains(words));
    }
}

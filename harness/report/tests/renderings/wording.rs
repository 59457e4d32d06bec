//! What must never be claimed (BSI TR wording duties, misleading marks).

use harness_report::{Language, html, junit, terminal};

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
fn every_report_ends_with_what_it_does_not_say() {
    for (language, words) in [
        (Language::De, "ist vom BSI weder ausgestellt noch empfohlen"),
        (Language::En, "is neither issued nor endorsed by the BSI"),
    ] {
        let page = html(&passed(), &|_| None, language).unwrap();
        assert!(page.contains(words));
    }
}

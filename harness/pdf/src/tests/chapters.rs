//! What stands where.

use harness_evidence::{Results, sha256_hex};
use harness_report::html;
use typst::comemo;

use super::paper::dense;
use super::*;
use crate::pdf;

fn paper(language: Language) -> Paper {
    Paper::of(&kept(&fixture::results("quietly"), "quietly"), language)
}

#[test]
fn the_chapters_have_the_order_of_a_test_report() {
    let german = paper(Language::De).chapters;
    assert_eq!(
        german,
        [
            "Ergebnis",
            "Prüfgegenstand, Umfang und Grenzen",
            "Anforderungen",
            "Nicht erfüllte Prüfungen",
            "Weitere Prüfungen",
            "Kryptografische Testvektoren",
            "Fuzzing",
            "Dauer der Prüfungen",
            "Kalibrierung",
            "Umgebung",
            "So prüft man diesen Bericht nach",
            "Unterschriften",
        ]
    );
    assert_eq!(paper(Language::En).chapters.len(), german.len());
}

#[test]
fn the_first_page_says_what_the_one_in_html_says_and_first_what_it_is_not() {
    let results = fixture::results("quietly");
    let read = |path: &str| fixture::transcript(path, "quietly");
    for language in [Language::De, Language::En] {
        let page = html(&results, &read, language).unwrap();
        let (_, summary) = page.split_once("<section id=\"summary\"").unwrap();
        let (summary, _) = summary.split_once("</section>").unwrap();
        let printed = Paper::of(&kept(&results, "quietly"), language);
        let first = dense(&printed.pages[0]);
        for said in sentences(summary) {
            assert!(first.contains(&dense(&said)), "{said}\n{first}");
        }
        let not = first.find("BSI").unwrap();
        assert!(not < first.find("example").unwrap(), "{first}");
    }
}

/// What the HTML says in one piece, but for the words of its links.
fn sentences(html: &str) -> Vec<String> {
    let pieces = html.split('<').filter_map(|part| part.split_once('>'));
    let said = pieces.filter(|(tag, _)| !tag.starts_with("a ") && *tag != "title");
    said.map(|(_, text)| {
        text.replace("&#39;", "'")
            .trim()
            .trim_end_matches(':')
            .to_owned()
    })
    .filter(|text| text.chars().count() > 12)
    .collect()
}

#[test]
fn a_failed_check_has_its_form_its_diagram_its_lines_and_its_command() {
    let printed = paper(Language::En);
    let page = printed.pages.iter().position(|page| {
        let page = dense(page);
        page.contains(&dense("4.1 megolm-01-replay")) && page.contains("AliceandBobtalk")
    });
    let pages = dense(&printed.pages[page.unwrap()..].concat());
    for wanted in [
        "A message that the relay delivers twice is shown once.",
        "shown 2 times",
        "attack refused",
        "violated",
        "pruefstand run --relay targets/example.toml --check megolm-01-replay --seed 4711",
    ] {
        assert!(pages.contains(&dense(wanted)), "{wanted}");
    }
    assert_eq!(printed.images, 3, "two sequence diagrams, one distribution");
}

#[test]
fn every_page_names_its_number_its_report_and_the_manifest_that_it_holds_with() {
    let printed = paper(Language::De);
    let digest = sha256_hex(manifest(&fixture::results("quietly")).as_bytes());
    let count = printed.pages.len();
    for (n, page) in printed.pages.iter().enumerate() {
        let page = dense(page);
        assert!(page.contains(&digest), "{page}");
        assert!(
            page.contains(&format!("Seite{}von{count}", n + 1)),
            "{page}"
        );
        assert!(page.contains(&dense("Bericht 2026-11-23-7f3a")), "{page}");
    }
}

#[test]
fn results_that_the_manifest_does_not_list_stand_under_no_digest() {
    let mut changed = kept(&fixture::results("quietly"), "quietly");
    changed.record.results_json.push(b' ');
    let printed = Paper::of(&changed, Language::De);
    let digest = sha256_hex(manifest(&fixture::results("quietly")).as_bytes());
    let names = |page: &String| dense(page).contains(&digest);
    assert!(!printed.pages.is_empty() && !printed.pages.iter().any(names));
}

#[test]
fn a_run_that_was_broken_off_has_no_verdict_and_says_so_in_its_first_lines() {
    let mut broken_off = fixture::record("quietly");
    broken_off.closed = None;
    broken_off.cases.retain(|case| case.check == "dir-01-swap");
    let record = kept(&Results::fold(broken_off), "quietly");
    for (language, words) in [
        (Language::De, ["KEIN URTEIL", "UNVOLLSTÄNDIG: 1 von 5"]),
        (Language::En, ["NO VERDICT", "INCOMPLETE: 1 of 5"]),
    ] {
        let printed = Paper::of(&record, language);
        for wanted in words {
            assert!(
                dense(&printed.pages[0]).contains(&dense(wanted)),
                "{wanted}"
            );
        }
        pdf(&record, language).unwrap();
    }
}

#[test]
fn only_a_run_that_passed_says_so() {
    let says = |results: &Results| {
        let printed = Paper::of(&kept(results, "quietly"), Language::De);
        printed.text().contains("✓BESTANDEN")
    };
    assert!(says(&fixture::passed()));
    assert!(!says(&fixture::results("quietly")));
    let mut empty = fixture::record("quietly");
    empty.cases.clear();
    assert!(!says(&Results::fold(empty)));
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    let runs = [
        (fixture::results("quietly"), Language::De),
        (fixture::passed(), Language::En),
    ];
    for (results, language) in runs {
        let record = kept(&results, "quietly");
        let once = pdf(&record, language).unwrap();
        // nothing that was laid out before may serve again
        comemo::evict(0);
        assert!(once == pdf(&record, language).unwrap());
    }
}

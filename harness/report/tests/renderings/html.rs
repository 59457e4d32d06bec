//! The HTML report.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use harness_evidence::Results;
use harness_report::{Language, html};
use sha2::{Digest as _, Sha256};

use crate::fixture::{passed, record, results, transcript};

fn page(language: Language) -> String {
    html(
        &results("quietly"),
        &|path| transcript(path, "quietly"),
        language,
    )
    .unwrap()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

/// The page without its style sheet, a tag a line.
fn body(page: &str) -> String {
    let style = between(page, "<style>", "</style>");
    page.replace(style, "").replace("><", ">\n<")
}

#[test]
fn the_german_report_is_as_it_was() {
    insta::assert_snapshot!("report.de", body(&page(Language::De)));
}

#[test]
fn the_english_report_is_as_it_was() {
    insta::assert_snapshot!("report.en", body(&page(Language::En)));
}

#[test]
fn the_first_words_say_what_it_is_not() {
    for (language, words) in [
        (
            Language::De,
            "Kein Zertifikat, keine Zulassung, kein BSI-Siegel",
        ),
        (Language::En, "No certificate, no approval, no BSI seal"),
    ] {
        let page = page(language);
        let text = between(&page, "<body>", "</h1>");
        assert!(text.trim_start().starts_with("<header>\n<p class=\"not\">"));
        assert!(text.contains(words));
    }
}

#[test]
fn the_policy_allows_our_style_sheet_and_nothing_else() {
    let page = page(Language::En);
    let hash = STANDARD.encode(Sha256::digest(between(&page, "<style>", "</style>")));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\">");
    assert_eq!(
        policy.replace("&#39;", "'"),
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
        )
    );
}

#[test]
fn the_report_needs_nothing_else() {
    let page = page(Language::De);
    for foreign in [
        "http://", "https://", "src=", "@import", "<script", "<link", " style=", "file:",
    ] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let page = page(Language::De);
    let links: Vec<_> = page
        .split("href=\"#")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0)
        .collect();
    assert!(links.len() > 20);
    for link in links {
        assert_eq!(page.matches(&format!("id=\"{link}\"")).count(), 1, "{link}");
    }
}

#[test]
fn a_failed_check_has_its_form_its_steps_and_its_replay_command() {
    let page = page(Language::En);
    let failure = between(&page, "<article id=\"c-megolm-01-replay\"", "</article>");
    for wanted in [
        "A message that the relay delivers twice is shown once.",
        "Alice and Bob talk in an encrypted room.",
        "shown 2 times",
        "attack refused",
        "violated",
        "<svg class=\"sequence\"",
        "sync ✗ replay → 200",
        "pruefstand run --relay targets/example.toml --check megolm-01-replay --seed 4711",
    ] {
        assert!(failure.contains(wanted), "{wanted}");
    }
}

#[test]
fn failures_that_nobody_declared_come_first() {
    let page = page(Language::En);
    let undeclared = page.find("<article id=\"c-megolm-01-replay\"");
    let declared = page.find("<article id=\"c-srv-02-throttle\"");
    assert!(undeclared.unwrap() < declared.unwrap());
}

#[test]
fn only_a_run_that_passed_says_so() {
    let says = |results: &Results| {
        let page = html(results, &|_| None, Language::En).unwrap();
        page.contains("class=\"verdict pass\"") && page.contains("PASSED:")
    };
    assert!(says(&passed()));
    assert!(!says(&results("quietly")));
    let mut broken_off = record("quietly");
    broken_off.closed = None;
    broken_off.cases.retain(|case| case.check == "dir-01-swap");
    let broken_off = Results::fold(broken_off);
    assert!(!says(&broken_off));
    let page = html(&broken_off, &|_| None, Language::En).unwrap();
    assert!(page.contains("NO VERDICT"));
    assert!(page.contains("INCOMPLETE: 1 of 5 planned checks were carried out"));
}

#[test]
fn the_same_results_give_the_same_bytes() {
    assert_eq!(page(Language::De), page(Language::De));
}

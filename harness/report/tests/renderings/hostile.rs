//! What a target says never steers a terminal, a browser or a parser.

use harness_evidence::is_unsafe;
use harness_report::{Language, html, junit, matrix_html, matrix_text, terminal};
use quick_junit::Report;

use crate::corpus::HOSTILE;
use crate::fixture::{record, results, transcript};

fn long() -> String {
    "<b>\u{202e}".repeat(20_000)
}

pub(crate) fn everything() -> impl Iterator<Item = String> {
    HOSTILE.into_iter().map(ToOwned::to_owned).chain([long()])
}

/// The names of all tags in order: a forged one would stand out.
fn tags(html: &str) -> Vec<String> {
    html.split('<')
        .skip(1)
        .map(|part| {
            let end = part.find(|c: char| c.is_whitespace() || c == '>');
            part.get(..end.unwrap_or(part.len())).unwrap().to_owned()
        })
        .collect()
}

pub(crate) fn is_clean(text: &str) -> bool {
    !text
        .chars()
        .any(|character| is_unsafe(character) && character != '\n')
}

#[test]
fn html_has_the_same_tags_whatever_a_target_says() {
    let page = |said: &str| {
        let read = |path: &str| transcript(path, said);
        html(&results(said), &read, Language::De).unwrap()
    };
    let harmless = tags(&page("harmless"));
    for said in everything() {
        let page = page(&said);
        assert!(is_clean(&page), "{said:?}");
        assert_eq!(tags(&page), harmless, "{said:?}");
        assert!(page.len() < 1_000_000, "{} bytes", page.len());
    }
}

#[test]
fn names_of_checks_and_flaws_are_neutralised_too() {
    for said in everything() {
        let mut record = record("harmless");
        for check in &mut record.plan.checks {
            check.id += &said;
            check.twins.iter_mut().for_each(|twin| twin.flaw += &said);
        }
        for case in &mut record.cases {
            case.check += &said;
            case.flaw.iter_mut().for_each(|flaw| *flaw += &said);
        }
        let results = harness_evidence::Results::fold(record);
        let matrix = matrix_html(&results.instrument, Language::En).unwrap();
        assert!(is_clean(&matrix));
        assert!(!matrix.contains("<script") && !matrix.contains("<img"));
        assert!(is_clean(&matrix_text(&results.instrument, Language::En)));
        assert!(is_clean(&terminal(&results, Language::En, false)));
        assert!(is_clean(&junit(&results).unwrap()));
        assert!(is_clean(&html(&results, &|_| None, Language::En).unwrap()));
    }
}

#[test]
fn junit_parses_back_with_the_same_cases_whatever_a_target_says() {
    let names = |said: &str| -> Vec<_> {
        let xml = junit(&results(said)).unwrap();
        assert!(is_clean(&xml), "{said:?}");
        let report = Report::deserialize_from_str(&xml).unwrap();
        let suites = report.test_suites.iter();
        suites
            .flat_map(|suite| suite.test_cases.iter().map(|case| case.name.to_string()))
            .collect()
    };
    let harmless = names("harmless");
    for said in everything() {
        assert_eq!(names(&said), harmless, "{said:?}");
    }
}

#[test]
fn the_terminal_has_the_same_number_of_lines_whatever_a_target_says() {
    let lines = |said: &str| {
        let text = terminal(&results(said), Language::En, false);
        assert!(is_clean(&text), "{said:?}");
        text.lines().count()
    };
    let harmless = lines("harmless");
    for said in everything() {
        assert_eq!(lines(&said), harmless, "{said:?}");
    }
}

//! What a target says never steers a terminal, a browser or a parser.

use harness_evidence::is_unsafe;
use harness_report::{Language, html, junit, matrix_html, matrix_text, terminal};
use quick_junit::Report;

use crate::fixture::{record, results, transcript};

const HOSTILE: [&str; 44] = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "</text></svg><iframe src=javascript:alert(1)>",
    "javascript:alert(1)",
    "<!-- comment",
    "--><b>",
    "<![CDATA[ x ]]>",
    "]]>",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&lt;b&gt; &amp; &#60;",
    "&#x202e;",
    "{{ 7*7 }} {% raw %}",
    "{check} {failed} {",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;title\u{7}",
    "\u{1b}[2J\u{1b}[H",
    "\u{9b}31m",
    "a\rPASS everything",
    "a\nPASS  forged-line",
    "tab\tand\u{b}vertical\u{c}feed",
    "nul\0byte",
    "\u{8}\u{8}\u{8}backspace",
    "\u{7f}",
    "\u{202e}txt.exe",
    "\u{2066}isolate\u{2069}",
    "line\u{2028}and\u{2029}paragraph",
    "\u{feff}bom",
    "zero\u{200b}width\u{200d}joiner",
    "soft\u{ad}hyphen",
    "\u{ffff}",
    "\u{fffe}\u{fdd0}\u{1fffe}",
    "\u{e0001}\u{e0041}tag",
    "\u{fff9}annotation\u{fffb}",
    "\u{e000}private",
    "=HYPERLINK(\"http://x\")",
    "../../../etc/passwd",
    "日本語 \u{5e9}\u{5dc}\u{5d5}\u{5dd} e\u{301}",
    "$(rm -rf /) `id` ; | & > <",
    "%00%0a%0d %s %n",
];

fn long() -> String {
    "<b>\u{202e}".repeat(20_000)
}

fn everything() -> impl Iterator<Item = String> {
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

fn is_clean(text: &str) -> bool {
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

//! The page as a whole: its size, and that every word of ours comes from the words.

use std::collections::BTreeSet;

use harness_evidence::{Outcome, Results};
use serde_json::Value;

use super::*;
use crate::fixture;
use crate::words::Words;

/// What stands in the page in every language: names of programs and files, and codes of the bench.
const NAMES: [&str; 14] = [
    "data",
    "pruefstand",
    "verify",
    "sha256sum",
    "c",
    "manifest",
    "txt",
    "sha256",
    "p50",
    "p95",
    "p99",
    "bench",
    "deselected",
    "count",
];

/// The words of a language that nobody speaks: every letter is another one, every `{name}` stays.
fn pseudo() -> &'static Words {
    fn disguise(value: &mut Value) {
        match value {
            Value::String(text) => {
                let mut in_name = false;
                *text = text
                    .chars()
                    .map(|c| {
                        in_name = (in_name || c == '{') && c != '}';
                        let shown = match c {
                            '"' | '\\' => '*',
                            c if c.is_alphabetic() => 'ж',
                            c => c,
                        };
                        if in_name { c } else { shown }
                    })
                    .collect();
            }
            Value::Array(elements) => elements.iter_mut().for_each(disguise),
            Value::Object(fields) => fields.values_mut().for_each(disguise),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut words = serde_json::to_value(Language::En.words()).unwrap();
    disguise(&mut words);
    let text: &'static str = Box::leak(words.to_string().into_boxed_str());
    Box::leak(Box::new(serde_json::from_str(text).unwrap()))
}

/// The words of a text, letters and digits that begin with a letter.
fn spoken(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .collect()
}

/// What a reader sees or hears: text, and the attributes that are read out.
fn visible_text(page: &str) -> String {
    let (_, body) = page.split_once("<body>").unwrap();
    let (body, _) = body.split_once("<script>").unwrap();
    let mut text = String::new();
    for part in body.split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap();
        text += &format!(" {after}");
        for attribute in [
            "aria-label=\"",
            "title=\"",
            "placeholder=\"",
            "alt=\"",
            "data-text=\"",
            "data-done=\"",
        ] {
            for value in tag.split(attribute).skip(1) {
                text += &format!(" {}", value.split('"').next().unwrap());
            }
        }
    }
    text.replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[test]
fn no_visible_word_of_ours_stands_in_a_template_or_in_code() {
    let mut record = fixture::record("quietly");
    record.measured = crate::campaign::fuzzed("quietly");
    record.measured.capacity = Some(crate::statement::capacity("quietly"));
    let results = Results::fold(record);
    let earlier = fixture::passed();
    let read = |path: &str| fixture::transcript(path, "quietly");
    let page = render(
        Facts::new(&results, pseudo()),
        &Transcripts::read(&results, &read),
        &[earlier],
    )
    .unwrap();
    let mut data = serde_json::to_string(&results).unwrap();
    for case in &results.cases {
        data += &serde_json::to_string(&read(&case.transcript)).unwrap();
    }
    let known = spoken(&data);
    let text = visible_text(&page);
    let strange: Vec<_> = spoken(&text)
        .into_iter()
        .filter(|word| !known.contains(word) && !NAMES.contains(word))
        .collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert!(text.contains("жжж"), "the words of the language are shown");
}

/// A run of `count` checks; every `nth` one failed.
fn long(count: usize, nth: usize) -> Results {
    let mut record = fixture::record("quietly");
    let failed = record
        .cases
        .iter()
        .find(|case| case.verdict.outcome == Outcome::Fail)
        .unwrap()
        .clone();
    let passed = record
        .cases
        .iter()
        .find(|case| case.verdict.outcome == Outcome::Pass)
        .unwrap()
        .clone();
    let check = record.plan.checks[0].clone();
    record.plan.checks.clear();
    record.cases.clear();
    for n in 0..count {
        let id = format!("synthetic-check-{n:04}");
        let mut check = check.clone();
        check.id.clone_from(&id);
        check.twins[0].flaw = format!("synthetic-flaw-{n:04}");
        for flaw in [None, Some(check.twins[0].flaw.clone())] {
            let is_bad = flaw.is_some() || n % nth == 0;
            let mut case = if is_bad {
                failed.clone()
            } else {
                passed.clone()
            };
            case.check.clone_from(&id);
            case.milliseconds = 3 + (n as u64 * 7919) % 4000;
            case.transcript = format!(
                "cases/{id}/{}/transcript.json",
                flaw.as_deref().unwrap_or("target")
            );
            case.flaw = flaw;
            record.cases.push(case);
        }
        record.plan.checks.push(check);
    }
    Results::fold(record)
}

#[test]
fn a_report_of_a_thousand_cases_stays_below_three_megabytes_even_if_all_fail() {
    let read =
        |_: &str| fixture::transcript("cases/megolm-01-replay/target/transcript.json", "quietly");
    for nth in [20, 1] {
        let results = long(1000, nth);
        assert_eq!(results.counts.fail, 1000 / nth);
        for language in [Language::De, Language::En] {
            let page = html(&results, &read, language).unwrap();
            assert!(page.len() < 3_000_000, "{} bytes", page.len());
            let anchors = page.split("id=\"c-synthetic-check-").skip(1);
            let cases: BTreeSet<_> = anchors.filter_map(|rest| rest.get(..5)).collect();
            let of_a_case = cases.iter().filter(|one| one.ends_with('"'));
            assert_eq!(of_a_case.count(), 1000);
            assert!(page.matches("class=\"sequence\"").count() <= DETAIL_LIMIT);
        }
    }
}

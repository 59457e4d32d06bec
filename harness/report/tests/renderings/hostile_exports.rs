//! No export changes its shape by what a target says: parsed back, every text is the neutralised one and nothing new stands there.

use harness_evidence::{Results, visible};
use harness_report::exports;
use serde_json::Value;

use crate::fixture::{record, results, transcript};
use crate::hostile::{everything, is_clean};

fn all(results: &Results, said: &str) -> Vec<(String, String)> {
    exports(results, &|path| transcript(path, said)).unwrap()
}

/// The document with every text replaced by what kind of thing it is.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => Value::String("text".to_owned()),
        Value::Array(all) => all.iter().map(shape).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), shape(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|one| texts(one, found)),
        Value::Object(fields) => fields.values().for_each(|one| texts(one, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn documents(exports: &[(String, String)]) -> Vec<(&str, Value)> {
    let documents = exports.iter().filter(|(name, _)| !name.ends_with(".md"));
    let documents =
        documents.filter(|(name, _)| !name.ends_with(".xml") && !name.ends_with(".csv"));
    documents
        .map(|(name, text)| (name.as_str(), serde_json::from_str(text).unwrap()))
        .collect()
}

#[test]
fn documents_keep_their_shape_and_hold_the_neutralised_text() {
    let harmless = all(&results("harmless"), "harmless");
    // Lints tell what they find in a text, so they may differ.
    let shapes = |documents: Vec<(&str, Value)>| -> Vec<_> {
        let kept = documents
            .into_iter()
            .filter(|(name, _)| *name != "lints.json");
        kept.map(|(name, value)| (name.to_owned(), shape(&value)))
            .collect()
    };
    let expected = shapes(documents(&harmless));
    for said in everything() {
        let exports = all(&results(&said), &said);
        let documents = documents(&exports);
        for (name, value) in &documents {
            let mut found = Vec::new();
            texts(value, &mut found);
            assert!(
                found
                    .iter()
                    .all(|text| is_clean(text) && !text.contains('\n')),
                "{name}: {said:?}"
            );
            // Markup is escaped, the text is all there.
            let plain = |text: &str| text.replace('\\', "");
            let told = plain(visible(&format!("example homeserver {said}")).trim());
            let named =
                name.starts_with("oscal") && found.iter().any(|text| plain(text).contains(&told));
            assert!(named || !name.starts_with("oscal"), "{name}: {said:.60?}");
        }
        assert_eq!(shapes(documents), expected, "{said:?}");
    }
}

#[test]
fn papers_keep_their_lines_and_no_markup_of_others() {
    let outline = |exports: &[(String, String)]| -> Vec<(String, Vec<String>)> {
        let papers = exports.iter().filter(|(name, _)| name.ends_with(".md"));
        let papers = papers.map(|(name, text)| {
            let lines = text.lines().map(|line| {
                let begin: String = line.chars().take(2).collect();
                format!("{begin} {}", outside_code(line))
            });
            (name.clone(), lines.collect())
        });
        papers.collect()
    };
    let harmless = outline(&all(&results("harmless"), "harmless"));
    for said in everything() {
        let exports = all(&results(&said), &said);
        for ((name, lines), (_, expected)) in outline(&exports).iter().zip(&harmless) {
            assert_eq!(lines, expected, "{name}: {said:?}");
        }
    }
}

/// How many characters that begin markup or end a cell stand outside code spans.
fn outside_code(line: &str) -> usize {
    let (mut outside, mut rest) = (0, line);
    while let Some(start) = rest.find('`') {
        let (before, span) = rest.split_at(start);
        outside += markup(before);
        let fence: String = span.chars().take_while(|c| *c == '`').collect();
        let inner = span.get(fence.len()..).unwrap();
        // A fence is closed by a run of the same length only.
        let mut at = 0;
        let end = loop {
            let Some(found) = inner.get(at..).and_then(|rest| rest.find('`')) else {
                panic!("a code span does not end: {line:?}");
            };
            let run: String = inner
                .get(at + found..)
                .unwrap()
                .chars()
                .take_while(|c| *c == '`')
                .collect();
            if run.len() == fence.len() {
                break at + found + run.len();
            }
            at += found + run.len();
        };
        let inside = inner.get(..end - fence.len()).unwrap();
        assert!(!inside.replace("\\|", "").contains('|'), "{line:?}");
        rest = inner.get(end..).unwrap();
    }
    outside + markup(rest)
}

fn markup(text: &str) -> usize {
    let mut escaped = false;
    let mut count = 0;
    for character in text.chars() {
        if !escaped && "*_[]<>#|~!".contains(character) {
            count += 1;
        }
        escaped = character == '\\' && !escaped;
    }
    count
}

#[test]
fn names_of_checks_and_requirements_are_neutralised_in_every_export() {
    for said in everything() {
        let mut record = record("harmless");
        for requirement in &mut record.requirements {
            requirement.id += &said;
        }
        for check in &mut record.plan.checks {
            check.id += &said;
            check.attacks.iter_mut().for_each(|attack| *attack += &said);
            check.requirements.iter_mut().for_each(|id| *id += &said);
        }
        for case in &mut record.cases {
            case.check += &said;
            case.transcript += &said;
        }
        let results = Results::fold(record);
        for (name, text) in all(&results, "harmless") {
            assert!(is_clean(&text.replace("\r\n", "\n")), "{name}: {said:?}");
        }
        for statement in [
            harness_report::test_result_statement(&results, &"ab".repeat(32)),
            harness_report::summary_statement(&results, &"ab".repeat(32)),
        ] {
            let statement: Value = serde_json::from_str(&statement).unwrap();
            let mut found = Vec::new();
            texts(&statement, &mut found);
            assert!(found.iter().all(|text| is_clean(text)), "{said:?}");
        }
    }
}

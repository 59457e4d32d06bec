use serde_json::Value;

use super::*;

/// Every text by its path.
fn texts(language: Language) -> Vec<(String, String)> {
    fn walk(path: &str, value: &Value, texts: &mut Vec<(String, String)>) {
        match value {
            Value::Object(fields) => fields
                .iter()
                .for_each(|(key, value)| walk(&format!("{path}/{key}"), value, texts)),
            Value::Array(elements) => elements
                .iter()
                .enumerate()
                .for_each(|(n, value)| walk(&format!("{path}/{n}"), value, texts)),
            text => texts.push((path.to_owned(), text.as_str().unwrap().to_owned())),
        }
    }
    let mut found = Vec::new();
    let words = serde_json::to_value(language.words()).unwrap();
    walk("", &words, &mut found);
    found
}

fn names(text: &str) -> Vec<&str> {
    let mut names: Vec<_> = text
        .split('{')
        .skip(1)
        .map(|part| part.split_once('}').unwrap().0)
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn both_languages_have_every_text_with_the_same_values() {
    let (german, english) = (texts(Language::De), texts(Language::En));
    assert_eq!(german.len(), english.len());
    for ((path, german), (same, english)) in german.iter().zip(&english) {
        assert_eq!(path, same);
        assert!(!german.is_empty() && !english.is_empty(), "{path}");
        assert_eq!(names(german), names(english), "{path}");
    }
}

#[test]
fn a_filled_value_is_not_filled_again() {
    assert_eq!(fill("{a} of {b}", &[("a", "{b}"), ("b", "2")]), "{b} of 2");
}

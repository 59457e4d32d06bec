//! The fields of JSON bodies, gathered over many bodies, and whether a reader without keys understands them.

use std::collections::{BTreeMap, BTreeSet};

use harness_evidence::visible_within;
use serde_json::{Map, Value};

/// How many different fields are kept; a hostile client could invent any number.
const FIELD_LIMIT: usize = 500;

/// How deep a body is followed.
const DEPTH_LIMIT: usize = 12;

/// The longest path and example that are shown, in characters.
const PATH_LIMIT: usize = 120;
const EXAMPLE_LIMIT: usize = 48;

/// From how many characters on text without spaces and words reads as ciphertext, key, signature or digest: 128 bits in
/// base64.
const OPAQUE_LEAST: usize = 22;

/// How well a value can be understood without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nature {
    /// As it stands.
    Readable,
    /// Ciphertext, key, signature or digest.
    Unreadable,
    /// A secret that the record does not hold.
    Secret,
    /// Bytes, or something long, of which the record holds the digest.
    Bytes,
}

/// What was seen in a field.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) natures: BTreeSet<Nature>,
    /// The first readable value; empty without one.
    pub(super) example: String,
}

/// Fields by path: `a.b`, `[]` for the elements of a list, `*` for names that are values themselves.
#[derive(Debug, Default)]
pub(super) struct Fields(BTreeMap<String, Seen>);

impl Fields {
    /// Everything in a value below `path`.
    pub(super) fn add(&mut self, path: &str, value: &Value) {
        self.walk(path, value, 0);
    }

    /// A text that stands elsewhere than in a body.
    pub(super) fn add_text(&mut self, path: &str, text: &str) {
        self.see(path, nature_of(text), text);
    }

    pub(super) fn seen(&self) -> &BTreeMap<String, Seen> {
        &self.0
    }

    fn walk(&mut self, path: &str, value: &Value, depth: usize) {
        if depth > DEPTH_LIMIT {
            return;
        }
        match value {
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) => {
                self.see(path, Nature::Readable, &value.to_string())
            }
            Value::String(text) => self.add_text(path, text),
            Value::Array(elements) => {
                let path = format!("{path}[]");
                for element in elements {
                    self.walk(&path, element, depth + 1);
                }
            }
            Value::Object(fields) if is_digest_of_bytes(fields) => {
                self.see(path, Nature::Bytes, "")
            }
            Value::Object(fields) => self.walk_object(path, fields, depth),
        }
    }

    fn walk_object(&mut self, path: &str, fields: &Map<String, Value>, depth: usize) {
        for (name, value) in fields {
            let shown = if is_value(name) { "*" } else { name };
            let below = if path.is_empty() {
                shown.to_owned()
            } else {
                format!("{path}.{shown}")
            };
            if shown == "*" {
                self.see(&below, nature_of(name), name);
            }
            self.walk(&below, value, depth + 1);
        }
    }

    fn see(&mut self, path: &str, nature: Nature, value: &str) {
        let path = visible_within(path, PATH_LIMIT);
        if self.0.len() >= FIELD_LIMIT && !self.0.contains_key(&path) {
            return;
        }
        let seen = self.0.entry(path).or_default();
        seen.natures.insert(nature);
        if nature == Nature::Readable && seen.example.is_empty() {
            seen.example = visible_within(value, EXAMPLE_LIMIT);
        }
    }
}

/// Whether a name in an object or a path is itself something that is told, such as a user's or a device's: no word of a
/// protocol has such characters, is so long, or is written in capitals.
pub(super) fn is_value(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let has_lower = name.chars().any(|c| c.is_ascii_lowercase());
    !name.chars().all(is_plain)
        || name.len() > 40
        || (name.len() >= 6 && !has_lower)
        || is_opaque(name)
}

/// How the record writes bytes and what is too long for it.
fn is_digest_of_bytes(fields: &Map<String, Value>) -> bool {
    fields.len() == 2 && fields.contains_key("sha256") && fields.contains_key("length")
}

fn nature_of(text: &str) -> Nature {
    if text.starts_with("«redacted") {
        Nature::Secret
    } else if is_opaque(text) {
        Nature::Unreadable
    } else {
        Nature::Readable
    }
}

/// Long base64 or hex with the mix of characters that random bytes have; words and ids of a protocol have not.
fn is_opaque(text: &str) -> bool {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_');
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    let (upper, lower) = (
        text.chars().any(|c| c.is_ascii_uppercase()),
        text.chars().any(|c| c.is_ascii_lowercase()),
    );
    let is_hex = text.len() >= 32 && text.chars().all(|c| c.is_ascii_hexdigit());
    let is_mixed = upper && lower && digits > 0 && letters > 0;
    text.len() >= OPAQUE_LEAST && text.chars().all(is_base64) && (is_hex || is_mixed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(value: &Value) -> Vec<(String, Vec<Nature>, String)> {
        let mut fields = Fields::default();
        fields.add("", value);
        let shown = |(path, seen): (&String, &Seen)| {
            let natures = seen.natures.iter().copied().collect();
            (path.clone(), natures, seen.example.clone())
        };
        fields.seen().iter().map(shown).collect()
    }

    #[test]
    fn fields_are_named_by_path_and_names_that_are_values_are_told_as_such() {
        let body = json!({
            "algorithm": "m.megolm.v1.aes-sha2",
            "ciphertext": "AwgAEpABf7Q2kZ0mVvX1nYw3R8sT5uLq",
            "by_digest": {"9c1e9c1e9c1e9c1e9c1e9c1e9c1e9c1e": 1},
            "messages": {"@bob:example": {"DEVICEID": {"n": 1}}},
            "list": [{"on": true}, {"on": false}],
            "password": "«redacted»",
            "file": {"sha256": "00", "length": 9},
        });
        let readable = |path: &str, example: &str| {
            (path.to_owned(), vec![Nature::Readable], example.to_owned())
        };
        let other = |path: &str, nature| (path.to_owned(), vec![nature], String::new());
        assert_eq!(
            seen(&body),
            [
                readable("algorithm", "m.megolm.v1.aes-sha2"),
                (
                    "by_digest.*".to_owned(),
                    vec![Nature::Readable, Nature::Unreadable],
                    "1".to_owned()
                ),
                other("ciphertext", Nature::Unreadable),
                other("file", Nature::Bytes),
                readable("list[].on", "true"),
                readable("messages.*", "@bob:example"),
                readable("messages.*.*", "DEVICEID"),
                readable("messages.*.*.n", "1"),
                other("password", Nature::Secret),
            ]
        );
    }

    #[test]
    fn words_and_ids_are_readable_and_random_bytes_are_not() {
        for text in [
            "hello",
            "m.room.encrypted",
            "a very long sentence in plain words",
            "@alice:localhost",
            "1795402800123",
            "org.matrix.msgtype.with.long.name",
        ] {
            assert_eq!(nature_of(text), Nature::Readable, "{text}");
        }
        for text in [
            "jV0fKvPq3Sx8mZ1cWb9aRg",
            "9c1e9c1e9c1e9c1e9c1e9c1e9c1e9c1e",
            "AwgAEpABf7Q2kZ0mVvX1nYw3R8s+5uLq/w==",
        ] {
            assert_eq!(nature_of(text), Nature::Unreadable, "{text}");
        }
    }

    #[test]
    fn endless_and_deep_bodies_are_cut() {
        let wide: Value = (0..2000)
            .map(|n| (format!("a{n}b"), json!(n)))
            .collect::<Map<_, _>>()
            .into();
        assert_eq!(seen(&wide).len(), FIELD_LIMIT);
        let deep = (0..40).fold(json!("x"), |inner, _| json!({"in": inner}));
        assert!(seen(&deep).is_empty());
    }
}

//! The strict reader.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{JsonError, MAX_DEPTH, MAX_OBJECT, canonical::check_integers};

/// Reads one signed or encrypted object or value: every fault is an error.
///
/// # Errors
/// If the text is longer than [`MAX_OBJECT`], is no JSON, is nested more deeply than
/// [`MAX_DEPTH`], names a key twice in one object, or holds a number that canonical JSON has not.
pub fn parse(text: &[u8]) -> Result<Value, JsonError> {
    let value = read(text, MAX_OBJECT, Duplicates::Refuse)?;
    check_integers(&value)?;
    Ok(value)
}

/// Reads the body of a relay's answer, `limit` bytes or less.
///
/// One bad item must not spoil the others (ATK-EVT-15), so an object that names a key twice, and whatever lies
/// deeper than [`MAX_DEPTH`], becomes `null`, which no item may be; numbers are left for
/// [`canonical`](super::canonical()) to judge.
///
/// # Errors
/// If the text is too long, or no JSON.
pub fn parse_body(text: &[u8], limit: usize) -> Result<Value, JsonError> {
    if text.len() > limit {
        let got = text.len();
        return Err(JsonError::TooLong { got, limit });
    }
    read(&without_depths(text), limit, Duplicates::Void)
}

/// Reads the body of a relay's answer with one of two members of a name: what [`parse_body`] leaves out, for flawed clients
/// of a test bench only.
///
/// # Errors
/// As [`parse_body`].
pub fn parse_ambiguous(text: &[u8], limit: usize, taken: Taken) -> Result<Value, JsonError> {
    read(&without_depths(text), limit, Duplicates::Take(taken))
}

/// Which of two members with one name a careless reader takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The first one.
    First,
    /// The last one, as most readers do (RFC 8259, 4).
    Last,
}

/// The text with `null` for what lies deeper than [`MAX_DEPTH`], before any reader recurses into it.
fn without_depths(text: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Vec::new();
    let (mut depth, mut from) = (0_usize, 0_usize);
    let (mut in_text, mut escaped) = (false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth = depth.saturating_add(1);
                if depth == MAX_DEPTH + 1 {
                    kept.extend_from_slice(text.get(from..at).unwrap_or_default());
                    kept.extend_from_slice(b"null");
                }
            }
            b']' | b'}' if !in_text => {
                if depth == MAX_DEPTH + 1 {
                    from = at.saturating_add(1);
                }
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    if kept.is_empty() {
        return Cow::Borrowed(text);
    }
    if depth <= MAX_DEPTH {
        kept.extend_from_slice(text.get(from..).unwrap_or_default());
    }
    Cow::Owned(kept)
}

/// What becomes of an object that names a key twice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Duplicates {
    Refuse,
    Void,
    Take(Taken),
}

fn read(text: &[u8], limit: usize, duplicates: Duplicates) -> Result<Value, JsonError> {
    if text.len() > limit {
        return Err(JsonError::TooLong {
            got: text.len(),
            limit,
        });
    }
    let mut reader = serde_json::Deserializer::from_slice(text);
    let strict = Strict {
        depth: MAX_DEPTH,
        duplicates,
    };
    strict
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| JsonError::NotStrict {
            line: error.line(),
            column: error.column(),
        })
}

/// Reads one value that may be nested `depth` levels deep.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
    duplicates: Duplicates,
}

impl Strict {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Self { depth, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("number is not finite"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut object = Map::new();
        let mut is_unique = true;
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value_seed(inner)?;
            let is_known = object.contains_key(&key);
            is_unique &= !is_known;
            if !is_known || self.duplicates != Duplicates::Take(Taken::First) {
                object.insert(key, value);
            }
        }
        match self.duplicates {
            Duplicates::Refuse if !is_unique => Err(A::Error::custom("key named twice")),
            Duplicates::Void if !is_unique => Ok(Value::Null),
            Duplicates::Refuse | Duplicates::Void | Duplicates::Take(_) => {
                Ok(Value::Object(object))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_has_one_reading_or_none() {
        assert_eq!(
            parse(br#"{"a":[1,null,true,"x"]}"#),
            Ok(json!({"a": [1, null, true, "x"]}))
        );
        let faults: [&[u8]; 12] = [
            br#"{"a":1,"a":1}"#,
            br#"{"keys":{"b":1,"b":2}}"#,
            br#"[{"c":{},"c":{}}]"#,
            br#"{"a":1} x"#,
            br#"{"a":1,}"#,
            br#"{'a':1}"#,
            br#"{"a":1 /* */}"#,
            br#""\ud800""#,
            b"\"\xff\"",
            b"\xef\xbb\xbf{}",
            b"",
            b"[NaN]",
        ];
        for fault in faults {
            assert!(parse(fault).is_err(), "{}", String::from_utf8_lossy(fault));
        }
        // a key written in two ways is one key
        assert!(parse(br#"{"a":1,"\u0061":2}"#).is_err());
    }

    #[test]
    fn numbers_are_integers_of_53_bits() {
        for good in ["0", "-1", "9007199254740991", "-9007199254740991"] {
            assert!(parse(good.as_bytes()).is_ok(), "{good}");
        }
        let faults = [
            "1.0",
            "1e3",
            "-0",
            "9007199254740992",
            "-9007199254740992",
            "01",
            "1e999",
        ];
        for fault in faults {
            assert!(parse(fault.as_bytes()).is_err(), "{fault}");
        }
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let nested = |levels| ["[".repeat(levels), "]".repeat(levels)].concat();
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(parse(nested(MAX_DEPTH + 1).as_bytes()).is_err());
        assert!(parse("[".repeat(60_000).as_bytes()).is_err());
        let long = vec![b' '; MAX_OBJECT + 1];
        let too_long = JsonError::TooLong {
            got: MAX_OBJECT + 1,
            limit: MAX_OBJECT,
        };
        assert_eq!(parse(&long), Err(too_long));
    }

    #[test]
    fn one_ambiguous_item_leaves_the_rest_of_a_body() {
        let body = br#"{"events":[{"a":1},{"a":1,"a":2},{"a":1.5}],"next":"t"}"#;
        let read = json!({"events": [{"a": 1}, null, {"a": 1.5}], "next": "t"});
        assert_eq!(parse_body(body, 100), Ok(read));
        assert!(parse_body(body, 10).is_err());
    }

    #[test]
    fn a_careless_reader_takes_the_first_or_the_last() {
        let body = br#"{"a":{"b":1,"b":2}}"#;
        for (taken, read) in [(Taken::First, 1), (Taken::Last, 2)] {
            assert_eq!(
                parse_ambiguous(body, 100, taken),
                Ok(json!({"a": {"b": read}}))
            );
        }
    }

    #[test]
    fn one_deep_item_leaves_the_rest_of_a_body() {
        let deep = |levels| ["[".repeat(levels), "]".repeat(levels)].concat();
        for levels in [MAX_DEPTH, 200, 50_000] {
            let body = format!(
                r#"{{"events":[{{"b":"]\"["}},{}],"next":"t"}}"#,
                deep(levels)
            );
            let read = parse_body(body.as_bytes(), 1 << 20).unwrap();
            assert_eq!(read["next"], json!("t"), "{levels}");
            assert_eq!(read["events"][0]["b"], json!("]\"["));
        }
        let fits = format!(r#"{{"a":{}}}"#, deep(MAX_DEPTH - 1));
        assert_eq!(without_depths(fits.as_bytes()), fits.as_bytes());
        // what never ends is no JSON
        assert!(parse_body("[".repeat(50_000).as_bytes(), 1 << 20).is_err());
    }

    #[test]
    fn errors_say_where() {
        assert_eq!(
            parse(b"{\n  x}"),
            Err(JsonError::NotStrict { line: 2, column: 3 })
        );
    }
}

//! Strict JSON: bounded depth, no key twice (ATK-SRV-03, ATK-SRV-04).

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// What is wrong with a JSON text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JsonFault {
    /// Arrays and objects lie deeper than allowed.
    #[error("nesting is deeper than {0}")]
    TooDeep(usize),
    /// It is no JSON at all.
    #[error("not JSON: {0}")]
    NotJson(serde_json::Error),
    /// An object has a key twice.
    #[error("an object has a key twice")]
    DuplicateKey,
    /// The text is JSON, but no object.
    #[error("not an object")]
    NotAnObject,
}

/// Checks that `bytes` is one JSON object without duplicate keys anywhere.
pub(crate) fn check_object(bytes: &[u8]) -> Result<(), JsonFault> {
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let checked = Strict
        .deserialize(&mut parser)
        .and_then(|kind| parser.end().map(|()| kind));
    match checked {
        Ok(Kind::Object) => Ok(()),
        Ok(Kind::Other) => Err(JsonFault::NotAnObject),
        // serde_json carries only text from a visitor; this one is ours.
        Err(error) if error.to_string().starts_with(DUPLICATE) => Err(JsonFault::DuplicateKey),
        Err(error) => Err(JsonFault::NotJson(error)),
    }
}

/// Checks that no bracket lies deeper than `limit`, before any parser recurses.
pub(crate) fn check_depth(bytes: &[u8], limit: usize) -> Result<(), JsonFault> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return Err(JsonFault::TooDeep(limit));
        }
    }
    Ok(())
}

/// Why an event is refused in which [`has_exact_numbers`] does not hold.
pub(crate) const INEXACT: &str = "a number is no integer of 53 bits";

/// Whether every number in `text` is an integer of at most 53 bits, so that no two readers take it for different ones
/// (canonical JSON, which room version 6 and later demand of events).
pub(crate) fn has_exact_numbers(text: &str) -> bool {
    serde_json::from_str(text).is_ok_and(|value| is_exact(&value))
}

fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            let magnitude = number
                .as_i64()
                .map(i64::unsigned_abs)
                .or_else(|| number.as_u64());
            magnitude.is_some_and(|magnitude| magnitude < 1 << 53)
        }
        Value::Array(items) => items.iter().all(is_exact),
        Value::Object(members) => members.values().all(is_exact),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

enum Kind {
    Object,
    Other,
}

/// Walks a value and keeps nothing but the keys of the objects it is in.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Kind;

    fn deserialize<D: serde::Deserializer<'de>>(self, parser: D) -> Result<Kind, D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Kind;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kind, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !keys.insert(key) {
                return Err(A::Error::custom(DUPLICATE));
            }
            map.next_value_seed(Self)?;
        }
        Ok(Kind::Object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Kind, A::Error> {
        while values.next_element_seed(Self)?.is_some() {}
        Ok(Kind::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Other)
    }
}

const DUPLICATE: &str = "an object has a key twice";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_twice_is_refused_at_any_depth() {
        for text in [r#"{"a":1,"a":2}"#, r#"{"b":[{"a":1,"\u0061":2}]}"#] {
            assert!(
                matches!(check_object(text.as_bytes()), Err(JsonFault::DuplicateKey)),
                "{text}"
            );
        }
        check_object(br#"{"a":{"a":[1.5,-1,null,true,"x"]}}"#).unwrap();
    }

    #[test]
    fn what_is_no_object_is_refused() {
        assert!(matches!(check_object(b"[]"), Err(JsonFault::NotAnObject)));
        for text in ["", "{", "{} {}", "{\"a\":\"\\ud800\"}", "nan"] {
            assert!(
                matches!(check_object(text.as_bytes()), Err(JsonFault::NotJson(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn a_number_with_two_readings_is_no_exact_one() {
        for text in [
            "1.5",
            "[9007199254740992]",
            r#"{"a":-9007199254740992}"#,
            "1e3",
        ] {
            assert!(!has_exact_numbers(text), "{text}");
        }
        assert!(has_exact_numbers(r#"{"a":[9007199254740991,-1,"1.5"]}"#));
    }

    #[test]
    fn brackets_inside_texts_do_not_count_as_depth() {
        check_depth(br#"{"a":"[[[[\"[[","b":[]}"#, 2).unwrap();
        assert!(check_depth(b"[[[]]]", 2).is_err());
    }
}

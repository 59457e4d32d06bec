//! Canonical JSON.

use serde_json::{Map, Number, Value};

use super::{JsonError, MAX_DEPTH, MAX_INTEGER};

/// The canonical text of `value`.
///
/// # Errors
/// If it holds a number that is no integer within 53 bits, or is nested too deeply.
pub fn canonical(value: &Value) -> Result<String, JsonError> {
    let mut text = String::new();
    write(value, &mut text, 0)?;
    Ok(text)
}

/// The canonical text of an object without some of its members.
///
/// # Errors
/// As [`canonical`].
pub fn canonical_without(
    object: &Map<String, Value>,
    left_out: &[&str],
) -> Result<String, JsonError> {
    let mut text = String::new();
    write_object(object, left_out, &mut text, 0)?;
    Ok(text)
}

/// Whether every number in `value` is an integer within 53 bits.
pub(super) fn check_integers(value: &Value) -> Result<(), JsonError> {
    match value {
        Value::Number(number) => check_integer(number),
        Value::Array(items) => items.iter().try_for_each(check_integers),
        Value::Object(members) => members.values().try_for_each(check_integers),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

fn check_integer(number: &Number) -> Result<(), JsonError> {
    let magnitude = number
        .as_i64()
        .map(i64::unsigned_abs)
        .or_else(|| number.as_u64());
    match magnitude {
        Some(..=MAX_INTEGER) => Ok(()),
        Some(_) | None => Err(JsonError::NoExactInteger),
    }
}

fn write(value: &Value, text: &mut String, depth: usize) -> Result<(), JsonError> {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
        Value::Number(number) => {
            check_integer(number)?;
            text.push_str(&number.to_string());
        }
        Value::Array(items) => {
            let depth = deeper(depth)?;
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(item, text, depth)?;
            }
            text.push(']');
        }
        Value::Object(members) => write_object(members, &[], text, depth)?,
    }
    Ok(())
}

fn write_object(
    object: &Map<String, Value>,
    left_out: &[&str],
    text: &mut String,
    depth: usize,
) -> Result<(), JsonError> {
    let depth = deeper(depth)?;
    let mut members: Vec<(&String, &Value)> = object
        .iter()
        .filter(|(key, _)| !left_out.contains(&key.as_str()))
        .collect();
    // UTF-8 bytes sort as their code points do; UTF-16 would not (VEC-J-03)
    members.sort_by_key(|(key, _)| key.as_bytes());
    text.push('{');
    for (at, (key, value)) in members.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&Value::from(key.as_str()).to_string());
        text.push(':');
        write(value, text, depth)?;
    }
    text.push('}');
    Ok(())
}

fn deeper(depth: usize) -> Result<usize, JsonError> {
    if depth >= MAX_DEPTH {
        return Err(JsonError::TooDeep { limit: MAX_DEPTH });
    }
    Ok(depth.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::parse, *};

    /// The examples of the Matrix specification.
    #[test]
    fn the_examples_of_the_specification_come_out() {
        for (given, wanted) in [
            ("{}", "{}"),
            (r#"{ "one": 1, "two": "Two" }"#, r#"{"one":1,"two":"Two"}"#),
            (r#"{"b":"2","a":"1"}"#, r#"{"a":"1","b":"2"}"#),
            (r#"{"a":"日本語"}"#, r#"{"a":"日本語"}"#),
            (r#"{"本":2,"日":1}"#, r#"{"日":1,"本":2}"#),
            (r#"{"a":"\u65E5"}"#, r#"{"a":"日"}"#),
            (r#"{"a":null}"#, r#"{"a":null}"#),
        ] {
            let value = parse(given.as_bytes()).unwrap();
            assert_eq!(canonical(&value).unwrap(), wanted);
        }
    }

    #[test]
    fn keys_are_in_the_order_of_code_points() {
        let value = json!({"\u{10000}": 1, "\u{e000}": 2, "a": 3, "": 4});
        assert_eq!(
            canonical(&value).unwrap(),
            "{\"\":4,\"a\":3,\"\u{e000}\":2,\"\u{10000}\":1}"
        );
    }

    #[test]
    fn strings_have_the_shortest_escapes() {
        let value = json!("\u{0}\u{8}\t\n\u{c}\r\u{1f}\"\\/\u{7f}\u{2028}");
        assert_eq!(
            canonical(&value).unwrap(),
            "\"\\u0000\\b\\t\\n\\f\\r\\u001f\\\"\\\\/\u{7f}\u{2028}\""
        );
    }

    #[test]
    fn numbers_without_canonical_form_are_refused() {
        for value in [
            json!(1.5),
            json!({"a": [1_u64 << 53]}),
            json!(u64::MAX),
            json!(i64::MIN),
        ] {
            assert_eq!(canonical(&value), Err(JsonError::NoExactInteger));
        }
        let deep = (0..=MAX_DEPTH).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(
            canonical(&deep),
            Err(JsonError::TooDeep { limit: MAX_DEPTH })
        );
    }
}

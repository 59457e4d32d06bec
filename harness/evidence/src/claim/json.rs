//! Claims about JSON values: what stands at a pointer (RFC 6901), and how several values compare.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::Finding;

pub(super) fn status(value: &Value, one_of: &[u16], errcode: &[String]) -> Finding {
    let Some(status) = value.get("status").and_then(Value::as_u64) else {
        return Finding::Undecided("no status was observed".to_owned());
    };
    let code = value
        .get("errcode")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let held = one_of.iter().any(|wanted| u64::from(*wanted) == status)
        && (errcode.is_empty() || errcode.iter().any(|wanted| wanted == code));
    Finding::decide(held, format!("status {status} {code}"))
}

pub(super) fn is(value: &Value, pointer: &str, wanted: &Value) -> Finding {
    at(value, pointer, |seen| Some(seen == wanted))
}

pub(super) fn is_not(value: &Value, pointer: &str, values: &[Value]) -> Finding {
    let seen = value.pointer(pointer).unwrap_or(&Value::Null);
    Finding::decide(!values.contains(seen), format!("{pointer}: {seen}"))
}

pub(super) fn within(value: &Value, pointer: &str, range: RangeInclusive<u64>) -> Finding {
    at(value, pointer, |seen| {
        let size = match seen {
            Value::Array(elements) => u64::try_from(elements.len()).ok(),
            Value::Object(fields) => u64::try_from(fields.len()).ok(),
            Value::String(text) => u64::try_from(text.len()).ok(),
            Value::Number(number) => number.as_u64(),
            Value::Null | Value::Bool(_) => return None,
        };
        Some(size.is_some_and(|size| range.contains(&size)))
    })
}

pub(super) fn contains(value: &Value, pointer: &str, wanted: &Value) -> Finding {
    at(value, pointer, |seen| holds(seen, wanted))
}

pub(super) fn lacks(value: &Value, pointer: &str, wanted: &Value) -> Finding {
    at(value, pointer, |seen| holds(seen, wanted).map(|held| !held))
}

pub(super) fn same(values: &[&Value]) -> Finding {
    compared(values, |one, other| one == other)
}

pub(super) fn different(values: &[&Value]) -> Finding {
    compared(values, |one, other| one != other)
}

/// Holds if every pair passes; one value alone cannot be compared.
fn compared(values: &[&Value], test: impl Fn(&Value, &Value) -> bool) -> Finding {
    if values.len() < 2 {
        return Finding::Undecided("fewer than two values to compare".to_owned());
    }
    let held = values
        .iter()
        .enumerate()
        .all(|(n, one)| values.iter().skip(n + 1).all(|other| test(one, other)));
    let seen: Vec<_> = values.iter().map(ToString::to_string).collect();
    Finding::decide(held, seen.join(" | "))
}

/// `None` from the test: a value of that kind does not decide it.
fn at(value: &Value, pointer: &str, test: impl FnOnce(&Value) -> Option<bool>) -> Finding {
    let Some(seen) = value.pointer(pointer) else {
        return Finding::Undecided(format!("nothing at {pointer}"));
    };
    let text = format!("{pointer}: {seen}");
    match test(seen) {
        Some(held) => Finding::decide(held, text),
        None => Finding::Undecided(text),
    }
}

fn holds(seen: &Value, wanted: &Value) -> Option<bool> {
    match (seen, wanted) {
        (Value::Array(elements), wanted) => Some(elements.contains(wanted)),
        (Value::Object(fields), Value::String(key)) => Some(fields.contains_key(key)),
        _ => None,
    }
}

//! Canonical JSON (Matrix specification, appendix 'Canonical JSON').

use std::collections::BTreeMap;

use serde_json::Value;

/// The canonical form: no white space, keys in the order of their code points.
#[must_use]
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            // does not rely on the order in which the JSON library keeps its keys
            let sorted: BTreeMap<_, _> = fields.iter().collect();
            let fields: Vec<_> = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(canonical).collect();
            format!("[{}]", elements.join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_canonical_form_is_that_of_the_specification() {
        let value = json!({"b": 2, "a": {"本": 1, "日": [1, {"z": null, "y": "\n"}]}});
        assert_eq!(
            canonical(&value),
            "{\"a\":{\"日\":[1,{\"y\":\"\\n\",\"z\":null}],\"本\":1},\"b\":2}"
        );
    }
}

//! The protocol as JSON Schema, generated from the types.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::{Answer, Invocation, PROTOCOL, Reply};

/// The JSON Schema (2020-12) of the three line shapes: `invocation`, `answer`, and the `reply` inside an answer.
#[must_use]
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let invocation = generator.subschema_for::<Invocation>();
    let answer = generator.subschema_for::<Answer>();
    let reply = generator.subschema_for::<Reply>();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Prüfstand driver protocol",
        "description": format!("version {}.{}, one object a line", PROTOCOL.major, PROTOCOL.minor),
        "oneOf": [
            { "title": "bench to driver", "allOf": [invocation] },
            { "title": "driver to bench", "allOf": [answer] },
        ],
        "x-reply": reply,
        "$defs": generator.take_definitions(true),
    })
}

//! The lints of the report as data, so that a reader sees what the results do not show.

use harness_evidence::Results;
use serde_json::{Value, json};

use crate::lints::{Both, LintState, lints};

/// All eighteen with state, rule and places, in both languages.
pub(super) fn list(results: &Results) -> Value {
    let both = |text: &Both| json!({"de": text.de, "en": text.en});
    let rows = lints(results).into_iter().map(|lint| {
        let (state, told) = match &lint.state {
            LintState::Clear => ("clear", Vec::new()),
            LintState::Broken(places) => ("broken", places.iter().map(both).collect()),
            LintState::Undecided(lacking) => ("undecided", vec![both(lacking)]),
        };
        json!({"number": lint.number, "state": state, "rule": both(&lint.rule), "told": told})
    });
    json!({"lints": rows.collect::<Vec<_>>()})
}

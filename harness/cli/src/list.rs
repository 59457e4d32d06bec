//! `list` and `schema`: what there is.

use std::io::Write as _;

use harness_suite::{Catalogue, Requirement, checks, flaws};
use serde_json::{Map, Value, json};

use crate::{
    args::{Format, List},
    failure::{Failure, PASSED},
};

/// Lists checks, requirements, attacks or flaws.
pub(crate) fn list(list: &List) -> Result<u8, Failure> {
    let rows = if list.requirements {
        requirements()?
    } else if list.attacks {
        attacks()?
    } else if list.flaws {
        seeded()
    } else {
        all_checks()
    };
    let mut output = anstream::stdout();
    match list.format {
        Format::Json => {
            let objects: Vec<Value> = rows.iter().map(Row::object).collect();
            writeln!(
                output,
                "{}",
                serde_json::to_string_pretty(&objects).map_err(std::io::Error::from)?
            )?;
        }
        Format::Table => {
            let width = rows
                .iter()
                .map(|row| row.id.chars().count())
                .max()
                .unwrap_or_default();
            for row in &rows {
                writeln!(output, "{:width$}  {}  [{}]", row.id, row.text, row.shown())?;
            }
        }
    }
    Ok(PASSED)
}

struct Row {
    id: String,
    text: String,
    /// Of an attack: that a check carries it out, or why none does yet. Of a requirement: how it is asked for.
    state: Option<String>,
    links: Vec<String>,
    /// Of a requirement: what else there is to say, by name.
    facts: Map<String, Value>,
}

impl Row {
    /// Its links, or why there are none; behind them what is open nevertheless.
    fn shown(&self) -> String {
        let links = self.links.join(", ");
        let shown = match &self.state {
            Some(state) if links.is_empty() => state.clone(),
            Some(state) => format!("{state}: {links}"),
            None => links,
        };
        match self.facts.get("gap").and_then(Value::as_str) {
            Some(gap) => format!("{shown}; open: {gap}"),
            None => shown,
        }
    }

    fn object(&self) -> Value {
        let mut object = json!({ "id": self.id, "text": self.text, "links": self.links });
        if let Some(fields) = object.as_object_mut() {
            let state = self.state.iter();
            fields.extend(state.map(|state| ("state".to_owned(), json!(state))));
            fields.extend(self.facts.clone());
        }
        object
    }
}

fn all_checks() -> Vec<Row> {
    let row = |check: &harness_suite::Check| Row {
        id: check.id.to_owned(),
        text: check.purpose.to_owned(),
        state: None,
        facts: Map::new(),
        links: check
            .attacks
            .iter()
            .chain(check.requirements)
            .map(|id| (*id).to_owned())
            .collect(),
    };
    checks().into_iter().map(row).collect()
}

fn requirements() -> Result<Vec<Row>, Failure> {
    let catalogue = Catalogue::embedded()?;
    let checks = checks();
    let row = |requirement: &Requirement| {
        let bearing = checks
            .iter()
            .filter(|check| check.requirements.contains(&requirement.id.as_str()));
        let facts = serde_json::to_value(requirement.reported()).unwrap_or_default();
        Row {
            id: requirement.id.clone(),
            text: requirement.en.clone(),
            state: Some(asked_for(requirement)),
            links: bearing.map(|check| check.id.to_owned()).collect(),
            facts: facts.as_object().cloned().unwrap_or_default(),
        }
    };
    Ok(catalogue.requirements().map(row).collect())
}

/// `MUST, critical, EXAMINE`.
fn asked_for(requirement: &Requirement) -> String {
    let depth = requirement.depth.map(|depth| format!(", {}", depth.word()));
    format!(
        "{}, {}{}",
        word(&requirement.level),
        word(&requirement.gravity),
        depth.unwrap_or_default()
    )
}

/// The word that evidence has for a value.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn attacks() -> Result<Vec<Row>, Failure> {
    let catalogue = Catalogue::embedded()?;
    let checks = checks();
    let carried_out = |id: &str| {
        checks
            .iter()
            .filter(|check| check.attacks.contains(&id))
            .map(|check| check.id.to_owned())
            .collect()
    };
    let row = |attack: &harness_suite::Attack| {
        let links: Vec<String> = carried_out(&attack.id);
        let state = match (&attack.gap, &attack.later) {
            _ if !links.is_empty() => "done".to_owned(),
            (Some(verb), _) => format!("gap: {verb}"),
            (None, Some(why)) => format!("later: {why}"),
            (None, None) => "no check".to_owned(),
        };
        Row {
            id: attack.id.clone(),
            text: attack.title.clone(),
            state: Some(state),
            facts: Map::new(),
            links,
        }
    };
    Ok(catalogue.attacks().map(row).collect())
}

fn seeded() -> Vec<Row> {
    let checks = checks();
    let row = |flaw: harness_suite::Seeded| {
        let caught = checks
            .iter()
            .filter(|check| check.twins.iter().any(|twin| twin.flaw == flaw.flaw));
        Row {
            id: flaw.flaw.to_owned(),
            text: format!(
                "seeded into the {}",
                if flaw.side == harness_suite::Side::Client {
                    "client"
                } else {
                    "relay"
                }
            ),
            state: None,
            facts: Map::new(),
            links: caught.map(|check| check.id.to_owned()).collect(),
        }
    };
    flaws().into_iter().map(row).collect()
}

/// Prints the JSON Schema of the driver protocol.
pub(crate) fn schema() -> Result<u8, Failure> {
    let schema =
        serde_json::to_string_pretty(&harness_driver::schema()).map_err(std::io::Error::from)?;
    writeln!(anstream::stdout(), "{schema}")?;
    Ok(PASSED)
}

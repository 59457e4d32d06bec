//! `list` and `schema`: what there is.

use std::io::Write as _;

use harness_suite::{Catalogue, checks, flaws};
use serde_json::{Value, json};

use crate::{
    args::{Format, List},
    failure::{Failure, PASSED},
};

/// Lists checks, attacks or flaws.
pub(crate) fn list(list: &List) -> Result<u8, Failure> {
    let rows = if list.attacks {
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
    /// Of an attack: that a check carries it out, or why none does yet.
    state: Option<String>,
    links: Vec<String>,
}

impl Row {
    /// Its links, or why there are none.
    fn shown(&self) -> String {
        match &self.state {
            Some(why) if self.links.is_empty() => why.clone(),
            Some(state) => format!("{state}: {}", self.links.join(", ")),
            None => self.links.join(", "),
        }
    }

    fn object(&self) -> Value {
        let mut object = json!({ "id": self.id, "text": self.text, "links": self.links });
        if let (Some(state), Some(fields)) = (&self.state, object.as_object_mut()) {
            fields.insert("state".to_owned(), json!(state));
        }
        object
    }
}

fn all_checks() -> Vec<Row> {
    let row = |check: &harness_suite::Check| Row {
        id: check.id.to_owned(),
        text: check.purpose.to_owned(),
        state: None,
        links: check
            .attacks
            .iter()
            .chain(check.requirements)
            .map(|id| (*id).to_owned())
            .collect(),
    };
    checks().into_iter().map(row).collect()
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

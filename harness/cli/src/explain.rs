//! `explain`: everything that the bench knows about an id, and what came of it in the last run.

use std::{io::Write as _, path::Path};

use harness_evidence::{Record, Results, visible};
use harness_suite::{Attack, Catalogue, Check, Requirement, checks};
use serde_json::{Map, Value};

use crate::{
    args::{Explain, Format},
    failure::{Failure, PASSED},
};

/// Shows a check, an attack, a requirement or a flaw.
pub(crate) fn explain(explain: &Explain) -> Result<u8, Failure> {
    let (id, catalogue, checks) = (explain.id.as_str(), Catalogue::embedded()?, checks());
    let last = last_run(&explain.run);
    let bearing = |test: &dyn Fn(&Check) -> bool| -> Option<Vec<Explained>> {
        let bearing = checks.iter().filter(|check| test(check));
        Some(
            bearing
                .map(|check| of_check(check, last.as_ref()))
                .collect(),
        )
    };
    let explained = if let Some(check) = checks.iter().find(|check| check.id == id) {
        of_check(check, last.as_ref())
    } else if let Some(attack) = catalogue.attack(id) {
        let checks = bearing(&|check| check.attacks.contains(&id));
        Explained {
            checks,
            ..of_attack(attack)
        }
    } else if let Some(requirement) = catalogue.requirement(id) {
        let checks = bearing(&|check| check.requirements.contains(&id));
        let explained = of_requirement(requirement, last.as_ref());
        Explained {
            checks,
            ..explained
        }
    } else if checks.iter().any(|check| has_twin(check, id)) {
        Explained {
            id: id.to_owned(),
            title: "a seeded flaw of the reference".to_owned(),
            rows: vec![text("see it fail", format!("pruefstand run --flaw {id}"))],
            checks: bearing(&|check| has_twin(check, id)),
        }
    } else {
        return Err(Failure::Usage(format!(
            "nothing is called {id:?}; `pruefstand list` shows the checks"
        )));
    };
    let shown = match explain.format {
        Format::Table => explained.table(),
        Format::Json => explained.json()?,
    };
    write!(anstream::stdout(), "{shown}")?;
    Ok(PASSED)
}

/// One thing, with what there is to say of it and, if it is no check itself, the checks that bear on it.
struct Explained {
    id: String,
    title: String,
    rows: Vec<(&'static str, Value)>,
    checks: Option<Vec<Self>>,
}

impl Explained {
    /// A line a row that says something, then the checks.
    fn table(&self) -> String {
        let rows = self.rows.iter().map(|(name, value)| (name, line(value)));
        let rows: String = rows
            .filter(|(_, line)| !line.is_empty())
            .map(|(name, line)| format!("{name:13} {line}\n"))
            .collect();
        let checks = match self.checks.as_deref() {
            None => String::new(),
            Some([]) => "no check yet\n".to_owned(),
            Some(checks) => checks
                .iter()
                .map(|check| format!("\n{}", check.table()))
                .collect(),
        };
        format!("{}: {}\n{rows}{checks}", self.id, self.title)
    }

    fn json(&self) -> Result<String, Failure> {
        let text = serde_json::to_string_pretty(&self.object()).map_err(std::io::Error::from)?;
        Ok(format!("{text}\n"))
    }

    /// The same as an object: a field a row, named like it with `_` between its words.
    fn object(&self) -> Value {
        let mut object = Map::new();
        object.insert("id".to_owned(), self.id.as_str().into());
        object.insert("title".to_owned(), self.title.as_str().into());
        let rows = self
            .rows
            .iter()
            .filter(|(_, value)| !line(value).is_empty());
        object.extend(rows.map(|(name, value)| (name.replace(' ', "_"), value.clone())));
        if let Some(checks) = &self.checks {
            let checks = checks.iter().map(Self::object).collect();
            object.insert("checks".to_owned(), Value::Array(checks));
        }
        object.into()
    }
}

fn text(name: &'static str, value: impl Into<String>) -> (&'static str, Value) {
    (name, Value::String(value.into()))
}

fn words<'a>(
    name: &'static str,
    words: impl IntoIterator<Item = &'a str>,
) -> (&'static str, Value) {
    (name, words.into_iter().map(Value::from).collect())
}

/// A value as it stands in a line.
fn line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(line).collect::<Vec<_>>().join(", "),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

fn has_twin(check: &Check, flaw: &str) -> bool {
    check.twins.iter().any(|twin| twin.flaw == flaw)
}

/// The results of a run's folder, if there is one that can be read.
fn last_run(folder: &Path) -> Option<Results> {
    Record::open(folder).ok().map(|record| record.results)
}

fn of_attack(attack: &Attack) -> Explained {
    Explained {
        id: attack.id.clone(),
        title: attack.title.clone(),
        rows: vec![
            words("sources", attack.sources.iter().map(String::as_str)),
            text("passes when", attack.passes.clone()),
            text("gap", attack.gap.clone().unwrap_or_default()),
            text("later", attack.later.clone().unwrap_or_default()),
        ],
        checks: None,
    }
}

fn of_requirement(requirement: &Requirement, last: Option<&Results>) -> Explained {
    let depth = requirement.depth;
    let needs = requirement.needs.iter().map(|switch| switch.name());
    Explained {
        id: requirement.id.clone(),
        title: requirement.en.clone(),
        rows: vec![
            text("german", requirement.de.clone()),
            named("level", &requirement.level),
            named("gravity", &requirement.gravity),
            text("group", requirement.group()),
            words("sources", requirement.sources.iter().map(String::as_str)),
            named("test", &requirement.test),
            named("witness", &requirement.witness),
            named("depth", &depth),
            text(
                "contribution",
                depth.map_or("", |depth| depth.contribution()),
            ),
            named("profiles", &requirement.profiles),
            words("needs", needs),
            text("gap", requirement.gap.clone().unwrap_or_default()),
            text("last result", last_verdict(&requirement.id, last)),
        ],
        checks: None,
    }
}

/// A value by the word that evidence has for it.
fn named(name: &'static str, value: &impl serde::Serialize) -> (&'static str, Value) {
    (name, serde_json::to_value(value).unwrap_or_default())
}

/// What the last run made of a requirement; words of the target are made harmless.
fn last_verdict(id: &str, last: Option<&Results>) -> String {
    let Some(last) = last else {
        return String::new();
    };
    let found = last.requirements.iter().find(|one| one.id == id);
    let Some(found) = found else {
        return format!("not in run {}", visible(&last.plan.run));
    };
    let rule = found.rule.as_deref();
    let rule = rule.map_or(String::new(), |rule| format!(" ({rule})"));
    visible(&format!(
        "{:?}{rule} on {}; run {}",
        found.outcome, last.plan.target.name, last.plan.run
    ))
}

fn of_check(check: &Check, last: Option<&Results>) -> Explained {
    let twins: Vec<_> = check
        .twins
        .iter()
        .map(|twin| format!("{} -> {}", twin.flaw, twin.code))
        .collect();
    let about = format!(
        "{:?}, {:?}, witness at least {:?}",
        check.subject, check.severity, check.witness
    );
    Explained {
        id: check.id.to_owned(),
        title: format!("check, version {}", check.version),
        rows: vec![
            text("purpose", check.purpose),
            text("precondition", check.precondition),
            text("expected", check.expected),
            text("about", about),
            words("requirements", check.requirements.iter().copied()),
            words("attacks", check.attacks.iter().copied()),
            words("weak twins", twins.iter().map(String::as_str)),
            text("last result", last_result(check, last)),
            text("run it", format!("pruefstand run --check {}", check.id)),
        ],
        checks: None,
    }
}

/// What the last run made of a check, on its target and on the weak twins; words of the target are made harmless.
fn last_result(check: &Check, last: Option<&Results>) -> String {
    let Some(last) = last else {
        return String::new();
    };
    let case = last.cases.iter().find(|case| case.check == check.id);
    let Some(case) = case else {
        return format!("not in run {}", visible(&last.plan.run));
    };
    let (caught, twins) = last.instrument.caught_by(check.id);
    let reason = match case.verdict.reason.as_str() {
        "" => String::new(),
        reason => format!(" ({reason})"),
    };
    visible(&format!(
        "{:?}{reason} on {}; {caught} of {twins} weak twins caught; run {}",
        case.verdict.outcome, last.plan.target.name, last.plan.run
    ))
}

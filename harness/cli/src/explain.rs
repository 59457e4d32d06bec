//! `explain`: everything that the bench knows about an id, and what came of it in the last run.

use std::{fs, io::Write as _, path::Path};

use harness_evidence::{Results, visible};
use harness_suite::{Catalogue, Check, checks};

use crate::{
    args::Explain,
    failure::{Failure, PASSED},
};

/// Shows a check, an attack, a requirement or a flaw.
pub(crate) fn explain(explain: &Explain) -> Result<u8, Failure> {
    let (id, catalogue, checks) = (explain.id.as_str(), Catalogue::embedded()?, checks());
    let last = last_run(&explain.run);
    let bearing = |test: &dyn Fn(&Check) -> bool| bearing(&checks, last.as_ref(), test);
    let text = if let Some(check) = checks.iter().find(|check| check.id == id) {
        of_check(check, last.as_ref())
    } else if let Some(attack) = catalogue.attack(id) {
        let rows = rows(&[
            ("sources", attack.sources.join(", ")),
            ("passes when", attack.passes.clone()),
            ("gap", attack.gap.clone().unwrap_or_default()),
            ("later", attack.later.clone().unwrap_or_default()),
        ]);
        let checks = bearing(&|check| check.attacks.contains(&id));
        format!("{id}: {}\n{rows}{checks}", attack.title)
    } else if let Some(requirement) = catalogue.requirement(id) {
        let head = format!(
            "{id} ({:?}): {}\n{}\n",
            requirement.level, requirement.en, requirement.de
        );
        let rows = rows(&[("sources", requirement.sources.join(", "))]);
        let checks = bearing(&|check| check.requirements.contains(&id));
        format!("{head}{rows}{checks}")
    } else if checks.iter().any(|check| has_twin(check, id)) {
        let rows = rows(&[("see it fail", format!("pruefstand run --flaw {id}"))]);
        let checks = bearing(&|check| has_twin(check, id));
        format!("{id}: a seeded flaw of the reference\n{rows}{checks}")
    } else {
        return Err(Failure::Usage(format!(
            "nothing is called {id:?}; `pruefstand list` shows the checks"
        )));
    };
    write!(anstream::stdout(), "{text}")?;
    Ok(PASSED)
}

fn has_twin(check: &Check, flaw: &str) -> bool {
    check.twins.iter().any(|twin| twin.flaw == flaw)
}

/// The results of a run's folder, if there is one that can be read.
fn last_run(folder: &Path) -> Option<Results> {
    let text = fs::read(folder.join("data/results.json")).ok()?;
    serde_json::from_slice(&text).ok()
}

fn of_check(check: &Check, last: Option<&Results>) -> String {
    let twins: Vec<_> = check
        .twins
        .iter()
        .map(|twin| format!("{} -> {}", twin.flaw, twin.code))
        .collect();
    let rows = rows(&[
        ("purpose", check.purpose.to_owned()),
        ("precondition", check.precondition.to_owned()),
        ("expected", check.expected.to_owned()),
        (
            "about",
            format!(
                "{:?}, {:?}, witness at least {:?}",
                check.subject, check.severity, check.witness
            ),
        ),
        ("requirements", check.requirements.join(", ")),
        ("attacks", check.attacks.join(", ")),
        ("weak twins", twins.join(", ")),
        ("last result", last_result(check, last)),
        ("run it", format!("pruefstand run --check {}", check.id)),
    ]);
    format!("{} (version {})\n{rows}", check.id, check.version)
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

/// The checks that bear on something, each whole.
fn bearing(
    checks: &[&'static Check],
    last: Option<&Results>,
    test: &dyn Fn(&Check) -> bool,
) -> String {
    let checks: String = checks
        .iter()
        .filter(|check| test(check))
        .map(|check| format!("\n{}", of_check(check, last)))
        .collect();
    if checks.is_empty() {
        "no check yet\n".to_owned()
    } else {
        checks
    }
}

/// A line a row that says something.
fn rows(rows: &[(&str, String)]) -> String {
    rows.iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name:13} {value}\n"))
        .collect()
}

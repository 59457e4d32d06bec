//! `explain`: everything that the bench knows about an id.

use std::io::Write as _;

use harness_suite::{Catalogue, Check, checks};

use crate::{
    args::Explain,
    failure::{Failure, PASSED},
};

/// Shows a check, an attack, a requirement or a flaw.
pub(crate) fn explain(explain: &Explain) -> Result<u8, Failure> {
    let (id, catalogue, checks) = (explain.id.as_str(), Catalogue::embedded()?, checks());
    let text = if let Some(check) = checks.iter().find(|check| check.id == id) {
        of_check(check)
    } else if let Some(attack) = catalogue.attack(id) {
        let mut passes = String::new();
        let sources = attack.sources.join(", ");
        let why = attack.later.clone().unwrap_or_default();
        for (name, value) in [
            ("passes when", &attack.passes),
            ("sources", &sources),
            ("later", &why),
        ] {
            if !value.is_empty() {
                passes.push_str(&format!("{name:13} {value}\n"));
            }
        }
        format!(
            "{id}: {}\n{passes}{}",
            attack.title,
            bearing(&checks, |check| check.attacks.contains(&id))
        )
    } else if let Some(requirement) = catalogue.requirement(id) {
        let head = format!(
            "{id} ({:?}): {}\n{}\n",
            requirement.level, requirement.en, requirement.de
        );
        let sources = format!("sources       {}\n", requirement.sources.join(", "));
        format!(
            "{head}{sources}{}",
            bearing(&checks, |check| check.requirements.contains(&id))
        )
    } else if checks
        .iter()
        .any(|check| check.twins.iter().any(|twin| twin.flaw == id))
    {
        let see = format!("see it fail   pruefstand run --flaw {id}\n");
        format!(
            "{id}: a seeded flaw of the reference\n{see}{}",
            bearing(&checks, |check| check
                .twins
                .iter()
                .any(|twin| twin.flaw == id))
        )
    } else {
        return Err(Failure::Usage(format!(
            "nothing is called {id:?}; `pruefstand list` shows the checks"
        )));
    };
    write!(anstream::stdout(), "{text}")?;
    Ok(PASSED)
}

fn of_check(check: &Check) -> String {
    let twins: Vec<_> = check
        .twins
        .iter()
        .map(|twin| format!("{} -> {}", twin.flaw, twin.code))
        .collect();
    let rows = [
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
        ("run it", format!("pruefstand run --check {}", check.id)),
    ];
    let rows: String = rows
        .iter()
        .map(|(name, value)| format!("{name:13} {value}\n"))
        .collect();
    format!("{} (version {})\n{rows}", check.id, check.version)
}

fn bearing(checks: &[&'static Check], test: impl Fn(&Check) -> bool) -> String {
    let row = |check: &&&Check| test(check);
    let rows: String = checks
        .iter()
        .filter(row)
        .map(|check| format!("  {}  {}\n", check.id, check.purpose))
        .collect();
    if rows.is_empty() {
        "no check yet\n".to_owned()
    } else {
        format!("checks\n{rows}")
    }
}

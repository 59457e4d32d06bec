//! The `[ics]` of a manifest: what its vendor declares of the target.

use std::collections::BTreeMap;

use harness_evidence::{Ics, Limits, Switch};
use serde::Deserialize;

/// A statement as it is written.
#[derive(Deserialize)]
pub(super) struct Statement {
    #[serde(default)]
    limits: Limits,
    #[serde(flatten)]
    switches: BTreeMap<Switch, bool>,
}

/// The statement of a target that claims something or nothing. The error is one line that says what to write.
pub(super) fn declared(
    statement: Option<Statement>,
    claims_something: bool,
) -> Result<Option<Ics>, String> {
    let Some(Statement { limits, switches }) = statement else {
        return if claims_something {
            Err(format!(
                "claims are stated, but not what the target has: write [ics] with true or false for {}",
                names(Switch::ALL)
            ))
        } else {
            Ok(None)
        };
    };
    let silent: Vec<_> = Switch::ALL
        .into_iter()
        .filter(|switch| !switches.contains_key(switch))
        .collect();
    if !silent.is_empty() {
        return Err(format!(
            "[ics] is not complete: write true or false for {}",
            names(silent)
        ));
    }
    check_limits(limits, &switches)?;
    Ok(Some(Ics { switches, limits }))
}

/// A figure belongs to something that is there, and is not zero; what is said to expire says when.
fn check_limits(limits: Limits, switches: &BTreeMap<Switch, bool>) -> Result<(), String> {
    let figures = [
        ("retention_days", Switch::Expiry, limits.retention_days),
        ("group_members", Switch::Groups, limits.group_members),
        ("file_mib", Switch::Media, limits.file_mib),
    ];
    for (name, switch, figure) in figures {
        let is_there = switches.get(&switch) == Some(&true);
        match figure {
            Some(0) => return Err(format!("[ics.limits] {name} = 0 is no limit")),
            Some(_) if !is_there => {
                return Err(format!(
                    "[ics.limits] {name} needs {} = true in [ics]",
                    switch.name()
                ));
            }
            None if is_there && switch == Switch::Expiry => {
                return Err("[ics] expiry = true needs retention_days in [ics.limits]".to_owned());
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}

fn names(switches: impl IntoIterator<Item = Switch>) -> String {
    let names: Vec<_> = switches.into_iter().map(Switch::name).collect();
    names.join(", ")
}

//! Lints 5 to 9: how it was tested, and whether another could do it again.

use harness_evidence::{CaseResult, Outcome, Results};

use super::{Both, LintState, is_sha256, is_time, state, undecided};

fn carried_out(case: &CaseResult) -> bool {
    !matches!(
        case.verdict.outcome,
        Outcome::NotRun | Outcome::NotApplicable
    )
}

/// 5: the bench with its version and rules, and the output of every case.
pub(super) fn tools(results: &Results) -> LintState {
    let mut broken = Vec::new();
    if results.tool.version.trim().is_empty() || results.tool.judge == 0 {
        broken.push(Both::new(
            "Version oder Urteilsregeln des Prüfstands fehlen.",
            "The version or the rules of judgement of the bench are missing.",
        ));
    }
    let silent = |case: &&CaseResult| {
        carried_out(case) && (case.transcript.is_empty() || case.sha256.is_empty())
    };
    for case in results.cases.iter().filter(silent) {
        let en = "carried out without a transcript";
        broken.push(Both::of(&case.check, "durchgeführt ohne Mitschrift", en));
    }
    state(broken, LintState::Clear)
}

/// 6: a pass has steps that held and a witness; anything else has a reason.
pub(super) fn rationale(results: &Results) -> LintState {
    let mut broken = Vec::new();
    for case in &results.cases {
        let verdict = &case.verdict;
        let held = verdict.judgements.iter().any(|one| one.held == Some(true));
        if verdict.outcome == Outcome::Pass && (!held || !is_sha256(&case.sha256)) {
            let en = "passed without a step that was carried out";
            broken.push(Both::of(
                &case.check,
                "erfüllt ohne ausgeführten Schritt",
                en,
            ));
        }
        if verdict.outcome == Outcome::Pass && verdict.witness.is_none() {
            broken.push(Both::of(
                &case.check,
                "erfüllt ohne Zeugen",
                "passed without a witness",
            ));
        }
        if verdict.outcome != Outcome::Pass && verdict.reason.trim().is_empty() {
            let en = "a verdict without a reason";
            broken.push(Both::of(&case.check, "ein Urteil ohne Grund", en));
        }
    }
    state(broken, LintState::Clear)
}

/// 7: who says that something does not apply, and why a deviation is accepted.
pub(super) fn argument(results: &Results) -> LintState {
    let silent = |case: &&CaseResult| {
        case.verdict.outcome == Outcome::NotApplicable && case.verdict.detail.trim().is_empty()
    };
    let cases = results.cases.iter().filter(silent).map(|case| {
        let en = "not applicable without an argument";
        Both::of(&case.check, "nicht anwendbar ohne Begründung", en)
    });
    let argued = |id: &String| {
        let case = results.cases.iter().find(|case| case.check == *id);
        case.is_some_and(|case| case.verdict.outcome == Outcome::NotApplicable)
    };
    let requirements = results.requirements.iter().filter(|one| {
        let rule = one.rule.as_deref().unwrap_or_default();
        let by_checks = !one.checks.is_empty() && one.checks.iter().all(argued);
        one.outcome == Outcome::NotApplicable && rule.trim().is_empty() && !by_checks
    });
    let requirements = requirements.map(|one| {
        let en = "not applicable without an argument";
        Both::of(&one.id, "nicht anwendbar ohne Begründung", en)
    });
    let deviations = results
        .deviations
        .iter()
        .filter(|one| one.reason.trim().is_empty())
        .map(|one| {
            let en = "a deviation without a reason";
            Both::of(&one.check, "eine Abweichung ohne Grund", en)
        });
    let broken = cases.chain(requirements).chain(deviations).collect();
    state(broken, LintState::Clear)
}

/// 8: the command and times of the run. The seed is in every plan.
pub(super) fn repeatable(results: &Results) -> LintState {
    let mut broken = Vec::new();
    if results.command.trim().is_empty() {
        let de = "Der Befehl des Laufs fehlt.";
        broken.push(Both::new(de, "The command of the run is missing."));
    }
    let times = [Some(&results.opened), results.closed.as_ref()];
    for time in times.into_iter().flatten().filter(|time| !is_time(time)) {
        let en = "not a time in UTC";
        broken.push(Both::of(time, "keine Zeitangabe in UTC", en));
    }
    state(
        broken,
        undecided(
            "Umgebungsvariablen, Zeitquelle und Netz des Laufs stehen nicht in den Ergebnissen.",
            "Environment variables, time source and network of the run do not stand in the results.",
        ),
    )
}

/// 9: every requirement names its sources, each with how sure that is.
pub(super) fn editions(results: &Results) -> LintState {
    let mut broken = Vec::new();
    for requirement in &results.requirements {
        if requirement.sources.is_empty() {
            broken.push(Both::of(&requirement.id, "keine Quelle", "no source"));
        }
        for source in requirement.sources.iter().filter(|one| !is_marked(one)) {
            let place = format!("{}, {source}", requirement.id);
            let en = "a source without a mark of certainty";
            broken.push(Both::of(
                &place,
                "eine Quelle ohne Angabe der Gewissheit",
                en,
            ));
        }
    }
    state(
        broken,
        undecided(
            "Die Ausgabe des Anforderungskatalogs steht nicht in den Ergebnissen.",
            "The edition of the catalogue of requirements does not stand in the results.",
        ),
    )
}

/// Whether a source ends with how sure it is: read in the primary text (V), in a secondary one (W), from memory (M). What the
/// project itself demands needs no mark.
fn is_marked(source: &str) -> bool {
    if source.starts_with("project ") {
        return true;
    }
    let source = source.trim_end();
    ["V", "W", "M"].iter().any(|mark| {
        source.ends_with(&format!("[{mark}]")) || source.ends_with(&format!("({mark})"))
    })
}

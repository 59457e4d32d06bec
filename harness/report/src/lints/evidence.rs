//! Lints 10 to 14: what the evidence holds, and what it leaves out.

use harness_evidence::{CaseResult, Outcome, RequirementResult, Results, TestKind};
use serde_json::Value;

use super::{Both, LintState, is_sha256, is_time, state, undecided};

/// 10: every transcript has the digest by which a change is noticed.
pub(super) fn unchangeable(results: &Results) -> LintState {
    let cases = results.cases.iter();
    let cases = cases.map(|one| (&one.check, &one.transcript, &one.sha256));
    let twins = results.instrument.flaws.iter();
    let twins = twins.map(|one| (&one.check, &one.transcript, &one.sha256));
    let variants = results.instrument.variants.iter();
    let variants = variants.map(|one| (&one.check, &one.transcript, &one.sha256));
    let broken = cases
        .chain(twins)
        .chain(variants)
        .filter(|(_, transcript, sha256)| !transcript.is_empty() && !is_sha256(sha256))
        .map(|(check, ..)| {
            let en = "a transcript without its digest";
            Both::of(check, "eine Mitschrift ohne Prüfsumme", en)
        });
    state(
        broken.collect(),
        undecided(
            "Kette, Signatur und Zeitstempel stehen in der Aufzeichnung; „pruefstand verify“ prüft sie nach.",
            "Chain, signature and time stamps stand in the record; `pruefstand verify` checks them.",
        ),
    )
}

/// 11: what no check looks at says so, and nothing counts as looked at without a check.
pub(super) fn coverage(results: &Results) -> LintState {
    let unseen = |one: &RequirementResult| {
        one.checks.is_empty() && !matches!(one.outcome, Outcome::NotRun | Outcome::NotApplicable)
    };
    let unargued = |one: &RequirementResult| {
        let facets = &one.facets;
        let on_paper = facets.test == [TestKind::Document];
        !facets.group.is_empty() && one.checks.is_empty() && facets.gap.is_none() && !on_paper
    };
    let mut broken = Vec::new();
    for requirement in &results.requirements {
        if unseen(requirement) {
            let en = "a verdict without a check";
            broken.push(Both::of(&requirement.id, "ein Urteil ohne Prüfung", en));
        }
        if unargued(requirement) && requirement.outcome != Outcome::NotApplicable {
            let en = "neither a check nor a stated gap";
            broken.push(Both::of(
                &requirement.id,
                "weder Prüfung noch benannte Lücke",
                en,
            ));
        }
        let of_tr = requirement
            .sources
            .iter()
            .any(|source| source.starts_with("TR-03161"));
        if of_tr && !requirement.facets.group.is_empty() && requirement.facets.depth.is_none() {
            let en = "the depth that TR-03161 asks for is not stated";
            broken.push(Both::of(
                &requirement.id,
                "die Prüftiefe nach TR-03161 ist nicht angegeben",
                en,
            ));
        }
    }
    let old = results
        .requirements
        .iter()
        .any(|one| one.facets.group.is_empty());
    let otherwise = if old {
        undecided(
            "Prüfart und Prüftiefe der Anforderungen stehen nicht in den Ergebnissen.",
            "Kind and depth of test of the requirements do not stand in the results.",
        )
    } else {
        LintState::Clear
    };
    state(broken, otherwise)
}

/// 12: a failed case has what an observation report needs.
pub(super) fn residual_risk(results: &Results) -> LintState {
    let planned = |id: &str| results.plan.checks.iter().any(|check| check.id == id);
    let unreported = |case: &&CaseResult| {
        case.verdict.outcome == Outcome::Fail
            && (!planned(&case.check)
                || case.verdict.reason.trim().is_empty()
                || !is_sha256(&case.sha256))
    };
    let broken = results.cases.iter().filter(unreported).map(|case| {
        let en = "failed, without purpose, reason or transcript";
        Both::of(
            &case.check,
            "nicht erfüllt, ohne Ziel, Grund oder Mitschrift",
            en,
        )
    });
    state(
        broken.collect(),
        undecided(
            "Bekannte Schwachstellen der Bestandteile des Prüfgegenstands stehen nicht in den Ergebnissen.",
            "Known vulnerabilities of the object's components do not stand in the results.",
        ),
    )
}

/// 13: when it was tested. By whom is not in the results.
pub(super) fn tester(results: &Results) -> LintState {
    let mut broken = Vec::new();
    if !is_time(&results.opened) || results.closed.as_deref().is_none_or(|at| !is_time(at)) {
        broken.push(Both::new(
            "Der Prüfzeitraum hat keinen Anfang oder kein Ende.",
            "The period of test has no beginning or no end.",
        ));
    }
    state(
        broken,
        undecided(
            "Name, Stelle und Unabhängigkeit des Prüfers stehen nicht in den Ergebnissen.",
            "Name, organisation and independence of the tester do not stand in the results.",
        ),
    )
}

/// 14: no mail address outside the domains that RFC 2606 keeps for examples.
pub(super) fn personal_data(results: &Results) -> LintState {
    let mut found = Vec::new();
    if let Ok(all) = serde_json::to_value(results) {
        addresses(&all, &mut found);
    }
    found.sort();
    found.dedup();
    let broken = found.iter().map(|address| {
        let en = "an address that may be a person's";
        Both::of(address, "eine Adresse, die einer Person gehören kann", en)
    });
    state(
        broken.collect(),
        undecided(
            "Die Mitschriften selbst sieht diese Prüfung nicht durch.",
            "This lint does not look through the transcripts themselves.",
        ),
    )
}

fn addresses(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            found.extend(text.split(|c: char| !is_of_address(c)).filter_map(foreign))
        }
        Value::Array(all) => all.iter().for_each(|one| addresses(one, found)),
        Value::Object(fields) => fields.values().for_each(|one| addresses(one, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_of_address(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '_' | '%' | '+' | '-' | '@')
}

/// The word if it is a mail address that is not kept for examples.
fn foreign(word: &str) -> Option<String> {
    const EXAMPLES: [&str; 4] = ["example", "test", "invalid", "localhost"];
    let (local, domain) = word.trim_matches('.').split_once('@')?;
    let (name, top) = domain.rsplit_once('.')?;
    let second = name.rsplit('.').next().unwrap_or(name);
    let whole = !local.is_empty() && top.len() >= 2 && top.chars().all(char::is_alphabetic);
    (whole && !EXAMPLES.contains(&top) && second != "example").then(|| word.to_owned())
}

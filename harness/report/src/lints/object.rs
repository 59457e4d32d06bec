//! Lints 1 to 4: what was tested, as what, where, and by whose declaration.

use harness_evidence::{Results, Switch};

use super::{Both, LintState, has_word, is_sha256, state, undecided};

/// Words of versions that name another thing tomorrow.
const MOVING: [&str; 9] = [
    "latest", "dirty", "snapshot", "nightly", "dev", "head", "main", "master", "unknown",
];

/// Words of builds that nobody ships.
const UNSHIPPED: [&str; 6] = ["debug", "test", "bench", "flawed", "asan", "instrumented"];

/// The parts of the target as they named themselves; a target may have no client.
fn parts(results: &Results) -> impl Iterator<Item = &str> {
    let target = &results.plan.target;
    [target.relay.as_str(), target.client.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
}

/// 1: a name with a version that stays, the digest of the manifest, and a binding to an artefact.
pub(super) fn identity(results: &Results) -> LintState {
    let target = &results.plan.target;
    let mut broken = Vec::new();
    if target.relay.is_empty() && target.client.is_empty() {
        broken.push(Both::new(
            "Weder Relay noch Client haben sich genannt.",
            "Neither relay nor client named itself.",
        ));
    }
    for part in parts(results) {
        if !part.chars().any(|character| character.is_ascii_digit()) {
            broken.push(Both::of(part, "nennt keine Version", "names no version"));
        }
        if has_word(part, &MOVING) {
            let en = "a version that is another one tomorrow";
            broken.push(Both::of(
                part,
                "eine Version, die morgen eine andere ist",
                en,
            ));
        }
    }
    if !is_sha256(&target.manifest) {
        broken.push(Both::new(
            "Die Prüfsumme des Manifests fehlt.",
            "The digest of the manifest is missing.",
        ));
    }
    if !matches!(target.binding.as_str(), "B1" | "B2" | "B3") {
        let de = "Nur ein Endpunkt wurde beobachtet, kein Artefakt.";
        broken.push(Both::new(de, "Only an endpoint was observed, no artefact."));
    }
    if target.artefacts.iter().any(|one| !is_sha256(&one.sha256)) {
        broken.push(Both::new(
            "Die Prüfsumme eines Artefakts ist keine.",
            "The digest of an artefact is none.",
        ));
    }
    let otherwise = if target.artefacts.is_empty() {
        undecided(
            "Die Prüfsummen der geprüften Artefakte stehen nicht in den Ergebnissen.",
            "The digests of the tested artefacts do not stand in the results.",
        )
    } else {
        LintState::Clear
    };
    state(broken, otherwise)
}

/// 2: no seeded flaw, no build that calls itself one for tests.
pub(super) fn build(results: &Results) -> LintState {
    let mut broken = Vec::new();
    let words = results.command.split_whitespace();
    if words
        .into_iter()
        .any(|word| word == "--flaw" || word.starts_with("--flaw="))
    {
        broken.push(Both::new(
            "Der Befehl schaltet einen eingebauten Fehler ein.",
            "The command switches a seeded flaw on.",
        ));
    }
    for part in parts(results).filter(|part| has_word(part, &UNSHIPPED)) {
        let de = "nennt sich selbst einen Build für Tests";
        broken.push(Both::of(part, de, "calls itself a build for tests"));
    }
    state(
        broken,
        undecided(
            "Build-Profil und Schalter des Prüfgegenstands stehen nicht in den Ergebnissen.",
            "Build profile and feature flags of the object do not stand in the results.",
        ),
    )
}

/// 3: the command and the manifest say how the target was set up.
pub(super) fn environment(results: &Results) -> LintState {
    let mut broken = Vec::new();
    if results.command.trim().is_empty() {
        let de = "Der Befehl des Laufs fehlt.";
        broken.push(Both::new(de, "The command of the run is missing."));
    }
    if results.plan.target.manifest.is_empty() {
        broken.push(Both::new(
            "Das Manifest, das den Prüfgegenstand einrichtet, ist nicht bezeichnet.",
            "The manifest that sets the object up is not identified.",
        ));
    }
    state(
        broken,
        undecided(
            "Betriebssystem, Prozessor, Netz und Ausgangszustand stehen nicht in den Ergebnissen.",
            "Operating system, processor, network and initial state do not stand in the results.",
        ),
    )
}

/// 4: a statement about every switch, which behaviour does not contradict.
pub(super) fn ics(results: &Results) -> LintState {
    let Some(checked) = &results.plan.target.ics else {
        return LintState::Broken(vec![Both::new(
            "Der Prüfgegenstand hat keine Herstellererklärung.",
            "The object has no vendor's statement.",
        )]);
    };
    let silent = Switch::ALL
        .into_iter()
        .filter(|switch| checked.ics.declares(*switch).is_none())
        .map(|switch| Both::of(switch.name(), "nicht erklärt", "not declared"));
    let contradicted = checked.findings.iter().map(|finding| {
        let (de, en) = ("das Verhalten widerspricht", "behaviour contradicts it");
        Both::of(finding.switch.name(), de, en)
    });
    state(silent.chain(contradicted).collect(), LintState::Clear)
}

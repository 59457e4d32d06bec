//! Lints 15 to 18: what the report says of its results.

use harness_evidence::{
    Campaign, CaseRecord, Covered, FuzzVerdict, Outcome, Overall, PlannedCheck, Results, RunRecord,
    Shortfall, TestKind, Verdict,
};

use super::{Both, LintState, has_word, state, undecided};
use crate::Language;

/// 15: the object is one thing, and every report says that the result holds for nothing else.
pub(super) fn generalised(results: &Results) -> LintState {
    let target = &results.plan.target;
    let mut broken = Vec::new();
    for name in [&target.name, &target.relay, &target.client] {
        let wide = [
            "all versions",
            "any version",
            "alle versionen",
            "jede version",
        ];
        let name_lower = name.to_lowercase();
        if wide.iter().any(|words| name_lower.contains(words)) || name.contains('*') {
            let en = "names more than one thing";
            broken.push(Both::of(name, "bezeichnet mehr als einen Gegenstand", en));
        }
    }
    for language in [Language::De, Language::En] {
        if language.words().page.duties_text.is_empty() {
            broken.push(Both::new(
                "Der Satz darüber, wofür das Ergebnis nicht gilt, fehlt.",
                "The sentence about what the result does not hold for is missing.",
            ));
        }
    }
    state(broken, LintState::Clear)
}

/// 16: verdicts and totals follow from the cases, once more.
pub(super) fn contradiction(results: &Results) -> LintState {
    let again = Results::fold(record(results));
    let mut broken = Vec::new();
    let mut compare = |same: bool, de: &str, en: &str| {
        if !same {
            broken.push(Both::new(
                format!("{de} folgt nicht aus den Fällen."),
                format!("{en} does not follow from the cases."),
            ));
        }
    };
    compare(again.counts == results.counts, "Die Zählung", "The count");
    let outcomes = |of: &Results| -> Vec<_> {
        let all = of.requirements.iter();
        all.map(|one| (one.id.clone(), one.outcome)).collect()
    };
    let same = outcomes(&again) == outcomes(results);
    compare(
        same,
        "Das Urteil einer Anforderung",
        "The verdict of a requirement",
    );
    let differ = |one: &Shortfall| matches!(one, Shortfall::CasesDiffer { .. });
    let worst = results.shortfalls.iter().map(Shortfall::allows).max();
    let follows = worst.is_none_or(|worst| results.overall == worst)
        && (!results.shortfalls.is_empty() || results.overall == Overall::Passed);
    compare(follows, "Das Gesamturteil", "The overall verdict");
    // A case that was carried out twice stands in the results once: only the record can tell then.
    if !results.shortfalls.iter().any(differ) {
        let same = again.shortfalls == results.shortfalls;
        compare(
            same,
            "Die Begründung des Gesamturteils",
            "The list of reasons",
        );
        let same = again.complete == results.complete;
        compare(same, "Die Angabe „vollständig“", "The word “complete”");
    }
    state(broken, LintState::Clear)
}

/// The record that the results would have been folded from.
fn record(results: &Results) -> RunRecord {
    let ran = |transcript: &String| !transcript.is_empty();
    let own = results.cases.iter().filter(|case| ran(&case.transcript));
    let own = own.map(|case| case_record(&case.check, None, &case.sha256, case.verdict.clone()));
    let twins = results.instrument.flaws.iter();
    let twins = twins.filter(|one| ran(&one.transcript)).map(|one| {
        let verdict = verdict(one.outcome, &one.reason);
        case_record(&one.check, Some(&one.flaw), &one.sha256, verdict)
    });
    let variants = results.instrument.variants.iter();
    let variants = variants.map(|one| {
        let verdict = verdict(one.outcome, &one.reason);
        case_record(&one.check, Some(&one.variant), &one.sha256, verdict)
    });
    RunRecord {
        plan: results.plan.clone(),
        tool: results.tool.clone(),
        opened: results.opened.clone(),
        closed: results.closed.clone(),
        cases: own.chain(twins).chain(variants).collect(),
        asked: results.instrument.asked.clone(),
        requirements: results.rows(),
        deviations: results.deviations.clone(),
        measured: results.measured.clone(),
        command: results.command.clone(),
    }
}

fn case_record(check: &str, flaw: Option<&str>, sha256: &str, verdict: Verdict) -> CaseRecord {
    CaseRecord {
        check: check.to_owned(),
        flaw: flaw.map(ToOwned::to_owned),
        verdict,
        transcript: String::new(),
        sha256: sha256.to_owned(),
        milliseconds: 0,
    }
}

fn verdict(outcome: Outcome, reason: &str) -> Verdict {
    Verdict {
        outcome,
        reason: reason.to_owned(),
        role: None,
        detail: String::new(),
        witness: None,
        judgements: Vec::new(),
    }
}

/// 17: who speaks of fuzzing states its figures: the campaign in the results has all of them.
pub(super) fn fuzzing(results: &Results) -> LintState {
    if let Some(fuzz) = &results.measured.fuzz {
        return state(silent(&fuzz.campaign), LintState::Clear);
    }
    let words = ["fuzz", "fuzzing", "fuzzer"];
    figures(
        results,
        &words,
        TestKind::Fuzz,
        [
            "spricht von Fuzzing; Dauer, Korpus, Abdeckung und Sanitizer sind nicht angegeben",
            "speaks of fuzzing; time, corpus, coverage and sanitizers are not stated",
        ],
        [
            "Eine erfüllte Anforderung nennt Fuzzing als Prüfart; ihr Urteil beruht allein auf den genannten Prüfungen.",
            "A satisfied requirement names fuzzing as a kind of test; its verdict rests on the named checks alone.",
        ],
    )
}

/// What a campaign does not say of itself or of a target.
fn silent(campaign: &Campaign) -> Vec<Both> {
    let build = &campaign.build;
    let named = [
        (
            build.sanitizer.trim().is_empty(),
            ["Sanitizer", "sanitizers"],
        ),
        (
            campaign.toolchain.trim().is_empty(),
            ["Übersetzer", "compiler"],
        ),
        (campaign.seconds == 0, ["Dauer", "time"]),
    ];
    let named = named.into_iter().filter(|(is_silent, _)| *is_silent);
    let of_all = named.map(|(_, [de, en])| {
        let de = format!("Die Fuzzing-Kampagne nennt nicht: {de}.");
        Both::new(de, format!("The fuzzing campaign does not state its {en}."))
    });
    let of_targets = campaign.targets.iter().filter(|one| {
        one.verdict == FuzzVerdict::Clean
            && (one.wall_ms == 0 || one.end == Covered::default() || one.corpus_after.inputs == 0)
    });
    let of_targets = of_targets.map(|one| {
        let en = "clean without time, coverage or corpus";
        Both::of(
            &one.name,
            "ohne Absturz, aber ohne Dauer, Abdeckung oder Korpus",
            en,
        )
    });
    of_all.chain(of_targets).collect()
}

/// 18: who speaks of a benchmark states its figures: a capacity statement has them, if the system told what hardware it is.
pub(super) fn benchmark(results: &Results) -> LintState {
    if let Some(capacity) = &results.measured.capacity {
        let machine = &capacity.machine;
        let is_silent = machine.cores.is_none() || machine.model.is_none();
        let silent = is_silent.then(|| {
            Both::new(
                "Die Kapazitätsmessung nennt ihre Hardware nicht.".to_owned(),
                "The capacity statement does not state its hardware.".to_owned(),
            )
        });
        return state(silent.into_iter().collect(), LintState::Clear);
    }
    let words = ["benchmark", "throughput", "durchsatz"];
    figures(
        results,
        &words,
        TestKind::Load,
        [
            "spricht von einer Messung; Hardware, Aufwärmphase, Verteilung und Ort der Last sind nicht angegeben",
            "speaks of a benchmark; hardware, warm-up, distribution and place of the load are not stated",
        ],
        [
            "Eine erfüllte Anforderung nennt eine Lastmessung als Prüfart; ihr Urteil beruht allein auf den genannten Prüfungen.",
            "A satisfied requirement names a measurement under load as a kind of test; its verdict rests on the named checks alone.",
        ],
    )
}

fn figures(
    results: &Results,
    words: &[&str],
    kind: TestKind,
    [claims_de, claims_en]: [&str; 2],
    [rests_de, rests_en]: [&str; 2],
) -> LintState {
    let speaks =
        |check: &&PlannedCheck| has_word(&check.id, words) || has_word(&check.purpose, words);
    let claiming = results.plan.checks.iter().filter(speaks);
    let broken = claiming.map(|check| Both::of(&check.id, claims_de, claims_en));
    let named = results
        .requirements
        .iter()
        .any(|one| one.outcome == Outcome::Pass && one.facets.test.contains(&kind));
    let otherwise = if named {
        undecided(rests_de, rests_en)
    } else {
        LintState::Clear
    };
    state(broken.collect(), otherwise)
}

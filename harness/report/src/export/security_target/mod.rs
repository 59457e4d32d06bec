//! The skeleton of a Security Target in the chapters that BSZ and CSPN ask for, filled from what a run knows.
//!
//! What only the vendor knows stands there as a gap to fill in, so that nothing reads as stated that nobody stated.

mod words;

use std::collections::{BTreeMap, BTreeSet};

use harness_evidence::{Outcome, Results, Switch};

use super::markdown::{Paper, code, prose};
use crate::Language;
use crate::facts::Facts;
use crate::html::relay_view::RelayView;
use words::TargetWords;

/// The skeleton in one language; `seen` is what the server saw in the cases.
pub(super) fn security_target(
    results: &Results,
    seen: &RelayView<'_>,
    language: Language,
) -> String {
    let facts = Facts::new(results, language.words());
    let words = TargetWords::of(language);
    let mut paper = Paper::titled(words.title);
    paper.paragraph(facts.words.page.not_a_certificate);
    paper.paragraph(words.about);
    identification(&mut paper, facts, words);
    paper.chapter(words.argument).paragraph(words.to_fill);
    claims(&mut paper, facts, words);
    paper.chapter(words.environment);
    paper.list(&words.assumptions.map(str::to_owned), "");
    paper.chapter(words.users);
    paper.list(&words.roles.map(str::to_owned), "");
    interfaces(&mut paper, facts, seen, words);
    assets(&mut paper, facts, words);
    threats(&mut paper, facts, words);
    functions(&mut paper, facts, words);
    out_of_scope(&mut paper, facts, words);
    paper.chapter(words.crypto).paragraph(words.crypto_text);
    paper.chapter(facts.words.page.duties);
    paper.paragraph(facts.words.page.duties_text);
    paper.finish()
}

fn identification(paper: &mut Paper, facts: Facts<'_>, words: &TargetWords) {
    let (target, labels) = (&facts.results.plan.target, &facts.words.labels);
    let binding = format!(
        "{} ({})",
        target.binding,
        facts.words.binding(&target.binding)
    );
    let rows = [
        (labels.object, &target.name),
        (labels.relay, &target.relay),
        (labels.client, &target.client),
        (labels.manifest, &target.manifest),
        (labels.binding, &binding),
        (labels.run, &facts.results.plan.run),
    ];
    let rows = rows.map(|(name, value)| [name.to_owned(), code(value)]);
    paper.chapter(words.identification);
    paper.table([words.field, words.value], &rows, "");
    paper.paragraph(words.digests);
}

/// What the maker claims, the requirements behind it, and what the cases say.
fn claims(paper: &mut Paper, facts: Facts<'_>, words: &TargetWords) {
    let claims = facts.results.plan.target.claims.iter().map(|claim| {
        let outcomes = claim.requirements.iter().map(|id| {
            let requirement = facts.requirement(id);
            requirement.map_or(Outcome::NotRun, |one| one.outcome)
        });
        let outcome = outcomes.reduce(Outcome::merge).unwrap_or(Outcome::NotRun);
        [
            code(&claim.text),
            ids(&claim.requirements),
            facts.words.outcome(outcome).to_owned(),
        ]
    });
    let head = [
        words.claim,
        facts.words.labels.requirements,
        facts.words.labels.outcome,
    ];
    let rows: Vec<_> = claims.collect();
    paper.table(head, &rows, words.no_claims);
}

/// The routes that clients used, and what the vendor declares to be there.
fn interfaces(paper: &mut Paper, facts: Facts<'_>, seen: &RelayView<'_>, words: &TargetWords) {
    let routes = seen.endpoints.iter().map(|endpoint| {
        let count = endpoint.requests.to_string();
        [code(&endpoint.class), code(&endpoint.route), count]
    });
    let rows: Vec<_> = routes.collect();
    paper.chapter(words.interfaces);
    let head = [words.kind, words.route, words.requests];
    paper.table(head, &rows, words.no_interfaces);
    paper.paragraph(words.features);
    let ics = facts.results.plan.target.ics.as_ref();
    let declared = ics.into_iter().flat_map(|checked| {
        let features = Switch::ALL.into_iter();
        features.filter_map(|switch| {
            let there = checked.ics.declares(switch)?;
            let word = if there { words.there } else { words.not_there };
            Some(format!("{}: {word}", code(switch.name())))
        })
    });
    paper.list(&declared.collect::<Vec<_>>(), words.no_ics);
}

/// What is protected: one asset a group of requirements.
fn assets(paper: &mut Paper, facts: Facts<'_>, words: &TargetWords) {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for requirement in &facts.results.requirements {
        let group = requirement.id.split('-').next().unwrap_or_default();
        groups
            .entry(group)
            .or_default()
            .push(requirement.id.clone());
    }
    let rows = groups.into_iter().map(|(group, requirements)| {
        let asset = words.assets.iter().find(|(known, _)| *known == group);
        let asset = asset.map_or_else(|| code(group), |(_, asset)| (*asset).to_owned());
        [asset, ids(&requirements)]
    });
    let rows: Vec<_> = rows.collect();
    paper.chapter(words.assets_title);
    let head = [words.asset, facts.words.labels.requirements];
    paper.table(head, &rows, facts.words.page.nothing);
}

/// Every attack of the plan with the checks that carry it out, and their verdict.
fn threats(paper: &mut Paper, facts: Facts<'_>, words: &TargetWords) {
    let mut attacks: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for check in &facts.results.plan.checks {
        for attack in &check.attacks {
            attacks.entry(attack).or_default().insert(&check.id);
        }
    }
    let rows = attacks.into_iter().map(|(attack, checks)| {
        let outcomes = checks.iter().filter_map(|id| facts.case(id));
        let outcomes = outcomes.map(|case| case.verdict.outcome);
        let outcome = outcomes.reduce(Outcome::merge).unwrap_or(Outcome::NotRun);
        let checks: Vec<_> = checks.into_iter().map(code).collect();
        let outcome = facts.words.outcome(outcome).to_owned();
        [code(attack), checks.join(", "), outcome]
    });
    let rows: Vec<_> = rows.collect();
    paper.chapter(words.threats);
    paper.list(&words.attackers.map(str::to_owned), "");
    let labels = &facts.words.labels;
    let head = [labels.attacks, labels.checks, labels.outcome];
    paper.table(head, &rows, facts.words.page.nothing);
}

/// The requirements that a check looked at, as security functions.
fn functions(paper: &mut Paper, facts: Facts<'_>, words: &TargetWords) {
    let seen = facts.results.requirements.iter();
    let seen = seen.filter(|one| !one.checks.is_empty() && one.outcome != Outcome::NotApplicable);
    let rows = seen.map(|one| {
        let text = match facts.words.code {
            "de" => &one.text_de,
            _ => &one.text_en,
        };
        [
            code(&one.id),
            facts.words.severity(one.severity).to_owned(),
            prose(text),
            facts.words.outcome(one.outcome).to_owned(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let labels = &facts.words.labels;
    let head = [labels.id, labels.level, labels.text, labels.outcome];
    paper
        .chapter(words.functions)
        .paragraph(words.functions_note);
    paper.table(head, &rows, facts.words.page.nothing);
}

/// What no check looked at, and what does not apply, each with who says so.
fn out_of_scope(paper: &mut Paper, facts: Facts<'_>, words: &TargetWords) {
    let rows = facts.results.requirements.iter().filter_map(|one| {
        let why = match (one.outcome, &one.rule, &one.facets.gap) {
            (Outcome::NotApplicable, Some(rule), _) => code(rule),
            (Outcome::NotApplicable, None, _) => words.by_checks.to_owned(),
            (_, _, Some(gap)) if one.checks.is_empty() => code(gap),
            _ if one.checks.is_empty() => facts.words.labels.uncovered.to_owned(),
            _ => return None,
        };
        let outcome = facts.words.outcome(one.outcome).to_owned();
        Some([code(&one.id), outcome, why])
    });
    let rows: Vec<_> = rows.collect();
    let labels = &facts.words.labels;
    paper.chapter(words.out_of_scope);
    let head = [labels.id, labels.outcome, labels.reason];
    paper.table(head, &rows, facts.words.page.nothing);
}

fn ids(all: &[String]) -> String {
    match all {
        [] => "–".to_owned(),
        all => all.iter().map(|id| code(id)).collect::<Vec<_>>().join(", "),
    }
}

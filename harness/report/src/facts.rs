//! What several renderings say in the same words: verdict, counts, commands.

use harness_evidence::{
    Applicability, CaseResult, Counts, Outcome, PlannedCheck, RequirementResult, Results, Severity,
    Shortfall,
};

use crate::words::{Words, fill, overall_symbol};

/// Results, seen through the words of one language.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) results: &'a Results,
    pub(crate) words: &'static Words,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(results: &'a Results, words: &'static Words) -> Self {
        Self { results, words }
    }

    pub(crate) fn symbol(&self) -> &'static str {
        overall_symbol(self.results.overall)
    }

    /// The overall verdict in capitals.
    pub(crate) fn heading(&self) -> &'static str {
        let [heading, _] = self.words.overall(self.results.overall);
        heading
    }

    /// The overall verdict with its figures, one sentence without its beginning.
    pub(crate) fn sentence(&self) -> String {
        let counts = &self.results.counts;
        let applicable = counts.total() - counts.not_applicable;
        let (_, twins) = self.results.instrument.caught();
        let must = self.must();
        let [_, sentence] = self.words.overall(self.results.overall);
        let count = |number: usize| self.words.count(number);
        fill(
            sentence,
            &[
                ("applicable", &count(applicable)),
                ("failed", &count(counts.fail)),
                ("open", &count(applicable - counts.fail - counts.pass)),
                ("twins", &count(twins)),
                ("must", &count(must.total() - must.not_applicable)),
                ("must_passed", &count(must.pass)),
                ("must_failed", &count(must.fail)),
                (
                    "must_open",
                    &count(must.inconclusive + must.error + must.not_run),
                ),
            ],
        )
    }

    /// The requirements that must hold, by outcome; one without a check is not run.
    fn must(&self) -> Counts {
        let requirements = self.results.requirements.iter();
        Counts::of(
            requirements
                .filter(|one| one.severity == Severity::Must)
                .map(|one| one.outcome),
        )
    }

    /// Whether the run is complete, with figures.
    pub(crate) fn completeness(&self) -> String {
        let planned = self.planned().count();
        let done = self
            .planned()
            .filter(|check| {
                self.case(&check.id)
                    .is_some_and(|case| !case.sha256.is_empty())
            })
            .count();
        let page = &self.words.page;
        let text = if self.results.complete {
            page.complete
        } else {
            page.incomplete
        };
        fill(
            text,
            &[
                ("done", &self.words.count(done)),
                ("planned", &self.words.count(planned)),
            ],
        )
    }

    /// Run, period and seed.
    pub(crate) fn period(&self) -> String {
        let closed = self.results.closed.as_deref().unwrap_or("…");
        let moment = |text| self.words.moment(text);
        fill(
            self.words.page.run,
            &[
                ("run", &self.results.plan.run),
                ("opened", &moment(&self.results.opened)),
                ("closed", &moment(closed)),
                ("seed", &self.results.plan.seed.to_string()),
            ],
        )
    }

    pub(crate) fn quality(&self) -> String {
        let (caught, twins) = self.results.instrument.caught();
        fill(
            self.words.page.quality,
            &[
                ("caught", &self.words.count(caught)),
                ("twins", &self.words.count(twins)),
            ],
        )
    }

    /// Why the run does not read as passed, in words, worst first.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let shortfalls = self.results.shortfalls.iter();
        let (quiet, telling): (Vec<_>, Vec<_>) =
            shortfalls.partition(|shortfall| self.is_deselected(shortfall));
        let mut reasons: Vec<_> = telling
            .into_iter()
            .map(|shortfall| self.words.shortfall(shortfall))
            .collect();
        if !quiet.is_empty() {
            let (check, outcome) = (self.words.labels.check, self.words.outcome(Outcome::NotRun));
            reasons.push(format!(
                "{} × {check}: {outcome}: {DESELECTED}",
                quiet.len()
            ));
        }
        reasons
    }

    /// Whether the user left the check out, which is one reason however many they are.
    fn is_deselected(&self, shortfall: &Shortfall) -> bool {
        match shortfall {
            Shortfall::NotDecided { check, outcome } => {
                *outcome == Outcome::NotRun
                    && self
                        .case(check)
                        .is_some_and(|case| case.verdict.reason == DESELECTED)
            }
            _ => false,
        }
    }

    pub(crate) fn check(&self, id: &str) -> Option<&'a PlannedCheck> {
        let checks = &self.results.plan.checks;
        checks.iter().find(|check| check.id == id)
    }

    pub(crate) fn requirement(&self, id: &str) -> Option<&'a RequirementResult> {
        self.results.requirements.iter().find(|one| one.id == id)
    }

    pub(crate) fn case(&self, check: &str) -> Option<&'a CaseResult> {
        self.results.cases.iter().find(|case| case.check == check)
    }

    /// The cases with one of the outcomes.
    pub(crate) fn with(&self, outcomes: &[Outcome]) -> Vec<&'a CaseResult> {
        let cases = self.results.cases.iter();
        cases
            .filter(|case| outcomes.contains(&case.verdict.outcome))
            .collect()
    }

    /// The failed cases: undeclared before declared, most binding first.
    pub(crate) fn failed(&self) -> Vec<&'a CaseResult> {
        let mut failed = self.with(&[Outcome::Fail]);
        failed.sort_by_key(|case| {
            let severity = self.check(&case.check).map(|check| check.severity);
            (
                case.deviation.is_some(),
                severity.unwrap_or(Severity::Must),
                &case.check,
            )
        });
        failed
    }

    /// The command that carries out one check again: that of the run, narrowed.
    pub(crate) fn replay(&self, check: &str) -> String {
        let mut words = self.results.command.split_whitespace();
        let mut command = Vec::new();
        while let Some(word) = words.next() {
            match word {
                "--check" | "--seed" => {
                    words.next();
                }
                word if word.starts_with("--check=") || word.starts_with("--seed=") => {}
                word => command.push(word),
            }
        }
        format!(
            "{} --check {check} --seed {}",
            command.join(" "),
            self.results.plan.seed
        )
    }

    fn planned(&self) -> impl Iterator<Item = &'a PlannedCheck> {
        let checks = self.results.plan.checks.iter();
        checks.filter(|check| check.applicability == Applicability::Planned)
    }
}

/// The reason code of a check that the user left out.
pub(crate) const DESELECTED: &str = "deselected";

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
        let run = fill(
            self.words.page.run,
            &[
                ("run", &self.results.plan.run),
                ("opened", &moment(&self.results.opened)),
                ("closed", &moment(closed)),
                ("seed", &self.results.plan.seed.to_string()),
            ],
        );
        run + &self.parts()
    }

    /// Whether it is a part of a run, or was merged of parts; empty if neither.
    fn parts(&self) -> String {
        let page = &self.words.page;
        match (self.results.plan.shard, self.results.plan.merged.len()) {
            (Some(shard), _) => fill(page.part, &[("part", &shard.to_string())]),
            (None, 0) => String::new(),
            (None, count) => fill(page.merged, &[("count", &self.words.count(count))]),
        }
    }

    /// How many seeded flaws were caught, and how often the bench cried wolf.
    pub(crate) fn quality(&self) -> String {
        let instrument = &self.results.instrument;
        let (caught, twins) = instrument.caught();
        let absent = instrument
            .twins()
            .filter(|flaw| flaw.outcome == Outcome::NotRun);
        let variants = &instrument.variants;
        let alarms = variants.iter().filter(|one| one.outcome != Outcome::Pass);
        let count = |number: usize| self.words.count(number);
        fill(
            self.words.page.quality,
            &[
                ("caught", &count(caught)),
                ("twins", &count(twins)),
                ("absent", &count(absent.count())),
                ("alarms", &count(alarms.count())),
                ("variants", &count(variants.len())),
            ],
        )
    }

    /// Why the run does not read as passed, in words, worst first; what is one decision of the user is one reason.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        let (mut deselected, mut twins_left_out) = (0_usize, 0_usize);
        for shortfall in &self.results.shortfalls {
            if self.is_deselected(shortfall) {
                deselected += 1;
            } else if self.is_twin_left_out(shortfall) {
                twins_left_out += 1;
            } else {
                reasons.push(self.words.shortfall(shortfall));
            }
        }
        let (labels, not_run) = (&self.words.labels, self.words.outcome(Outcome::NotRun));
        if deselected > 0 {
            let count = self.words.count(deselected);
            reasons.push(format!(
                "{count} × {}: {not_run}: {DESELECTED}",
                labels.check
            ));
        }
        if twins_left_out > 0 {
            let count = self.words.count(twins_left_out);
            reasons.push(format!("{count} × {}: {not_run}", labels.flaw));
        }
        reasons
    }

    /// Whether the user left the check out.
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

    /// Whether a twin was not caught because it did not run.
    fn is_twin_left_out(&self, shortfall: &Shortfall) -> bool {
        let Shortfall::TwinMissed { check, flaw } = shortfall else {
            return false;
        };
        let mut twins = self.results.instrument.twins();
        twins.any(|twin| {
            twin.check == *check && twin.flaw == *flaw && twin.outcome == Outcome::NotRun
        })
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
        failed.sort_by_cached_key(|case| {
            let severity = self.check(&case.check).map(|check| check.severity);
            (
                case.deviation.is_some(),
                severity.unwrap_or(Severity::Must),
                case.check.as_str(),
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

//! Every text of ours that a report shows, in German and English. The compiler keeps the two complete.

mod de;
mod en;
mod figures;
mod measured;
mod sections;
mod texts;

use harness_evidence::{Outcome, Overall, Role, Severity, Shortfall, Witness};

pub(crate) use texts::Words;

/// The language of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// German.
    De,
    /// English.
    En,
}

impl Language {
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::De => &de::WORDS,
            Self::En => &en::WORDS,
        }
    }
}

impl Words {
    pub(crate) fn outcome(&self, outcome: Outcome) -> &'static str {
        let [pass, fail, inconclusive, error, not_run, not_applicable] = self.outcomes;
        match outcome {
            Outcome::Pass => pass,
            Outcome::Fail => fail,
            Outcome::Inconclusive => inconclusive,
            Outcome::Error => error,
            Outcome::NotRun => not_run,
            Outcome::NotApplicable => not_applicable,
        }
    }

    /// Heading and sentence.
    pub(crate) fn overall(&self, overall: Overall) -> [&'static str; 2] {
        match overall {
            Overall::Passed => self.overall.passed,
            Overall::PassedWithDeviations => self.overall.passed_with_deviations,
            Overall::Undecided => self.overall.undecided,
            Overall::Incomplete => self.overall.incomplete,
            Overall::Failed => self.overall.failed,
        }
    }

    pub(crate) fn severity(&self, severity: Severity) -> &'static str {
        let [must, should, may] = self.severities;
        match severity {
            Severity::Must => must,
            Severity::Should => should,
            Severity::May => may,
        }
    }

    pub(crate) fn witness(&self, witness: Witness) -> &'static str {
        let [driver, store, wire, peer, cross] = self.witnesses;
        match witness {
            Witness::Driver => driver,
            Witness::Store => store,
            Witness::Wire => wire,
            Witness::Peer => peer,
            Witness::Cross => cross,
        }
    }

    pub(crate) fn role(&self, role: Role) -> &'static str {
        let [control, applied, attack, twin, state] = self.roles;
        match role {
            Role::Control => control,
            Role::Applied => applied,
            Role::Attack => attack,
            Role::Twin => twin,
            Role::State => state,
        }
    }

    /// What a binding level means; empty for one that we do not know.
    pub(crate) fn binding(&self, level: &str) -> &'static str {
        let [b0, b1, b2, b3] = self.bindings;
        match level {
            "B0" => b0,
            "B1" => b1,
            "B2" => b2,
            "B3" => b3,
            _ => "",
        }
    }

    pub(crate) fn shortfall(&self, shortfall: &Shortfall) -> String {
        let words = &self.shortfalls;
        match shortfall {
            Shortfall::BrokenOff {} => words.broken_off.to_owned(),
            Shortfall::NothingRan {} => words.nothing_ran.to_owned(),
            Shortfall::CasesDiffer { check } => fill(words.cases_differ, &[("check", check)]),
            Shortfall::Failed { check } => fill(words.failed, &[("check", check)]),
            Shortfall::Declared { check } => fill(words.declared, &[("check", check)]),
            Shortfall::NotDecided { check, outcome } => fill(
                words.not_decided,
                &[("check", check), ("outcome", self.outcome(*outcome))],
            ),
            Shortfall::NoTwin { check } => fill(words.no_twin, &[("check", check)]),
            Shortfall::TwinMissed { check, flaw } => {
                fill(words.twin_missed, &[("check", check), ("flaw", flaw)])
            }
            Shortfall::VariantMisjudged { check, variant } => fill(
                words.variant_misjudged,
                &[("check", check), ("variant", variant)],
            ),
            Shortfall::IcsContradicted { finding } => fill(
                if finding.declared {
                    words.ics_present
                } else {
                    words.ics_absent
                },
                &[("switch", finding.switch.name()), ("seen", &finding.seen)],
            ),
            Shortfall::DeviationStale { check } => fill(words.deviation_stale, &[("check", check)]),
            Shortfall::DeviationExpired { check, expires } => fill(
                words.deviation_expired,
                &[("check", check), ("expires", expires)],
            ),
            Shortfall::FuzzCrashed { target, crashes } => fill(
                words.fuzz_crashed,
                &[("target", target), ("count", &self.count(*crashes))],
            ),
            Shortfall::FuzzFaulted { target } => fill(words.fuzz_faulted, &[("target", target)]),
        }
    }
}

/// The text with every `{name}` replaced by its value; a value is never filled itself.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or(("", part));
        let value = values.iter().find(|(known, _)| *known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        filled.push_str(rest);
    }
    filled
}

/// The shape that goes with an outcome, so that no verdict hangs on colour alone.
pub(crate) fn symbol(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "✓",
        Outcome::Fail => "✗",
        Outcome::Inconclusive => "?",
        Outcome::Error => "!",
        Outcome::NotRun => "○",
        Outcome::NotApplicable => "–",
    }
}

/// The shape that goes with an overall verdict.
pub(crate) fn overall_symbol(overall: Overall) -> &'static str {
    match overall {
        Overall::Passed => "✓",
        Overall::PassedWithDeviations => "△",
        Overall::Undecided => "?",
        Overall::Incomplete => "!",
        Overall::Failed => "✗",
    }
}

#[cfg(test)]
mod tests;

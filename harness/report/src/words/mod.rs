//! Every text of ours that a report shows, in German and English. The compiler keeps the two complete.

mod de;
mod en;

use harness_evidence::{Outcome, Overall, Role, Severity, Shortfall, Witness};
use serde::Serialize;

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

/// The texts by what they are for. `{name}` stands for a value, the same names in both languages.
#[derive(Debug, Serialize)]
pub(crate) struct Words {
    pub(crate) code: &'static str,
    pub(crate) page: PageWords,
    pub(crate) labels: Labels,
    pub(crate) outcomes: [&'static str; 6],
    pub(crate) overall: OverallWords,
    pub(crate) severities: [&'static str; 3],
    pub(crate) witnesses: [&'static str; 5],
    pub(crate) roles: [&'static str; 5],
    pub(crate) bindings: [&'static str; 4],
    pub(crate) shortfalls: ShortfallWords,
}

/// Headings and sentences.
#[derive(Debug, Serialize)]
pub(crate) struct PageWords {
    pub(crate) title: &'static str,
    pub(crate) not_a_certificate: &'static str,
    pub(crate) incomplete: &'static str,
    pub(crate) complete: &'static str,
    pub(crate) run: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) more: &'static str,
    pub(crate) quality: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) recheck: &'static str,
    pub(crate) contents: &'static str,
    pub(crate) requirements: &'static str,
    pub(crate) requirements_note: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) open: &'static str,
    pub(crate) not_applicable: &'static str,
    pub(crate) passed: &'static str,
    pub(crate) matrix: &'static str,
    pub(crate) matrix_note: &'static str,
    pub(crate) matrix_benign: &'static str,
    pub(crate) environment: &'static str,
    pub(crate) duties: &'static str,
    pub(crate) duties_text: &'static str,
    pub(crate) declared: &'static str,
    pub(crate) declared_short: &'static str,
    pub(crate) diagram: &'static str,
    pub(crate) diagram_note: &'static str,
    pub(crate) excerpt: &'static str,
    pub(crate) no_transcript: &'static str,
}

/// Names of fields and columns.
#[derive(Debug, Serialize)]
pub(crate) struct Labels {
    pub(crate) object: &'static str,
    pub(crate) relay: &'static str,
    pub(crate) client: &'static str,
    pub(crate) binding: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) why: &'static str,
    pub(crate) coverage: &'static str,
    pub(crate) run: &'static str,
    pub(crate) worst: &'static str,
    pub(crate) not_tested: &'static str,
    pub(crate) quality: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) recheck: &'static str,
    pub(crate) manifest: &'static str,
    pub(crate) plan: &'static str,
    pub(crate) id: &'static str,
    pub(crate) level: &'static str,
    pub(crate) outcome: &'static str,
    pub(crate) text: &'static str,
    pub(crate) checks: &'static str,
    pub(crate) check: &'static str,
    pub(crate) witness: &'static str,
    pub(crate) witness_least: &'static str,
    pub(crate) source: &'static str,
    pub(crate) version: &'static str,
    pub(crate) purpose: &'static str,
    pub(crate) precondition: &'static str,
    pub(crate) expected: &'static str,
    pub(crate) observed: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) attacks: &'static str,
    pub(crate) requirements: &'static str,
    pub(crate) ids: &'static str,
    pub(crate) twins: &'static str,
    pub(crate) missing: &'static str,
    pub(crate) who_says: &'static str,
    pub(crate) steps: &'static str,
    pub(crate) role: &'static str,
    pub(crate) claim: &'static str,
    pub(crate) held: &'static str,
    pub(crate) violated: &'static str,
    pub(crate) undecided: &'static str,
    pub(crate) replay: &'static str,
    pub(crate) evidence: &'static str,
    pub(crate) duration: &'static str,
    pub(crate) tool: &'static str,
    pub(crate) judge: &'static str,
    pub(crate) seed: &'static str,
    pub(crate) command: &'static str,
    pub(crate) flaw: &'static str,
    pub(crate) sum: &'static str,
    pub(crate) uncovered: &'static str,
    pub(crate) entry: &'static str,
    pub(crate) dropped: &'static str,
}

/// The overall verdict: a heading and a sentence each.
#[derive(Debug, Serialize)]
pub(crate) struct OverallWords {
    pub(crate) passed: [&'static str; 2],
    pub(crate) passed_with_deviations: [&'static str; 2],
    pub(crate) undecided: [&'static str; 2],
    pub(crate) incomplete: [&'static str; 2],
    pub(crate) failed: [&'static str; 2],
}

/// Why a run does not read as passed.
#[derive(Debug, Serialize)]
pub(crate) struct ShortfallWords {
    pub(crate) broken_off: &'static str,
    pub(crate) nothing_ran: &'static str,
    pub(crate) cases_differ: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) declared: &'static str,
    pub(crate) not_decided: &'static str,
    pub(crate) no_twin: &'static str,
    pub(crate) twin_missed: &'static str,
    pub(crate) variant_misjudged: &'static str,
    pub(crate) ics_absent: &'static str,
    pub(crate) ics_present: &'static str,
    pub(crate) deviation_stale: &'static str,
    pub(crate) deviation_expired: &'static str,
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

//! The texts of ours by what they are for. `{name}` stands for a value, the same names in every language.

use serde::Serialize;

use super::figures::FigureWords;
use super::measured::{CapacityWords, FuzzingWords};
use super::sections::{
    ClaimWords, ControlWords, CoverageWords, LatencyWords, PrintWords, RelayViewWords, TrendWords,
    VerifyWords,
};

/// The texts by what they are for. `{name}` stands for a value, the same names in both languages.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
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
    pub(crate) figures: FigureWords,
    pub(crate) controls: ControlWords,
    pub(crate) coverage: CoverageWords,
    pub(crate) claims: ClaimWords,
    pub(crate) latency: LatencyWords,
    pub(crate) fuzzing: FuzzingWords,
    pub(crate) capacity: CapacityWords,
    pub(crate) trend: TrendWords,
    pub(crate) relay_view: RelayViewWords,
    pub(crate) verify: VerifyWords,
    pub(crate) print: PrintWords,
}

/// Headings and sentences.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct PageWords {
    pub(crate) title: &'static str,
    pub(crate) not_a_certificate: &'static str,
    pub(crate) incomplete: &'static str,
    pub(crate) complete: &'static str,
    pub(crate) run: &'static str,
    pub(crate) part: &'static str,
    pub(crate) merged: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) nothing_at_all: &'static str,
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
    pub(crate) no_detail: &'static str,
    pub(crate) matrix_list: &'static str,
}

/// Names of fields and columns.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct Labels {
    pub(crate) object: &'static str,
    pub(crate) relay: &'static str,
    pub(crate) client: &'static str,
    pub(crate) binding: &'static str,
    pub(crate) measured: &'static str,
    pub(crate) profile: &'static str,
    pub(crate) catalogue: &'static str,
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
    pub(crate) examined: &'static str,
    pub(crate) cases: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) what: &'static str,
    pub(crate) group: &'static str,
    pub(crate) depth: &'static str,
    pub(crate) decided: &'static str,
    pub(crate) caught: &'static str,
    pub(crate) milliseconds: &'static str,
}

/// The overall verdict: a heading and a sentence each.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct OverallWords {
    #[cfg_attr(test, serde(borrow))]
    pub(crate) passed: [&'static str; 2],
    pub(crate) passed_with_deviations: [&'static str; 2],
    pub(crate) undecided: [&'static str; 2],
    pub(crate) incomplete: [&'static str; 2],
    pub(crate) failed: [&'static str; 2],
}

/// Why a run does not read as passed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
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
    pub(crate) fuzz_crashed: &'static str,
    pub(crate) fuzz_faulted: &'static str,
}

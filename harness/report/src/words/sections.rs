//! The texts of single sections of the report.

use serde::Serialize;

/// What the script offers.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct ControlWords {
    pub(crate) filter: &'static str,
    pub(crate) only_open: &'static str,
    pub(crate) all: &'static str,
    pub(crate) search: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) hidden: &'static str,
}

/// Which requirements were looked at.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct CoverageWords {
    pub(crate) title: &'static str,
    pub(crate) note: &'static str,
    pub(crate) depth_note: &'static str,
    /// Nothing was decided, the product's word alone, seen from outside.
    pub(crate) depths: [&'static str; 3],
}

/// What the maker claims.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct ClaimWords {
    pub(crate) title: &'static str,
    pub(crate) note: &'static str,
    pub(crate) none: &'static str,
    pub(crate) claim: &'static str,
    pub(crate) unmapped: &'static str,
}

/// How long the checks took.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct LatencyWords {
    pub(crate) title: &'static str,
    pub(crate) note: &'static str,
    pub(crate) none: &'static str,
    pub(crate) axis: &'static str,
    pub(crate) share: &'static str,
    pub(crate) mark: &'static str,
    pub(crate) value: &'static str,
    pub(crate) interval: &'static str,
    pub(crate) most: &'static str,
}

/// Against earlier runs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct TrendWords {
    pub(crate) title: &'static str,
    pub(crate) note: &'static str,
    pub(crate) none: &'static str,
    pub(crate) this: &'static str,
    pub(crate) broken: &'static str,
    pub(crate) against: &'static str,
    pub(crate) nothing_comparable: &'static str,
    pub(crate) change: &'static str,
    pub(crate) lost: &'static str,
    pub(crate) new: &'static str,
    pub(crate) still: &'static str,
    pub(crate) fixed: &'static str,
}

/// What the server can see.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct RelayViewWords {
    pub(crate) title: &'static str,
    pub(crate) note: &'static str,
    pub(crate) always: &'static str,
    pub(crate) none: &'static str,
    pub(crate) endpoint: &'static str,
    pub(crate) requests: &'static str,
    pub(crate) field: &'static str,
    pub(crate) fields: &'static str,
    pub(crate) nature: &'static str,
    pub(crate) example: &'static str,
    pub(crate) cut: &'static str,
    pub(crate) checks: &'static str,
    /// Readable, unreadable, secret, bytes.
    pub(crate) natures: [&'static str; 4],
}

/// How a stranger checks the report, and who answers for it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct VerifyWords {
    pub(crate) title: &'static str,
    pub(crate) files: &'static str,
    pub(crate) verdicts: &'static str,
    pub(crate) limits: &'static str,
    pub(crate) signatures: &'static str,
    pub(crate) signatures_note: &'static str,
    pub(crate) name: &'static str,
    pub(crate) organisation: &'static str,
    pub(crate) independence: &'static str,
    pub(crate) place: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) examiner: &'static str,
    pub(crate) reviewer: &'static str,
    pub(crate) end: &'static str,
}

/// What only a report for print says: pages, and chapters that the record has nothing for.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct PrintWords {
    pub(crate) summary: &'static str,
    pub(crate) report: &'static str,
    pub(crate) page: &'static str,
    pub(crate) page_of: &'static str,
    pub(crate) manifest: &'static str,
    pub(crate) valid_with: &'static str,
    pub(crate) no_manifest: &'static str,
    pub(crate) scope: &'static str,
    pub(crate) statement: &'static str,
    pub(crate) no_statement: &'static str,
    pub(crate) present: &'static str,
    pub(crate) absent: &'static str,
    pub(crate) figures: &'static str,
    pub(crate) contradicted: &'static str,
    pub(crate) deviations: &'static str,
    pub(crate) expires: &'static str,
    pub(crate) others: &'static str,
    pub(crate) test_case: &'static str,
    pub(crate) vectors: &'static str,
    pub(crate) no_vectors: &'static str,
    pub(crate) fuzzing: &'static str,
    pub(crate) no_fuzzing: &'static str,
    pub(crate) calibration: &'static str,
    pub(crate) data: &'static str,
    pub(crate) attached: &'static str,
}

//! What will run and what will not, fixed before the first request.

use serde::{Deserialize, Serialize};

use crate::{CheckedIcs, MergedShard, Profile, Severity, Shard, Witness};

/// The plan of a run. Its SHA-256 stands in the first event, before the first request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The run's id.
    pub run: String,
    /// The seed of orders and schedules.
    pub seed: u64,
    /// The target.
    pub target: TargetIdentity,
    /// For which kind of examination: what does not count for it does not apply. Absent if everything does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// The catalogue of requirements that the run reports on; absent in plans of before it was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<CatalogueIdentity>,
    /// The benign variants of the reference that the checks run on, beside the weak twins; empty unless the whole matrix is run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<String>,
    /// Which part of a run this is: the checks of the other parts are deselected. Absent in a whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// The parts that were merged into this run, in their order; empty where it was carried out at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<MergedShard>,
    /// Every check of the suite, also those that will not run, sorted by id.
    pub checks: Vec<PlannedCheck>,
}

/// Which requirements: an edition of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueIdentity {
    /// Its name, such as `2026-11`.
    pub edition: String,
    /// SHA-256, hex, over all its rows.
    pub sha256: String,
}

/// Who or what is tested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetIdentity {
    /// The name in the manifest.
    pub name: String,
    /// The manifest's SHA-256, hex.
    pub manifest: String,
    /// The relay as it named itself: name and version; text from the target.
    pub relay: String,
    /// The client as its driver named it; text from the target. Empty if the target has none.
    pub client: String,
    /// The seeded flaw of the reference that the target has on purpose: it is a weak twin, and no messenger of anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaw: Option<String>,
    /// What the bench measured before it started it; empty if it only saw an endpoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artefacts: Vec<Artefact>,
    /// `B0` only an endpoint was observed, `B3` the bench started the measured artefact itself.
    pub binding: String,
    /// What its maker claims, in the order of the manifest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<MakerClaim>,
    /// What its vendor declares of it, and where its behaviour contradicts that; absent if nothing was declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ics: Option<CheckedIcs>,
}

/// A program, file or folder of the target, measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artefact {
    /// The last part of its path.
    pub name: String,
    /// SHA-256 of the file, hex; of a folder, that of a list with a line for each of its files, as `sha256sum` writes it, sorted by path.
    pub sha256: String,
}

/// A sentence of the maker about the target; text from the target's side, never ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakerClaim {
    /// The sentence.
    pub text: String,
    /// The requirements that must all hold if it is true; without one it stays unproven.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<String>,
}

/// A check in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedCheck {
    /// The check's id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// One line: what it is for.
    pub purpose: String,
    /// What must hold before.
    pub precondition: String,
    /// What a pass looks like.
    pub expected: String,
    /// The requirements that it bears on.
    pub requirements: Vec<String>,
    /// The attacks that it carries out.
    pub attacks: Vec<String>,
    /// How binding it is.
    pub severity: Severity,
    /// The weakest witness that it accepts.
    pub witness: Witness,
    /// Whether it runs, and if not, why.
    pub applicability: Applicability,
    /// Its weak twins.
    pub twins: Vec<Twin>,
}

/// Whether a check runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "applicability", rename_all = "snake_case")]
pub enum Applicability {
    /// It runs.
    Planned,
    /// The target has no such function; `rule` says who says so.
    NotApplicable {
        /// The rule.
        rule: String,
    },
    /// The target has it, but this bench cannot reach it; counts as not run.
    NotTestable {
        /// What is missing, such as a verb of the driver.
        missing: String,
    },
    /// The user deselected it; counts as not run.
    Deselected {},
}

/// A weak twin: the reference with one seeded flaw that the check must turn red.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// The flaw's name.
    pub flaw: String,
    /// The code of the expectation that must be violated; a kill for another reason does not count.
    pub code: String,
}

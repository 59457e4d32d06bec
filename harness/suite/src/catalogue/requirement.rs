//! A requirement: one row of `catalogue/requirements/*.toml`.

use harness_evidence::{Depth, Facets, Profile, Severity, Switch, TestKind, Witness, sha256_hex};
use serde::{Deserialize, Serialize};

/// Something that must hold of a messenger.
///
/// Meeting a row never means that the row of a source is met: the mapping is our reading of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Stable and never reused, such as `E2E-08`; the letters are its group.
    pub id: String,
    /// How binding it is: `MUST`, `SHOULD`, `MAY`.
    pub level: Severity,
    /// How bad it is if it does not hold: `critical`, `high`, `medium`, `low`.
    pub gravity: Gravity,
    /// The text in English.
    pub en: String,
    /// The text in German.
    pub de: String,
    /// Where the demand comes from, each with its edition and a mark of certainty unless it is the project's own.
    pub sources: Vec<String>,
    /// How it is tested: `relay`, `client`, `adversary`, `artefact`, `fuzz`, `load`, `document`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub test: Vec<TestKind>,
    /// The weakest witness that a pass needs: `driver`, `store`, `wire`, `peer`, `cross`.
    pub witness: Witness,
    /// The deepest depth that the clauses of TR-03161 among the sources ask for (`check`, `examine`); absent without such a clause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<Depth>,
    /// For which kind of examination it counts: `core`, `relay`, `client`, `mobile`, `strict`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<Profile>,
    /// The features without which it does not apply, as the target's ICS declares them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Switch>,
    /// What no check looks at, why, and, behind `Closes it:`, what would. It tells of the bench and may change without an edition.
    #[serde(default, skip_serializing)]
    pub gap: Option<String>,
}

/// How bad it is if a requirement does not hold; ours, beside the verdict and never instead of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gravity {
    /// An inconvenience or a small leak.
    Low,
    /// A limited loss.
    Medium,
    /// A serious loss for some users.
    High,
    /// Content or authenticity lost for many users.
    Critical,
}

impl Requirement {
    /// The group, such as `E2E`.
    #[must_use]
    pub fn group(&self) -> &str {
        self.id.split('-').next().unwrap_or_default()
    }

    /// As it stands in evidence.
    #[must_use]
    pub fn reported(&self) -> harness_evidence::Requirement {
        harness_evidence::Requirement {
            id: self.id.clone(),
            severity: self.level,
            text_en: self.en.clone(),
            text_de: self.de.clone(),
            sources: self.sources.clone(),
            facets: self.facets(),
        }
    }

    /// What a report says of it beside its text.
    #[must_use]
    pub fn facets(&self) -> Facets {
        Facets {
            group: self.group().to_owned(),
            test: self.test.clone(),
            witness: Some(self.witness),
            depth: self.depth,
            profiles: self.profiles.clone(),
            needs: self.needs.clone(),
            gap: self.gap.clone(),
        }
    }

    /// SHA-256, hex, of what is demanded: of the row as JSON, without its gap.
    pub(super) fn digest(&self) -> String {
        let row = serde_json::to_string(self).unwrap_or_default();
        sha256_hex(row.as_bytes())
    }
}

//! What kind of requirement one is: how it is tested, how deep, for whom.

use serde::{Deserialize, Serialize};

use crate::{Switch, Witness};

/// How something is found out about a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestKind {
    /// Requests to the relay, from outside.
    Relay,
    /// A client, through its driver.
    Client,
    /// An adversary between real clients: a malicious relay, a member who lies.
    Adversary,
    /// What was built: binary, source, bill of materials.
    Artefact,
    /// Many malformed inputs.
    Fuzz,
    /// A measurement under load.
    Load,
    /// Documents only.
    Document,
}

/// How deep BSI TR-03161 wants the clauses behind a requirement looked at; the deepest of them counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// CHECK: the evaluator validates that the measure which the vendor describes is effective.
    Check,
    /// EXAMINE: the evaluator judges independently, as a rule by reading the source and by practical tests.
    Examine,
}

impl Depth {
    /// The word of TR-03161.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Check => "CHECK",
            Self::Examine => "EXAMINE",
        }
    }

    /// What a pass from outside contributes to a clause of this depth, in English. It never satisfies EXAMINE alone.
    #[must_use]
    pub fn contribution(self) -> &'static str {
        match self {
            Self::Check => {
                "a pass shows the measure at work; the vendor's description of it is still to be read"
            }
            Self::Examine => {
                "a pass is the practical part only; EXAMINE also wants the source read, and is not satisfied by it alone"
            }
        }
    }
}

/// For which kind of examination a requirement counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// A first report that means something: grave, and to be seen from outside.
    Core,
    /// The relay is looked at.
    Relay,
    /// The client is looked at.
    Client,
    /// The client is an app on a phone.
    Mobile,
    /// Everything, as authorities ask for it.
    Strict,
}

impl Profile {
    /// All, from the first one to ask for to everything.
    pub const ALL: [Self; 5] = [
        Self::Core,
        Self::Relay,
        Self::Client,
        Self::Mobile,
        Self::Strict,
    ];

    /// The name in catalogue, plans and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Relay => "relay",
            Self::Client => "client",
            Self::Mobile => "mobile",
            Self::Strict => "strict",
        }
    }
}

/// What a report says of a requirement beside its text. All is absent in results of before the catalogue had it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    /// The group, such as `E2E`; empty if unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// How it is tested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub test: Vec<TestKind>,
    /// The weakest witness that a pass needs: at least one of its checks must have seen it so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
    /// The depth of the clauses behind it; absent if none is of TR-03161.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<Depth>,
    /// For which kind of examination it counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<Profile>,
    /// The features without which it does not apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Switch>,
    /// What no check looks at, why, and what would close it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<String>,
}

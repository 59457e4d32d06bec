//! A check: data, in the BSI's words for a test case, and one function.

use harness_evidence::{Fault, Severity, Witness};
use thiserror::Error;

use crate::{adversary::RuleError, scene::Scene};

/// A check.
pub struct Check {
    /// Stable, never reused.
    pub id: &'static str,
    /// Raised when the same behaviour could get another verdict.
    pub version: u32,
    /// Whom it is about.
    pub subject: Subject,
    /// The requirements of the catalogue that it bears on.
    pub requirements: &'static [&'static str],
    /// The attacks of the catalogue that it carries out.
    pub attacks: &'static [&'static str],
    /// How binding it is.
    pub severity: Severity,
    /// The weakest witness that it accepts.
    pub witness: Witness,
    /// One line: what it is for.
    pub purpose: &'static str,
    /// What holds before the attack.
    pub precondition: &'static str,
    /// What a pass looks like.
    pub expected: &'static str,
    /// What the target or its manifest must offer.
    pub needs: &'static [Need],
    /// Its weak twins.
    pub twins: &'static [Seeded],
    /// The story.
    pub run: fn(&mut Scene) -> Result<(), Stop>,
}

/// Whom a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The client under test; the relay is only its environment.
    Client,
    /// The relay under test.
    Relay,
}

/// What a check needs beyond accounts and a relay that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The driver must offer this verb.
    Verb(&'static str),
    /// The client is started so that it logs as much as it can, as the manifest says; without such a word, as always.
    LoudClient,
    /// The bench must have started the relay itself, and the check gets one of its own that it may kill.
    OwnRelay,
    /// The manifest must say where the relay's store and log lie.
    RelayStore,
    /// The manifest must say that the relay offers this beyond what Matrix demands.
    Offer(&'static str),
    /// The manifest must say how the relay is started for an organisation; the check gets such a relay of its own.
    Organisation,
    /// The target must give out invitation tokens that are good for one account.
    Invitations,
}

/// A weak twin: one seeded flaw, and the expectation that it must violate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seeded {
    /// Where the flaw sits.
    pub side: Side,
    /// The flaw's name in the reference.
    pub flaw: &'static str,
    /// The code of the violated expectation.
    pub code: &'static str,
}

impl Seeded {
    /// A flaw of the reference client.
    #[must_use]
    pub const fn client(flaw: &'static str, code: &'static str) -> Self {
        Self {
            side: Side::Client,
            flaw,
            code,
        }
    }

    /// A flaw of the reference relay.
    #[must_use]
    pub const fn relay(flaw: &'static str, code: &'static str) -> Self {
        Self {
            side: Side::Relay,
            flaw,
            code,
        }
    }
}

/// Where a flaw sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// In the reference client.
    Client,
    /// In the reference relay.
    Relay,
}

/// Why a case cannot go on. It is recorded and judged: nobody's silence reads as green.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct Stop {
    /// Whose fault it is.
    pub fault: Fault,
    /// One line.
    pub reason: String,
}

impl Stop {
    /// The same with a reason that fits a line of the record: it may hold what a target said.
    #[must_use]
    pub fn short(self) -> Self {
        const LONGEST: usize = 400;
        let reason = self.reason.chars().take(LONGEST).collect();
        Self { reason, ..self }
    }

    /// The bench's own fault.
    #[must_use]
    pub fn harness(reason: impl Into<String>) -> Self {
        Self {
            fault: Fault::Harness,
            reason: reason.into(),
        }
    }

    /// The driver's fault.
    #[must_use]
    pub fn driver(reason: impl Into<String>) -> Self {
        Self {
            fault: Fault::Driver,
            reason: reason.into(),
        }
    }

    /// The machine's fault, or the relay went away.
    #[must_use]
    pub fn environment(reason: impl Into<String>) -> Self {
        Self {
            fault: Fault::Environment,
            reason: reason.into(),
        }
    }

    /// The product refused an honest step.
    #[must_use]
    pub fn target(reason: impl Into<String>) -> Self {
        Self {
            fault: Fault::Target,
            reason: reason.into(),
        }
    }
}

impl From<RuleError> for Stop {
    fn from(error: RuleError) -> Self {
        Self::harness(error.to_string())
    }
}

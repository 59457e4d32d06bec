//! The words of a verdict.

use serde::{Deserialize, Serialize};

/// What became of a check.
///
/// The order is the order of dominance when several are merged: a failure is never hidden by an error, and
/// nothing that is not a pass reads as one (BSI TR-03161: PASS, INCONCLUSIVE, FAIL, N/A; our `Error` and
/// `NotRun` are shown as INCONCLUSIVE with their cause).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The protected function does not exist in the target; the rule that says so is recorded.
    NotApplicable,
    /// Exercised; control, attack, twin and state all as they must be.
    Pass,
    /// Planned and not carried out.
    NotRun,
    /// Carried out, but the target's behaviour did not decide it.
    Inconclusive,
    /// Ours, the driver's or the environment's fault; never blamed on the target.
    Error,
    /// Exercised and violated.
    Fail,
}

impl Outcome {
    /// The dominant one of two outcomes.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        self.max(other)
    }

    /// All outcomes, best first.
    pub const ALL: [Self; 6] = [
        Self::NotApplicable,
        Self::Pass,
        Self::NotRun,
        Self::Inconclusive,
        Self::Error,
        Self::Fail,
    ];
}

/// How binding a requirement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// MUSS.
    Must,
    /// SOLLTE.
    Should,
    /// KANN.
    May,
}

/// Who saw it, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Witness {
    /// The product said so through its driver.
    Driver,
    /// Read in the target's store or log.
    Store,
    /// Seen on the wire.
    Wire,
    /// A peer of the bench tried it with real keys.
    Peer,
    /// Several parties were compared.
    Cross,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_never_survives_a_merge_with_anything_worse() {
        for other in [
            Outcome::NotRun,
            Outcome::Inconclusive,
            Outcome::Error,
            Outcome::Fail,
        ] {
            assert_eq!(Outcome::Pass.merge(other), other);
        }
        assert_eq!(Outcome::Error.merge(Outcome::Fail), Outcome::Fail);
        assert_eq!(Outcome::NotApplicable.merge(Outcome::Pass), Outcome::Pass);
    }
}

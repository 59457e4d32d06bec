use serde::{Deserialize, Serialize};

use crate::{Authority, Chain, Signed, Statement, Time, Trust, TrustError};

/// A statement by one key, with the chain of grants that gives this key its say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "T: Statement")]
pub struct Authorised<T> {
    /// The statement.
    pub statement: Signed<T>,
    /// From the root to its signer.
    pub chain: Chain,
}

impl<T: Statement> Authorised<T> {
    /// What is stated; whether it counts, [`Self::verify`] says.
    pub const fn body(&self) -> &T {
        &self.statement.body
    }

    /// Who stated it, if the chain gave this key its say at the time that the statement gives.
    ///
    /// What the signer's role may state is for the kind of statement to ask.
    ///
    /// # Errors
    /// If signature, organisation or chain do not hold.
    pub fn verify(&self, trust: Trust<'_>) -> Result<Authority, TrustError> {
        self.verify_at(trust, self.body().issued())
    }

    /// As [`Self::verify`], with a chain that must hold at `at`: for statements that are made now.
    ///
    /// # Errors
    /// If signature, organisation or chain do not hold.
    pub fn verify_at(&self, trust: Trust<'_>, at: Time) -> Result<Authority, TrustError> {
        let organisation = self.body().organisation();
        if organisation != trust.organisation {
            return Err(TrustError::OtherOrganisation { got: *organisation });
        }
        let key = self.statement.verify_sole()?;
        self.chain.verify(&key, trust, at)
    }
}

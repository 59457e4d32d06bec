use serde::{Deserialize, Serialize};

use crate::{
    Authorised, Authority, PublicKey, Role, Statement, Tenant, Time, Trust, TrustError, UserName,
    time::CLOCK_SKEW,
};

/// What those who look after an organisation may ask a relay, without an account there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The organisation.
    pub organisation: PublicKey,
    /// The only tenant that it is about; none: all of them.
    pub tenant: Option<Tenant>,
    /// What is asked.
    pub about: Subject,
    /// When; it is answered for five minutes.
    pub issued: Time,
}

/// What a [`Question`] is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Subject {
    /// The log of acts, from this entry on.
    Acts {
        /// Number of the first entry wanted.
        from: u64,
    },
    /// The accounts.
    Users {},
    /// The devices of an account.
    Devices {
        /// The account.
        user: UserName,
    },
}

impl Authorised<Question> {
    /// Checks that an owner, admin or auditor asks, now, about what their role reaches.
    ///
    /// # Errors
    /// If not.
    pub fn verify_question(&self, trust: Trust<'_>, now: Time) -> Result<Authority, TrustError> {
        let question = self.body();
        let authority = self.verify_at(trust, now)?;
        if !authority.role.may_administer() && authority.role != Role::Auditor {
            return Err(TrustError::Role {
                got: authority.role,
            });
        }
        authority.check_reach(question.tenant.as_ref())?;
        if question.issued > now.plus(CLOCK_SKEW) {
            let got = question.issued;
            return Err(TrustError::FromTheFuture { got, now });
        }
        let expired = question.issued.plus(CLOCK_SKEW);
        if expired <= now {
            return Err(TrustError::Expired { expired });
        }
        Ok(authority)
    }
}

impl Statement for Question {
    const DOMAIN: &'static str = "dev.pruefstand.organisation.question.v1";

    fn organisation(&self) -> &PublicKey {
        &self.organisation
    }

    fn issued(&self) -> Time {
        self.issued
    }
}

use serde::{Deserialize, Serialize};

use crate::{
    Authorised, Invitation, PublicKey, Serial, Signed, Statement, Time, Trust, TrustError,
    UserName, time::CLOCK_SKEW,
};

/// This user, with this cross-signing identity, enrolled with this invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmissionStatement {
    /// The organisation.
    pub organisation: PublicKey,
    /// The invitation.
    pub serial: Serial,
    /// The user, with their server.
    pub user: UserName,
    /// Their master cross-signing key as Matrix writes it: unpadded standard base64.
    pub master_key: String,
    /// When they enrolled.
    pub issued: Time,
}

/// Why others take an account for one of the organisation's; an account that the relay made itself has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admission {
    /// The invitation.
    pub invitation: Authorised<Invitation>,
    /// By its one-time key.
    pub admission: Signed<AdmissionStatement>,
}

impl Admission {
    /// Checks that `user` with `master_key` was admitted, and says as what.
    ///
    /// # Errors
    /// If invitation or admission do not hold, or are about another user or key.
    pub fn verify(
        &self,
        trust: Trust<'_>,
        user: &UserName,
        master_key: &str,
    ) -> Result<&Invitation, TrustError> {
        self.invitation.verify_invitation(trust)?;
        self.check_statement()?;
        let admitted = &self.admission.body;
        if admitted.user != *user {
            return Err(TrustError::Other { what: "user" });
        }
        if admitted.master_key != master_key {
            return Err(TrustError::Other { what: "master key" });
        }
        let invitation = self.invitation.body();
        trust
            .revocations
            .check(invitation.serial, admitted.issued)?;
        Ok(invitation)
    }

    /// Checks the statement alone: by the invitation's key, about this invitation, while it was open.
    ///
    /// # Errors
    /// If it is not.
    pub fn check_statement(&self) -> Result<(), TrustError> {
        let invitation = self.invitation.body();
        let admitted = &self.admission.body;
        if self.admission.verify_sole()? != invitation.invite_key {
            return Err(TrustError::NotSigned);
        }
        if admitted.organisation != invitation.organisation || admitted.serial != invitation.serial
        {
            return Err(TrustError::Other { what: "invitation" });
        }
        if admitted.issued.plus(CLOCK_SKEW) < invitation.issued {
            return Err(TrustError::Other { what: "time" });
        }
        if admitted.issued >= invitation.expires {
            return Err(TrustError::Expired {
                expired: invitation.expires,
            });
        }
        Ok(())
    }
}

impl Statement for AdmissionStatement {
    const DOMAIN: &'static str = "dev.pruefstand.organisation.admission.v1";

    fn organisation(&self) -> &PublicKey {
        &self.organisation
    }

    fn issued(&self) -> Time {
        self.issued
    }
}

use serde::{Deserialize, Serialize};

use crate::{
    Authorised, Authority, PublicKey, Role, Serial, Statement, Tenant, Time, Trust, TrustError,
    time::CLOCK_SKEW,
};

/// One person may enrol once, for a while. Its private half travels in the [`InvitationCode`](crate::InvitationCode) only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// The organisation.
    pub organisation: PublicKey,
    /// The tenant that the account will belong to.
    pub tenant: Tenant,
    /// The role that it will have: member, reader or guest.
    pub role: Role,
    /// Names the invitation: a relay takes each serial once.
    pub serial: Serial,
    /// Public half of the one-time key in the code.
    pub invite_key: PublicKey,
    /// When it was made.
    pub issued: Time,
    /// Until when it can be used (not included).
    pub expires: Time,
}

/// Longest life of an invitation: 90 days.
const MAX_LIFETIME: u64 = 90 * 24 * 60 * 60 * 1000;

impl Authorised<Invitation> {
    /// Checks that an admin with a say in the tenant made it, at the time that it gives.
    ///
    /// This is what holds of an invitation for ever; whether it can still be used is for [`Invitation::check_open`].
    ///
    /// # Errors
    /// If it does not lead to the root, was revoked when made, or carries a role that invitations cannot.
    pub fn verify_invitation(&self, trust: Trust<'_>) -> Result<Authority, TrustError> {
        let invitation = self.body();
        let authority = self.verify(trust)?;
        authority.check_admin(Some(&invitation.tenant))?;
        invitation.check_terms(trust)?;
        Ok(authority)
    }
}

impl Invitation {
    /// Checks its role, its life and that it was not revoked when made.
    ///
    /// # Errors
    /// If one of them does not hold.
    pub fn check_terms(&self, trust: Trust<'_>) -> Result<(), TrustError> {
        if !self.role.may_be_invited() {
            return Err(TrustError::Role { got: self.role });
        }
        let lasts = self.expires.0.saturating_sub(self.issued.0);
        if lasts == 0 || lasts > MAX_LIFETIME {
            return Err(TrustError::Lifetime {
                got: lasts,
                limit: MAX_LIFETIME,
            });
        }
        trust.revocations.check(self.serial, self.issued)
    }

    /// Checks that it can be used at `now`.
    ///
    /// # Errors
    /// If it is from the future, expired, or revoked by now.
    pub fn check_open(&self, trust: Trust<'_>, now: Time) -> Result<(), TrustError> {
        if self.issued > now.plus(CLOCK_SKEW) {
            return Err(TrustError::FromTheFuture {
                got: self.issued,
                now,
            });
        }
        if self.expires <= now {
            return Err(TrustError::Expired {
                expired: self.expires,
            });
        }
        trust.revocations.check(self.serial, now)
    }
}

impl Statement for Invitation {
    const DOMAIN: &'static str = "dev.pruefstand.organisation.invitation.v1";

    fn organisation(&self) -> &PublicKey {
        &self.organisation
    }

    fn issued(&self) -> Time {
        self.issued
    }
}

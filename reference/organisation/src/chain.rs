use serde::{Deserialize, Serialize};

use crate::{Grant, PublicKey, Role, Signed, Tenant, Time, Trust, TrustError, time::CLOCK_SKEW};

/// Grants from the root down to the key that signs; empty for the root itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Signed<Grant>>", into = "Vec<Signed<Grant>>")]
pub struct Chain(Vec<Signed<Grant>>);

/// Root grants owner, owner grants admin: no honest chain is longer.
const MAX_GRANTS: usize = 2;

/// What a key may say, as a chain shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The key.
    pub key: PublicKey,
    /// Its role; the root counts as an owner.
    pub role: Role,
    /// The only tenant that it has a say in; none: all of them.
    pub tenant: Option<Tenant>,
    /// Whether it is the root itself.
    pub is_root: bool,
}

impl Chain {
    /// The root's chain: no grant.
    #[must_use]
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// This chain and one grant more, by the key that it leads to.
    ///
    /// # Errors
    /// If it would be longer than any honest chain.
    pub fn with(&self, grant: Signed<Grant>) -> Result<Self, TrustError> {
        let mut grants = self.0.clone();
        grants.push(grant);
        grants.try_into()
    }

    /// The grants, from the root downwards.
    pub fn grants(&self) -> impl Iterator<Item = &Signed<Grant>> {
        self.0.iter()
    }

    /// What `key` could say at `at`: each grant signed by the one before it, the first by the root; all valid then.
    ///
    /// # Errors
    /// If the chain breaks anywhere, or something in it was not valid.
    pub fn verify(
        &self,
        key: &PublicKey,
        trust: Trust<'_>,
        at: Time,
    ) -> Result<Authority, TrustError> {
        let mut holder = Authority {
            key: *trust.organisation,
            role: Role::Owner,
            tenant: None,
            is_root: true,
        };
        for grant in &self.0 {
            holder = holder.granted(grant, trust, at)?;
        }
        if holder.key != *key {
            return Err(TrustError::BrokenChain);
        }
        Ok(holder)
    }
}

impl Authority {
    /// Checks that it may administer, and that its say reaches `tenant` (none: the whole organisation).
    ///
    /// # Errors
    /// If its role or its tenant is another.
    pub fn check_admin(&self, tenant: Option<&Tenant>) -> Result<(), TrustError> {
        if !self.role.may_administer() {
            return Err(TrustError::Role { got: self.role });
        }
        self.check_reach(tenant)
    }

    /// Checks that its say reaches `tenant` (none: the whole organisation).
    ///
    /// # Errors
    /// If it is bound to another tenant.
    pub fn check_reach(&self, tenant: Option<&Tenant>) -> Result<(), TrustError> {
        match &self.tenant {
            Some(own) if tenant != Some(own) => Err(TrustError::OtherTenant {
                wanted: own.clone(),
            }),
            Some(_) | None => Ok(()),
        }
    }

    /// Who holds what this authority granted.
    pub(crate) fn granted(
        &self,
        grant: &Signed<Grant>,
        trust: Trust<'_>,
        at: Time,
    ) -> Result<Self, TrustError> {
        if grant.verify_sole()? != self.key {
            return Err(TrustError::BrokenChain);
        }
        let grant = &grant.body;
        if grant.organisation != *trust.organisation {
            return Err(TrustError::OtherOrganisation {
                got: grant.organisation,
            });
        }
        if !self.is_root && !self.role.may_grant(grant.role) {
            return Err(TrustError::Role { got: self.role });
        }
        self.check_reach(grant.tenant.as_ref())?;
        if grant.issued > at.plus(CLOCK_SKEW) {
            return Err(TrustError::FromTheFuture {
                got: grant.issued,
                now: at,
            });
        }
        if grant.expires <= at {
            return Err(TrustError::Expired {
                expired: grant.expires,
            });
        }
        trust.revocations.check(grant.serial, at)?;
        Ok(Self {
            key: grant.key,
            role: grant.role,
            tenant: grant.tenant.clone(),
            is_root: false,
        })
    }
}

impl TryFrom<Vec<Signed<Grant>>> for Chain {
    type Error = TrustError;

    fn try_from(grants: Vec<Signed<Grant>>) -> Result<Self, TrustError> {
        if grants.len() > MAX_GRANTS {
            return Err(TrustError::BrokenChain);
        }
        Ok(Self(grants))
    }
}

impl From<Chain> for Vec<Signed<Grant>> {
    fn from(chain: Chain) -> Self {
        chain.0
    }
}

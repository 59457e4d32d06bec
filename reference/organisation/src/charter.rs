use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    OrganisationName, PublicKey, Signed, SigningKey, Statement, Suite, Tenant, Time, TrustError,
    object::ObjectError,
};

/// What an organisation says of itself, signed by its root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charter {
    /// The root key: it is the organisation.
    pub organisation: PublicKey,
    /// What people call it.
    pub name: OrganisationName,
    /// Its tenants, at least one, at most 64; their members do not see each other.
    pub tenants: BTreeSet<Tenant>,
    /// No device of the organisation talks with an older suite.
    pub suite_floor: Suite,
    /// When it was signed.
    pub issued: Time,
}

const MAX_TENANTS: usize = 64;

impl Charter {
    /// Signs the charter with the root key that it names.
    ///
    /// # Errors
    /// If it holds a number beyond 53 bits.
    pub fn sign(self, root: &SigningKey) -> Result<Signed<Self>, ObjectError> {
        Signed::new(self, root)
    }

    /// Checks that the organisation has this tenant.
    ///
    /// # Errors
    /// If it has not.
    pub fn check_tenant(&self, tenant: &Tenant) -> Result<(), TrustError> {
        if self.tenants.contains(tenant) {
            return Ok(());
        }
        Err(TrustError::NoSuchTenant {
            got: tenant.clone(),
        })
    }
}

impl Signed<Charter> {
    /// The charter, if the root that it names signed it. Which root is the right one, only a code or a file from the organisation says.
    ///
    /// # Errors
    /// If the signature does not fit, or the charter has no tenant or too many.
    pub fn verified(&self) -> Result<&Charter, TrustError> {
        if self.verify_sole()? != self.body.organisation {
            return Err(TrustError::NotSigned);
        }
        if self.body.tenants.is_empty() || self.body.tenants.len() > MAX_TENANTS {
            return Err(TrustError::Other {
                what: "number of tenants than 1 to 64",
            });
        }
        Ok(&self.body)
    }
}

impl Statement for Charter {
    const DOMAIN: &'static str = "dev.pruefstand.organisation.charter.v1";

    fn organisation(&self) -> &PublicKey {
        &self.organisation
    }

    fn issued(&self) -> Time {
        self.issued
    }
}

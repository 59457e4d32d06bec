use serde::{Deserialize, Serialize};

use crate::{PublicKey, Role, Serial, Statement, Tenant, Time};

/// A role for a key, by the root or by an owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The organisation.
    pub organisation: PublicKey,
    /// Names the grant, for its revocation.
    pub serial: Serial,
    /// Who gets the role.
    pub key: PublicKey,
    /// The role.
    pub role: Role,
    /// The only tenant that it is for; none: all of them.
    pub tenant: Option<Tenant>,
    /// From when on.
    pub issued: Time,
    /// Until when (not included).
    pub expires: Time,
}

impl Statement for Grant {
    const DOMAIN: &'static str = "dev.pruefstand.organisation.grant.v1";

    fn organisation(&self) -> &PublicKey {
        &self.organisation
    }

    fn issued(&self) -> Time {
        self.issued
    }
}

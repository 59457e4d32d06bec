//! The user's other devices: they belong to the organisation once a device that does has told them.
//!
//! Only an own signed device is believed, which the relay cannot make (R20); everything else it then verifies itself.

use reference_organisation::{Charter, DirectoryKey, Role, Signed, Tenant, read, value_of};
use serde::{Deserialize, Serialize};

use super::Organisation;
use crate::{Client, Flaw, errand::Errand, olm::Payload};

/// The to-device type, through Olm.
pub(crate) const AFFILIATION: &str = "dev.pruefstand.organisation";

/// What a device tells the next.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    charter: Signed<Charter>,
    tenant: Tenant,
    role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    directory: Option<DirectoryKey>,
}

impl Client {
    /// Tells own signed devices of the organisation, each once.
    pub(crate) fn tell_affiliation(&mut self) {
        let (Some(own), Some(known)) = (self.own.as_ref(), self.affiliation.organisation()) else {
            return;
        };
        let user = own.user.clone();
        let mut untold = self.recipients(std::slice::from_ref(&user));
        untold.retain(|(_, device), _| !known.told.contains(device));
        if untold.is_empty() {
            return;
        }
        let told = Told {
            charter: known.charter.clone(),
            tenant: known.tenant.clone(),
            role: known.role,
            directory: known.directory_key.clone(),
        };
        let (Ok(content), Some(known)) = (value_of(&told), self.affiliation.change()) else {
            return;
        };
        for (user, device) in untold.into_keys() {
            known.told.insert(device.clone());
            let errand = Errand::sealed(user, device, AFFILIATION, content.clone());
            self.errands.push(errand);
        }
    }

    /// An own device says which organisation the account belongs to; the news come with the next sync.
    pub(crate) fn take_affiliation(&mut self, payload: &Payload) {
        let is_own = self.is_own_payload(payload);
        let is_believed = is_own || self.conduct.has(Flaw::AffiliationFromAnyone);
        if !is_believed || self.affiliation.organisation().is_some() {
            return;
        }
        let Ok(told) = read::<Told>(&payload.content) else {
            return;
        };
        let holds = told.charter.verified();
        if holds.is_ok_and(|charter| charter.check_tenant(&told.tenant).is_ok()) {
            let mut known = Organisation::new(told.charter, told.tenant, told.role);
            known.directory_key = told.directory;
            known.told.extend(payload.device.clone());
            self.affiliation.join(known);
            self.obey(self.affiliation.policy());
        }
    }
}

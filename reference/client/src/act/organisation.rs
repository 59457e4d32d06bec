//! What can be done with the organisation of the account.

use serde::{Deserialize, Serialize};

use super::Given;
use crate::{CallId, Client, Outcome, Refusal};

/// An act on the organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationAct {
    /// Become a member with an invitation code.
    Enrol {
        /// The code.
        code: Given,
    },
    /// The organisation, its policy, and who of the known users belongs to it.
    Status {},
    /// Look somebody up in the organisation's directory; nothing leaves the device.
    Search {
        /// What is looked for.
        text: String,
    },
}

impl Client {
    pub(super) fn act_on_organisation(
        &mut self,
        now: u64,
        call: CallId,
        act: OrganisationAct,
    ) -> Result<(), Refusal> {
        match act {
            OrganisationAct::Enrol { code } => self.enrol(now, call, &code.secret),
            OrganisationAct::Status {} => {
                let status = self.organisation_status();
                self.wire.done(call, Outcome::Value(status));
                Ok(())
            }
            OrganisationAct::Search { text } => self.search_directory(now, call, &text),
        }
    }
}

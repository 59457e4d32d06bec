//! What can be done for the safety of the device's own data.

use serde::{Deserialize, Serialize};

use crate::{CallId, Client, Outcome, Refusal};

/// An act on the device's own data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultAct {
    /// Look at the state of the own data.
    Status {},
}

impl Client {
    pub(super) fn act_on_vault(&mut self, call: CallId, act: VaultAct) -> Result<(), Refusal> {
        match act {
            VaultAct::Status {} => {
                let status = self.vault_status();
                self.wire.done(call, Outcome::Value(status));
                Ok(())
            }
        }
    }
}

//! Invitations that the operator of the relay gives out.

use harness_driver::Secret;

use crate::{check::Stop, scene::Scene};

impl Scene {
    /// An unused invitation token that is good for one account.
    ///
    /// # Errors
    ///
    /// If the operator gives none out or has none left.
    pub fn invitation(&mut self) -> Result<Secret, Stop> {
        let token = self.stage.accounts.invitation()?;
        self.keep_secret("invitation", &token);
        Ok(token)
    }
}

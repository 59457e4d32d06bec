//! The organisation that the bench plays on the relay of a case.

use std::sync::Arc;

use crate::{
    check::Stop,
    scene::{Scene, Session},
    target::Organisation,
};

impl Scene {
    /// The organisation, with all its keys.
    ///
    /// # Errors
    ///
    /// If the case has no relay of an organisation: the check must say [`Need::Organisation`](crate::check::Need::Organisation).
    pub fn organisation(&self) -> Result<Arc<Organisation>, Stop> {
        let organisation = self.stage.accounts.organisation();
        organisation.ok_or_else(|| Stop::harness("the case has no relay of an organisation"))
    }

    /// A new account of one tenant, logged in by the bench.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn session_in(&mut self, tenant: &str, name: &str) -> Result<Session, Stop> {
        let localpart = self.fresh_name(name);
        let now = self.now();
        let account = self.stage.accounts.enrol(tenant, &localpart, now)?;
        self.keep_secret("password", &account.password);
        self.log_in_raw(account)
    }
}

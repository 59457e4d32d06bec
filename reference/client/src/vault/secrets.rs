//! The private identity of the user, as it comes back to a device.

use super::VaultRefusal;
use crate::{Client, Refusal, account::OwnIdentity};

impl Client {
    /// Takes the private identity over, if it is the one that everybody knows of this user.
    pub(crate) fn adopt_identity(&mut self, identity: OwnIdentity) -> Result<(), Refusal> {
        let own = self.own.as_mut().ok_or(Refusal::NotLoggedIn)?;
        let chain = identity.chain().or(Err(VaultRefusal::IdentityForeign))?;
        self.directory.permits(&own.user)?;
        let known = self.directory.user(&own.user);
        let is_known = known.is_some_and(|known| {
            let pinned = known.pin.as_ref().map(|pin| &pin.master);
            pinned == Some(&chain.master)
                && known.self_signing == chain.self_signing
                && known.user_signing == chain.user_signing
        });
        if !is_known {
            return Err(VaultRefusal::IdentityForeign.into());
        }
        own.identity = Some(identity);
        own.changed = true;
        Ok(())
    }
}

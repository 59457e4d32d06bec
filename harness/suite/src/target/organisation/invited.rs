use harness_driver::Secret;
use serde_json::{Value, json};
use vodozemac::Ed25519SecretKey;

use super::{
    Organisation, TENANT,
    officer::{encoded, signature},
};
use crate::dialect::canonical;

/// What an invitation says.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The tenant.
    pub tenant: &'a str,
    /// The role.
    pub role: &'a str,
    /// When it was made, in milliseconds since the epoch.
    pub issued: u64,
    /// When it ends.
    pub expires: u64,
}

/// An invitation with its one-time key, as its code carries both.
pub struct Invited {
    /// The invitation with the chain of who made it. A check may change it.
    pub invitation: Value,
    body: Value,
    key: Ed25519SecretKey,
}

impl<'a> Terms<'a> {
    /// A member of a tenant, for an hour from `now`.
    #[must_use]
    pub fn of(tenant: &'a str, now: u64) -> Self {
        Self {
            tenant,
            role: "member",
            issued: now,
            expires: now + 3_600_000,
        }
    }
}

impl Terms<'static> {
    /// A member of [`TENANT`], for an hour from `now`.
    #[must_use]
    pub fn usual(now: u64) -> Self {
        Self::of(TENANT, now)
    }
}

impl Invited {
    pub(super) fn new(invitation: Value, body: Value, key: Ed25519SecretKey) -> Self {
        Self {
            invitation,
            body,
            key,
        }
    }

    /// The registration token that enrols `user`.
    #[must_use]
    pub fn token(&self, user: &str, now: u64) -> Secret {
        let proof = self.states("enrolment", json!({ "user": user, "issued": now }));
        let token = json!({ "invitation": self.invitation, "proof": proof });
        Secret::new(encoded(canonical(&token).as_bytes()))
    }

    /// The admission of `user` with a master key.
    #[must_use]
    pub fn admission(&self, user: &str, master_key: &str, now: u64) -> Value {
        let own = json!({ "user": user, "master_key": master_key, "issued": now });
        json!({ "invitation": self.invitation, "admission": self.states("admission", own) })
    }

    /// The text that an administrator would hand to a person.
    #[must_use]
    pub fn code(&self, organisation: &Organisation) -> Secret {
        let code = json!({
            "charter": organisation.charter(),
            "directory": organisation.directory_key(),
            "invitation": self.invitation,
            "server": organisation.server(),
            "seed": encoded(self.key.to_bytes().as_slice()),
        });
        Secret::new(encoded(canonical(&code).as_bytes()))
    }

    /// A statement by the one-time key about this invitation.
    fn states(&self, kind: &str, mut body: Value) -> Value {
        if let Some(fields) = body.as_object_mut() {
            for name in ["organisation", "serial"] {
                let value = self.body.get(name).cloned().unwrap_or_default();
                fields.insert(name.to_owned(), value);
            }
        }
        let signatures = [signature(kind, &body, &self.key)];
        json!({
            "type": format!("dev.pruefstand.organisation.{kind}.v1"),
            "body": body,
            "signatures": signatures,
        })
    }
}

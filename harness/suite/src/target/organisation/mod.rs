//! The organisation that the bench plays: it has the keys of everybody in it, so it can sign what is right and what is wrong.
//!
//! Written from `reference/protocol/` alone; it shares no code with what it tests.

mod channel;
mod directory;
mod invited;
mod officer;

use serde_json::{Value, json};
use vodozemac::Ed25519SecretKey;

pub use channel::BenchChannel;
pub use invited::{Invited, Terms};
pub use officer::Officer;
use officer::encoded;

/// The tenant that accounts belong to where nothing else is said.
pub const TENANT: &str = "main";

/// A second tenant beside it.
pub const OTHER_TENANT: &str = "second";

/// A root with an owner over both tenants and an admin in each.
pub struct Organisation {
    /// The root, which is the organisation.
    pub root: Officer,
    /// An owner, granted by the root.
    pub owner: Officer,
    /// An admin of [`TENANT`], granted by the owner.
    pub admin: Officer,
    /// An admin of [`OTHER_TENANT`].
    pub other_admin: Officer,
    id: String,
    server: String,
    /// What opens the directory of [`TENANT`], as its members have it.
    directory_key: [u8; 32],
}

impl Organisation {
    /// A new organisation with new keys for a relay whose user ids end in `server`.
    #[must_use]
    pub fn new(server: &str) -> Self {
        let root = Officer::root();
        let id = root.key();
        let owner = root.grants(&id, "owner", None);
        let admin = owner.grants(&id, "admin", Some(TENANT));
        let other_admin = owner.grants(&id, "admin", Some(OTHER_TENANT));
        Self {
            root,
            owner,
            admin,
            other_admin,
            id,
            server: server.to_owned(),
            directory_key: *Ed25519SecretKey::new().public_key().as_bytes(),
        }
    }

    /// The root's public key as text.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A user id on the relay.
    #[must_use]
    pub fn user(&self, localpart: &str) -> String {
        format!("@{localpart}:{}", self.server)
    }

    /// The relay's name in user ids.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The charter, signed by the root.
    #[must_use]
    pub fn charter(&self) -> Value {
        let body = json!({
            "organisation": self.id,
            "name": "Bench & Sons",
            "tenants": [TENANT, OTHER_TENANT],
            "suite_floor": 1,
            "issued": 0,
        });
        self.root.states("charter", body)
    }

    /// An invitation by `officer`, with its one-time key.
    #[must_use]
    pub fn invite(&self, officer: &Officer, terms: Terms<'_>) -> Invited {
        let key = Ed25519SecretKey::new();
        let body = json!({
            "organisation": self.id,
            "tenant": terms.tenant,
            "role": terms.role,
            "serial": officer::serial(),
            "invite_key": encoded(key.public_key().as_bytes()),
            "issued": terms.issued,
            "expires": terms.expires,
        });
        Invited::new(officer.authorised("invitation", body.clone()), body, key)
    }

    /// A policy by `officer` with `rules` (all of them, as `reference/protocol/policy.md` lists them).
    #[must_use]
    pub fn policy(&self, officer: &Officer, version: u64, issued: u64, rules: &Value) -> Value {
        self.policy_of(TENANT, officer, (version, issued), rules)
    }

    /// The same for any tenant, with version and time of issue.
    #[must_use]
    pub fn policy_of(
        &self,
        tenant: &str,
        officer: &Officer,
        (version, issued): (u64, u64),
        rules: &Value,
    ) -> Value {
        let body = json!({
            "organisation": self.id,
            "tenant": tenant,
            "version": version,
            "issued": issued,
            "rules": rules,
            "log": null,
        });
        officer.authorised("policy", body)
    }

    /// The rules of a policy with their protective values.
    #[must_use]
    pub fn rules() -> Value {
        serde_json::from_str(include_str!("rules.json")).unwrap_or_default()
    }

    /// What the first entry of the log of acts follows: `(number, digest)`.
    #[must_use]
    pub fn beginning(&self) -> (u64, String) {
        (0, officer::beginning(&self.root))
    }

    /// An entry of the log of acts in [`TENANT`] behind `after`, by one or two officers, and what follows it.
    #[must_use]
    pub fn act(
        &self,
        (number, previous): &(u64, String),
        by: &[&Officer],
        (act, issued): (Value, u64),
    ) -> (Value, (u64, String)) {
        let mut by = by.to_vec();
        by.sort_by_key(|officer| officer.bytes());
        let keys: Vec<_> = by.iter().map(|officer| officer.key()).collect();
        let body = json!({
            "organisation": self.id,
            "number": number,
            "previous": previous,
            "by": keys,
            "tenant": TENANT,
            "act": act,
            "issued": issued,
        });
        let next = (number + 1, officer::digest("act", &body));
        let chains: Vec<_> = by.iter().map(|officer| officer.chain()).collect();
        let statement = officer::statement("act", &body, &by);
        (json!({ "statement": statement, "chains": chains }), next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_there() {
        assert_eq!(Organisation::rules()["external"], json!("deny"));
    }

    #[test]
    fn two_signers_stand_in_the_order_of_their_keys() {
        let organisation = Organisation::new("x");
        let start = organisation.beginning();
        let by = [&organisation.owner, &organisation.admin];
        let (entry, next) = organisation.act(&start, &by, (json!({}), 1));
        let signers = entry["statement"]["signatures"].as_array().unwrap();
        assert_eq!(signers.len(), 2);
        assert_eq!(entry["statement"]["body"]["by"][0], signers[0]["key"]);
        assert_eq!(next.0, 1);
        assert_ne!(next.1, start.1);
    }
}

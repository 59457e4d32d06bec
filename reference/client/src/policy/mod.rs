//! The policy profile: what the organisation allows on this device.
//!
//! Whoever decides something that a policy can forbid asks [`Client::policy`](crate::Client::policy). Without an
//! organisation nothing is forbidden that a common messenger does; inside one, what the profile
//! leaves out has the protective value of [`Policy::default`].

mod managed;
mod release;
mod rules;

use reference_organisation::policy::Retention;
use serde::{Deserialize, Serialize};

pub use managed::ManagedKeys;
pub use release::{Floor, NoRelease, Release};

/// A policy profile as its values; who signed it was judged before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Policy {
    /// Who may talk with the organisation's members.
    pub external: External,
    /// Users outside who may, where `external` is `list`: user ids, or `:server` for all of a server.
    pub external_list: Vec<String>,
    /// Read receipts may be sent (R17).
    pub allow_receipts: bool,
    /// Typing may be shown to others (R17).
    pub allow_typing: bool,
    /// Presence may be shown to others (R17).
    pub allow_presence: bool,
    /// Link previews may be fetched (R32).
    pub allow_link_preview: bool,
    /// A message to more members than this needs a confirmation (R30).
    pub confirm_audience: u32,
    /// Attachments must have one of these endings, in lower case without the dot; empty: any (R32).
    pub attachment_types: Vec<String>,
    /// Bytes of the largest attachment; 0: no limit of the policy's own.
    pub attachment_bytes: u64,
    /// How long this device keeps what it got; `None`: for ever (R40).
    pub retention: Option<Retention>,
    /// Seconds in which a message can be taken back before it leaves (R30).
    pub undo_seconds: u32,
    /// What was written inside may not be passed on outside unless it is marked (R31).
    pub internal_only: bool,
    /// Accounts of other organisations on the same device may get messages passed on (R07).
    pub allow_cross_account: bool,
    /// An administrators' quorum may hold a share of members' recovery secrets (R23).
    pub allow_escrow: bool,
    /// Days after which a directory that no administrator confirmed is shown as old (R04).
    pub directory_days: u32,
    /// The oldest release that may send (R46).
    pub minimum_client: Option<Floor>,
    /// The keys that device management knows by the same names.
    #[serde(flatten)]
    pub managed: ManagedKeys,
}

/// Who may talk with the members of the organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum External {
    /// Nobody outside it.
    #[default]
    Deny,
    /// Those on the list.
    List,
    /// Anybody; they are shown as external.
    Allow,
}

impl Default for Policy {
    /// What holds inside an organisation for everything that its profile leaves out.
    fn default() -> Self {
        Self {
            external: External::Deny,
            external_list: Vec::new(),
            allow_receipts: false,
            allow_typing: false,
            allow_presence: false,
            allow_link_preview: false,
            confirm_audience: 20,
            attachment_types: Vec::new(),
            attachment_bytes: 0,
            retention: Some(Retention::default()),
            undo_seconds: 10,
            internal_only: true,
            allow_cross_account: false,
            allow_escrow: false,
            directory_days: 30,
            minimum_client: None,
            managed: ManagedKeys::default(),
        }
    }
}

impl Policy {
    /// What holds without an organisation: nothing is forbidden that a common messenger does.
    #[must_use]
    pub fn unmanaged() -> Self {
        Self {
            external: External::Allow,
            allow_receipts: true,
            allow_typing: true,
            allow_presence: true,
            allow_cross_account: true,
            allow_escrow: true,
            confirm_audience: u32::MAX,
            retention: None,
            undo_seconds: 0,
            internal_only: false,
            ..Self::default()
        }
    }

    /// Whether the list lets this user of outside in.
    #[must_use]
    pub fn lists(&self, user: &str) -> bool {
        let server = user.split_once(':').map(|(_, server)| server);
        self.external_list.iter().any(|entry| {
            let all_of = entry.strip_prefix(':');
            entry == user || (all_of.is_some() && all_of == server)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_profile_leaves_out_is_protective() {
        let policy: Policy = serde_json::from_value(json!({})).unwrap();
        assert_eq!(policy, Policy::default());
        assert_eq!(policy.external, External::Deny);
        assert!(!policy.allow_receipts && !policy.allow_presence);
        assert_eq!(Policy::unmanaged().external, External::Allow);
    }

    #[test]
    fn the_29_keys_have_the_names_of_device_management() {
        let written = serde_json::to_value(Policy::default()).unwrap();
        for key in managed::NAMES {
            assert!(written.get(key).is_some(), "{key}");
        }
        assert_eq!(managed::NAMES.len(), 29);
        let set = json!({ "disableSendMedia": true, "passwordTries": 3, "firstName": "Anna" });
        let policy: Policy = serde_json::from_value(set).unwrap();
        assert!(policy.managed.disable_send_media);
        assert_eq!(policy.managed.password_tries, 3);
        assert_eq!(policy.managed.first_name.as_deref(), Some("Anna"));
    }

    #[test]
    fn a_list_names_users_or_whole_servers() {
        let list = json!({ "externalList": ["@guest:other.example", ":partner.example"] });
        let policy: Policy = serde_json::from_value(list).unwrap();
        assert!(policy.lists("@guest:other.example"));
        assert!(policy.lists("@anybody:partner.example"));
        assert!(!policy.lists("@other:other.example"));
        assert!(!policy.lists("no user id"));
    }
}

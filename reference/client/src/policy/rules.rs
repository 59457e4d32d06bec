//! The rules that an organisation signs, as the values that this client asks.

use reference_organisation::{Policy as Profile, policy as signed};
use serde_json::{Map, Value};

use super::{External, Floor, ManagedKeys, Policy};

impl Policy {
    /// What a signed profile means on this device.
    pub(crate) fn of(signed: &Profile) -> Self {
        let profile = &signed.rules;
        let (external, external_list) = match &profile.external {
            signed::External::Deny => (External::Deny, Vec::new()),
            signed::External::List(list) => (External::List, list.iter().map(listed).collect()),
            signed::External::Allow => (External::Allow, Vec::new()),
        };
        let stays_inside = |rule: &signed::LabelRule| rule.forward != signed::Forward::Anywhere;
        Self {
            external,
            external_list,
            allow_receipts: profile.signals.receipts,
            allow_typing: profile.signals.typing,
            allow_presence: profile.signals.presence,
            allow_link_preview: profile.link_previews,
            confirm_audience: small(profile.warnings.large_group),
            attachment_types: profile
                .attachment_types
                .iter()
                .flat_map(|media| endings(media))
                .collect(),
            attachment_bytes: profile.attachment_bytes,
            retention: Some(profile.retention.clone()),
            undo_seconds: small(profile.warnings.undo_seconds),
            internal_only: profile.labels.iter().any(stays_inside),
            allow_cross_account: profile.cross_account,
            allow_escrow: !profile.recovery.disable_recovery,
            directory_days: small(profile.directory_days),
            minimum_client: floor(signed),
            managed: managed(profile),
        }
    }
}

/// A listed server is written here with a colon before it.
fn listed(entry: &String) -> String {
    if entry.starts_with('@') {
        entry.clone()
    } else {
        format!(":{entry}")
    }
}

/// Older clients go on until the grace that the profile gives is over.
fn floor(signed: &Profile) -> Option<Floor> {
    let version = signed.rules.minimum_version.to_string().parse().ok()?;
    let grace = signed.rules.grace_seconds.saturating_mul(1000);
    Some(Floor {
        version,
        refuse_after: signed.issued.0.saturating_add(grace),
    })
}

/// The 29 keys have the same names on both sides.
fn managed(profile: &signed::Rules) -> ManagedKeys {
    let groups = [
        serde_json::to_value(&profile.sign_in),
        serde_json::to_value(&profile.passwords),
        serde_json::to_value(&profile.functions),
        serde_json::to_value(&profile.leaving),
        serde_json::to_value(&profile.recovery),
        serde_json::to_value(&profile.provisioning),
    ];
    let mut keys = Map::new();
    for group in groups {
        if let Ok(Value::Object(group)) = group {
            keys.extend(group);
        }
    }
    serde_json::from_value(Value::Object(keys)).unwrap_or_default()
}

/// The endings of files of a media type: those of its usual names, or its subtype.
fn endings(media: &str) -> Vec<String> {
    let usual: &[&str] = match media {
        "image/jpeg" => &["jpg", "jpeg"],
        "text/plain" => &["txt"],
        "text/calendar" => &["ics"],
        "text/vcard" => &["vcf"],
        "audio/ogg" => &["ogg", "oga", "opus"],
        "audio/mpeg" => &["mp3"],
        _ => &[],
    };
    if usual.is_empty() {
        let subtype = media.split_once('/').map(|(_, subtype)| subtype.to_owned());
        return subtype.into_iter().collect();
    }
    usual.iter().map(|&ending| ending.to_owned()).collect()
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use reference_organisation::{SigningKey, Tenant, Time};

    use super::*;

    fn profile(rules: signed::Rules) -> Profile {
        let key = SigningKey::from_seed(&[7; 32]);
        Profile {
            organisation: key.public(),
            tenant: Tenant::new("main").unwrap(),
            version: 1,
            issued: Time(1000),
            rules,
            log: None,
        }
    }

    #[test]
    fn the_29_keys_arrive_under_their_names() {
        let mut rules = signed::Rules::default();
        rules.sign_in.password_tries = 7;
        rules.leaving.disable_send_media = true;
        rules.passwords.password_min_length = 14;
        let policy = Policy::of(&profile(rules));
        assert_eq!(policy.managed.password_tries, 7);
        assert!(policy.managed.disable_send_media);
        assert_eq!(policy.managed.password_min_length, 14);
        assert!(!policy.allow_escrow && !policy.allow_receipts);
    }

    #[test]
    fn a_listed_server_lets_all_of_its_users_in() {
        let list = BTreeSet::from(["@a:x".to_owned(), "partner.example".to_owned()]);
        let rules = signed::Rules {
            external: signed::External::List(list),
            ..signed::Rules::default()
        };
        let policy = Policy::of(&profile(rules));
        assert!(policy.lists("@anybody:partner.example") && policy.lists("@a:x"));
        assert!(!policy.lists("@b:x"));
    }

    #[test]
    fn media_types_become_endings() {
        let policy = Policy::of(&profile(signed::Rules::default()));
        for ending in ["jpg", "jpeg", "pdf", "txt", "ics", "vcf", "png"] {
            assert!(policy.attachment_types.iter().any(|it| it == ending));
        }
    }
}

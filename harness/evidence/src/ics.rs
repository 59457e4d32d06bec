//! What a target's vendor declares of it (implementation conformance statement, ICS), and where behaviour contradicts that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something that a target has or has not, as its vendor declares it.
///
/// The list is closed: a statement that leaves one out is not complete. Features come first; the last ones are
/// protections, whose absence excuses nothing ([`Switch::is_protection`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// Conversations of more than two people.
    Groups,
    /// Channels in which a few publish and many read.
    Channels,
    /// Appointments that are proposed and answered.
    Appointments,
    /// Files and pictures.
    Media,
    /// Reading the address book of the device.
    AddressBook,
    /// Contacts of its own, synchronised between devices.
    Contacts,
    /// Looking people up.
    Directory,
    /// Notifications through a push service.
    Push,
    /// Backups or exports of keys or content.
    Backup,
    /// More than one device for an account.
    LinkedDevices,
    /// Accounts by invitation.
    Invitations,
    /// Logging in with a password.
    Passwords,
    /// Presence, typing and receipts.
    Signals,
    /// Several tenants on one relay.
    Tenants,
    /// Talking to servers of others.
    Federation,
    /// A program for desktops.
    DesktopApp,
    /// An app for phones.
    MobileApp,
    /// A client in the browser.
    WebClient,
    /// Comparing identities on another way.
    Verification,
    /// What nobody fetches goes from the relay after a stated time.
    Expiry,
    /// Key agreement that is also safe against quantum computers.
    PostQuantum,
}

impl Switch {
    /// All, features first.
    pub const ALL: [Self; 21] = [
        Self::Groups,
        Self::Channels,
        Self::Appointments,
        Self::Media,
        Self::AddressBook,
        Self::Contacts,
        Self::Directory,
        Self::Push,
        Self::Backup,
        Self::LinkedDevices,
        Self::Invitations,
        Self::Passwords,
        Self::Signals,
        Self::Tenants,
        Self::Federation,
        Self::DesktopApp,
        Self::MobileApp,
        Self::WebClient,
        Self::Verification,
        Self::Expiry,
        Self::PostQuantum,
    ];

    /// The name in manifests and evidence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Groups => "groups",
            Self::Channels => "channels",
            Self::Appointments => "appointments",
            Self::Media => "media",
            Self::AddressBook => "address_book",
            Self::Contacts => "contacts",
            Self::Directory => "directory",
            Self::Push => "push",
            Self::Backup => "backup",
            Self::LinkedDevices => "linked_devices",
            Self::Invitations => "invitations",
            Self::Passwords => "passwords",
            Self::Signals => "signals",
            Self::Tenants => "tenants",
            Self::Federation => "federation",
            Self::DesktopApp => "desktop_app",
            Self::MobileApp => "mobile_app",
            Self::WebClient => "web_client",
            Self::Verification => "verification",
            Self::Expiry => "expiry",
            Self::PostQuantum => "post_quantum",
        }
    }

    /// What it is about, in a few words.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Groups => "Conversations of more than two people",
            Self::Channels => "Channels in which a few publish and many read",
            Self::Appointments => "Appointments that are proposed and answered",
            Self::Media => "Files and pictures",
            Self::AddressBook => "Reading the address book of the device",
            Self::Contacts => "Contacts of its own, synchronised between devices",
            Self::Directory => "Looking people up",
            Self::Push => "Notifications through a push service",
            Self::Backup => "Backups or exports of keys or content",
            Self::LinkedDevices => "More than one device for an account",
            Self::Invitations => "Accounts by invitation",
            Self::Passwords => "Logging in with a password",
            Self::Signals => "Presence, typing and receipts",
            Self::Tenants => "Several tenants on one relay",
            Self::Federation => "Talking to servers of others",
            Self::DesktopApp => "A program for desktops",
            Self::MobileApp => "An app for phones",
            Self::WebClient => "A client in the browser",
            Self::Verification => "Comparing identities on another way",
            Self::Expiry => "What nobody fetches goes from the relay after a stated time",
            Self::PostQuantum => "Key agreement that is also safe against quantum computers",
        }
    }

    /// Whether it protects. A requirement falls away with the feature that it is about, never with its protection.
    #[must_use]
    pub fn is_protection(self) -> bool {
        matches!(self, Self::Verification | Self::Expiry | Self::PostQuantum)
    }
}

/// Figures that belong to switches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// After how many days a message goes that a device never fetched; with `expiry`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// How many members a group has at most; with `groups`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_members: Option<u32>,
    /// How long a file is at most, in MiB; with `media`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_mib: Option<u32>,
}

/// What the vendor declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ics {
    /// Every switch with what is declared of it.
    pub switches: BTreeMap<Switch, bool>,
    /// The figures.
    #[serde(default)]
    pub limits: Limits,
}

impl Ics {
    /// What is declared of a switch, if anything is.
    #[must_use]
    pub fn declares(&self, switch: Switch) -> Option<bool> {
        self.switches.get(&switch).copied()
    }
}

/// A declaration that behaviour contradicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IcsFinding {
    /// Of what.
    pub switch: Switch,
    /// Whether it is declared present; behaviour shows the opposite.
    pub declared: bool,
    /// What the target offers although the switch is declared absent, or all that it would have to offer and does not.
    pub seen: String,
}

/// A statement as it stands in a plan: compared with what the target offered before the first case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedIcs {
    /// The statement.
    #[serde(flatten)]
    pub ics: Ics,
    /// Where the target contradicts it, in the order of [`Switch`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<IcsFinding>,
}

impl CheckedIcs {
    /// Why a requirement that needs these switches does not apply; `None` if it does.
    ///
    /// A switch that is declared absent and shows nevertheless excuses nothing.
    #[must_use]
    pub fn excuses(&self, needs: &[Switch]) -> Option<String> {
        let contradicted = |switch| self.findings.iter().any(|finding| finding.switch == switch);
        let absent: Vec<_> = needs
            .iter()
            .filter(|need| self.ics.declares(**need) == Some(false) && !contradicted(**need))
            .map(|need| need.name())
            .collect();
        (!absent.is_empty())
            .then(|| format!("declared absent by the target's ICS: {}", absent.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn absent(switch: Switch, findings: Vec<IcsFinding>) -> CheckedIcs {
        let switches = Switch::ALL.map(|one| (one, one != switch));
        CheckedIcs {
            ics: Ics {
                switches: BTreeMap::from(switches),
                limits: Limits::default(),
            },
            findings,
        }
    }

    #[test]
    fn a_name_is_what_serde_writes() {
        for switch in Switch::ALL {
            let written = serde_json::to_value(switch).unwrap();
            assert_eq!(written, switch.name());
        }
    }

    #[test]
    fn what_is_declared_absent_excuses_what_needs_it_and_nothing_else() {
        let ics = absent(Switch::Channels, Vec::new());
        assert_eq!(
            ics.excuses(&[Switch::Groups, Switch::Channels]).as_deref(),
            Some("declared absent by the target's ICS: channels")
        );
        assert_eq!(ics.excuses(&[Switch::Groups]), None);
        assert_eq!(ics.excuses(&[]), None);
        assert_eq!(CheckedIcs::default().excuses(&[Switch::Channels]), None);
    }

    #[test]
    fn an_absence_that_behaviour_contradicts_excuses_nothing() {
        let finding = IcsFinding {
            switch: Switch::Channels,
            declared: false,
            seen: "the driver's verb channel.view".to_owned(),
        };
        let ics = absent(Switch::Channels, vec![finding]);
        assert_eq!(ics.excuses(&[Switch::Channels]), None);
        let written = serde_json::to_string(&ics).unwrap();
        assert_eq!(serde_json::from_str::<CheckedIcs>(&written).unwrap(), ics);
    }
}

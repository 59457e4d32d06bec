//! The vendor's statement against what the target shows: what its driver offers, and what its relay answers.

use std::collections::BTreeMap;

use harness_driver::Hello;
use harness_evidence::{CheckedIcs, Ics, IcsFinding, Switch};

use crate::{
    check::{Check, Need},
    plan::plays_actors,
};

/// What shows that a target has something: verbs of its driver, given by how they begin.
const VERBS: [(Switch, &[&str]); 10] = [
    (Switch::Groups, &["conv.remove"]),
    (Switch::Channels, &["channel."]),
    (Switch::Appointments, &["calendar."]),
    (Switch::Media, &["file.", "media."]),
    (Switch::Contacts, &["contact."]),
    (Switch::Directory, &["organisation.search"]),
    (
        Switch::Backup,
        &[
            "vault.create_backup",
            "vault.restore_backup",
            "vault.upload_backup",
            "vault.export",
            "vault.import",
            "vault.make_recovery",
            "vault.recover",
            "vault.release_share",
        ],
    ),
    (Switch::LinkedDevices, &["devices."]),
    (Switch::Signals, &["signals."]),
    (Switch::Verification, &["verify."]),
];

/// What only a relay shows, and always does if it has it.
const OF_RELAY: [Switch; 3] = [Switch::Push, Switch::Passwords, Switch::Expiry];

/// What the relay was seen to offer, each with where it was seen.
pub(crate) type RelayOffers = BTreeMap<Switch, String>;

/// Where behaviour contradicts a statement, in the order of [`Switch`].
///
/// What nobody could see is not judged: without a client that plays actors, what only its driver would show.
#[must_use]
pub(crate) fn contradictions(
    ics: &Ics,
    hello: Option<&Hello>,
    relay: &RelayOffers,
) -> Vec<IcsFinding> {
    let players = hello.filter(|hello| plays_actors(hello));
    let declared = ics.switches.iter();
    let findings = declared.filter_map(|(&switch, &declared)| {
        let seen = seen(switch, hello, relay);
        let seen = match (declared, seen.is_empty()) {
            (false, false) => seen.join(", "),
            (true, true) => looked_for(switch, players)?,
            (true, false) | (false, true) => return None,
        };
        Some(IcsFinding {
            switch,
            declared,
            seen,
        })
    });
    findings.collect()
}

/// Why a check does not apply to a target with this statement: all that it bears on, or a verb that it needs, belongs to what
/// is declared absent. `needs_of` tells which features a requirement needs.
pub(crate) fn excuse<'a>(
    check: &Check,
    ics: &CheckedIcs,
    needs_of: impl Fn(&str) -> &'a [Switch],
) -> Option<String> {
    let verbs = check.needs.iter().filter_map(|need| match need {
        Need::Verb(verb) => switch_of(verb),
        _ => None,
    });
    let verbs: Vec<_> = verbs.filter(|switch| !switch.is_protection()).collect();
    let rows: Option<Vec<_>> = check
        .requirements
        .iter()
        .map(|row| ics.excuses(needs_of(row)))
        .collect();
    let rows = rows.and_then(|reasons| reasons.into_iter().next());
    ics.excuses(&verbs).or(rows)
}

/// The feature that a verb belongs to.
fn switch_of(verb: &str) -> Option<Switch> {
    let is_of = |prefixes: &[&str]| prefixes.iter().any(|prefix| verb.starts_with(prefix));
    let found = VERBS.iter().find(|(_, prefixes)| is_of(prefixes));
    found.map(|(switch, _)| *switch)
}

/// What the driver and the relay offer of something.
fn seen(switch: Switch, hello: Option<&Hello>, relay: &RelayOffers) -> Vec<String> {
    let verbs = hello.iter().flat_map(|hello| &hello.verbs);
    let verbs = verbs
        .filter(|verb| switch_of(verb) == Some(switch))
        .cloned();
    let relay = relay.get(&switch).map(|place| format!("relay: {place}"));
    verbs.chain(relay).collect()
}

/// What would have shown it; `None` if nobody could see.
fn looked_for(switch: Switch, players: Option<&Hello>) -> Option<String> {
    let verbs = VERBS.iter().find(|(one, _)| *one == switch);
    match (verbs, players) {
        (Some((_, prefixes)), Some(_)) => Some(prefixes.join(", ")),
        (None, _) if OF_RELAY.contains(&switch) => Some("relay".to_owned()),
        (Some(_), None) | (None, _) => None,
    }
}

#[cfg(test)]
mod tests;

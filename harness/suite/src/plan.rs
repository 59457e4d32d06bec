//! The plan: what will run and what will not, with the rule that says so.

use harness_driver::Hello;
use harness_evidence::{Applicability, PlannedCheck, Twin};

use crate::{
    check::{Check, Need, Subject},
    target::{Manifest, Reach},
};

/// Verbs that every engine driver must offer; without one of them no check about the client can run.
pub(crate) const BASE_VERBS: [&str; 14] = [
    "hello",
    "case.begin",
    "case.end",
    "shutdown",
    "actor.new",
    "actor.drop",
    "actor.login",
    "actor.sync",
    "pump",
    "conv.create",
    "conv.join",
    "conv.acknowledge",
    "msg.send",
    "observe",
];

/// What checks need that ask for test vectors and nothing else: a driver of the level `vectors` is enough for them.
const VECTORS: Need = Need::Verb("vec.run");

/// Plans every check for a target: a client that said `hello`, if there is one, and a relay as the manifest describes it.
///
/// `selected` tells which checks the user wants, by place and id, `excused` why a check does not apply by what the vendor declares.
pub(crate) fn plan(
    checks: &[&Check],
    manifest: &Manifest,
    hello: Option<&Hello>,
    selected: impl Fn(usize, &str) -> bool,
    excused: impl Fn(&Check) -> Option<String>,
) -> Vec<PlannedCheck> {
    checks
        .iter()
        .enumerate()
        .map(|(place, check)| {
            let wanted = selected(place, check.id);
            let own = applicability(check, manifest, hello, wanted);
            let excuse = match own {
                Applicability::NotApplicable { .. } => None,
                _ => excused(check),
            };
            let rule = excuse.map(|rule| Applicability::NotApplicable { rule });
            planned(check, rule.unwrap_or(own))
        })
        .collect()
}

fn planned(check: &Check, applicability: Applicability) -> PlannedCheck {
    let own = |list: &[&str]| list.iter().map(|id| (*id).to_owned()).collect();
    let twin = |seeded: &crate::check::Seeded| Twin {
        flaw: seeded.flaw.to_owned(),
        code: seeded.code.to_owned(),
    };
    PlannedCheck {
        id: check.id.to_owned(),
        version: check.version,
        purpose: check.purpose.to_owned(),
        precondition: check.precondition.to_owned(),
        expected: check.expected.to_owned(),
        requirements: own(check.requirements),
        attacks: own(check.attacks),
        severity: check.severity,
        witness: check.witness,
        applicability,
        twins: check.twins.iter().map(twin).collect(),
    }
}

fn applicability(
    check: &Check,
    manifest: &Manifest,
    hello: Option<&Hello>,
    wanted: bool,
) -> Applicability {
    let not_applicable = |rule: &str| Applicability::NotApplicable {
        rule: rule.to_owned(),
    };
    let missing = match check.subject {
        Subject::Client => match hello {
            None => return not_applicable("the manifest names no client under test"),
            Some(_) if check.needs.contains(&VECTORS) => None,
            Some(hello) => BASE_VERBS
                .into_iter()
                .find(|verb| !offers(hello, verb))
                .map(verb_missing),
        },
        Subject::Relay => None,
    };
    let missing = missing.or_else(|| {
        check
            .needs
            .iter()
            .find_map(|need| unmet(*need, manifest, hello))
    });
    match missing {
        _ if !wanted => Applicability::Deselected {},
        Some(missing) => Applicability::NotTestable { missing },
        None => Applicability::Planned,
    }
}

fn unmet(need: Need, manifest: &Manifest, hello: Option<&Hello>) -> Option<String> {
    match need {
        // Where the target has no client that plays actors, the reference does, and has every verb.
        Need::Verb(verb) => hello
            .filter(|hello| need == VECTORS || plays_actors(hello))
            .filter(|hello| !offers(hello, verb))
            .map(|_| verb_missing(verb)),
        Need::LoudClient => None,
        Need::OwnRelay => matches!(manifest.relay.reach, Reach::Url(_))
            .then(|| "a relay that the bench may start and kill".to_owned()),
        Need::Organisation => manifest
            .relay
            .organisation
            .is_none()
            .then(|| "a relay that can be started for an organisation".to_owned()),
        Need::Invitations => (!manifest.relay.accounts.gives_invitations())
            .then(|| "single-use invitation tokens in the manifest".to_owned()),
        Need::Offer(offer) => (!manifest.relay.offers.iter().any(|offered| offered == offer))
            .then(|| format!("{offer:?} among relay.offers in the manifest")),
        Need::RelayStore => {
            let known = !manifest.relay.store.is_empty() && !manifest.relay.log.is_empty();
            (!known).then(|| "the paths of the relay's store and log in the manifest".to_owned())
        }
    }
}

/// Whether a driver can play actors; one that runs test vectors only cannot.
pub(crate) fn plays_actors(hello: &Hello) -> bool {
    BASE_VERBS.iter().all(|verb| offers(hello, verb))
}

fn offers(hello: &Hello, verb: &str) -> bool {
    hello.verbs.iter().any(|offered| offered == verb)
}

fn verb_missing(verb: &str) -> String {
    format!("the driver's verb {verb}")
}

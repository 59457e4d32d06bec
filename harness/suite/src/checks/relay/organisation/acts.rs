//! The log of acts: what follows and is signed gets in, dangerous acts with two signatures, and nothing else.

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::own;
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::relay::wire::{path, status},
    scene::{Scene, Seen, Session},
};

pub(in crate::checks) const CHECKS: &[Check] = &[Check {
    id: "relay-organisation-acts",
    version: 1,
    subject: Subject::Relay,
    requirements: &["CLO-09", "CLO-10"],
    attacks: &["ATK-SRV-12"],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "What administrators do is signed, stands in a chained log, and needs two of them where it cannot be taken back.",
    precondition: "The relay serves an organisation; an admin's signed act removes an account at once.",
    expected: "An act by a stranger, by a member, one that repeats, skips or forks, and a dangerous one with one signature are refused and change nothing; with two signatures it is taken.",
    needs: &[Need::Organisation],
    twins: &[
        Seeded::relay("relay-acts-unsigned", "unsigned-act-taken"),
        Seeded::relay("relay-acts-forked", "forked-act-taken"),
        Seeded::relay("relay-one-person-acts", "one-person-erased-an-account"),
    ],
    run: acts,
}];

/// Refused, for what it is or for where it stands.
const REFUSED: [u16; 3] = [400, 403, 409];

fn acts(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, gone) = (scene.session("anna")?, scene.session("gone")?);
    let organisation = scene.organisation()?;
    let (start, now) = (organisation.beginning(), scene.now());
    let (owner, admin) = (&organisation.owner, &organisation.admin);
    let remove = |session: &Session| (json!({ "remove_user": { "user": session.user } }), now);
    let (first, next) = organisation.act(&start, &[admin], remove(&gone));
    let taken = post(scene, &first)?;
    scene.expect(Role::Control, "control-lost", &[&taken], status(&[200]));
    let over = scene.ask(
        Some(&gone),
        "GET",
        &path(&["account", "whoami"]),
        Payload::Empty,
    )?;
    scene.expect(
        Role::Control,
        "removed-account-lives",
        &[&over],
        status(&[401]),
    );
    let member = owner.grants(organisation.id(), "member", None);
    for impostor in [
        &crate::target::Officer::root(),
        &admin.impostor(),
        &member,
        &organisation.other_admin,
    ] {
        let (entry, _) = organisation.act(&next, &[impostor], remove(&anna));
        refused(scene, &entry, "unsigned-act-taken")?;
    }
    let skipped = (next.0 + 1, next.1.clone());
    let forked = (next.0, start.1.clone());
    for place in [&start, &skipped, &forked] {
        let invite =
            json!({ "invite": { "serial": "A".repeat(22), "role": "member", "expires": now } });
        let (entry, _) = organisation.act(place, &[admin], (invite, now));
        refused(scene, &entry, "forked-act-taken")?;
    }
    let erase = || (json!({ "erase_account": { "user": anna.user } }), now);
    let (alone, _) = organisation.act(&next, &[admin], erase());
    refused(scene, &alone, "one-person-erased-an-account")?;
    scene.must_work(Role::State, "account-harmed", &anna)?;
    shown(scene, &anna, &[&first])?;
    let (both, _) = organisation.act(&next, &[admin, owner], erase());
    let taken = post(scene, &both)?;
    scene.expect(Role::Twin, "two-persons-refused", &[&taken], status(&[200]));
    let later = scene.session("later")?;
    shown(scene, &later, &[&first, &both])
}

fn post(scene: &mut Scene, entry: &Value) -> Result<Seen, Stop> {
    let body = Payload::Json(entry.clone());
    scene.ask(None, "POST", &own("acts"), body)
}

fn refused(scene: &mut Scene, entry: &Value, code: &str) -> Result<(), Stop> {
    let seen = post(scene, entry)?;
    scene.expect(Role::Attack, code, &[&seen], status(&REFUSED));
    Ok(())
}

/// The log that a member reads holds these entries.
fn shown(scene: &mut Scene, member: &Session, entries: &[&Value]) -> Result<(), Stop> {
    let seen = scene.ask(Some(member), "GET", &own("acts"), Payload::Empty)?;
    let claim = Claim::Is {
        pointer: "/body/entries".to_owned(),
        value: json!(entries),
    };
    scene.expect(Role::State, "log-differs", &[&seen], claim);
    Ok(())
}

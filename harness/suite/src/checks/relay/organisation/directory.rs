//! The directory that the relay hands out: as an admin of the tenant signed it, to members of the tenant.

use harness_driver::Payload;
use harness_evidence::{Role, Severity, Witness};
use serde_json::{Value, json};

use super::{own, serves};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::relay::wire::{KEPT_OUT, status},
    scene::{Scene, Session},
    target::{OTHER_TENANT, Officer, Organisation, TENANT},
};

pub(in crate::checks) const CHECKS: &[Check] = &[Check {
    id: "relay-organisation-directory",
    version: 1,
    subject: Subject::Relay,
    requirements: &["CLO-04", "CLO-10", "CON-05"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "The relay hands a tenant's directory to members of the tenant alone, as an admin of it signed it, and never an older one.",
    precondition: "The relay serves an organisation; a signed directory of sealed pages is handed out to members.",
    expected: "Directories by a stranger, by a member, by another tenant's admin, of an older or the same version, or with other pages than the signed ones are refused; members of another tenant and strangers get nothing.",
    needs: &[Need::Organisation],
    twins: &[
        Seeded::relay("relay-directory-unsigned", "unsigned-directory-in-force"),
        Seeded::relay("relay-directory-rollback", "older-directory-in-force"),
        Seeded::relay("relay-directory-any-tenant", "directory-shown-to-others"),
    ],
    run: directory,
}];

fn directory(scene: &mut Scene) -> Result<(), Stop> {
    let member = scene.session("member")?;
    let other = scene.session_in(OTHER_TENANT, "other")?;
    let organisation = scene.organisation()?;
    let admin = &organisation.admin;
    bring(scene, &organisation, admin, 7)?;
    in_force(scene, &member, (Role::Control, "control-lost"), 7)?;
    for place in ["directory", "directory/0"] {
        let code = "directory-shown-to-others";
        let seen = scene.ask(Some(&other), "GET", &own(place), Payload::Empty)?;
        scene.expect(Role::Attack, code, &[&seen], status(&KEPT_OUT));
        let seen = scene.ask(None, "GET", &own(place), Payload::Empty)?;
        scene.expect(Role::Attack, code, &[&seen], status(&[401]));
    }
    let plain = organisation.owner.grants(organisation.id(), "member", None);
    for impostor in [
        &Officer::root(),
        &admin.impostor(),
        &plain,
        &organisation.other_admin,
    ] {
        bring(scene, &organisation, impostor, 8)?;
        let attack = (Role::Attack, "unsigned-directory-in-force");
        in_force(scene, &member, attack, 7)?;
    }
    for older in [6, 7] {
        bring(scene, &organisation, admin, older)?;
        in_force(
            scene,
            &member,
            (Role::Attack, "older-directory-in-force"),
            7,
        )?;
    }
    let mut exchanged = next(scene, &organisation, admin, 8);
    if let Some(page) = exchanged.pointer_mut("/pages/0") {
        *page = json!(organisation.page(TENANT, &[]));
    }
    scene.raw(None, "PUT", &own("directory"), Payload::Json(exchanged))?;
    in_force(scene, &member, (Role::Attack, "exchanged-page-in-force"), 7)?;
    bring(scene, &organisation, admin, 9)?;
    in_force(scene, &member, (Role::Twin, "newer-directory-refused"), 9)?;
    scene.must_work(Role::State, "session-lost", &member)
}

/// A directory that lists one person, with this version.
fn next(scene: &Scene, organisation: &Organisation, by: &Officer, version: u64) -> Value {
    let anna = organisation.user("anna");
    let page = organisation.page(TENANT, &[(&anna, "Anna Beispiel", "sales")]);
    organisation.directory(TENANT, by, (version, scene.now()), &[page])
}

/// Brings a directory; what counts is what members get afterwards.
fn bring(
    scene: &mut Scene,
    organisation: &Organisation,
    by: &Officer,
    version: u64,
) -> Result<(), Stop> {
    let body = Payload::Json(next(scene, organisation, by, version));
    scene.raw(None, "PUT", &own("directory"), body).map(drop)
}

fn in_force(
    scene: &mut Scene,
    member: &Session,
    (role, code): (Role, &str),
    version: u64,
) -> Result<(), Stop> {
    serves(scene, member, "directory", (role, code), version)?;
    let seen = scene.ask(Some(member), "GET", &own("directory/0"), Payload::Empty)?;
    scene.expect(role, code, &[&seen], status(&[200]));
    Ok(())
}

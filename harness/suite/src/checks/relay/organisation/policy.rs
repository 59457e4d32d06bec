//! The policy that the relay hands out: signed for the tenant, and never an older one.

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use super::{own, serves};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::relay::wire::status,
    scene::{Scene, Session},
    target::{Officer, Organisation},
};

pub(in crate::checks) const CHECKS: &[Check] = &[Check {
    id: "relay-organisation-policy",
    version: 1,
    subject: Subject::Relay,
    requirements: &["CLO-10"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "The relay puts in force only what an admin of the tenant signed, and never an older version.",
    precondition: "The relay serves an organisation; a signed policy is handed out to members.",
    expected: "Policies by a stranger, by a member, by another tenant's admin and of an older or the same version are refused, and members still get the one in force.",
    needs: &[Need::Organisation],
    twins: &[
        Seeded::relay("relay-policy-unsigned", "unsigned-policy-in-force"),
        Seeded::relay("relay-policy-rollback", "older-policy-in-force"),
    ],
    run: policy,
}];

fn policy(scene: &mut Scene) -> Result<(), Stop> {
    let member = scene.session("member")?;
    let organisation = scene.organisation()?;
    let admin = &organisation.admin;
    publish(scene, &organisation, admin, 7)?;
    in_force(scene, &member, (Role::Control, "control-lost"), 7)?;
    let plain = organisation.owner.grants(organisation.id(), "member", None);
    for impostor in [
        &Officer::root(),
        &admin.impostor(),
        &plain,
        &organisation.other_admin,
    ] {
        publish(scene, &organisation, impostor, 8)?;
        let attack = (Role::Attack, "unsigned-policy-in-force");
        in_force(scene, &member, attack, 7)?;
    }
    for older in [6, 1] {
        publish(scene, &organisation, admin, older)?;
        in_force(scene, &member, (Role::Attack, "older-policy-in-force"), 7)?;
    }
    publish(scene, &organisation, admin, 9)?;
    in_force(scene, &member, (Role::Twin, "newer-policy-refused"), 9)?;
    let stranger = scene.ask(None, "GET", &own("policy"), Payload::Empty)?;
    let kept_out = status(&[401]);
    scene.expect(Role::Attack, "policy-shown", &[&stranger], kept_out);
    scene.must_work(Role::State, "session-lost", &member)
}

/// Brings a policy; what counts is what members get afterwards.
fn publish(
    scene: &mut Scene,
    organisation: &Organisation,
    by: &Officer,
    version: u64,
) -> Result<(), Stop> {
    let rules = Organisation::rules();
    let policy = organisation.policy(by, version, scene.now(), &rules);
    let body = Payload::Json(policy);
    scene.raw(None, "PUT", &own("policy"), body).map(drop)
}

fn in_force(
    scene: &mut Scene,
    member: &Session,
    (role, code): (Role, &str),
    version: u64,
) -> Result<(), Stop> {
    let seen = serves(scene, member, "policy", (role, code), version)?;
    let whole = Claim::Is {
        pointer: "/body/statement/body/rules".to_owned(),
        value: json!(Organisation::rules()),
    };
    scene.expect(role, code, &[&seen], whole);
    Ok(())
}

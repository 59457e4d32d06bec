//! Which policy a client obeys.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{hear, in_force, publish, rules};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::Class,
    scene::{Actor, Scene},
    target::OTHER_TENANT,
};

pub(in crate::checks) const CHECKS: &[Check] = &[Check {
    id: "organisation-policy-authentic",
    version: 1,
    subject: Subject::Client,
    requirements: &["CLO-10"],
    attacks: &["ATK-SRV-12"],
    severity: Severity::Must,
    witness: Witness::Driver,
    purpose: "A client obeys the policy that the organisation signed for its tenant, and never goes back to an older one.",
    precondition: "Alice obeys version 2 of the policy of her tenant.",
    expected: "A version 3 that nobody of the organisation signed, version 1 again, and version 3 of another tenant change nothing and the refusal is told; the true version 3 is taken, also after a restart.",
    needs: &[
        Need::Organisation,
        Need::Verb("organisation.enrol"),
        Need::Verb("organisation.status"),
        Need::Verb("actor.restart"),
    ],
    twins: &[
        Seeded::client("policy-unsigned", "unsigned-policy-obeyed"),
        Seeded::client("policy-rollback", "old-policy-obeyed"),
        Seeded::client("policy-of-other-tenant", "policy-of-another-tenant-obeyed"),
    ],
    run: authentic,
}];

fn authentic(scene: &mut Scene) -> Result<(), Stop> {
    let organisation = scene.organisation()?;
    let (issued, open, shut) = (scene.now(), rules(json!("allow")), rules(json!("deny")));
    let first = organisation.policy(&organisation.admin, 1, issued, &open);
    scene.publish_policy(first.clone())?;
    let (alice, bob) = (scene.member("alice")?, scene.member("bob")?);
    let room = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    publish(scene, 2, issued, &shut)?;
    hear(scene, &alice)?;
    let (seen, claim) = in_force(scene, &alice, 2)?;
    scene.expect(Role::Control, "policy-not-in-force", &[&seen], claim);

    let forged = organisation.policy(&organisation.admin.impostor(), 3, issued, &open);
    let owner = &organisation.owner;
    let foreign = organisation.policy_of(OTHER_TENANT, owner, (3, issued), &open);
    for (rule, code, policy) in [
        ("forge", "unsigned-policy-obeyed", forged),
        ("roll-back", "old-policy-obeyed", first),
        ("swap", "policy-of-another-tenant-obeyed", foreign),
    ] {
        serve(scene, rule, &alice, policy);
        hear(scene, &alice)?;
        scene.must_fire(rule);
        let (seen, claim) = in_force(scene, &alice, 2)?;
        scene.expect(Role::Attack, code, &[&seen], claim);
        let told = Claim::IsNot {
            pointer: "/value/fault".to_owned(),
            values: vec![Value::Null],
        };
        scene.expect(Role::Attack, code, &[&seen], told);
        scene.adversary().lift_all();
    }
    publish(scene, 3, issued, &shut)?;
    hear(scene, &alice)?;
    scene.restart(&alice)?;
    let (seen, claim) = in_force(scene, &alice, 3)?;
    scene.expect(Role::Twin, "true-policy-refused", &[&seen], claim);
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

/// From now on the relay shows Alice this policy.
fn serve(scene: &mut Scene, rule: &'static str, alice: &Actor, policy: Value) {
    let show = Action::rewrite(rule, move |answer| {
        *answer = policy.clone();
        true
    });
    scene.attack(Rule::new(
        rule,
        &alice.name,
        Point::Response(Class::Policy),
        show,
    ));
}

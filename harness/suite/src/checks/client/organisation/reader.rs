//! Who reads along for compliance is a member, and is shown as one who does.

use harness_evidence::{Role, Severity, Witness};
use serde_json::json;

use super::{is, publish, rules};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::Scene,
    target::Terms,
};

pub(in crate::checks) const CHECKS: &[Check] = &[Check {
    id: "organisation-reader-marked",
    version: 1,
    subject: Subject::Client,
    requirements: &["GRP-03"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Driver,
    purpose: "Whoever reads for compliance is a displayed member, and nobody can take him for any other member.",
    precondition: "The organisation invited Rita as a reader; she is in a room with Alice and Ben.",
    expected: "Alice's client lists Rita among the members and says that she is a reader, also after a restart; Ben is a member and nothing else.",
    needs: &[
        Need::Organisation,
        Need::Verb("organisation.enrol"),
        Need::Verb("organisation.status"),
        Need::Verb("actor.restart"),
    ],
    twins: &[Seeded::client("reader-unmarked", "reader-shown-as-member")],
    run: marked,
}];

fn marked(scene: &mut Scene) -> Result<(), Stop> {
    let now = scene.now();
    publish(scene, 1, now, &rules(json!("deny")))?;
    let (alice, ben) = (scene.member("alice")?, scene.member("ben")?);
    let terms = Terms {
        role: "reader",
        ..Terms::usual(now)
    };
    let (rita, _) = scene.member_on("rita", terms)?;
    let room = scene.room(&[&alice, &ben, &rita])?;
    let sent = scene.must_get_through(Role::Control, "control-lost", &alice, &ben, &room)?;
    scene.sync(&rita)?;
    scene.must_show_once(Role::Control, "reader-reads-nothing", &rita, &room, &sent)?;
    for restarted in [false, true] {
        if restarted {
            scene.restart(&alice)?;
        }
        let seen = scene.organisation_status(&alice)?;
        let role = |user: &str| format!("users/{user}/role");
        let reader = is(&role(&rita.user), json!("reader"));
        scene.expect(Role::Attack, "reader-shown-as-member", &[&seen], reader);
        let member = is(&role(&ben.user), json!("member"));
        scene.expect(Role::Twin, "member-shown-as-reader", &[&seen], member);
    }
    scene.must_get_through(Role::State, "next-message-lost", &ben, &alice, &room)?;
    Ok(())
}

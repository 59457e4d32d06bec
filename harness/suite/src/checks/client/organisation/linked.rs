//! The user's next device: which organisation it belongs to.

use harness_evidence::{Role, Severity, Witness};
use serde_json::{Value, json};

use super::{is, meet_stranger, publish, rules};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::device_linking::{link, show_code},
    scene::Scene,
    target::{Organisation, TENANT},
};

pub(in crate::checks) const CHECKS: &[Check] = &[Check {
    id: "organisation-linked-device",
    version: 1,
    subject: Subject::Client,
    requirements: &["CLO-10", "GRP-06"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Driver,
    purpose: "A linked device belongs to the organisation of the user's first device, and obeys its policy; nobody else can tell it of another.",
    precondition: "Alice is enrolled; her second device is logged in and not linked yet; Mallory meets Alice in a room.",
    expected: "The second device does not join the organisation that Mallory's message names; once it is linked it belongs to Alice's, with her policy, also after a restart.",
    needs: &[
        Need::Organisation,
        Need::Verb("organisation.enrol"),
        Need::Verb("organisation.status"),
        Need::Verb("devices.link"),
        Need::Verb("devices.code"),
        Need::Verb("actor.restart"),
    ],
    twins: &[Seeded::client(
        "affiliation-from-anyone",
        "foreign-organisation-joined",
    )],
    run: linked,
}];

fn linked(scene: &mut Scene) -> Result<(), Stop> {
    let organisation = scene.organisation()?;
    let issued = scene.now();
    publish(scene, 1, issued, &rules(json!("allow")))?;
    let (alice, bob) = (scene.member("alice")?, scene.member("bob")?);
    let room = scene.room(&[&alice, &bob])?;
    let mut company = meet_stranger(scene, &alice)?;
    let status = scene.organisation_status(&alice)?;
    let own = is("organisation", json!(organisation.id()));
    scene.expect(Role::Control, "control-lost", &[&status], own.clone());

    let second = scene.device_of(&alice, "alice-second")?;
    let target = company.mallory.target(scene, &alice.user, &second.device)?;
    company.mallory.open_channel(scene, &target)?;
    let rogue = Organisation::new(organisation.server());
    let word = json!({ "charter": rogue.charter(), "role": "member", "tenant": TENANT });
    let mallory = &mut company.mallory;
    let payload = mallory
        .device
        .olm_payload(&target, "dev.pruefstand.organisation", &word);
    let content = mallory.device.olm_encrypt(&target, &payload)?;
    mallory.send_to_device(scene, &target, "m.room.encrypted", &content)?;
    scene.sync(&second)?;
    let status = scene.organisation_status(&second)?;
    let none = is("organisation", Value::Null);
    scene.expect(
        Role::Attack,
        "foreign-organisation-joined",
        &[&status],
        none,
    );

    let code = show_code(scene, &second)?;
    link(scene, &alice, &second, &code)?;
    scene.sync_all(&[&alice, &second])?;
    scene.sync_all(&[&second])?;
    scene.restart(&second)?;
    let status = scene.organisation_status(&second)?;
    scene.expect(Role::Twin, "organisation-not-told", &[&status], own);
    let policy = is("policy", json!(1));
    scene.expect(Role::Twin, "policy-not-in-force", &[&status], policy);
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

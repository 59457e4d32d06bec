//! What can be done to messages, and by whom.

use harness_driver::{Act, MessageAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use super::{company::Company, company::taken};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    evil::EvilRoomKey,
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "message-edit-by-other",
    version: 1,
    subject: Subject::Client,
    requirements: &["E2E-06", "GRP-04"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Driver,
    purpose: "Nobody edits what somebody else wrote.",
    precondition: "Alice, Bob and Mallory share a room; Bob has written and edited a message.",
    expected: "Mallory's edit of Bob's message changes nothing; Bob's own edit stands, marked as edited.",
    needs: &[Need::Verb("message.edit")],
    twins: &[Seeded::client("edit-by-anyone", "edited-by-another")],
    run: edit_by_other,
}];

fn edit_by_other(scene: &mut Scene) -> Result<(), Stop> {
    let bob = scene.client("bob")?;
    let mut company = Company::meet(scene, &[&bob])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let sent = scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    // What the relay has taken is his message, as he sees it.
    scene.sync(&bob)?;
    let corrected = scene.text("corrected by Bob");
    let edit = MessageAct::Edit {
        conv: room.id.clone(),
        message: sent.message.clone(),
        body: corrected.clone(),
    };
    scene.act(&bob, Act::Message(edit))?;
    scene.sync(&alice)?;
    let item = scene.item(&alice, &room, &sent.message)?;
    let body = |body: &str| Claim::Is {
        pointer: "/body".to_owned(),
        value: json!(body),
    };
    scene.expect(Role::Twin, "own-edit-lost", &[&item], body(&corrected));
    let marked = Claim::Is {
        pointer: "/facts/edited".to_owned(),
        value: json!(true),
    };
    scene.expect(Role::Twin, "edit-not-marked", &[&item], marked);

    let mut key = EvilRoomKey::new(&room.id);
    let content = company.seal(&key, |_, _| {})?;
    company.deliver(scene, "m.room.encrypted", &content)?;
    let forged = scene.text("put into Bob's mouth");
    let ciphertext = key.encrypt(
        "m.room.message",
        &json!({
            "msgtype": "m.text",
            "body": format!("* {forged}"),
            "m.new_content": { "msgtype": "m.text", "body": forged },
            "m.relates_to": { "rel_type": "m.replace", "event_id": sent.message },
        }),
    );
    let event = company.mallory.device.room_event(&key, &ciphertext);
    let put = company
        .mallory
        .send_event(scene, &room.id, "m.room.encrypted", &event)?;
    scene.expect(Role::Applied, "attack-not-applied", &[&put], taken());
    scene.sync(&alice)?;
    let item = scene.item(&alice, &room, &sent.message)?;
    scene.expect(
        Role::Attack,
        "edited-by-another",
        &[&item],
        body(&corrected),
    );
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

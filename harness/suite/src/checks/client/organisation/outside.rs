//! The rule `external`: with whom the organisation's members may talk.

use harness_driver::{Act, Outgoing, RecipientsAct};
use harness_evidence::{Role, Severity, Witness};
use serde_json::{Value, json};

use super::{HOUR, done, hear, in_force, meet_stranger, publish, rules};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::{Actor, Room, Scene, Seen},
};

pub(in crate::checks) const CHECKS: &[Check] = &[Check {
    id: "organisation-outsiders",
    version: 1,
    subject: Subject::Client,
    requirements: &["CLO-11"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Driver,
    purpose: "Where the organisation lets its members talk with nobody outside, nothing of an outsider reaches the inbox and nothing goes to one.",
    precondition: "Under a policy that allows outsiders Alice and Mallory, who is not admitted, talk in a room; then the policy denies it.",
    expected: "Mallory's message is not shown, her invitation cannot be accepted, Alice cannot invite her, and nothing leaves for the room with her, even if Alice confirms; once Mallory is on the policy's list, she is heard.",
    needs: &[
        Need::Organisation,
        Need::Verb("organisation.enrol"),
        Need::Verb("organisation.status"),
        Need::Verb("recipients.review"),
        Need::Verb("recipients.confirm"),
    ],
    twins: &[
        Seeded::client("outsider-shown", "outsider-shown"),
        Seeded::client("outsider-gets-keys", "sent-to-outsider"),
        Seeded::client("outsider-invited", "outsider-invited"),
        Seeded::client("outsider-invites", "outsider-joined"),
    ],
    run: outsiders,
}];

fn outsiders(scene: &mut Scene) -> Result<(), Stop> {
    let issued = scene.now();
    publish(scene, 1, issued, &rules(json!("allow")))?;
    let (alice, bob) = (scene.member("alice")?, scene.member("bob")?);
    let inside = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &inside)?;
    let mut company = meet_stranger(scene, &alice)?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let room = company.room.clone();
    let sent = confirmed(scene, &alice, &room)?;
    scene.expect(Role::Control, "control-not-sent", &[&sent], done(true));

    publish(scene, 2, issued, &rules(json!("deny")))?;
    hear(scene, &alice)?;
    let (seen, claim) = in_force(scene, &alice, 2)?;
    scene.expect(Role::Applied, "policy-not-in-force", &[&seen], claim);
    let mut key = company.give_key(scene)?;
    let said = company.say(scene, &mut key, "from outside")?;
    company.must_stay_closed(scene, "outsider-shown", &said)?;
    let sent = confirmed(scene, &alice, &room)?;
    scene.expect(Role::Attack, "sent-to-outsider", &[&sent], done(false));
    let mallory = company.mallory.device.user.clone();
    let invited = scene.try_invite(&alice, &inside, &mallory)?;
    scene.expect(Role::Attack, "outsider-invited", &[&invited], done(false));
    let body = json!({ "preset": "private_chat", "invite": [alice.user] });
    let made = company
        .mallory
        .insist(scene, "POST", "/_matrix/client/v3/createRoom", body)?;
    scene.sync_all(&[&alice])?;
    let id = made.get("room_id").and_then(Value::as_str);
    let theirs = Room {
        id: id.unwrap_or_default().to_owned(),
    };
    let joined = scene.try_join(&alice, &theirs)?;
    scene.expect(Role::Attack, "outsider-joined", &[&joined], done(false));

    publish(scene, 3, issued, &rules(json!({ "list": [mallory] })))?;
    scene.advance(HOUR);
    hear(scene, &alice)?;
    company.must_hear(scene, Role::Twin, "listed-outsider-kept-out")?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &inside)?;
    Ok(())
}

/// Alice says that a text may go to whom it would go to.
fn confirmed(scene: &mut Scene, alice: &Actor, room: &Room) -> Result<Seen, Stop> {
    let text = scene.text("to everybody here");
    let review = RecipientsAct::Review {
        conv: room.id.clone(),
        what: Outgoing::Text {
            body: text,
            label: None,
        },
    };
    let review = scene.act(alice, Act::Recipients(review))?;
    let token = review.pointer("/value/token").and_then(Value::as_str);
    let token = token.unwrap_or_default().to_owned();
    scene.try_act(alice, Act::Recipients(RecipientsAct::Confirm { token }))
}

//! Who may speak: the author about the appointment, everybody about himself.

use harness_evidence::{Claim, Role};
use serde_json::{Value, json};

use super::steps::{ANSWER, APPOINTMENT, accept, appointment, is, propose, set, update};
use crate::{check::Stop, checks::client::company::Company, scene::Scene};

pub(super) fn by_other(scene: &mut Scene) -> Result<(), Stop> {
    let bob = scene.client("bob")?;
    let mut company = Company::meet(scene, &[&bob])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let item = propose(scene, &bob, &room, &appointment("Review"))?;
    let stated = company.overhear(scene, &item)?;
    scene.sync(&bob)?;
    update(scene, &bob, &room, &item, &appointment("Review, moved"))?;
    scene.sync(&alice)?;
    let seen = scene.item(&alice, &room, &item)?;
    let title = |title: &str| is("/facts/appointment/title", json!(title));
    scene.expect(
        Role::Control,
        "own-update-lost",
        &[&seen],
        title("Review, moved"),
    );

    let mut key = company.give_key(scene)?;
    let mut forged = stated.clone();
    set(&mut forged, "/sequence", json!(9));
    set(
        &mut forged,
        "/appointment/title",
        json!("Put into Bob's calendar"),
    );
    company.say_event(scene, &mut key, APPOINTMENT, &forged)?;
    set(&mut forged, "/sequence", json!(10));
    set(&mut forged, "/status", json!("cancelled"));
    company.say_event(scene, &mut key, APPOINTMENT, &forged)?;
    let seen = scene.item(&alice, &room, &item)?;
    scene.expect(
        Role::Attack,
        "updated-by-another",
        &[&seen],
        title("Review, moved"),
    );
    let confirmed = is("/facts/appointment/status", json!("confirmed"));
    scene.expect(Role::Attack, "cancelled-by-another", &[&seen], confirmed);

    update(
        scene,
        &bob,
        &room,
        &item,
        &appointment("Review, moved again"),
    )?;
    scene.sync(&alice)?;
    let seen = scene.item(&alice, &room, &item)?;
    scene.expect(
        Role::State,
        "next-update-lost",
        &[&seen],
        title("Review, moved again"),
    );
    Ok(())
}

pub(super) fn answer(scene: &mut Scene) -> Result<(), Stop> {
    let bob = scene.client("bob")?;
    let mut company = Company::meet(scene, &[&bob])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let item = propose(scene, &alice, &room, &appointment("Review"))?;
    scene.sync(&bob)?;
    accept(scene, &bob, &room, &item)?;
    let stated = company.overhear(scene, &item)?;
    scene.sync(&alice)?;
    let of = |user: &str, answer: Value| {
        let user = user.replace('~', "~0").replace('/', "~1");
        is(&format!("/facts/appointment/answers/{user}"), answer)
    };
    let seen = scene.item(&alice, &room, &item)?;
    scene.expect(
        Role::Control,
        "answer-lost",
        &[&seen],
        of(&bob.user, json!("accepted")),
    );

    let mut key = company.give_key(scene)?;
    let mallory = company.mallory.device.user.clone();
    for attendee in [&bob.user, &mallory] {
        let refusal = json!({
            "id": stated.get("id"), "sequence": 0, "revision": 99, "attendee": attendee, "answer": "declined",
        });
        company.say_event(scene, &mut key, ANSWER, &refusal)?;
    }
    let seen = scene.item(&alice, &room, &item)?;
    scene.expect(
        Role::Attack,
        "answered-for-another",
        &[&seen],
        of(&bob.user, json!("accepted")),
    );
    scene.expect(
        Role::Twin,
        "own-answer-lost",
        &[&seen],
        of(&mallory, json!("declined")),
    );

    update(scene, &alice, &room, &item, &appointment("Review, moved"))?;
    scene.sync(&alice)?;
    let seen = scene.item(&alice, &room, &item)?;
    let lacks = Claim::Lacks {
        pointer: "/facts/appointment/answers".to_owned(),
        value: json!(bob.user),
    };
    scene.expect(Role::Attack, "old-answer-counted", &[&seen], lacks);
    scene.sync(&bob)?;
    accept(scene, &bob, &room, &item)?;
    scene.sync(&alice)?;
    let seen = scene.item(&alice, &room, &item)?;
    scene.expect(
        Role::State,
        "next-answer-lost",
        &[&seen],
        of(&bob.user, json!("accepted")),
    );
    Ok(())
}

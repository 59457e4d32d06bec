//! What holds, in whatever order it comes.

use harness_evidence::Role;
use serde_json::json;

use super::steps::{APPOINTMENT, appointment, is, propose, set, statement, update};
use crate::{
    adversary::{Action, Point, Rule},
    check::Stop,
    checks::client::{company::Company, megolm::pair, messages::reverse_timelines},
    dialect::Class,
    scene::Scene,
};

pub(super) fn stale_update(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let item = propose(scene, &bob, &room, &appointment("First"))?;
    scene.sync(&bob)?;
    update(scene, &bob, &room, &item, &appointment("Second"))?;
    scene.sync(&bob)?;
    let newest = update(scene, &bob, &room, &item, &appointment("Third"))?;
    scene.attack(Rule::new(
        "reorder",
        &alice.name,
        Point::Response(Class::Sync),
        Action::rewrite("reverse_timelines", reverse_timelines),
    ));
    scene.sync(&alice)?;
    scene.adversary().lift("reorder");
    scene.must_fire("reorder");
    // It stands where its first event stands: the relay chose the newest.
    let seen = scene.item(&alice, &room, &newest)?;
    let title = |title: &str| is("/facts/appointment/title", json!(title));
    scene.expect(Role::Attack, "old-state-shown", &[&seen], title("Third"));
    scene.sync(&bob)?;
    update(scene, &bob, &room, &item, &appointment("Fourth"))?;
    scene.sync(&alice)?;
    let seen = scene.item(&alice, &room, &newest)?;
    scene.expect(Role::State, "next-update-lost", &[&seen], title("Fourth"));
    Ok(())
}

pub(super) fn stays_cancelled(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let mut key = company.give_key(scene)?;
    let mut stated = statement(&company, "Review");
    let item = company.say_event(scene, &mut key, APPOINTMENT, &stated)?;
    let status = |status: &str| is("/facts/appointment/status", json!(status));
    let seen = scene.item(&alice, &room, &item)?;
    scene.expect(
        Role::Control,
        "proposal-lost",
        &[&seen],
        status("confirmed"),
    );
    set(&mut stated, "/sequence", json!(1));
    set(&mut stated, "/status", json!("cancelled"));
    company.say_event(scene, &mut key, APPOINTMENT, &stated)?;
    let seen = scene.item(&alice, &room, &item)?;
    scene.expect(
        Role::Twin,
        "cancellation-lost",
        &[&seen],
        status("cancelled"),
    );

    set(&mut stated, "/sequence", json!(2));
    set(&mut stated, "/status", json!("confirmed"));
    company.say_event(scene, &mut key, APPOINTMENT, &stated)?;
    let seen = scene.item(&alice, &room, &item)?;
    scene.expect(
        Role::Attack,
        "cancelled-came-back",
        &[&seen],
        status("cancelled"),
    );
    company.must_hear(scene, Role::State, "next-message-lost")
}

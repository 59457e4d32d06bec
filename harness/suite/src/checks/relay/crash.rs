//! A crash: what was acknowledged is there afterwards.

use harness_driver::Payload;
use harness_evidence::{Role, Severity, Witness};

use super::wire::{message, path, seen_at, send_path, status};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::{Scene, request},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "relay-acknowledged-survives",
    version: 1,
    subject: Subject::Relay,
    requirements: &["AVL-04"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "A message that the relay acknowledged survives the relay's sudden end.",
    precondition: "The bench started the relay; Anna sent messages, eight at the same moment, and all were acknowledged.",
    expected: "After the process was killed in that moment and started again, every message is there, and so is Anna's session.",
    needs: &[Need::OwnRelay],
    twins: &[Seeded::relay(
        "relay-ack-before-commit",
        "acknowledged-message-lost",
    )],
    run: survives,
}];

const AT_ONCE: usize = 8;

fn survives(scene: &mut Scene) -> Result<(), Stop> {
    let anna = scene.session("anna")?;
    let room = scene.plain_room(&anna, &[])?;
    scene.must_work(Role::Control, "control-lost", &anna)?;
    let mut requests = Vec::new();
    for number in 0..AT_ONCE {
        let body = Payload::Json(message(&scene.text("acknowledged")));
        requests.push(request(
            Some(&anna),
            "PUT",
            &send_path(&room, &format!("crash-{number}")),
            body,
        ));
    }
    let acknowledged = scene.ask_all(&requests)?;
    scene.kill_and_restart_relay()?;
    let about: Vec<_> = acknowledged.iter().collect();
    scene.expect(Role::Control, "not-acknowledged", &about, status(&[200]));
    scene.must_work(Role::Attack, "acknowledged-session-lost", &anna)?;
    for answer in &acknowledged {
        let event = seen_at(answer, "/body/event_id")?;
        let seen = scene.ask(
            Some(&anna),
            "GET",
            &path(&["rooms", &room, "event", &event]),
            Payload::Empty,
        )?;
        scene.expect(
            Role::Attack,
            "acknowledged-message-lost",
            &[&seen],
            status(&[200]),
        );
    }
    let after = Payload::Json(message("after the crash"));
    let seen = scene.ask(Some(&anna), "PUT", &send_path(&room, "after"), after)?;
    scene.expect(
        Role::State,
        "relay-does-not-go-on",
        &[&seen],
        status(&[200]),
    );
    Ok(())
}

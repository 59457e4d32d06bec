//! What the client writes beside its store: its log, and what it says when something goes wrong.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use super::megolm::{inject, pair};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::Class,
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "client-log-no-secret",
    version: 1,
    subject: Subject::Client,
    requirements: &["LOG-02", "STO-04"],
    attacks: &["ATK-BAK-12"],
    severity: Severity::Must,
    witness: Witness::Store,
    purpose: "Neither texts nor passwords nor access tokens stand in what the client writes into its log and its error output.",
    precondition: "The client logs as much as it can; Alice and Bob exchange messages and a file, get malformed events and an answer that is none, and start again.",
    expected: "Texts, file name, content, passwords and tokens are found nowhere: neither as they are nor in hex, base64, percent-encoding or as lists of numbers. A client that writes nothing at all is seen with 0 bytes.",
    needs: &[Need::LoudClient, Need::Verb("actor.restart")],
    twins: &[Seeded::client("log-secret", "secret-in-log")],
    run: no_secret,
}];

fn no_secret(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let sent = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let (name, content) = (scene.text("name"), scene.text("content"));
    scene.send_file(&alice, &room, &name, content.as_bytes())?;
    scene.sync(&bob)?;

    // Faults are what programs like to be loud about.
    let forged = scene.text("in clear");
    let clear = json!({ "msgtype": "m.text", "body": forged });
    inject(scene, &bob, &room, &alice.user, ("m.room.message", clear));
    let broken = json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": forged });
    inject(
        scene,
        &bob,
        &room,
        &alice.user,
        ("m.room.encrypted", broken),
    );
    scene.sync(&bob)?;
    scene.must_fire("inject");
    let garbage = Action::Garbage(format!("<html>{forged}").into_bytes());
    let point = Point::Response(Class::Sync);
    scene.attack(Rule::new("garbage", &bob.name, point, garbage).at_most(1));
    scene.sync(&bob)?;
    scene.must_fire("garbage");
    scene.restart(&bob)?;
    let last = scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;

    let seen = scene.scan_client_log(&[
        ("the text of a message", &sent.body),
        ("the text of the last message", &last.body),
        ("the text of a refused event", &forged),
        ("the name of a file", &name),
        ("the content of a file", &content),
    ])?;
    let none = Claim::Within {
        pointer: "/found".to_owned(),
        least: 0,
        most: 0,
    };
    scene.expect(Role::Attack, "secret-in-log", &[&seen], none);
    Ok(())
}

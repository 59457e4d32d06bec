//! Labels: what is internal stays inside, wherever it is passed on.

use harness_driver::{Act, Ask, Label, MessageAct, Outgoing, RecipientSettings};
use harness_evidence::{Role, Severity, Witness};
use serde_json::{Value, json};

use super::{asking, configure, confirm, review, text};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::{files::expect_is, megolm::pair},
    scene::{Actor, Room, Scene, Seen, Sent},
};

const NEEDS: &[Need] = &[
    Need::Verb("recipients.settings"),
    Need::Verb("recipients.review"),
    Need::Verb("recipients.confirm"),
    Need::Verb("message.edit"),
    Need::Verb("message.forward"),
];

pub(in crate::checks::client) const CHECKS: &[Check] = &[
    Check {
        id: "label-stays-inside",
        version: 1,
        subject: Subject::Client,
        requirements: &["USE-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "What is labelled internal does not leave for a room with somebody external, even if the user confirms the audience.",
        precondition: "Alice has sent Bob an internal message; another room has a guest in it.",
        expected: "Passing it on and sending another internal one to the guest are refused; an unlabelled message reaches the guest, marked as passed on.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "labelled-sent-outside",
            "internal-sent-outside",
        )],
        run: stays_inside,
    },
    Check {
        id: "label-travels",
        version: 1,
        subject: Subject::Client,
        requirements: &["USE-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "The label of a message goes with it when it is passed on, and no edit takes it off.",
        precondition: "Alice has sent Bob an internal message; she passes it on to Carol and edits it.",
        expected: "Bob and Carol see the label, before and after the edit; an unlabelled message has none.",
        needs: NEEDS,
        twins: &[
            Seeded::client("label-lost-on-forward", "label-lost-on-the-way"),
            Seeded::client("label-lost-on-edit", "label-lost-by-edit"),
        ],
        run: travels,
    },
];

fn stays_inside(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let guest = scene.client("guest")?;
    let open = scene.room(&[&alice, &bob, &guest])?;
    let settings = RecipientSettings {
        ask: Ask::ClearCut,
        guests: vec![guest.user.clone()],
        ..asking()
    };
    configure(scene, &alice, settings)?;
    let sent = send_internal(scene, &alice, &room)?;
    scene.sync(&bob)?;
    must_be_labelled(scene, Role::Control, "label-not-shown", &bob, &room, &sent)?;
    scene.sync(&alice)?;

    let (_, direct) = text(scene, "internal, to the guest", Some(Label::Internal));
    for what in [passed_on(&room, &sent), direct] {
        let (_, token) = review(scene, &alice, &open, what)?;
        let mark = scene.mark();
        let done = scene.try_act(&alice, confirm(token))?;
        let code = "internal-sent-outside";
        expect_is(scene, Role::Attack, code, &done, "/done", json!(false));
        let used = scene.sessions_used(&alice, mark);
        expect_is(scene, Role::Attack, code, &used, "/sessions", json!([]));
    }
    scene.sync(&guest)?;
    scene.must_not_show(
        Role::Attack,
        "internal-sent-outside",
        &guest,
        &open,
        &sent.body,
    )?;

    plain_passes(scene, (&alice, &bob, &guest), &room, &open)
}

/// What nobody labelled reaches the guest, and says who wrote it.
fn plain_passes(
    scene: &mut Scene,
    (alice, bob, guest): (&Actor, &Actor, &Actor),
    room: &Room,
    open: &Room,
) -> Result<(), Stop> {
    let plain = scene.must_get_through(Role::State, "next-message-lost", alice, bob, room)?;
    scene.sync(alice)?;
    let (_, token) = review(scene, alice, open, passed_on(room, &plain))?;
    let done = scene.try_act(alice, confirm(token))?;
    expect_is(
        scene,
        Role::Applied,
        "attack-not-applied",
        &done,
        "/done",
        json!(true),
    );
    let message = done
        .value
        .get("message")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    scene.sync(guest)?;
    let item = scene.item(guest, open, &message)?;
    expect_is(
        scene,
        Role::Twin,
        "plain-message-not-passed-on",
        &item,
        "/body",
        json!(plain.body),
    );
    let author = json!(alice.user);
    expect_is(
        scene,
        Role::Twin,
        "origin-not-marked",
        &item,
        "/facts/forwarded/sender",
        author,
    );
    Ok(())
}

fn passed_on(room: &Room, message: &Sent) -> Outgoing {
    Outgoing::Forward {
        conv: room.id.clone(),
        message: message.message.clone(),
    }
}

fn travels(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let carol = scene.client("carol")?;
    let other = scene.room(&[&alice, &carol])?;
    let sent = send_internal(scene, &alice, &room)?;
    scene.sync_all(&[&alice, &bob])?;
    must_be_labelled(scene, Role::Control, "label-not-shown", &bob, &room, &sent)?;

    let forward = MessageAct::Forward {
        conv: room.id.clone(),
        message: sent.message.clone(),
        to: other.id.clone(),
    };
    let done = scene.try_act(&alice, Act::Message(forward))?;
    expect_is(
        scene,
        Role::Applied,
        "attack-not-applied",
        &done,
        "/done",
        json!(true),
    );
    let message = done
        .value
        .get("message")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let passed = Sent {
        message: message.to_owned(),
        ..sent.clone()
    };
    scene.sync(&carol)?;
    must_be_labelled(
        scene,
        Role::Attack,
        "label-lost-on-the-way",
        &carol,
        &other,
        &passed,
    )?;

    edit_keeps_label(scene, &alice, &bob, &room, &sent)?;

    let plain = scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    let label = label_of(scene, &bob, &room, &plain)?;
    expect_is(
        scene,
        Role::Twin,
        "label-from-nowhere",
        &label,
        "",
        Value::Null,
    );
    Ok(())
}

fn edit_keeps_label(
    scene: &mut Scene,
    alice: &Actor,
    bob: &Actor,
    room: &Room,
    sent: &Sent,
) -> Result<(), Stop> {
    let edit = MessageAct::Edit {
        conv: room.id.clone(),
        message: sent.message.clone(),
        body: scene.text("edited"),
    };
    scene.act(alice, Act::Message(edit))?;
    scene.sync(bob)?;
    must_be_labelled(scene, Role::Attack, "label-lost-by-edit", bob, room, sent)?;
    let item = scene.item(bob, room, &sent.message)?;
    expect_is(
        scene,
        Role::Twin,
        "edit-not-shown",
        &item,
        "/facts/edited",
        json!(true),
    );
    Ok(())
}

/// An internal text that must be sendable.
fn send_internal(scene: &mut Scene, alice: &Actor, room: &Room) -> Result<Sent, Stop> {
    let (body, what) = text(scene, "internal", Some(Label::Internal));
    let (_, token) = review(scene, alice, room, what)?;
    let done = scene.act(alice, confirm(token))?;
    let message = done.get("message").and_then(Value::as_str);
    let message = message.ok_or_else(|| Stop::driver("a message without a handle"))?;
    Ok(Sent {
        message: message.to_owned(),
        body,
        sender: alice.user.clone(),
    })
}

fn must_be_labelled(
    scene: &mut Scene,
    role: Role,
    code: &str,
    actor: &Actor,
    room: &Room,
    sent: &Sent,
) -> Result<(), Stop> {
    let label = label_of(scene, actor, room, sent)?;
    expect_is(scene, role, code, &label, "", json!("internal"));
    Ok(())
}

/// The label that the actor sees at the message, or `null`.
fn label_of(scene: &mut Scene, actor: &Actor, room: &Room, sent: &Sent) -> Result<Seen, Stop> {
    let item = scene.item(actor, room, &sent.message)?;
    let label = item.value.pointer("/facts/label");
    let label = label.cloned().unwrap_or_default();
    let what = format!("the label as {} sees it", actor.name);
    Ok(scene.note_seen(&what, Witness::Driver, label))
}

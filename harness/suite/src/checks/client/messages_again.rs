//! What was said comes otherwise than it was said: as somebody else's, in clear, late, not at all, or with names that mean
//! something elsewhere.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{
    company::Company,
    megolm::{inject, is_room_message, pair},
};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    scene::{Actor, Room, Scene, Sent},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "message-reflected",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-06"],
        attacks: &["ATK-OLM-18"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A user's own message that the relay hands back to him is not taken for the peer's.",
        precondition: "Alice writes to Bob; the relay keeps her own message from her and hands it back with Bob as its sender.",
        expected: "Alice sees no message of Bob's with that text; Bob's next real one is shown.",
        needs: &[],
        twins: &[Seeded::client(
            "megolm-sender-not-bound",
            "own-message-shown-as-peers",
        )],
        run: reflected,
    },
    Check {
        id: "message-edit-in-clear",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-06"],
        attacks: &["ATK-EVT-01"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "An edit in clear changes nothing of an encrypted message, whoever the relay says has made it.",
        precondition: "Bob has read a message of Alice's; the relay adds an edit in clear with Alice as its sender.",
        expected: "Bob sees the message as Alice wrote it, also after a restart, and the other text nowhere.",
        needs: &[Need::Verb("actor.restart")],
        twins: &[Seeded::client("edit-in-clear-taken", "edited-by-relay")],
        run: edited_in_clear,
    },
    Check {
        id: "megolm-later-copy",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-08"],
        attacks: &["ATK-MEGOLM-11"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A copy of a group session that knows less does not take the place of the one that is there.",
        precondition: "Alice has a session of Mallory's from its beginning; Mallory gives it again, from a later message on.",
        expected: "A message from before the later one, which the relay delivers late, is still read.",
        needs: &[],
        twins: &[Seeded::client(
            "import-overwrites-session",
            "earlier-message-lost",
        )],
        run: later_copy,
    },
    Check {
        id: "message-order",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-04"],
        attacks: &["ATK-EVT-05"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "That the relay has left out or moved a message of a sender's is shown at the messages themselves.",
        precondition: "Alice has written to Bob; the relay drops one of her messages, and delivers two later ones in the other order.",
        expected: "The message after the dropped one says that one is missing before it; the one that comes late says so; nothing is said of an honest one.",
        needs: &[],
        twins: &[Seeded::client("order-from-relay", "gap-not-shown")],
        run: order,
    },
    Check {
        id: "event-special-names",
        version: 1,
        subject: Subject::Client,
        requirements: &["AVL-02"],
        attacks: &["ATK-EVT-14"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Names and types in a content that mean something to a program harm nothing but their own event.",
        precondition: "Mallory is a member and sends events whose contents hold such names, in several types, inside the encryption.",
        expected: "Alice can still write into the room, reads the next honest message, and another room goes on as before.",
        needs: &[],
        twins: &[Seeded::client(
            "special-name-stops-room",
            "room-unusable-after",
        )],
        run: special_names,
    },
];

fn reflected(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let (from, to) = (alice.user.clone(), bob.user.clone());
    let own = move |delivery: &crate::dialect::Delivery| {
        is_room_message(delivery) && delivery.sender() == from
    };
    let swap = Action::SwapSender { sender: to };
    let point = Point::Delivery(Box::new(own));
    scene.attack(Rule::new("reflect", &alice.name, point, swap).at_most(1));
    let sent = scene.send(&alice, &room, "pay the invoice")?;
    scene.sync(&alice)?;
    scene.must_fire("reflect");
    let shown = shown_from(scene, &alice, &room, (&bob.user, &sent.body))?;
    scene.expect(
        Role::Attack,
        "own-message-shown-as-peers",
        &[&shown.0],
        shown.1,
    );
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

/// How often a text is shown as a sender's, and that it must not be.
fn shown_from(
    scene: &mut Scene,
    actor: &Actor,
    room: &Room,
    (sender, body): (&str, &str),
) -> Result<(crate::scene::Seen, Claim), Stop> {
    let seen = scene.observe(actor, room)?;
    let items = seen.value.pointer("/timeline").and_then(Value::as_array);
    let text =
        |item: &Value, field: &str| item.get(field).and_then(Value::as_str).map(str::to_owned);
    let is_it = |item: &&Value| {
        text(item, "sender").as_deref() == Some(sender)
            && text(item, "body").as_deref() == Some(body)
    };
    let count = items.map_or(0, |items| items.iter().filter(is_it).count());
    let noted = scene.note_seen(
        "entries with the text under that sender",
        Witness::Driver,
        json!({ "entries": count }),
    );
    let none = Claim::Is {
        pointer: "/entries".to_owned(),
        value: json!(0),
    };
    Ok((noted, none))
}

fn edited_in_clear(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let sent = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let other = scene.text("another account number");
    let edit = json!({
        "msgtype": "m.text",
        "body": format!("* {other}"),
        "m.new_content": { "msgtype": "m.text", "body": other },
        "m.relates_to": { "rel_type": "m.replace", "event_id": sent.message },
    });
    inject(scene, &bob, &room, &alice.user, ("m.room.message", edit));
    scene.sync(&bob)?;
    scene.must_fire("inject");
    for restarted in [false, true] {
        if restarted {
            scene.restart(&bob)?;
        }
        let code = "edited-by-relay";
        scene.must_show_once(Role::Attack, code, &bob, &room, &sent)?;
        scene.must_not_show(Role::Attack, code, &bob, &room, &other)?;
    }
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn later_copy(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let mut key = company.give_key(scene)?;
    let first = company.say(scene, &mut key, "first")?;
    scene.must_show_once(Role::Control, "control-lost", &alice, &room, &first)?;
    let body = scene.text("said early, delivered late");
    let early = key.encrypt_text(&body);
    let later = company.say(scene, &mut key, "said later")?;
    scene.must_show_once(Role::Control, "control-lost", &alice, &room, &later)?;
    let copy = company.seal(&key, |_, _| {})?;
    company.deliver(scene, "m.room.encrypted", &copy)?;
    let sent = company.say_sealed(scene, &key, &early, body)?;
    scene.must_show_once(Role::Attack, "earlier-message-lost", &alice, &room, &sent)?;
    company.must_hear(scene, Role::State, "next-message-lost")
}

fn order(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let first = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    stands(
        scene,
        &bob,
        (&room, &first),
        (Role::Twin, "false-alarm"),
        (0, false),
    )?;

    let lost = |rule, action| {
        let point = Point::Delivery(Box::new(is_room_message));
        Rule::new(rule, &bob.name, point, action).at_most(1)
    };
    scene.attack(lost("drop", Action::Drop));
    scene.send(&alice, &room, "dropped")?;
    scene.sync(&bob)?;
    scene.must_fire("drop");
    let after = scene.send(&alice, &room, "after the dropped one")?;
    scene.sync(&bob)?;
    stands(scene, &bob, (&room, &after), GAP, (1, false))?;

    scene.attack(lost("hold", Action::Hold));
    let late = scene.send(&alice, &room, "held back")?;
    scene.sync(&bob)?;
    let ahead = scene.send(&alice, &room, "after the one held back")?;
    scene.sync(&bob)?;
    stands(scene, &bob, (&room, &ahead), GAP, (1, false))?;
    scene.adversary().release("hold", &bob.name);
    scene.sync(&bob)?;
    scene.must_fire("hold");
    stands(scene, &bob, (&room, &late), GAP, (0, true))?;
    let last = scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    stands(
        scene,
        &bob,
        (&room, &last),
        (Role::Twin, "false-alarm"),
        (0, false),
    )
}

/// The code of a gap or a change of order that is not shown.
const GAP: (Role, &str) = (Role::Attack, "gap-not-shown");

/// What a message says of its own place: so many are missing before it, and whether it is late.
fn stands(
    scene: &mut Scene,
    bob: &Actor,
    (room, sent): (&Room, &Sent),
    (role, code): (Role, &str),
    (missing, late): (u64, bool),
) -> Result<(), Stop> {
    let item = scene.item(bob, room, &sent.message)?;
    let fact = |name: &str| item.value.pointer(&format!("/facts/{name}"));
    let value = json!({
        "missing": fact("missing_before").and_then(Value::as_u64).unwrap_or(0),
        "late": fact("late").and_then(Value::as_bool).unwrap_or(false),
    });
    let seen = scene.note_seen("what a message says of its place", Witness::Driver, value);
    let claim = Claim::Is {
        pointer: String::new(),
        value: json!({ "missing": missing, "late": late }),
    };
    scene.expect(role, code, &[&seen], claim);
    Ok(())
}

fn special_names(scene: &mut Scene) -> Result<(), Stop> {
    let bob = scene.client("bob")?;
    let mut company = Company::meet(scene, &[&bob])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let other = scene.room(&[&alice, &bob])?;
    let mut key = company.give_key(scene)?;
    for name in [
        "__proto__",
        "constructor",
        "hasOwnProperty",
        "toString",
        "",
        "a.b",
        "$where",
    ] {
        for kind in ["m.room.message", "dev.pruefstand.appointment", "m.reaction"] {
            let content = json!({
                "msgtype": "m.text",
                "body": { name: [null, 15, { "body": name }] },
                name: { "polluted": true },
                "m.relates_to": { "rel_type": name, "event_id": [name] },
            });
            let ciphertext = key.encrypt(kind, &content);
            company.say_sealed(scene, &key, &ciphertext, String::new())?;
        }
    }
    let code = "room-unusable-after";
    let attempt = scene.try_send(&alice, &room, "still here")?;
    let sent = Claim::Is {
        pointer: "/sent".to_owned(),
        value: json!(true),
    };
    scene.expect(Role::Attack, code, &[&attempt.seen], sent);
    scene.must_get_through(Role::State, code, &bob, &alice, &other)?;
    company.must_hear(scene, Role::Control, "control-lost")
}

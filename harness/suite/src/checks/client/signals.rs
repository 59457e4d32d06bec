//! Signals: what a client tells others of its user, and whom.

use harness_driver::{Act, Presence, Sharing, SignalsAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use super::{company::Company, megolm::pair};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::megolm::is_room_message,
    dialect::Class,
    evil::EvilRoomKey,
    scene::{Actor, Room, Scene},
};

/// The endpoints by which Matrix clients tell the relay what their users do.
const CLEAR: [&str; 3] = ["/receipt/", "/typing/", "/presence/"];

/// Receipts to one author in a minute that a reader may give away.
const MOST: u64 = 30;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "signals-off-by-default",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-10", "MET-06", "PRV-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "Nobody hears that a user got or read a message, writes or is there, before he has switched that on.",
        precondition: "Bob uses a fresh client in a room with Alice and reads what she writes.",
        expected: "Nothing leaves Bob's device; when he has switched it on, Alice hears that he has read.",
        needs: &[Need::Verb("signals.share"), Need::Verb("signals.read")],
        twins: &[Seeded::client("signals-on-by-default", "told-unasked")],
        run: off_by_default,
    },
    Check {
        id: "signals-hidden-from-relay",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-10", "MET-01"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "What a user lets the members know, the relay does not learn.",
        precondition: "Bob has switched receipts, typing and presence on and uses all three.",
        expected: "Alice sees them; no request of Bob's tells the relay, in its endpoints or in clear.",
        needs: &[
            Need::Verb("signals.share"),
            Need::Verb("signals.read"),
            Need::Verb("signals.typing"),
            Need::Verb("signals.presence"),
        ],
        twins: &[Seeded::client("receipt-to-relay", "relay-told")],
        run: hidden_from_relay,
    },
    Check {
        id: "receipt-probe",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-10"],
        attacks: &["ATK-META-03"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "Nobody finds out by messages that the user never sees, by copies or by sheer number, whether and when his device is there.",
        precondition: "Alice gives receipts; Mallory is a member of the room.",
        expected: "Alice answers Mallory's message once; she answers no edit of nothing, no deletion of nothing, no copy, and of a flood no more than 30 in a minute.",
        needs: &[Need::Verb("signals.share")],
        twins: &[
            Seeded::client("receipt-answers-probe", "probe-answered"),
            Seeded::client("receipts-unlimited", "flood-answered"),
        ],
        run: probe,
    },
];

fn off_by_default(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let mark = scene.mark();
    let first = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    use_all(scene, &bob, &room, &first.message)?;
    scene.sync(&bob)?;
    let told = scene.recipients(&bob, mark);
    scene.expect(
        Role::Attack,
        "told-unasked",
        &[&told],
        is("/devices", json!([])),
    );
    let clear = scene.requests_to(&bob, &CLEAR, mark);
    scene.expect(
        Role::Attack,
        "relay-told-unasked",
        &[&clear],
        is("/requests", json!(0)),
    );

    share_all(scene, &bob)?;
    let second = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    use_all(scene, &bob, &room, &second.message)?;
    scene.sync(&alice)?;
    let item = scene.item(&alice, &room, &second.message)?;
    scene.expect(
        Role::Twin,
        "receipt-lost",
        &[&item],
        is(&of(&bob), json!("read")),
    );
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn hidden_from_relay(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    share_all(scene, &bob)?;
    let mark = scene.mark();
    let sent = scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    use_all(scene, &bob, &room, &sent.message)?;
    let told = scene.recipients(&bob, mark);
    let to_alice = Claim::Contains {
        pointer: "/devices".to_owned(),
        value: json!(format!("{}|{}", alice.user, alice.device)),
    };
    scene.expect(Role::Applied, "nobody-told", &[&told], to_alice);
    let clear = scene.requests_to(&bob, &CLEAR, mark);
    scene.expect(
        Role::Attack,
        "relay-told",
        &[&clear],
        is("/requests", json!(0)),
    );
    let clear = scene.clear_to_devices(&bob, mark);
    scene.expect(
        Role::Attack,
        "told-in-clear",
        &[&clear],
        is("/clear", json!(0)),
    );
    // How many signals a relay hands out at a time is its own affair.
    for _signal in ["read", "typing", "presence"] {
        scene.sync(&alice)?;
    }
    let item = scene.item(&alice, &room, &sent.message)?;
    scene.expect(
        Role::Twin,
        "receipt-lost",
        &[&item],
        is(&of(&bob), json!("read")),
    );
    let view = SignalsAct::View {
        conv: room.id.clone(),
    };
    let seen = scene.try_act(&alice, Act::Signals(view))?;
    scene.expect(
        Role::Twin,
        "typing-lost",
        &[&seen],
        is("/value/typing", json!([bob.user])),
    );
    let presence = json!({ bob.user.clone(): "busy" });
    scene.expect(
        Role::Twin,
        "presence-lost",
        &[&seen],
        is("/value/presence", presence),
    );
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn probe(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    share_all(scene, &alice)?;
    let mut key = company.give_key(scene)?;
    let mark = scene.mark();
    scene.attack(Rule::new(
        "copy",
        &alice.name,
        Point::Delivery(Box::new(is_room_message)),
        Action::Copy,
    ));
    let seen = company.say(scene, &mut key, "to be answered")?;
    scene.adversary().lift("copy");
    scene.must_show_once(Role::Control, "control-lost", &alice, &room, &seen)?;
    let mallory = format!(
        "{}|{}",
        company.mallory.device.user, company.mallory.device.device
    );
    let told = scene.recipients(&alice, mark);
    scene.expect(
        Role::Twin,
        "receipt-lost",
        &[&told],
        is("/devices", json!([mallory])),
    );

    let mark = scene.mark();
    say_what_nobody_sees(scene, &mut company, &mut key)?;
    let copy = scene.adversary().kept("copy").first().cloned();
    let copy = copy.ok_or_else(|| Stop::harness("no message was there to copy"))?;
    scene
        .adversary()
        .deliver("replay", "replay", &alice.name, copy);
    scene.sync(&alice)?;
    scene.must_fire("replay");
    let told = scene.recipients(&alice, mark);
    scene.expect(
        Role::Attack,
        "probe-answered",
        &[&told],
        is("/devices", json!([])),
    );

    let mark = scene.mark();
    // As many at a time as a relay hands out without a gap.
    for n in 1..=2 * MOST {
        let ciphertext = key.encrypt_text("again");
        let event = company.mallory.device.room_event(&key, &ciphertext);
        company
            .mallory
            .send_event(scene, &room.id, "m.room.encrypted", &event)?;
        if n % 6 == 0 {
            scene.sync(&alice)?;
        }
    }
    let told = scene.requests_of(&alice, Class::ToDevice, mark);
    let some = Claim::Within {
        pointer: "/requests".to_owned(),
        least: 1,
        most: MOST,
    };
    scene.expect(Role::Attack, "flood-answered", &[&told], some);
    company.must_hear(scene, Role::State, "next-message-lost")
}

/// Mallory sends Alice what shows no message: an edit of nothing, a deletion of nothing, an unknown event.
fn say_what_nobody_sees(
    scene: &mut Scene,
    company: &mut Company,
    key: &mut EvilRoomKey,
) -> Result<(), Stop> {
    let nothing = json!({ "rel_type": "m.replace", "event_id": "$nothing" });
    let edit = json!({ "msgtype": "m.text", "body": "* x", "m.new_content": { "msgtype": "m.text", "body": "x" }, "m.relates_to": nothing });
    company.say_event(scene, key, "m.room.message", &edit)?;
    let deletion = json!({ "m.relates_to": { "rel_type": "dev.pruefstand.deletion", "event_id": "$nothing" } });
    company.say_event(scene, key, "dev.pruefstand.deletion", &deletion)?;
    company.say_event(scene, key, "dev.pruefstand.nothing", &json!({}))?;
    Ok(())
}

/// Switches everything on.
fn share_all(scene: &mut Scene, actor: &Actor) -> Result<(), Stop> {
    let all = Sharing {
        receipts: true,
        typing: true,
        presence: true,
    };
    scene
        .act(actor, Act::Signals(SignalsAct::Share(all)))
        .map(drop)
}

/// The actor's user reads a message, writes, and says that he is busy.
fn use_all(scene: &mut Scene, actor: &Actor, room: &Room, message: &str) -> Result<(), Stop> {
    let conv = room.id.clone();
    let read = SignalsAct::Read {
        conv: conv.clone(),
        message: message.to_owned(),
    };
    let typing = SignalsAct::Typing {
        conv: conv.clone(),
        active: true,
    };
    let presence = SignalsAct::Presence {
        conv,
        presence: Presence::Busy,
    };
    for act in [read, typing, presence] {
        scene.act(actor, Act::Signals(act))?;
    }
    Ok(())
}

/// Where the receipt of an actor stands in an item.
fn of(actor: &Actor) -> String {
    format!("/facts/receipts/{}", actor.user)
}

fn is(pointer: &str, value: serde_json::Value) -> Claim {
    Claim::Is {
        pointer: pointer.to_owned(),
        value,
    }
}

//! Group D: who is a member, when the relay adds, brings back and keeps back at will (R12).

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::{
        device_linking::{link, show_code},
        directory::announce_change,
        megolm::pair,
    },
    dialect::{Class, Delivery, Place},
    evil::{EvilPeer, admission},
    scene::{Actor, Room, Scene},
};

/// The field of a membership event that members sign.
const FIELD: &str = "dev.pruefstand.member";

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "members-signed",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-03"],
        attacks: &["ATK-MEGOLM-01"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A member is whom a member has admitted, with a signature that holds for this room; the relay adds nobody.",
        precondition: "Alice has founded a room and invited Bob; Mallory has an account, and Alice has invited her to another room.",
        expected: "Mallory is no member for Bob: not because the relay says so, not by her own signature, not by one in Alice's name, not by Alice's for the other room. Carl, whom Alice invites, is.",
        needs: &[],
        twins: &[
            Seeded::client("unsigned-member-taken", "unsigned-member-taken"),
            Seeded::client("admission-by-anyone", "own-admission-taken"),
            Seeded::client("admission-unproven", "forged-admission-taken"),
            Seeded::client("admission-of-any-room", "admission-of-other-room-taken"),
        ],
        run: signed,
    },
    Check {
        id: "members-gone",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-01", "GRP-04"],
        attacks: &["ATK-MEGOLM-14"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Whom a member has removed is gone for all, whether the relay shows the removal or not, and an old admission brings nobody back.",
        precondition: "Alice, Bob and Mallory are members; Alice removes Mallory, and the relay keeps that from Bob.",
        expected: "Bob hears it with Alice's next message. Mallory's join, shown again, changes nothing; when Alice invites her anew she is a member again.",
        needs: &[Need::Verb("conv.remove")],
        twins: &[
            Seeded::client("removal-unheard", "withheld-removal-unnoticed"),
            Seeded::client("admission-replayed", "old-admission-taken"),
        ],
        run: gone,
    },
    Check {
        id: "members-signatures-hidden",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-03", "GRP-04"],
        attacks: &["ATK-MEGOLM-01"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A relay that hides from a newcomer that the members are signed, and lists one of its own among them, gets no key for it once a member has written.",
        precondition: "Bob joins Alice's room; the relay takes every signature away and lists Mallory as a member from the beginning.",
        expected: "After Alice's first message Bob sends nothing to Mallory before his user has looked again.",
        needs: &[],
        twins: &[Seeded::client(
            "stripped-roll-silent",
            "key-for-listed-member",
        )],
        run: hidden,
    },
    Check {
        id: "members-removed-device",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-03", "KEY-04"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A device that its owner has removed admits nobody, even with a signature that it made before.",
        precondition: "Alice's second device has signed an admission of Mallory's that the relay kept; Alice has removed the device, and Bob knows it.",
        expected: "When the relay shows Mallory with that admission, she is no member for Bob; whom Alice's first device invites, is.",
        needs: &[Need::Verb("devices.link"), Need::Verb("devices.code")],
        twins: &[Seeded::client(
            "admission-by-removed-device",
            "removed-device-admits",
        )],
        run: removed_device,
    },
];

fn signed(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let mallory = EvilPeer::arrive(scene, "mallory")?;
    let (user, device) = (mallory.device.user.clone(), mallory.device.device.clone());
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let founded = scene.admission(&alice, &room, &alice.user);
    let founded = founded
        .and_then(|said| said.get(0).cloned())
        .unwrap_or_default();
    let other = scene.room(&[&alice])?;
    scene.invite(&alice, &other, &user)?;
    let elsewhere = scene.admission(&alice, &other, &user);
    let by = |who: (&str, &str)| {
        let said = admission(&room.id, &user, who, &mallory.device, &founded);
        Some(json!([founded, said]))
    };
    for (rule, code, said) in [
        ("unsigned", "unsigned-member-taken", None),
        ("own", "own-admission-taken", by((&user, &device))),
        (
            "forged",
            "forged-admission-taken",
            by((&alice.user, &alice.device)),
        ),
        ("elsewhere", "admission-of-other-room-taken", elsewhere),
    ] {
        joins(scene, rule, (&bob, &room), &user, said);
        scene.sync(&bob)?;
        scene.must_fire(rule);
        listed(scene, (&bob, &room), (Role::Attack, code), (&user, false))?;
    }
    must_admit(scene, &alice, (&bob, &room))?;
    scene.sync(&alice)?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn gone(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let mallory = EvilPeer::arrive(scene, "mallory")?;
    let user = mallory.device.user.clone();
    scene.invite(&alice, &room, &user)?;
    let admitted = scene.admission(&alice, &room, &user);
    mallory.join(scene, &room.id)?;
    scene.sync_all(&[&alice, &bob])?;
    scene.acknowledge(&bob, &room)?;
    listed(
        scene,
        (&bob, &room),
        (Role::Control, "control-lost"),
        (&user, true),
    )?;

    let about = user.clone();
    let leaves = move |delivery: &Delivery| {
        let text = |place: &str| delivery.event.pointer(place).and_then(Value::as_str);
        text("/state_key") == Some(&about) && text("/content/membership") == Some("leave")
    };
    let withheld = Point::Delivery(Box::new(leaves));
    scene.attack(Rule::new("withhold", &bob.name, withheld, Action::Drop));
    scene.remove(&alice, &room, &user)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    scene.must_fire("withhold");
    let code = "withheld-removal-unnoticed";
    listed(scene, (&bob, &room), (Role::Attack, code), (&user, false))?;

    joins(scene, "again", (&bob, &room), &user, admitted);
    scene.sync(&bob)?;
    scene.must_fire("again");
    let code = "old-admission-taken";
    listed(scene, (&bob, &room), (Role::Attack, code), (&user, false))?;
    scene.adversary().lift_all();

    scene.invite(&alice, &room, &user)?;
    scene.sync(&bob)?;
    let twin = (Role::Twin, "new-admission-refused");
    listed(scene, (&bob, &room), twin, (&user, true))?;
    scene.acknowledge(&bob, &room)?;
    scene.sync(&alice)?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

fn hidden(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
    let mallory = EvilPeer::arrive(scene, "mallory")?;
    let ghost = mallory.device.user.clone();
    let strip = Action::rewrite("strip_members", move |answer| {
        let is_stripped = strip(answer);
        list_in_joined(answer, &ghost) || is_stripped
    });
    let sync = Point::Response(Class::Sync);
    scene.attack(Rule::new("strip", &bob.name, sync, strip));
    let room = scene.room(&[&alice, &bob])?;
    let user = mallory.device.user.clone();
    listed(
        scene,
        (&bob, &room),
        (Role::Applied, "attack-not-applied"),
        (&user, true),
    )?;
    scene.must_fire("strip");
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let mark = scene.mark();
    scene.try_send(&bob, &room, "to whom I know")?;
    let told = scene.recipients(&bob, mark);
    let lacks = Claim::Lacks {
        pointer: "/devices".to_owned(),
        value: json!(format!("{user}|{}", mallory.device.device)),
    };
    scene.expect(Role::Attack, "key-for-listed-member", &[&told], lacks);
    scene.adversary().lift_all();
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn removed_device(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let mallory = EvilPeer::arrive(scene, "mallory")?;
    let user = mallory.device.user.clone();
    let second = scene.device_of(&alice, "alice-second")?;
    let code = show_code(scene, &second)?;
    link(scene, &alice, &second, &code)?;
    announce_change(scene, &bob, &alice.user);
    scene.sync_all(&[&second, &bob])?;
    scene.must_get_through(Role::Control, "control-lost", &bob, &second, &room)?;
    // The relay takes the invitation and keeps it.
    let keep = Point::Request(Class::RoomState);
    scene.attack(Rule::new("keep", &second.name, keep, Action::Status(500)));
    scene.try_invite(&second, &room, &user)?;
    scene.must_fire("keep");
    let admitted = scene.admission(&second, &room, &user);
    scene.adversary().lift_all();
    scene.revoke(&alice, &second.device)?;
    announce_change(scene, &bob, &alice.user);
    scene.sync(&bob)?;
    joins(scene, "late", (&bob, &room), &user, admitted);
    scene.sync(&bob)?;
    scene.must_fire("late");
    let code = "removed-device-admits";
    listed(scene, (&bob, &room), (Role::Attack, code), (&user, false))?;
    scene.adversary().lift_all();
    must_admit(scene, &alice, (&bob, &room))?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

/// Whom Alice invites is a member for the other one, who has looked at him.
fn must_admit(scene: &mut Scene, alice: &Actor, (bob, room): (&Actor, &Room)) -> Result<(), Stop> {
    let carl = scene.client("carl")?;
    scene.invite(alice, room, &carl.user)?;
    scene.sync(bob)?;
    let twin = (Role::Twin, "true-member-refused");
    listed(scene, (bob, room), twin, (&carl.user, true))?;
    scene.acknowledge(bob, room)
}

/// The relay shows the actor that a user has joined, with what was signed about that.
fn joins(
    scene: &mut Scene,
    rule: &'static str,
    (viewer, room): (&Actor, &Room),
    user: &str,
    said: Option<Value>,
) {
    let mut event = member_event(scene.draw(), user);
    let content = event.get_mut("content").and_then(Value::as_object_mut);
    if let (Some(said), Some(content)) = (said, content) {
        content.insert(FIELD.to_owned(), said);
    }
    let place = Place::Timeline {
        room: room.id.clone(),
    };
    let delivery = Delivery { place, event };
    let adversary = scene.adversary();
    adversary.deliver(rule, "inject_member", &viewer.name, delivery);
}

fn member_event(number: u64, user: &str) -> Value {
    json!({
        "type": "m.room.member",
        "state_key": user,
        "sender": user,
        "event_id": format!("$member-{number:016x}"),
        "origin_server_ts": 1,
        "content": { "membership": "join" },
    })
}

/// Whether the product lists the user among the members.
fn listed(
    scene: &mut Scene,
    (actor, room): (&Actor, &Room),
    (role, code): (Role, &str),
    (user, is_there): (&str, bool),
) -> Result<(), Stop> {
    let seen = scene.observe(actor, room)?;
    let (pointer, value) = ("/members".to_owned(), json!(user));
    let claim = match is_there {
        true => Claim::Contains { pointer, value },
        false => Claim::Lacks { pointer, value },
    };
    scene.expect(role, code, &[&seen], claim);
    Ok(())
}

/// Takes every signature about a member out of an answer; whether there was one.
fn strip(value: &mut Value) -> bool {
    match value {
        Value::Object(fields) => {
            let had = fields.remove(FIELD).is_some();
            // Each of them, whatever the others hold.
            let below = fields
                .values_mut()
                .filter_map(|value| strip(value).then_some(()));
            below.count() > 0 || had
        }
        Value::Array(values) => {
            let below = values
                .iter_mut()
                .filter_map(|value| strip(value).then_some(()));
            below.count() > 0
        }
        _ => false,
    }
}

/// Lists a user as a member of every joined room of an answer; whether there was one.
fn list_in_joined(answer: &mut Value, user: &str) -> bool {
    let rooms = answer
        .pointer_mut("/rooms/join")
        .and_then(Value::as_object_mut);
    let mut found = false;
    for (_, room) in rooms.into_iter().flatten() {
        if let Some(events) = room
            .pointer_mut("/state/events")
            .and_then(Value::as_array_mut)
        {
            events.push(member_event(0, user));
            found = true;
        }
    }
    found
}

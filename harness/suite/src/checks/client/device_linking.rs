//! Linking a new device by its code: what a relay can do to it without knowing the code.

use harness_driver::{Act, DevicesAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{
    devices::signed_keys,
    directory::announce_change,
    link_code::{SECRET, with_bit_flipped},
};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::Class,
    evil::ForgedDevice,
    scene::{Actor, Room, Scene, Seen},
};

const NEEDS: &[Need] = &[
    Need::Verb("devices.code"),
    Need::Verb("devices.link"),
    Need::Verb("device.list"),
];

/// What the checks have in common.
const TEMPLATE: Check = Check {
    id: "",
    version: 1,
    subject: Subject::Client,
    requirements: &["CLO-06", "KEY-02", "KEY-04"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "",
    precondition: "Alice has a new device that shows a code; Bob shares a room with her.",
    expected: "Nothing is signed and no proof is given away; a fresh code links, and the linked device reads.",
    needs: NEEDS,
    twins: &[],
    run: key_swapped,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "device-link-key-swapped",
        attacks: &["ATK-VER-14"],
        purpose: "A relay that swaps the new device's keys during linking gets nothing signed, without anybody comparing fingerprints.",
        twins: &[Seeded::client("link-keys-not-bound", "foreign-key-signed")],
        run: key_swapped,
        ..TEMPLATE
    },
    Check {
        id: "device-link-wrong-code",
        attacks: &["ATK-LNK-01", "ATK-VER-10"],
        purpose: "Whoever does not know the code links nothing.",
        twins: &[Seeded::client(
            "link-proof-not-verified",
            "signed-without-proof",
        )],
        run: wrong_code,
        ..TEMPLATE
    },
    Check {
        id: "device-link-answer-replayed",
        attacks: &["ATK-VER-08"],
        purpose: "The answer of an earlier link, served again by the relay, links no other device.",
        twins: &[Seeded::client(
            "link-proof-not-verified",
            "signed-by-replay",
        )],
        run: answer_replayed,
        ..TEMPLATE
    },
    Check {
        id: "device-link-code-reused",
        attacks: &["ATK-LNK-01", "ATK-VER-08"],
        purpose: "A code is good for one link.",
        twins: &[Seeded::client("link-code-reusable", "void-code-answered")],
        run: code_reused,
        ..TEMPLATE
    },
    Check {
        id: "device-link-code-expired",
        attacks: &["ATK-LNK-01", "ATK-VER-08"],
        purpose: "A code is good for ten minutes.",
        twins: &[Seeded::client(
            "link-code-never-expires",
            "void-code-answered",
        )],
        run: code_expired,
        ..TEMPLATE
    },
    Check {
        id: "device-link-code-guessed",
        attacks: &["ATK-VER-10"],
        purpose: "After three wrong proofs a code is burnt.",
        twins: &[Seeded::client("link-tries-unlimited", "void-code-answered")],
        run: code_guessed,
        ..TEMPLATE
    },
];

fn key_swapped(scene: &mut Scene) -> Result<(), Stop> {
    let home = Home::enter(scene)?;
    let new = scene.device_of(&home.alice, "alice-new")?;
    let code = show_code(scene, &new)?;
    let forged = ForgedDevice::new(&home.alice.user, &new.device);
    let swap = Action::InjectDevice {
        user: home.alice.user.clone(),
        device: new.device.clone(),
        keys: forged.device_keys(),
    };
    let point = Point::Response(Class::KeysQuery);
    scene.attack(Rule::new("swap", &home.alice.name, point, swap));
    let mark = scene.mark();
    link(scene, &home.alice, &new, &code)?;
    scene.must_fire("swap");
    home.signs_nothing(scene, mark, "foreign-key-signed", &forged.ed25519());
    scene.adversary().lift_all();
    home.links(scene, "alice-other")
}

fn wrong_code(scene: &mut Scene) -> Result<(), Stop> {
    let home = Home::enter(scene)?;
    let new = scene.device_of(&home.alice, "alice-new")?;
    let code = show_code(scene, &new)?;
    let wrong = with_bit_flipped(&code, SECRET)?;
    let key = key_of(scene, &new)?;
    let mark = scene.mark();
    link(scene, &home.alice, &new, &wrong)?;
    home.must_be_offered(scene, mark);
    home.signs_nothing(scene, mark, "signed-without-proof", &key);
    home.links(scene, "alice-other")
}

fn answer_replayed(scene: &mut Scene) -> Result<(), Stop> {
    let home = Home::enter(scene)?;
    let first = scene.device_of(&home.alice, "alice-first")?;
    let copy = Rule::new(
        "answer",
        &home.alice.name,
        Point::Delivery(Box::new(|delivery| delivery.event_type() == ANSWER)),
        Action::Copy,
    );
    scene.attack(copy);
    let code = show_code(scene, &first)?;
    link(scene, &home.alice, &first, &code)?;
    scene.must_fire("answer");

    let second = scene.device_of(&home.alice, "alice-second")?;
    let code = show_code(scene, &second)?;
    let key = key_of(scene, &second)?;
    let mark = scene.mark();
    let offered = scene.try_act(&home.alice, take(&code))?;
    let link = offered.value.pointer("/value/link").cloned();
    let old = scene.adversary().kept("answer").first().cloned();
    let mut old = old.ok_or_else(|| Stop::harness("no answer was kept"))?;
    if let (Some(field), Some(link)) = (old.event.pointer_mut("/content/link"), link) {
        *field = link;
    }
    let name = home.alice.name.clone();
    scene
        .adversary()
        .deliver("replay", "replay_answer", &name, old);
    scene.sync(&home.alice)?;
    scene.must_fire("replay");
    home.signs_nothing(scene, mark, "signed-by-replay", &key);
    scene.adversary().lift_all();
    home.links(scene, "alice-other")
}

fn code_reused(scene: &mut Scene) -> Result<(), Stop> {
    let home = Home::enter(scene)?;
    let new = scene.device_of(&home.alice, "alice-new")?;
    let code = show_code(scene, &new)?;
    link(scene, &home.alice, &new, &code)?;
    home.must_stay_silent(scene, &new, &code)
}

fn code_expired(scene: &mut Scene) -> Result<(), Stop> {
    let home = Home::enter(scene)?;
    let new = scene.device_of(&home.alice, "alice-new")?;
    let code = show_code(scene, &new)?;
    scene.advance(601_000);
    home.must_stay_silent(scene, &new, &code)
}

fn code_guessed(scene: &mut Scene) -> Result<(), Stop> {
    let home = Home::enter(scene)?;
    let new = scene.device_of(&home.alice, "alice-new")?;
    let code = show_code(scene, &new)?;
    for bit in 0..3 {
        let wrong = with_bit_flipped(&code, bit)?;
        link(scene, &home.alice, &new, &wrong)?;
    }
    home.must_stay_silent(scene, &new, &code)
}

/// The type of the new device's proof.
const ANSWER: &str = "dev.pruefstand.link.answer";

/// Alice, whose first device holds her identity, and Bob, in a room.
struct Home {
    alice: Actor,
    bob: Actor,
    room: Room,
}

impl Home {
    fn enter(scene: &mut Scene) -> Result<Self, Stop> {
        let (alice, bob) = (scene.client("alice")?, scene.client("bob")?);
        let room = scene.room(&[&alice, &bob])?;
        scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
        Ok(Self { alice, bob, room })
    }

    /// Alice's client has not signed this key.
    fn signs_nothing(&self, scene: &mut Scene, mark: usize, code: &str, key: &str) {
        let signed = signed_keys(scene, &self.alice, mark);
        let claim = Claim::Lacks {
            pointer: "/keys".to_owned(),
            value: json!(key),
        };
        scene.expect(Role::Attack, code, &[&signed], claim);
    }

    /// Alice's client has taken the code up, so that only the proof stands in the way.
    fn must_be_offered(&self, scene: &mut Scene, mark: usize) {
        let offers = proofs(scene, &self.alice, "dev.pruefstand.link.offer", mark);
        scene.expect(
            Role::Applied,
            "attack-not-applied",
            &[&offers],
            within(1, 1),
        );
    }

    /// The new device answers no offer under a code that is void; a fresh one links another device.
    fn must_stay_silent(&self, scene: &mut Scene, new: &Actor, code: &str) -> Result<(), Stop> {
        let mark = scene.mark();
        link(scene, &self.alice, new, code)?;
        self.must_be_offered(scene, mark);
        let answers = proofs(scene, new, ANSWER, mark);
        scene.expect(
            Role::Attack,
            "void-code-answered",
            &[&answers],
            within(0, 0),
        );
        self.links(scene, "alice-other")
    }

    /// A new device with a code of its own is linked, and reads what Bob writes.
    fn links(&self, scene: &mut Scene, name: &str) -> Result<(), Stop> {
        let new = scene.device_of(&self.alice, name)?;
        let code = show_code(scene, &new)?;
        link(scene, &self.alice, &new, &code)?;
        announce_change(scene, &self.bob, &self.alice.user);
        scene.sync_all(&[&new, &self.bob])?;
        scene.must_get_through(
            Role::Twin,
            "linked-device-lost",
            &self.bob,
            &new,
            &self.room,
        )?;
        scene.must_get_through(
            Role::State,
            "first-device-lost",
            &self.bob,
            &self.alice,
            &self.room,
        )?;
        Ok(())
    }
}

/// The code on the device's screen.
pub(super) fn show_code(scene: &mut Scene, device: &Actor) -> Result<String, Stop> {
    let shown = scene.act(device, Act::Devices(DevicesAct::Code {}))?;
    let text = shown.pointer("/value/text").and_then(Value::as_str);
    text.map(str::to_owned)
        .ok_or_else(|| Stop::driver("a device shows no code"))
}

fn take(code: &str) -> Act {
    Act::Devices(DevicesAct::Link {
        code: code.to_owned(),
    })
}

/// The code is taken in, and both devices hear each other out.
pub(super) fn link(scene: &mut Scene, old: &Actor, new: &Actor, code: &str) -> Result<Seen, Stop> {
    let seen = scene.try_act(old, take(code))?;
    scene.sync(new)?;
    scene.sync(old)?;
    Ok(seen)
}

/// The device's own Ed25519 key.
fn key_of(scene: &mut Scene, device: &Actor) -> Result<String, Stop> {
    super::devices::fingerprint(scene, device)
}

/// How many proofs of a kind the actor sent since `mark`: `{"proofs": n}`.
fn proofs(scene: &mut Scene, actor: &Actor, kind: &str, mark: usize) -> Seen {
    let sent = scene.sent(actor, Class::ToDevice, mark);
    let path = format!("/sendToDevice/{kind}/");
    let count = sent
        .iter()
        .filter(|exchange| exchange.request.head.contains(&path))
        .count();
    let what = "the proofs that the actor's client gave";
    scene.note_seen(what, Witness::Wire, json!({ "proofs": count }))
}

fn within(least: u64, most: u64) -> Claim {
    Claim::Within {
        pointer: "/proofs".to_owned(),
        least,
        most,
    }
}

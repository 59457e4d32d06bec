//! Group D: keys of the past that somebody shares who lies.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{
    company::{Company, taken},
    history::is,
};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::{Delivery, Place},
    evil::{EvilRoomKey, Target},
    scene::{Actor, Room, Scene, Sent},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "history-bundle-foreign-rooms",
    version: 1,
    subject: Subject::Client,
    requirements: &["E2E-06", "GRP-02"],
    attacks: &["ATK-MEGOLM-07"],
    severity: Severity::Must,
    witness: Witness::Driver,
    purpose: "Who shares the past of a conversation shares that of no other one, and nobody shares it unasked who has not invited.",
    precondition: "Alice is in a room with Bob and Mallory; Mallory invites her to another room, and sends keys of her own making for both, the other ones as if they were Bob's.",
    expected: "What Mallory wrote in her own room is readable, with a warning. A message under the other keys, delivered as Bob's, stays closed, whichever room the keys came with, and so does one under a key out of an event with too many. A false key that came with a past gives way to the owner's own.",
    needs: &[Need::Verb("history.share")],
    twins: &[
        Seeded::client("bundle-import-all", "foreign-key-taken"),
        Seeded::client("history-trusted", "history-trusted"),
        Seeded::client("history-from-anyone", "uninvited-history-taken"),
        Seeded::client("history-uncapped", "oversized-history-taken"),
        Seeded::client("imported-key-stays", "owners-key-refused"),
    ],
    run: foreign_rooms,
}];

/// The type of the event that carries keys of the past.
const HISTORY: &str = "dev.pruefstand.history";

/// More keys than one event may carry.
const TOO_MANY: usize = 41;

/// Alice with Bob and Mallory in one room, and in another one to which Mallory has invited her.
struct Two {
    company: Company,
    bob: Actor,
    /// Mallory's room.
    own: Room,
    /// Mallory's device, and Bob's.
    me: Target,
    victim: Target,
}

impl Two {
    fn meet(scene: &mut Scene) -> Result<Self, Stop> {
        let bob = scene.client("bob")?;
        let company = Company::meet(scene, &[&bob])?;
        let mallory = &company.mallory;
        let own = mallory.found(scene, &company.alice.user)?;
        let me = mallory.target(scene, &mallory.device.user, &mallory.device.device)?;
        let victim = mallory.target(scene, &bob.user, &bob.device)?;
        Ok(Self {
            company,
            bob,
            own,
            me,
            victim,
        })
    }

    /// Mallory sends Alice keys as the past of a room.
    fn tell(&mut self, scene: &mut Scene, room: &Room, keys: &[Value]) -> Result<(), Stop> {
        let content = json!({ "room_id": room.id, "keys": keys });
        let device = &mut self.company.mallory.device;
        let payload = device.olm_payload(&self.company.target, HISTORY, &content);
        let sealed = device.olm_encrypt(&self.company.target, &payload)?;
        self.company.deliver(scene, "m.room.encrypted", &sealed)
    }
}

fn foreign_rooms(scene: &mut Scene) -> Result<(), Stop> {
    let mut two = Two::meet(scene)?;
    let (alice, bob) = (two.company.alice.clone(), two.bob.clone());
    let (room, own) = (two.company.room.clone(), two.own.clone());
    let (me, victim) = (two.me.clone(), two.victim.clone());
    scene.must_get_through(Role::Control, "control-lost", &bob, &alice, &room)?;
    let key = EvilRoomKey::new(&own.id);
    let before = before_alice(scene, &mut two, &key)?;
    let mut foreign = EvilRoomKey::new(&room.id);
    let keys = [key.shared(&me), foreign.shared(&victim)];
    two.tell(scene, &own, &keys)?;
    let seen = scene.item(&alice, &own, &before.message)?;
    let readable = ("/body", json!(before.body));
    is(
        scene,
        (Role::Twin, "own-past-not-readable"),
        &seen,
        readable,
    );
    let warned = ("/trust", json!("warn"));
    is(scene, (Role::Attack, "history-trusted"), &seen, warned);
    let at_bob = (&alice, &room, &victim);
    must_stay_closed(scene, "foreign-key-taken", at_bob, &mut foreign)?;

    let mut uninvited = EvilRoomKey::new(&room.id);
    two.tell(scene, &room, &[uninvited.shared(&victim)])?;
    must_stay_closed(scene, "uninvited-history-taken", at_bob, &mut uninvited)?;

    let mut one = EvilRoomKey::new(&own.id);
    two.tell(scene, &own, &vec![one.shared(&me); TOO_MANY])?;
    let at_mallory = (&alice, &own, &me);
    must_stay_closed(scene, "oversized-history-taken", at_mallory, &mut one)?;
    owners_key_wins(scene, &mut two)?;
    two.company
        .must_hear(scene, Role::State, "next-message-lost")?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &room)?;
    Ok(())
}

/// A past has a false key of a session; then the session's owner gives Alice the real one, and speaks.
fn owners_key_wins(scene: &mut Scene, two: &mut Two) -> Result<(), Stop> {
    let own = two.own.clone();
    let mut key = EvilRoomKey::new(&own.id);
    let poisoned = key.poisoned(&two.me);
    two.tell(scene, &own, &[poisoned])?;
    let sealed = two.company.seal(&key, |_, _| {})?;
    two.company.deliver(scene, "m.room.encrypted", &sealed)?;
    let body = scene.text("under the owner's own key");
    let ciphertext = key.encrypt_text(&body);
    let mallory = &mut two.company.mallory;
    let event = mallory.device.room_event(&key, &ciphertext);
    let sent = mallory.send_event(scene, &own.id, "m.room.encrypted", &event)?;
    scene.expect(Role::Applied, "attack-not-applied", &[&sent], taken());
    let message = sent.value.get("event_id").and_then(Value::as_str);
    let message = message.unwrap_or_default().to_owned();
    scene.sync(&two.company.alice)?;
    let seen = scene.item(&two.company.alice, &own, &message)?;
    let readable = ("/state", json!("decrypted"));
    is(scene, (Role::Attack, "owners-key-refused"), &seen, readable);
    Ok(())
}

/// Mallory writes in her room; then Alice joins.
fn before_alice(scene: &mut Scene, two: &mut Two, key: &EvilRoomKey) -> Result<Sent, Stop> {
    let (alice, own) = (&two.company.alice, &two.own);
    let mallory = &mut two.company.mallory;
    let body = scene.text("before Alice came");
    let ciphertext = key.fork().encrypt_text(&body);
    let event = mallory.device.room_event(key, &ciphertext);
    let sent = mallory.send_event(scene, &own.id, "m.room.encrypted", &event)?;
    scene.expect(Role::Applied, "attack-not-applied", &[&sent], taken());
    scene.sync(alice)?;
    scene.join(alice, own)?;
    scene.sync(alice)?;
    scene.acknowledge(alice, own)?;
    let message = sent.value.get("event_id").and_then(Value::as_str);
    Ok(Sent {
        message: message.unwrap_or_default().to_owned(),
        body,
        sender: mallory.device.user.clone(),
    })
}

/// The relay delivers a message under a key in the name of its alleged owner; it is not decrypted, not even with a warning.
fn must_stay_closed(
    scene: &mut Scene,
    code: &str,
    (viewer, room, owner): (&Actor, &Room, &Target),
    key: &mut EvilRoomKey,
) -> Result<(), Stop> {
    let id = format!("${code}");
    let ciphertext = key.encrypt_text("under a key that must not be taken");
    let event = json!({
        "type": "m.room.encrypted",
        "event_id": id,
        "sender": owner.user,
        "origin_server_ts": scene.now(),
        "content": {
            "algorithm": "m.megolm.v1.aes-sha2",
            "ciphertext": ciphertext,
            "session_id": key.session_id(),
            "sender_key": owner.curve25519,
            "device_id": owner.device,
        },
    });
    let place = Place::Timeline {
        room: room.id.clone(),
    };
    let delivery = Delivery { place, event };
    scene
        .adversary()
        .deliver("as-bob", "inject", &viewer.name, delivery);
    scene.sync(viewer)?;
    scene.must_fire("as-bob");
    let seen = scene.item(viewer, room, &id)?;
    let closed = Claim::IsNot {
        pointer: "/state".to_owned(),
        values: vec![json!("decrypted"), json!("plain")],
    };
    scene.expect(Role::Attack, code, &[&seen], closed);
    Ok(())
}

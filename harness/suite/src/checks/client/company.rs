//! The setting of the checks with a lying member: Alice in a room with an evil peer that has an honest channel to her.

use harness_evidence::{Claim, Role, Witness};
use serde_json::{Value, json};

use crate::{
    check::Stop,
    evil::{EvilPeer, EvilRoomKey, Target},
    scene::{Actor, Room, Scene, Seen, Sent},
};

/// The code of an attack that the relay did not even take.
const NOT_APPLIED: &str = "attack-not-applied";

/// Alice, Mallory, and their room.
pub(super) struct Company {
    pub(super) alice: Actor,
    pub(super) room: Room,
    pub(super) mallory: EvilPeer,
    /// Alice's device, as Mallory sees it.
    pub(super) target: Target,
}

impl Company {
    /// Alice founds a room with the others and Mallory; everybody has seen everybody.
    pub(super) fn meet(scene: &mut Scene, others: &[&Actor]) -> Result<Self, Stop> {
        let mallory = EvilPeer::arrive(scene, "mallory")?;
        Self::meet_with(scene, mallory, others)
    }

    /// As [`Company::meet`], with an evil peer that is there already.
    pub(super) fn meet_with(
        scene: &mut Scene,
        mut mallory: EvilPeer,
        others: &[&Actor],
    ) -> Result<Self, Stop> {
        let alice = scene.client("alice")?;
        let members = [&[&alice], others].concat();
        let room = scene.room(&members)?;
        scene.invite(&alice, &room, &mallory.device.user)?;
        mallory.join(scene, &room.id)?;
        scene.sync_all(&members)?;
        for member in members {
            scene.acknowledge(member, &room)?;
        }
        let target = mallory.target(scene, &alice.user, &alice.device)?;
        mallory.open_channel(scene, &target)?;
        Ok(Self {
            alice,
            room,
            mallory,
            target,
        })
    }

    /// The sealed event that gives Alice the room key; `lie` changes the plaintext first.
    pub(super) fn seal(
        &mut self,
        key: &EvilRoomKey,
        lie: impl FnOnce(&mut Value, &EvilPeer),
    ) -> Result<Value, Stop> {
        let mut payload =
            self.mallory
                .device
                .olm_payload(&self.target, "m.room_key", &key.room_key());
        lie(&mut payload, &self.mallory);
        self.mallory.device.olm_encrypt(&self.target, &payload)
    }

    /// Delivers a to-device event to Alice; the relay must take it.
    pub(super) fn deliver(
        &mut self,
        scene: &mut Scene,
        kind: &str,
        content: &Value,
    ) -> Result<(), Stop> {
        let sent = self
            .mallory
            .send_to_device(scene, &self.target, kind, content)?;
        scene.expect(Role::Applied, NOT_APPLIED, &[&sent], taken());
        scene.sync(&self.alice)
    }

    /// Mallory says something under a room key.
    pub(super) fn say(
        &mut self,
        scene: &mut Scene,
        key: &mut EvilRoomKey,
        words: &str,
    ) -> Result<Sent, Stop> {
        let body = scene.text(words);
        let ciphertext = key.encrypt_text(&body);
        self.say_sealed(scene, key, &ciphertext, body)
    }

    /// Mallory sends a ciphertext that holds `body`.
    pub(super) fn say_sealed(
        &mut self,
        scene: &mut Scene,
        key: &EvilRoomKey,
        ciphertext: &str,
        body: String,
    ) -> Result<Sent, Stop> {
        let event = self.mallory.device.room_event(key, ciphertext);
        self.say_content(scene, &event, body)
    }

    /// Mallory sends the content of an encrypted event that holds `body`.
    pub(super) fn say_content(
        &mut self,
        scene: &mut Scene,
        content: &Value,
        body: String,
    ) -> Result<Sent, Stop> {
        let sent = self
            .mallory
            .send_event(scene, &self.room.id, "m.room.encrypted", content)?;
        scene.expect(Role::Applied, NOT_APPLIED, &[&sent], taken());
        scene.sync(&self.alice)?;
        let message = sent
            .value
            .get("event_id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        Ok(Sent {
            message,
            body,
            sender: self.mallory.device.user.clone(),
        })
    }

    /// A fresh room key that Mallory has honestly given to Alice.
    pub(super) fn give_key(&mut self, scene: &mut Scene) -> Result<EvilRoomKey, Stop> {
        let key = EvilRoomKey::new(&self.room.id);
        let content = self.seal(&key, |_, _| {})?;
        self.deliver(scene, "m.room.encrypted", &content)?;
        Ok(key)
    }

    /// Mallory sends an event of any type inside the encryption; Alice gets it. Its handle.
    pub(super) fn say_event(
        &mut self,
        scene: &mut Scene,
        key: &mut EvilRoomKey,
        kind: &str,
        content: &Value,
    ) -> Result<String, Stop> {
        let ciphertext = key.encrypt(kind, content);
        let sent = self.say_sealed(scene, key, &ciphertext, String::new())?;
        Ok(sent.message)
    }

    /// What stands inside the encryption of an event of the room that Mallory gets with her next news.
    pub(super) fn overhear(&mut self, scene: &mut Scene, event: &str) -> Result<Value, Stop> {
        let news = self.mallory.sync(scene)?;
        let events = news.pointer("/rooms/join").and_then(|rooms| {
            rooms
                .get(&self.room.id)?
                .pointer("/timeline/events")?
                .as_array()
        });
        let found = events
            .into_iter()
            .flatten()
            .find(|found| found.get("event_id").and_then(Value::as_str) == Some(event));
        let plaintext = found.and_then(|found| {
            self.mallory
                .device
                .decrypt_room(&self.room.id, found.get("content")?)
        });
        plaintext
            .and_then(|plaintext| plaintext.get("content").cloned())
            .ok_or_else(|| Stop::harness("the evil peer cannot read an event of her own room"))
    }

    /// A fresh room key, honestly given, opens Mallory's next message for Alice.
    pub(super) fn must_hear(
        &mut self,
        scene: &mut Scene,
        role: Role,
        code: &str,
    ) -> Result<(), Stop> {
        let mut key = EvilRoomKey::new(&self.room.id);
        let content = self.seal(&key, |_, _| {})?;
        self.deliver(scene, "m.room.encrypted", &content)?;
        let sent = self.say(scene, &mut key, "honest message")?;
        scene.must_show_once(role, code, &self.alice, &self.room, &sent)
    }

    /// A room key that must not have been taken opens nothing: Mallory's message under it is not decrypted for Alice.
    pub(super) fn must_not_open(
        &mut self,
        scene: &mut Scene,
        code: &str,
        key: &mut EvilRoomKey,
    ) -> Result<(), Stop> {
        let sent = self.say(scene, key, "under a refused key")?;
        self.must_stay_closed(scene, code, &sent)
    }

    /// The content of this message is not decrypted for Alice, not even with a warning.
    pub(super) fn must_stay_closed(
        &self,
        scene: &mut Scene,
        code: &str,
        sent: &Sent,
    ) -> Result<(), Stop> {
        let seen = scene.observe(&self.alice, &self.room)?;
        let claim = Claim::IsNot {
            pointer: state_of(&seen, &sent.message),
            values: vec![json!("decrypted"), json!("plain")],
        };
        scene.expect(Role::Attack, code, &[&seen], claim);
        // Also where the product calls the message by another handle.
        let shown = Claim::NotShown {
            body: sent.body.clone(),
        };
        scene.expect(Role::Attack, code, &[&seen], shown);
        Ok(())
    }

    /// Alice says something and Mallory takes the room key in; an observation `{"readable": bool}` of the peer.
    pub(super) fn mallory_reads(&mut self, scene: &mut Scene, room: &Room) -> Result<Seen, Stop> {
        let sent = scene.send(&self.alice, room, "to all members")?;
        let news = self.mallory.sync(scene)?;
        let events = news
            .pointer("/rooms/join")
            .and_then(|rooms| rooms.get(&room.id)?.pointer("/timeline/events")?.as_array());
        let event = events
            .into_iter()
            .flatten()
            .find(|event| event.get("event_id").and_then(Value::as_str) == Some(&sent.message));
        let plaintext = event.and_then(|event| {
            self.mallory
                .device
                .decrypt_room(&room.id, event.get("content")?)
        });
        let readable = plaintext
            .is_some_and(|plaintext| plaintext.pointer("/content/body") == Some(&json!(sent.body)));
        Ok(scene.note_seen(
            "whether the evil peer can read Alice's message",
            Witness::Peer,
            json!({ "readable": readable }),
        ))
    }
}

/// The relay took a request.
pub(super) fn taken() -> Claim {
    Claim::Status {
        one_of: vec![200],
        errcode: vec![],
    }
}

/// Replaces the value at a pointer that is there.
pub(super) fn set(value: &mut Value, pointer: &str, with: impl Into<Value>) {
    if let Some(field) = value.pointer_mut(pointer) {
        *field = with.into();
    }
}

/// Where a timeline holds the state of a message; nowhere if it does not show it.
fn state_of(seen: &Seen, message: &str) -> String {
    let items = seen.value.pointer("/timeline").and_then(Value::as_array);
    let at = items.and_then(|items| {
        items
            .iter()
            .position(|item| item.get("message").and_then(Value::as_str) == Some(message))
    });
    at.map_or_else(
        || "/timeline/none".to_owned(),
        |at| format!("/timeline/{at}/state"),
    )
}

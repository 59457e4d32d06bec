//! Rooms, to-device messages and news.

use harness_driver::{Payload, Response};
use harness_evidence::Witness;
use serde_json::{Value, json};

use super::{EvilPeer, encoded};
use crate::{
    check::Stop,
    evil::Target,
    scene::{Room, Scene, Seen},
};

impl EvilPeer {
    /// Accepts an invitation.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn join(&self, scene: &mut Scene, room: &str) -> Result<(), Stop> {
        self.insist(
            scene,
            "POST",
            &format!("/_matrix/client/v3/rooms/{}/join", encoded(room)),
            json!({}),
        )
        .map(drop)
    }

    /// Makes an encrypted room that says nothing of its members and invites a user; its handle.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn found(&self, scene: &mut Scene, invite: &str) -> Result<Room, Stop> {
        let encryption = json!({
            "type": "m.room.encryption",
            "state_key": "",
            "content": { "algorithm": "m.megolm.v1.aes-sha2" },
        });
        let body =
            json!({ "preset": "private_chat", "invite": [invite], "initial_state": [encryption] });
        let path = "/_matrix/client/v3/createRoom";
        let made = self.insist(scene, "POST", path, body)?;
        let id = made.get("room_id").and_then(Value::as_str);
        let id = id.ok_or_else(|| Stop::target("createRoom answers without room_id"))?;
        Ok(Room { id: id.to_owned() })
    }

    /// Sends any event into a room; the observation is `{"status": …, "errcode": …, "event_id": …}`.
    ///
    /// # Errors
    ///
    /// If the relay gives no answer.
    pub fn send_event(
        &mut self,
        scene: &mut Scene,
        room: &str,
        kind: &str,
        content: &Value,
    ) -> Result<Seen, Stop> {
        self.transaction();
        self.send_event_again(scene, room, kind, content)
    }

    /// As [`EvilPeer::send_event`], under the transaction id of the last event.
    ///
    /// # Errors
    ///
    /// If the relay gives no answer.
    pub fn send_event_again(
        &self,
        scene: &mut Scene,
        room: &str,
        kind: &str,
        content: &Value,
    ) -> Result<Seen, Stop> {
        let path = format!(
            "/_matrix/client/v3/rooms/{}/send/{}/evil{}",
            encoded(room),
            encoded(kind),
            self.transactions
        );
        let response = self.request(scene, "PUT", &path, Payload::Json(content.clone()))?;
        Ok(self.saw(scene, &format!("sends {kind} into the room"), &response))
    }

    /// Sends any to-device event; the observation is `{"status": …, "errcode": …}`.
    ///
    /// # Errors
    ///
    /// If the relay gives no answer.
    pub fn send_to_device(
        &mut self,
        scene: &mut Scene,
        to: &Target,
        kind: &str,
        content: &Value,
    ) -> Result<Seen, Stop> {
        let path = format!(
            "/_matrix/client/v3/sendToDevice/{}/{}",
            encoded(kind),
            self.transaction()
        );
        let body = json!({ "messages": { to.user.clone(): { to.device.clone(): content } } });
        let response = self.request(scene, "PUT", &path, Payload::Json(body))?;
        Ok(self.saw(scene, &format!("sends {kind} to {}", to.user), &response))
    }

    /// Claims a one-time key of the target and starts a new Olm session with it.
    ///
    /// # Errors
    ///
    /// If the target has no key left.
    pub fn open_channel(&mut self, scene: &mut Scene, to: &Target) -> Result<(), Stop> {
        let key = self.claim(scene, to)?;
        self.device.open_channel(to, &key)
    }

    /// Starts a new Olm session with the target's fallback key, after all its one-time keys are gone.
    ///
    /// # Errors
    ///
    /// If the target has no fallback key.
    pub fn open_fallback_channel(&mut self, scene: &mut Scene, to: &Target) -> Result<(), Stop> {
        let key = self.drain(scene, to)?;
        self.device.open_channel(to, &key)
    }

    /// Asks the relay for news once, keeps the room keys in them, and answers them as they came.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn sync(&mut self, scene: &mut Scene) -> Result<Value, Stop> {
        let since = self
            .since
            .as_deref()
            .map(|since| format!("&since={}", encoded(since)))
            .unwrap_or_default();
        let answer = self.insist(
            scene,
            "GET",
            &format!("/_matrix/client/v3/sync?timeout=0{since}"),
            Value::Null,
        )?;
        self.since = answer
            .get("next_batch")
            .and_then(Value::as_str)
            .map(str::to_owned);
        self.device.hear(&answer);
        Ok(answer)
    }

    fn saw(&self, scene: &mut Scene, what: &str, response: &Response) -> Seen {
        let field = |name: &str| {
            response
                .body
                .json()
                .and_then(|body| body.get(name).cloned())
                .unwrap_or_default()
        };
        let value = json!({ "status": response.status, "errcode": field("errcode"), "event_id": field("event_id") });
        scene.note_seen(&format!("{} {what}", self.name), Witness::Wire, value)
    }

    fn transaction(&mut self) -> String {
        self.transactions += 1;
        format!("evil{}", self.transactions)
    }
}

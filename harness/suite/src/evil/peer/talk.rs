//! Rooms, to-device messages and news.

use harness_driver::{Payload, Response};
use harness_evidence::Witness;
use serde_json::{Value, json};

use super::{EvilPeer, encoded};
use crate::{
    check::Stop,
    evil::Target,
    scene::{Scene, Seen},
};

impl EvilPeer {
    /// Creates an encrypted room and invites; the room id.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn create_room(&self, scene: &mut Scene, invite: &[&str]) -> Result<String, Stop> {
        let encryption = json!({ "type": "m.room.encryption", "state_key": "", "content": { "algorithm": "m.megolm.v1.aes-sha2" } });
        let body =
            json!({ "preset": "private_chat", "invite": invite, "initial_state": [encryption] });
        let answer = self.insist(scene, "POST", "/_matrix/client/v3/createRoom", body)?;
        answer
            .get("room_id")
            .and_then(Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| Stop::target("a room without an id"))
    }

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

    /// Invites a user.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn invite(&self, scene: &mut Scene, room: &str, user: &str) -> Result<(), Stop> {
        let path = format!("/_matrix/client/v3/rooms/{}/invite", encoded(room));
        self.insist(scene, "POST", &path, json!({ "user_id": user }))
            .map(drop)
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
        let path = format!(
            "/_matrix/client/v3/rooms/{}/send/{}/{}",
            encoded(room),
            encoded(kind),
            self.transaction()
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

    /// Seals a plaintext with Olm and sends it, claiming a one-time key if there is no session yet.
    ///
    /// # Errors
    ///
    /// If the target has no key left, or the relay gives no answer.
    pub fn send_sealed(
        &mut self,
        scene: &mut Scene,
        to: &Target,
        payload: &Value,
    ) -> Result<Seen, Stop> {
        if !self.device.has_channel(to) {
            self.open_channel(scene, to)?;
        }
        let content = self.device.olm_encrypt(to, payload)?;
        self.send_to_device(scene, to, "m.room.encrypted", &content)
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

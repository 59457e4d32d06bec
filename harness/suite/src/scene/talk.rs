//! Conversations and messages.

use harness_driver::{Bytes, Call, Event};
use harness_evidence::{Entry, Witness};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{
    check::Stop,
    scene::{Actor, Ended, Scene, Seen},
};

/// Bytes of an opened file that stand in the record.
const LONGEST_TEXT: usize = 4096;

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Its handle, for Matrix the room id.
    pub id: String,
}

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its handle, for Matrix the event id.
    pub message: String,
    /// Its text.
    pub body: String,
    /// The user who sent it.
    pub sender: String,
}

/// What came of trying to send.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The observation `{"sent": bool, "reason": …, "value": …}`, or `{"sent": false, "held": handle}`.
    pub seen: Seen,
    /// The message, if it was sent.
    pub sent: Option<Sent>,
}

impl Scene {
    /// An encrypted conversation: the first actor makes it, the others join, all have seen everybody.
    ///
    /// # Errors
    ///
    /// If any of this is refused.
    pub fn room(&mut self, members: &[&Actor]) -> Result<Room, Stop> {
        let [founder, others @ ..] = members else {
            return Err(Stop::harness("a room needs a founder"));
        };
        let invite = others.iter().map(|other| other.user.clone()).collect();
        let room = self.found(founder, invite)?;
        for other in others {
            self.sync(other)?;
            self.join(other, &room)?;
        }
        self.sync_all(members)?;
        for member in members {
            self.acknowledge(member, &room)?;
        }
        Ok(room)
    }

    /// The actor creates an encrypted conversation and invites these user ids.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn found(&mut self, founder: &Actor, invite: Vec<String>) -> Result<Room, Stop> {
        let call = Call::ConvCreate {
            actor: founder.name.clone(),
            encrypted: true,
            invite,
            now: self.now,
        };
        match self.carry_out(call)? {
            Ended::Done(Event::Done { conv: Some(id), .. }) => Ok(Room { id }),
            Ended::Done(_) => Err(Stop::driver("a conversation without a handle")),
            Ended::Refused { reason, .. } => {
                Err(Stop::target(format!("no conversation: {reason}")))
            }
        }
    }

    /// The actor accepts an invitation.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn join(&mut self, actor: &Actor, room: &Room) -> Result<(), Stop> {
        let call = Call::ConvJoin {
            actor: actor.name.clone(),
            conv: room.id.clone(),
            now: self.now,
        };
        self.insist(call, "cannot join")
    }

    /// The actor invites a user.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn invite(&mut self, actor: &Actor, room: &Room, user: &str) -> Result<(), Stop> {
        let call = Call::ConvInvite {
            actor: actor.name.clone(),
            conv: room.id.clone(),
            user: user.to_owned(),
            now: self.now,
        };
        self.insist(call, "cannot invite")
    }

    /// The actor leaves.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn leave(&mut self, actor: &Actor, room: &Room) -> Result<(), Stop> {
        let call = Call::ConvLeave {
            actor: actor.name.clone(),
            conv: room.id.clone(),
            now: self.now,
        };
        self.insist(call, "cannot leave")
    }

    /// The actor removes a member.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn remove(&mut self, actor: &Actor, room: &Room, user: &str) -> Result<(), Stop> {
        let call = Call::ConvRemove {
            actor: actor.name.clone(),
            conv: room.id.clone(),
            user: user.to_owned(),
            now: self.now,
        };
        self.insist(call, "cannot remove a member")
    }

    /// The actor's user has seen who is in the conversation.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn acknowledge(&mut self, actor: &Actor, room: &Room) -> Result<(), Stop> {
        self.tell(&Call::ConvAcknowledge {
            actor: actor.name.clone(),
            conv: room.id.clone(),
        })
        .map(drop)
    }

    /// The actor sends a text that must be sendable.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn send(&mut self, actor: &Actor, room: &Room, words: &str) -> Result<Sent, Stop> {
        let attempt = self.try_send(actor, room, words)?;
        attempt.sent.ok_or_else(|| {
            Stop::target(format!(
                "{} cannot send: {}",
                actor.name, attempt.seen.value
            ))
        })
    }

    /// The actor tries to send a text; a refusal is an observation like any other.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn try_send(&mut self, actor: &Actor, room: &Room, words: &str) -> Result<Attempt, Stop> {
        let body = self.text(words);
        self.try_send_body(actor, room, &body)
    }

    /// As [`Scene::try_send`], with exactly this text.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn try_send_body(
        &mut self,
        actor: &Actor,
        room: &Room,
        body: &str,
    ) -> Result<Attempt, Stop> {
        self.advance(1_000);
        let call = Call::MsgSend {
            actor: actor.name.clone(),
            conv: room.id.clone(),
            body: body.to_owned(),
            now: self.now,
        };
        let ended = self.carry_out(call)?;
        self.attempt(actor, ended, body.to_owned())
    }

    /// The actor sends a file that must be sendable; the text of what is sent is the file's name.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn send_file(
        &mut self,
        actor: &Actor,
        room: &Room,
        name: &str,
        content: &[u8],
    ) -> Result<Sent, Stop> {
        let attempt = self.try_send_file(actor, room, name, content)?;
        attempt.sent.ok_or_else(|| {
            Stop::target(format!(
                "{} cannot send a file: {}",
                actor.name, attempt.seen.value
            ))
        })
    }

    /// The actor tries to send a file; a refusal is an observation like any other.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn try_send_file(
        &mut self,
        actor: &Actor,
        room: &Room,
        name: &str,
        content: &[u8],
    ) -> Result<Attempt, Stop> {
        let content = Bytes::from(content.to_vec());
        let call = Call::FileSend {
            actor: actor.name.clone(),
            conv: room.id.clone(),
            name: name.to_owned(),
            content,
            now: self.now,
        };
        let ended = self.carry_out(call)?;
        self.attempt(actor, ended, name.to_owned())
    }

    fn attempt(&mut self, actor: &Actor, ended: Ended, body: String) -> Result<Attempt, Stop> {
        let (value, sent) = match ended {
            Ended::Done(Event::Done {
                message: Some(message),
                ..
            }) => {
                let value = json!({ "sent": true, "message": message });
                (
                    value,
                    Some(Sent {
                        message,
                        body,
                        sender: actor.user.clone(),
                    }),
                )
            }
            Ended::Done(Event::Done {
                value: Some(value), ..
            }) => {
                let held = value.get("held").cloned().unwrap_or_default();
                (json!({ "sent": false, "held": held }), None)
            }
            Ended::Done(_) => return Err(Stop::driver("a message without a handle")),
            Ended::Refused {
                class,
                reason,
                value,
            } => (
                json!({ "sent": false, "class": class, "reason": reason, "value": value }),
                None,
            ),
        };
        let seen = self.saw(format!("{} sends", actor.name), Witness::Driver, value);
        Ok(Attempt { seen, sent })
    }

    /// The actor opens a file; the observation is `{"opened": true, "length", "sha256", "text", "about"}` or the refusal. `text` is
    /// the beginning of the content, `about` what the product thinks of it.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn open_file(&mut self, actor: &Actor, room: &Room, file: &Sent) -> Result<Seen, Stop> {
        let call = Call::FileOpen {
            actor: actor.name.clone(),
            conv: room.id.clone(),
            message: file.message.clone(),
            now: self.now,
        };
        let value = match self.carry_out(call)? {
            Ended::Done(Event::Done {
                content: Some(content),
                value,
                ..
            }) => {
                let bytes = &content.bytes;
                let start = bytes.get(..LONGEST_TEXT).unwrap_or(bytes);
                json!({
                    "opened": true,
                    "length": bytes.len(),
                    "sha256": digest(bytes),
                    "text": String::from_utf8_lossy(start),
                    "about": value,
                })
            }
            Ended::Done(_) => return Err(Stop::driver("an opened file without content")),
            Ended::Refused {
                class,
                reason,
                value,
            } => {
                json!({ "opened": false, "class": class, "reason": reason, "value": value })
            }
        };
        Ok(self.saw(
            format!("{} opens {}", actor.name, file.body),
            Witness::Driver,
            value,
        ))
    }

    /// The actor removes another device of its account.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn revoke(&mut self, actor: &Actor, device: &str) -> Result<(), Stop> {
        let password = actor.account.password.clone();
        let call = Call::DeviceRevoke {
            actor: actor.name.clone(),
            device: device.to_owned(),
            password,
            now: self.now,
        };
        self.insist(call, "cannot revoke a device")
    }

    pub(super) fn insist(&mut self, call: Call, what: &str) -> Result<(), Stop> {
        let actor = call.actor().unwrap_or_default().to_owned();
        match self.carry_out(call)? {
            Ended::Done(_) => Ok(()),
            Ended::Refused { reason, .. } => Err(Stop::target(format!("{actor} {what}: {reason}"))),
        }
    }

    pub(super) fn saw(&mut self, what: String, witness: Witness, value: serde_json::Value) -> Seen {
        let entry = self.record.push(Entry::Observation {
            what,
            witness,
            value: value.clone(),
        });
        Seen { entry, value }
    }
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

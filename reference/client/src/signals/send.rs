//! What this user lets the others know.

use serde_json::{Value, json};

use super::{PRESENCE, Presence, TYPING};
use crate::{Client, Refusal, RoomId, UserId, errand::Errand};

/// Members to whom typing and presence are told; in larger rooms they help nobody.
const AUDIENCE: usize = 50;

/// Milliseconds between two signals of one kind in one room.
const PAUSE: u64 = 3_000;

impl Client {
    /// Tells the members of a room that this user writes, or has stopped; true if they were told.
    pub(crate) fn tell_typing(&mut self, room: &RoomId, active: bool) -> Result<bool, Refusal> {
        let content = json!({ "room_id": room, "active": active });
        let allowed = self.sharing().typing;
        self.tell_room(room, TYPING, &content, allowed)
    }

    /// Tells the members of a room whether this user is there; true if they were told.
    pub(crate) fn tell_presence(
        &mut self,
        room: &RoomId,
        presence: Presence,
    ) -> Result<bool, Refusal> {
        let content = json!({ "room_id": room, "presence": presence });
        let allowed = self.sharing().presence;
        self.tell_room(room, PRESENCE, &content, allowed)
    }

    fn tell_room(
        &mut self,
        room: &RoomId,
        kind: &'static str,
        content: &Value,
        allowed: bool,
    ) -> Result<bool, Refusal> {
        let known = self.rooms.get(room).ok_or(Refusal::UnknownRoom)?;
        if !allowed || known.members.len() > AUDIENCE {
            return Ok(false);
        }
        if known.has_stranger() {
            return Err(Refusal::MembershipChanged);
        }
        let place = (room.clone(), kind);
        let last = self.signals.told.get(&place).copied();
        if last.is_some_and(|last| self.now.saturating_sub(last) < PAUSE) {
            return Ok(false);
        }
        let members = known.members.keys();
        let members: Vec<UserId> = members
            .filter(|user| self.may_be_told(room, user))
            .cloned()
            .collect();
        self.signals.told.insert(place, self.now);
        self.tell(&members, kind, content);
        Ok(!members.is_empty())
    }

    /// Sends something to every signed device of some users, through Olm.
    pub(super) fn tell(&mut self, users: &[UserId], kind: &'static str, content: &Value) {
        for ((user, device), _) in self.recipients(users) {
            let errand = Errand::sealed(user, device, kind, content.clone());
            self.errands.push(errand);
        }
    }
}

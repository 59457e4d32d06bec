//! What each verb starts.

use serde_json::json;

use super::{Body, Change, Method, Outcome, Pending, Verb};
use crate::{
    Act, CallId, Client, DevicesAct, Refusal, RoomId, UserId, directory::MEGOLM, guard::Outgoing,
    json::segment,
};

impl Client {
    /// Takes a call up. A device that was removed tells why, and otherwise only logs in anew.
    pub(super) fn begin(&mut self, now: u64, call: CallId, verb: Verb) -> Result<(), Refusal> {
        match verb {
            Verb::Act(Act::Devices(DevicesAct::Status {})) => {
                let status = self.devices_status();
                self.wire.done(call, Outcome::Value(status));
                Ok(())
            }
            Verb::Login { .. } => self.dispatch(now, call, verb),
            _ if self.devices.tombstone.is_some() => Err(Refusal::Erased),
            verb => self.dispatch(now, call, verb),
        }
    }

    fn dispatch(&mut self, now: u64, call: CallId, verb: Verb) -> Result<(), Refusal> {
        if let Verb::Login {
            user,
            password,
            device,
        } = verb
        {
            return self.start_login(call, &user, password, device.as_ref());
        }
        self.permits_now(&verb)?;
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        match verb {
            Verb::Login { .. } => {}
            Verb::Logout => self
                .wire
                .post("logout", json!({}), Pending::Logout { call }),
            Verb::Sync => {
                let since = own.since.as_deref();
                let path = sync_path(since);
                self.wire
                    .send(Method::Get, path, Body::Empty, Pending::Sync { call });
                self.announce_start();
            }
            Verb::CreateRoom { encrypted, invite } => self.create_room(call, encrypted, invite)?,
            Verb::Invite { room, user } => {
                self.membership(call, room, "invite", Change::Invite(user))?;
            }
            Verb::Join { room } => self.membership(call, room, "join", Change::Join)?,
            Verb::Leave { room } => self.membership(call, room, "leave", Change::Leave)?,
            Verb::Remove { room, user } => {
                self.membership(call, room, "kick", Change::Remove(user))?;
            }
            Verb::AcknowledgeMembers { room } => {
                self.known_room(&room)?;
                self.rooms.change(&room).acknowledge();
                self.wire.done(call, Outcome::Finished);
            }
            Verb::Send { room, body } => {
                self.submit(now, call, room, Outgoing::text(body), None)?;
            }
            Verb::SendFile {
                room,
                name,
                content,
            } => self.submit(now, call, room, Outgoing::file(name, content), None)?,
            Verb::OpenFile { room, event } => self.open_file(call, &room, &event)?,
            Verb::AcceptIdentity { user } => {
                self.directory.accept(&user);
                self.wire.done(call, Outcome::Finished);
            }
            Verb::RevokeDevice { device, password } => self.revoke(call, device, password)?,
            Verb::RequestVerification { user, device } => {
                self.request_verification(now, call, &user, &device)?;
            }
            Verb::Verify { flow, step } => self.verify_step(now, call, &flow, step)?,
            Verb::Act(act) => self.act(now, call, act)?,
        }
        Ok(())
    }

    fn create_room(
        &mut self,
        call: CallId,
        encrypted: bool,
        invite: Vec<UserId>,
    ) -> Result<(), Refusal> {
        for guest in &invite {
            self.permits_guest(guest)?;
        }
        // The members of an encrypted room are invited with a statement each, which names the room.
        let listed: &[UserId] = if encrypted { &[] } else { &invite };
        let mut body = json!({ "preset": "private_chat", "invite": listed });
        if let (true, Some(fields)) = (encrypted, body.as_object_mut()) {
            let encryption = json!([{
                "type": "m.room.encryption",
                "state_key": "",
                "content": { "algorithm": MEGOLM },
            }]);
            fields.insert("initial_state".to_owned(), encryption);
        }
        self.wire.post(
            "createRoom",
            body,
            Pending::CreateRoom {
                call,
                encrypted,
                invite,
            },
        );
        Ok(())
    }

    fn membership(
        &mut self,
        call: CallId,
        room: RoomId,
        action: &str,
        change: Change,
    ) -> Result<(), Refusal> {
        let body = match &change {
            Change::Invite(user) | Change::Remove(user) => json!({ "user_id": user }),
            Change::Join | Change::Leave => json!({}),
        };
        self.known_room(&room)?;
        match &change {
            Change::Invite(user) => self.permits_guest(user)?,
            Change::Join => self.permits_joining(&room)?,
            Change::Leave | Change::Remove(_) => {}
        }
        if let Some((path, body)) = self.signed_change(&room, &change)? {
            let pending = Pending::Membership { call, room, change };
            self.wire.send(Method::Put, path, Body::Json(body), pending);
            return Ok(());
        }
        let path = format!("rooms/{}/{action}", segment(room.as_str()));
        self.wire
            .post(&path, body, Pending::Membership { call, room, change });
        Ok(())
    }

    pub(super) fn known_room(&self, room: &RoomId) -> Result<(), Refusal> {
        self.rooms.get(room).map(|_| ()).ok_or(Refusal::UnknownRoom)
    }
}

fn sync_path(since: Option<&str>) -> String {
    let since = since.map(|since| format!("&since={}", segment(since)));
    format!(
        "/_matrix/client/v3/sync?timeout=0&set_presence=offline{}",
        since.unwrap_or_default()
    )
}

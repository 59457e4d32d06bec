//! What each answer of the relay brings.

use serde_json::Value;

use super::{Change, MAX_BODY, Outcome, Pending};
use crate::{
    CallId, Client, Conduct, EventId, Flaw, Refusal, RequestId, RoomId, UserId,
    border::json::{self, Taken},
    directory::OTHER_READING,
    json::text,
    megolm::Settings,
    room::{Encryption, Member},
};

impl Client {
    pub(super) fn respond(&mut self, now: u64, request: RequestId, status: u16, body: &[u8]) {
        // An answer to nothing changes nothing.
        let Some(pending) = self.wire.pending.remove(&request) else {
            return;
        };
        if let Pending::Download(download) = pending {
            return self.take_download(download, status, body);
        }
        let body = read_answer(body, &self.conduct);
        let call = pending.call();
        let answer = Answer {
            status,
            body: &body,
        };
        if let Err(refusal) = self.take_answer(now, pending, answer)
            && let Some(call) = call
        {
            self.wire.refuse(call, refusal);
        }
    }

    fn take_answer(
        &mut self,
        now: u64,
        pending: Pending,
        answer: Answer<'_>,
    ) -> Result<(), Refusal> {
        self.take_dismissal(now, answer)?;
        let body = answer.body;
        match pending {
            Pending::KeysUpload => self.take_upload(answer),
            Pending::IdentityUpload { asked } => self.take_identity_answer(asked, answer),
            Pending::SignaturesUpload => self.take_signatures_answer(answer),
            Pending::Enlist { change } => self.take_enlisted(change, answer)?,
            Pending::ListsQuery { users, asked } => self.take_lists(now, &users, asked, answer),
            Pending::Append { change, statement } => self.take_appended(change, &statement, answer),
            Pending::KeysQuery { users, asked } => match answer.good() {
                Ok(()) => {
                    self.directory.apply(&users, asked, body, &self.conduct);
                    self.query_lists(users, asked);
                }
                Err(_) => self.directory.fail(&users, asked),
            },
            Pending::KeysClaim { devices } => {
                self.take_claim(devices, answer.good().is_ok().then_some(body));
            }
            Pending::Share {
                room,
                session,
                recipients,
            } => match answer.good() {
                Ok(()) => self.groups.shared(&room, &session, recipients),
                Err(refusal) => self.refuse_draft(&room, refusal),
            },
            Pending::Organisation(asked) => self.take_organisation(now, asked, answer)?,
            Pending::RelayMembers { room } => self.take_relay_members(&room, body),
            Pending::Errand | Pending::Download(_) => {}
            Pending::Revoke {
                call,
                device,
                password,
            } => self.take_revocation(call, device, password, answer)?,
            Pending::Verification {
                end: Some((call, outcome)),
            } => {
                answer.good()?;
                self.wire.done(call, outcome);
            }
            Pending::Verification { end: None } => {}
            Pending::Recovery(recovery) => self.take_recovery(*recovery, answer)?,
            Pending::Backup(backup) => self.take_backup(*backup, answer)?,
            called => {
                if let (
                    Pending::Send {
                        transaction: Some(id),
                        ..
                    },
                    Err(refusal),
                ) = (&called, answer.good())
                {
                    self.outbox.failed(id, &refusal);
                }
                answer.good()?;
                self.take_success(now, called, body)?;
            }
        }
        Ok(())
    }

    fn take_success(&mut self, now: u64, pending: Pending, answer: &Value) -> Result<(), Refusal> {
        match pending {
            Pending::Login { call, password } => self.take_login(call, password, answer)?,
            Pending::Logout { call } => {
                self.forget()?;
                self.wire.done(call, Outcome::Finished);
            }
            Pending::Sync { call } => self.take_sync(now, call, answer),
            Pending::CreateRoom {
                call,
                encrypted,
                invite,
            } => {
                let room = text(answer, "room_id").ok_or(Refusal::AnswerMalformed("room_id"))?;
                self.take_room_created(call, RoomId::new(room), encrypted, invite)?;
            }
            Pending::Membership { call, room, change } => {
                self.take_membership(&room, change);
                self.wire.done(call, Outcome::Finished);
            }
            Pending::Send {
                call,
                room,
                transaction,
                withdraws,
            } => {
                let event = text(answer, "event_id").ok_or(Refusal::AnswerMalformed("event_id"))?;
                self.meet_audience(&room);
                if let Some(id) = transaction {
                    self.outbox.sent(&id);
                }
                if let Some(call) = call {
                    self.wire.done(call, Outcome::Message(EventId::new(event)));
                }
                if let Some(event) = withdraws {
                    self.withdraw(&room, &event);
                }
            }
            Pending::Founding(founding) => self.go_on_founding(*founding)?,
            Pending::Upload(upload) => self.take_media_upload(upload, answer)?,
            _ => {}
        }
        Ok(())
    }

    fn take_upload(&mut self, answer: Answer<'_>) {
        match (answer.good(), self.own.as_mut()) {
            (Ok(()), Some(own)) => own.uploaded(),
            (Err(refusal), own) => {
                if let Some(own) = own {
                    own.supply.refused = true;
                }
                self.fail_login(refusal);
            }
            (Ok(()), None) => {}
        }
    }

    /// A room that this user made: who is in it and that it is encrypted is known without the relay.
    fn take_room_created(
        &mut self,
        call: CallId,
        room: RoomId,
        encrypted: bool,
        invite: Vec<UserId>,
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let user = own.user.clone();
        let known = self.rooms.change(&room);
        if encrypted && !self.conduct.has(Flaw::EncryptionFlagFromRelay) {
            known.encryption = Encryption::Megolm(Settings::CAPS);
        }
        known.founded_plain = !encrypted;
        known.members.insert(user, Member::Joined);
        known.seen = true;
        if encrypted {
            known.acknowledge();
            return self.found(call, room, invite);
        }
        let guests = invite.into_iter().map(|user| (user, Member::Invited));
        known.members.extend(guests);
        known.acknowledge();
        self.wire.done(call, Outcome::Room(room));
        Ok(())
    }

    fn take_membership(&mut self, room: &RoomId, change: Change) {
        let Some(own) = self.own.as_ref() else {
            return;
        };
        let user = own.user.clone();
        let known = self.rooms.change(room);
        match change {
            // The user wanted him, so he is no stranger when the relay shows him.
            Change::Invite(guest) => drop(known.acknowledged.insert(guest)),
            Change::Join => drop(known.members.insert(user, Member::Joined)),
            Change::Leave => drop(known.members.remove(&user)),
            Change::Remove(gone) => {
                known.members.remove(&gone);
                if let Some(roll) = self.rolls.change(room) {
                    roll.part(&gone, true);
                }
                if !self.conduct.has(Flaw::NoRotateOnKick) {
                    self.groups.end(room);
                }
            }
        }
    }

    /// The flaw: takes the relay's word for who reads.
    fn take_relay_members(&mut self, room: &RoomId, answer: &Value) {
        let joined = answer.get("joined").and_then(Value::as_object);
        let members = joined
            .into_iter()
            .flatten()
            .map(|(user, _)| UserId::new(user));
        if let Some(draft) = self
            .drafts
            .get_mut(room)
            .and_then(|queue| queue.front_mut())
        {
            draft.relay_members = Some(members.collect());
        }
    }

    fn refuse_draft(&mut self, room: &RoomId, refusal: Refusal) {
        let draft = self.drafts.get(room).and_then(|queue| queue.front());
        if let Some(draft) = draft.cloned() {
            self.drop_draft(room);
            self.refuse_sending(&draft, refusal);
        }
    }
}

/// The body of an answer has one reading, or none where a name stands twice (ATK-SRV-03, ATK-SRV-04).
pub(crate) fn read_answer(body: &[u8], conduct: &Conduct) -> Value {
    let careless = |taken| json::parse_ambiguous(body, MAX_BODY, taken).unwrap_or_default();
    if conduct.has(Flaw::JsonFirstKeyWins) {
        return careless(Taken::First);
    }
    if conduct.has(Flaw::CanonjsonDupKey) {
        let mut signed = careless(Taken::Last);
        if let Some(fields) = signed.as_object_mut() {
            fields.insert(OTHER_READING.to_owned(), careless(Taken::First));
        }
        return signed;
    }
    json::parse_body(body, MAX_BODY).unwrap_or_default()
}

/// An answer of the relay.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a Value,
}

impl Answer<'_> {
    /// The refusal that the answer stands for, unless it is good.
    pub(crate) fn good(self) -> Result<(), Refusal> {
        match self.status {
            200 if self.body.is_object() => Ok(()),
            200 => Err(Refusal::AnswerMalformed("JSON object")),
            _ => Err(self.refusal()),
        }
    }

    pub(crate) fn refusal(self) -> Refusal {
        let errcode = text(self.body, "errcode").unwrap_or_default();
        match self.status {
            0 => Refusal::RelayUnreachable,
            status => Refusal::Relay {
                status,
                errcode: errcode.chars().take(100).collect(),
            },
        }
    }
}

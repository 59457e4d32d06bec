//! Sends messages: everything that must be true before a ciphertext leaves.

pub(crate) mod claim;
mod share;

use serde_json::{Value, json};

pub(crate) use claim::{KeyRefusal, claimed_key};
pub(crate) use share::nest;

use crate::{
    CallId, Client, EventId, Flaw, Refusal, RoomId, UserId, Variant,
    appointment::APPOINTMENT,
    channel::CHANNEL_HEADS,
    client::{Body, Method, Pending},
    devices::HEADS,
    directory::MEGOLM,
    guard::{Audience, Weight},
    json::{random_name, segment},
    megolm::{Owner, Term},
    room::{Encryption, Member},
};

/// A message that waits to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// The call that ends with it; none if it waited for its time.
    pub(crate) call: Option<CallId>,
    /// What its transaction is called, where it must leave once even if it is tried twice.
    pub(crate) transaction: Option<String>,
    /// The event that the relay can forget once it has this one.
    pub(crate) withdraws: Option<EventId>,
    /// The type of its event, inside the encryption where there is one.
    pub(crate) kind: &'static str,
    /// The event's content.
    pub(crate) content: Value,
    /// The user's word for it, if it was asked for.
    pub(crate) word: Option<Audience>,
    /// The flaw: the members that the relay listed for it.
    pub(crate) relay_members: Option<Vec<UserId>>,
}

impl Draft {
    /// An `m.room.message`.
    pub(crate) fn new(call: CallId, content: Value) -> Self {
        Self::of_kind(call, "m.room.message", content)
    }

    pub(crate) fn of_kind(call: CallId, kind: &'static str, content: Value) -> Self {
        Self {
            call: Some(call),
            transaction: None,
            withdraws: None,
            kind,
            content,
            word: None,
            relay_members: None,
        }
    }

    /// An `m.room.message` that has waited in the outbox under this id.
    pub(crate) fn waited(id: String, content: Value) -> Self {
        Self {
            call: None,
            transaction: Some(id),
            withdraws: None,
            kind: "m.room.message",
            content,
            word: None,
            relay_members: None,
        }
    }

    /// The same; once the relay has it, it is told to forget `event`.
    pub(crate) fn withdrawing(self, event: EventId) -> Self {
        Self {
            withdraws: Some(event),
            ..self
        }
    }

    /// The same, with the user's word for it.
    pub(crate) fn with_word(self, word: Option<Audience>) -> Self {
        Self { word, ..self }
    }

    /// What it is to the guard; nothing if it carries nothing that a user wrote.
    fn weight(&self) -> Option<Weight> {
        let is_file = self.content.get("file").is_some() || self.content.get("url").is_some();
        match self.kind {
            "m.room.message" if is_file => Some(Weight::File),
            "m.room.message" | APPOINTMENT => Some(Weight::Text),
            _ => None,
        }
    }
}

/// What the first message of a room's queue needs next.
enum Next {
    /// An answer that is under way.
    Wait,
    /// The message itself has left.
    Sent,
}

impl Client {
    /// Queues a message.
    pub(crate) fn queue(&mut self, room: &RoomId, mut draft: Draft) {
        self.inherit_label(room, &mut draft.content);
        self.unreachable.clear();
        self.directory.forgive();
        self.drafts
            .entry(room.clone())
            .or_default()
            .push_back(draft);
    }

    /// Takes every queue one step on.
    pub(crate) fn send_drafts(&mut self, now: u64) {
        let rooms: Vec<RoomId> = self.drafts.keys().cloned().collect();
        for room in rooms {
            while !self.is_busy(&room) {
                let Some(draft) = self
                    .drafts
                    .get(&room)
                    .and_then(|queue| queue.front())
                    .cloned()
                else {
                    self.drafts.remove(&room);
                    break;
                };
                match self.step(now, &room, &draft) {
                    Ok(Next::Wait) => break,
                    Ok(Next::Sent) => self.drop_draft(&room),
                    Err(refusal) => {
                        self.drop_draft(&room);
                        self.refuse_sending(&draft, refusal);
                    }
                }
            }
        }
    }

    pub(crate) fn refuse_sending(&mut self, draft: &Draft, refusal: Refusal) {
        if let Some(id) = &draft.transaction {
            self.outbox.failed(id, &refusal);
        }
        if let Some(call) = draft.call {
            self.wire.refuse(call, refusal);
        }
    }

    /// One exchange at a time keeps the order of a room's messages.
    fn is_busy(&self, room: &RoomId) -> bool {
        self.wire.awaits(|pending| match pending {
            Pending::Share { room: of, .. }
            | Pending::RelayMembers { room: of }
            | Pending::Send { room: of, .. } => of == room,
            _ => false,
        })
    }

    pub(crate) fn drop_draft(&mut self, room: &RoomId) {
        if let Some(queue) = self.drafts.get_mut(room) {
            queue.pop_front();
        }
    }

    fn step(&mut self, now: u64, room: &RoomId, draft: &Draft) -> Result<Next, Refusal> {
        self.permits_sending()?;
        self.permits_release(now)?;
        self.permits_suite()?;
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let known = self.rooms.get(room).ok_or(Refusal::UnknownRoom)?;
        if known.members.get(&own.user) != Some(&Member::Joined) {
            return Err(Refusal::NotAMember);
        }
        if !known.seen {
            return Err(Refusal::RoomNotSynced);
        }
        match known.encryption {
            // A relay can hide that a room is encrypted from those who join it.
            Encryption::Plain
                if !known.founded_plain && !self.conduct.has(Flaw::EncryptionFlagFromRelay) =>
            {
                Err(Refusal::NotEncrypted)
            }
            Encryption::Plain => {
                self.ask_guard_for(room, draft)?;
                self.put_event(room, draft, draft.kind, draft.content.clone());
                Ok(Next::Sent)
            }
            Encryption::Unsupported => Err(Refusal::UnsupportedAlgorithm),
            Encryption::Megolm(settings) => self.step_sealed(room, draft, Term { settings, now }),
        }
    }

    fn step_sealed(&mut self, room: &RoomId, draft: &Draft, term: Term) -> Result<Next, Refusal> {
        if self
            .rooms
            .get(room)
            .is_some_and(|known| known.has_stranger())
        {
            return Err(Refusal::MembershipChanged);
        }
        if self
            .rolls
            .get(room)
            .is_some_and(|roll| !roll.waiting.is_empty())
        {
            // Somebody's signature cannot be judged before keys are here.
            self.query_keys();
            return Ok(Next::Wait);
        }
        let Some(users) = self.readers(room, draft) else {
            let path = format!(
                "/_matrix/client/v3/rooms/{}/joined_members",
                segment(room.as_str())
            );
            let pending = Pending::RelayMembers { room: room.clone() };
            self.wire.send(Method::Get, path, Body::Empty, pending);
            return Ok(Next::Wait);
        };
        if !self.all_current(&users)? {
            return Ok(Next::Wait);
        }
        self.query_admissions();
        if self.awaits_admission(&users) {
            return Ok(Next::Wait);
        }
        for user in &users {
            let permitted = self.directory.permits(user);
            if permitted.is_err()
                && draft.call.is_none()
                && self.conduct.has(Flaw::AutoReencryptOnKeyChange)
            {
                self.directory.accept(user);
                self.query_keys();
                return Ok(Next::Wait);
            }
            permitted?;
            self.permits_reader(user)?;
        }
        let recipients = self.recipients_in(room, &users);
        self.prepare_session(room, term, &users, &recipients)?;
        if !self.share(room, &recipients)? {
            return Ok(Next::Wait);
        }
        // Asked at the last moment: the audience may have changed while keys were under way.
        self.ask_guard_for(room, draft)?;
        let content = self.seal(room, draft.kind, &draft.content)?;
        self.put_event(room, draft, "m.room.encrypted", content);
        Ok(Next::Sent)
    }

    fn ask_guard_for(&self, room: &RoomId, draft: &Draft) -> Result<(), Refusal> {
        self.ask_label(room, &draft.content)?;
        match draft.weight() {
            Some(weight) => self.ask_guard(room, weight, draft.word.as_ref()),
            None => Ok(()),
        }
    }

    /// Who reads: the members that the user sees, and nobody else (ATK-MEGOLM-01).
    fn readers(&self, room: &RoomId, draft: &Draft) -> Option<Vec<UserId>> {
        let seen: Vec<_> = self.rooms.get(room)?.members.keys().cloned().collect();
        if draft.relay_members.as_ref() != Some(&seen)
            && self.conduct.has(Flaw::RecipientsFromRelayList)
        {
            return draft.relay_members.clone();
        }
        Some(seen)
    }

    /// Whether the devices of all readers are known as they are now.
    pub(crate) fn all_current(&mut self, users: &[UserId]) -> Result<bool, Refusal> {
        for user in users {
            self.directory.track(user);
        }
        if let Some(user) = users.iter().find(|user| self.directory.failed(user)) {
            return Err(Refusal::DevicesUnknown(user.clone()));
        }
        self.query_keys();
        Ok(users.iter().all(|user| {
            !self
                .directory
                .user(user)
                .is_some_and(|known| known.outdated)
        }))
    }

    /// Encrypts the content for the room.
    fn seal(&mut self, room: &RoomId, kind: &str, content: &Value) -> Result<Value, Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let mut plaintext = json!({ "room_id": room, "type": kind, "content": content });
        if let (Some(heads), Some(fields)) = (self.heads(room), plaintext.as_object_mut()) {
            fields.insert(HEADS.to_owned(), heads);
        }
        if let (Some(heads), Some(fields)) = (self.channel_heads(room), plaintext.as_object_mut()) {
            fields.insert(CHANNEL_HEADS.to_owned(), heads);
        }
        let plaintext = if self.conduct.varies(Variant::PlaintextSpaced) {
            format!("{plaintext:#}")
        } else {
            plaintext.to_string()
        };
        let sealed = self.groups.encrypt(room, plaintext.as_bytes());
        let (session, ciphertext) = sealed.ok_or(Refusal::Crypto("no session".to_owned()))?;
        let mut sealed = json!({
            "algorithm": MEGOLM,
            "ciphertext": ciphertext,
            "session_id": session,
            // Hints for old clients; this client never reads them (ATK-MEGOLM-24).
            "sender_key": own.curve25519(),
            "device_id": own.device,
        });
        if let (Some(vcard), Some(fields)) = (content.get("vcard"), sealed.as_object_mut())
            && self.conduct.has(Flaw::ContactInClear)
        {
            fields.insert("vcard".to_owned(), vcard.clone());
        }
        if let (true, Some(fields)) = (
            self.conduct.has(Flaw::LeaksBodyInClear),
            sealed.as_object_mut(),
        ) {
            fields.insert(
                "body".to_owned(),
                content.get("body").cloned().unwrap_or_default(),
            );
        }
        Ok(sealed)
    }

    fn put_event(&mut self, room: &RoomId, draft: &Draft, kind: &str, content: Value) {
        self.devices.count_message();
        let path = format!(
            "/_matrix/client/v3/rooms/{}/send/{kind}/{}",
            segment(room.as_str()),
            draft.transaction.clone().unwrap_or_else(random_name)
        );
        let pending = Pending::Send {
            call: draft.call,
            room: room.clone(),
            transaction: draft.transaction.clone(),
            withdraws: draft.withdraws.clone(),
        };
        self.wire
            .send(Method::Put, path, Body::Json(content), pending);
    }

    /// Tells the relay to forget an event (Matrix specification, 'Redactions'); readers go by what the author says
    /// inside the encryption.
    pub(crate) fn withdraw(&mut self, room: &RoomId, event: &EventId) {
        let path = format!(
            "/_matrix/client/v3/rooms/{}/redact/{}/{}",
            segment(room.as_str()),
            segment(event.as_str()),
            random_name()
        );
        let body = Body::Json(json!({}));
        self.wire.send(Method::Put, path, body, Pending::Errand);
    }

    /// The owner of the sessions that this device makes.
    fn as_owner(&self) -> Option<Owner> {
        self.own.as_ref().map(|own| Owner {
            user: own.user.clone(),
            device: Some(own.device.clone()),
            curve25519: own.curve25519(),
            ed25519: own.ed25519(),
            imported: false,
            shared_by: None,
        })
    }
}

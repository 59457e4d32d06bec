//! Messages of a room: opened, judged, shown.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Event;
use crate::{
    Client, Conduct, DeviceId, EventId, Flaw, Receipt, RoomId, UserId,
    act::{Opened, with_options},
    attachment::EncryptedFile,
    border::{json as strict, megolm},
    channel::CHANNEL_HEADS,
    client::{Body, Method, Pending},
    devices::{HEADS, may_claim},
    directory::MEGOLM,
    guard,
    json::{segment, text},
    label::Label,
    media,
    megolm::{Decrypted, MegolmRefusal, Owner, Place},
    room::{Encryption, Entry, ItemKind, ItemState, Reason, Source},
};

impl Client {
    pub(super) fn take_message(&mut self, room: &RoomId, event: &Event) {
        if event.id.as_str().is_empty() || self.rooms.shows(room, &event.id) {
            return;
        }
        let entry = match event.kind.as_str() {
            "m.room.encrypted" => self.open_event(room, &event.id, &event.sender, &event.content),
            "m.room.message" => self.judge_clear(room, event),
            // Reactions, redactions and what is not known are not shown.
            _ => return,
        };
        if matches!(entry.source, Source::Closed(_)) {
            self.ask_for_key(room, &event.content);
        }
        self.fetch_preview(&entry);
        let at = self.rooms.push(room, entry, self.now);
        self.settle_entry(room, at);
        self.answer_with(room, &event.id, Receipt::Delivered);
    }

    /// The flaw: asks the relay what is behind a link, which tells it what was read. The client itself fetches nothing.
    fn fetch_preview(&mut self, entry: &Entry) {
        let mut words = entry.body.iter().flat_map(|body| body.split_whitespace());
        if let Some(link) = words.find(|word| word.starts_with("https://"))
            && self.conduct.has(Flaw::FetchesLinkPreview)
        {
            let path = format!("/_matrix/client/v1/media/preview_url?url={}", segment(link));
            self.wire
                .send(Method::Get, path, Body::Empty, Pending::Errand);
        }
    }

    /// Clear text is what it says only where nothing else is usual (ATK-MEGOLM-17).
    fn judge_clear(&self, room: &RoomId, event: &Event) -> Entry {
        let encrypted = self
            .rooms
            .get(room)
            .is_some_and(|known| known.is_encrypted());
        if let (true, Some(opened)) = (
            encrypted && self.conduct.has(Flaw::EditInClearTaken),
            Opened::parse(&event.kind, &event.content),
        ) {
            return Entry::opened(
                event.id.clone(),
                event.sender.clone(),
                opened,
                Source::Clear,
            );
        }
        if encrypted && !self.conduct.has(Flaw::RenderPlaintextAsNormal) {
            let reason = Reason::PlaintextInEncryptedRoom;
            return withheld(
                &event.id,
                &event.sender,
                ItemState::Rejected,
                reason,
                Source::Nothing,
            );
        }
        read_content(
            &event.id,
            &event.sender,
            &event.content,
            ItemState::Plain,
            Source::Clear,
        )
    }

    /// Opens an encrypted event of a room.
    pub(crate) fn open_event(
        &mut self,
        room: &RoomId,
        id: &EventId,
        sender: &UserId,
        content: &Value,
    ) -> Entry {
        match self.try_open(room, id, sender, content) {
            Ok(entry) => entry,
            // The key may still come.
            Err(Reason::SessionUnknown) => {
                let closed = Source::Closed(content.clone());
                withheld(
                    id,
                    sender,
                    ItemState::Undecryptable,
                    Reason::SessionUnknown,
                    closed,
                )
            }
            Err(reason) => withheld(id, sender, ItemState::Rejected, reason, Source::Nothing),
        }
    }

    /// Opens the ciphertext alone.
    fn unseal(
        &mut self,
        room: &RoomId,
        id: &EventId,
        sender: &UserId,
        content: &Value,
    ) -> Result<Decrypted, Reason> {
        if text(content, "algorithm") != Some(MEGOLM) {
            return Err(Reason::AlgorithmUnknown);
        }
        let session = text(content, "session_id").ok_or(Reason::CiphertextMalformed)?;
        let ciphertext = text(content, "ciphertext").ok_or(Reason::CiphertextMalformed)?;
        let message =
            megolm::parse(ciphertext, &self.conduct).or(Err(Reason::CiphertextMalformed))?;
        let place = Place {
            room,
            id,
            sender,
            sender_key: text(content, "sender_key"),
        };
        let opened = self.groups.decrypt(place, session, &message, &self.conduct);
        opened.map_err(|refusal| match refusal {
            MegolmRefusal::SessionUnknown | MegolmRefusal::TooEarly => Reason::SessionUnknown,
            MegolmRefusal::NotOpened(_) => Reason::CiphertextInvalid,
            MegolmRefusal::SenderMismatch => Reason::SenderMismatch,
            MegolmRefusal::Replayed => Reason::Replayed,
        })
    }

    /// What was encrypted has one reading too (ATK-SRV-03).
    fn read_plaintext(&self, plaintext: &[u8]) -> Result<Value, Reason> {
        let mut read = strict::parse(plaintext);
        if read.is_err() && self.conduct.has(Flaw::JsonFirstKeyWins) {
            read = strict::parse_ambiguous(plaintext, strict::MAX_OBJECT, strict::Taken::First);
        }
        read.or(Err(Reason::ContentMalformed))
    }

    fn try_open(
        &mut self,
        room: &RoomId,
        id: &EventId,
        sender: &UserId,
        content: &Value,
    ) -> Result<Entry, Reason> {
        let opened = self.unseal(room, id, sender, content)?;
        let plaintext = self.read_plaintext(&opened.plaintext)?;
        if text(&plaintext, "room_id") != Some(room.as_str())
            && !self.conduct.has(Flaw::NoRoomBinding)
        {
            return Err(Reason::RoomMismatch);
        }
        let by_this_device = self
            .own
            .as_ref()
            .is_some_and(|own| own.curve25519() == opened.owner.curve25519);
        if let (Some(heads), true) = (
            plaintext.get(HEADS),
            may_claim(&opened.owner) && !by_this_device,
        ) {
            self.take_heads(&opened.owner.user, heads);
        }
        if let (Some(heads), true) = (
            plaintext.get(CHANNEL_HEADS),
            may_claim(&opened.owner) && !by_this_device,
        ) {
            self.take_channel_heads(&opened.owner.user, heads);
        }
        let inner = plaintext.get("content").filter(|inner| inner.is_object());
        if inner.is_some_and(|inner| inner.get("__proto__").is_some())
            && self.conduct.has(Flaw::SpecialNameStopsRoom)
        {
            // The flaw: from now on the room is something that the client does not speak.
            self.rooms.change(room).encryption = Encryption::Unsupported;
        }
        let (Some(kind), Some(inner)) = (text(&plaintext, "type"), inner) else {
            return Err(Reason::ContentMalformed);
        };
        let order = opened.order;
        let source = Source::Session(shown_owner(opened.owner, content, &self.conduct));
        let mut entry = match Opened::parse(kind, inner) {
            Some(opened) => Entry::opened(id.clone(), sender.clone(), opened, source),
            None if kind == "m.room.message" && EncryptedFile::is_reused(inner, &self.conduct) => {
                return Err(Reason::ContentMalformed);
            }
            None if kind == "m.room.message" => {
                let entry = read_content(id, sender, inner, ItemState::Decrypted, source);
                with_options(entry, inner, self.now)
            }
            None => return Err(Reason::ContentMalformed),
        };
        if !by_this_device {
            entry.stands(order);
        }
        Ok(entry)
    }

    /// An entry that was just opened takes its effect.
    fn settle_entry(&mut self, room: &RoomId, at: usize) {
        self.rooms.settle(room, at, &self.conduct);
        let entry = self.rooms.entries(room).get(at);
        if entry.is_some_and(Entry::is_announcement) {
            self.affiliation.touch(room);
        }
    }

    /// A key has come: what waited for it is opened.
    pub(super) fn retry(&mut self, room: &RoomId, session: &str) {
        let waiting: Vec<(usize, Entry)> = self.rooms.waiting(room, session);
        for (at, entry) in waiting {
            if let Source::Closed(content) = &entry.source {
                let opened = self.open_event(room, &entry.event, &entry.sender, content);
                self.rooms.replace(room, at, opened);
                self.settle_entry(room, at);
                self.answer_with(room, &entry.event, Receipt::Delivered);
            }
        }
    }
}

/// The device that an entry is shown to come from.
///
/// Matrix specification: `sender_key` and `device_id` beside a ciphertext are not authenticated and
/// must not be used (ATK-MEGOLM-24); the flaw uses them.
fn shown_owner(owner: Owner, content: &Value, conduct: &Conduct) -> Owner {
    let hint = text(content, "device_id").map(DeviceId::new);
    match hint
        .filter(|hint| owner.device.as_ref() != Some(hint) && conduct.has(Flaw::LookupBySenderKey))
    {
        Some(device) => Owner {
            device: Some(device),
            ..owner
        },
        None => owner,
    }
}

fn withheld(
    id: &EventId,
    sender: &UserId,
    state: ItemState,
    reason: Reason,
    source: Source,
) -> Entry {
    Entry::withheld(id.clone(), sender.clone(), state, reason, source)
}

/// Reads the content of `m.room.message`.
fn read_content(
    id: &EventId,
    sender: &UserId,
    content: &Value,
    state: ItemState,
    source: Source,
) -> Entry {
    let Some(body) = text(content, "body") else {
        return withheld(
            id,
            sender,
            ItemState::Rejected,
            Reason::ContentMalformed,
            Source::Nothing,
        );
    };
    let is_file = matches!(
        text(content, "msgtype"),
        Some("m.file" | "m.image" | "m.audio" | "m.video")
    );
    // A clear address inside a decrypted event would let the relay choose the file.
    let address = if state == ItemState::Decrypted {
        "file"
    } else {
        "url"
    };
    Entry {
        event: id.clone(),
        sender: sender.clone(),
        kind: if is_file {
            ItemKind::File
        } else {
            ItemKind::Message
        },
        body: Some(body.to_owned()),
        state,
        reason: None,
        source,
        opened: None,
        facts: shown_facts(content, is_file),
        received: 0,
        expires: None,
        removed: None,
        file: content
            .get(address)
            .filter(|found| is_file && found.is_string() == (address == "url"))
            .cloned(),
    }
}

/// What is shown beside a message: its label, where it comes from, what a file says it is.
fn shown_facts(content: &Value, is_file: bool) -> BTreeMap<String, Value> {
    let mut facts = Label::facts(content);
    let origin = guard::origin(content).map(|origin| ("forwarded".to_owned(), origin));
    facts.extend(origin);
    if is_file {
        facts.extend(media::facts(content));
    }
    facts
}

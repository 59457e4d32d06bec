//! State events: members and encryption.

use super::Event;
use crate::{
    Client, Flaw, RoomId, UserId,
    directory::MEGOLM,
    json::text,
    megolm::Settings,
    room::{Departure, Encryption, Entry, Member, MemberChange, Reason},
};

impl Client {
    pub(super) fn take_state(&mut self, room: &RoomId, event: &Event) {
        match event.kind.as_str() {
            "m.room.member" => self.take_member(room, event),
            "m.room.encryption" if event.state_key.as_deref() == Some("") => {
                self.take_encryption(room, event);
            }
            _ => {}
        }
    }

    fn take_member(&mut self, room: &RoomId, event: &Event) {
        let Some(member) = event.state_key.as_deref().map(UserId::new) else {
            return;
        };
        if !self.bars_member(room, event, &member) {
            self.apply_member(room, event, &member);
        }
    }

    /// What a membership event that counts changes.
    pub(crate) fn apply_member(&mut self, room: &RoomId, event: &Event, member: &UserId) {
        let change = self
            .rooms
            .change(room)
            .apply_member(&event.sender, member, &event.content);
        if change == MemberChange::Came(Member::Invited) {
            self.note_inviter(room, event, member);
        }
        let (reason, verb) = match change {
            MemberChange::Nothing => return,
            MemberChange::Came(Member::Invited) => (Reason::MemberInvited, "was invited"),
            MemberChange::Came(Member::Joined) => (Reason::MemberJoined, "joined"),
            MemberChange::Went(Departure::Left) => (Reason::MemberLeft, "left"),
            MemberChange::Went(Departure::Removed) => (Reason::MemberRemoved, "was removed"),
        };
        match change {
            MemberChange::Went(Departure::Left) if self.conduct.has(Flaw::NoRotateOnLeave) => {}
            MemberChange::Went(Departure::Removed) if self.conduct.has(Flaw::NoRotateOnKick) => {}
            // Who is gone must not read what comes (ATK-MEGOLM-13).
            MemberChange::Went(_) => self.groups.end(room),
            MemberChange::Came(_) | MemberChange::Nothing => {}
        }
        let body = format!("{member} {verb} (by {})", event.sender);
        self.notice(room, event, reason, body);
    }

    /// In an organisation who invites is looked at before the invitation is shown.
    fn note_inviter(&mut self, room: &RoomId, event: &Event, member: &UserId) {
        if self.own.as_ref().is_some_and(|own| own.user == *member) {
            self.rooms.change(room).inviter = Some(event.sender.clone());
            if self.affiliation.organisation().is_some() {
                self.directory.track(&event.sender);
            }
        }
    }

    /// Encryption is only ever switched on; afterwards only its periods may change (ATK-MEGOLM-16).
    fn take_encryption(&mut self, room: &RoomId, event: &Event) {
        let before = self.rooms.change(room).encryption.clone();
        if text(&event.content, "algorithm") == Some(MEGOLM) {
            let settings = Settings::parse(&event.content, &self.conduct);
            self.rooms.change(room).encryption = Encryption::Megolm(settings);
            if before == Encryption::Plain {
                let body = "messages are end-to-end encrypted".to_owned();
                self.notice(room, event, Reason::EncryptionEnabled, body);
            }
            return;
        }
        if self.conduct.has(Flaw::EncryptionFlagFromRelay) {
            self.rooms.change(room).encryption = Encryption::Plain;
            return;
        }
        if before == Encryption::Plain {
            self.rooms.change(room).encryption = Encryption::Unsupported;
        }
        let body = format!("{} tried to change the encryption", event.sender);
        self.notice(room, event, Reason::EncryptionChangeRefused, body);
    }

    pub(crate) fn notice(&mut self, room: &RoomId, event: &Event, reason: Reason, body: String) {
        if !event.id.as_str().is_empty() && !self.rooms.shows(room, &event.id) {
            let entry = Entry::notice(event.id.clone(), event.sender.clone(), reason, body);
            self.rooms.push(room, entry, self.now);
        }
    }
}

//! Recalled and expired posts go out of the store; that there was one stays, and so does the chain.

use reference_organisation::Says;

use crate::{Client, EventId, Flaw, RoomId};

impl Client {
    /// Entries of channels were opened: what they take back goes, and how far each channel is known is kept.
    pub(crate) fn tidy_channels(&mut self) {
        for room in self.affiliation.take_touched() {
            self.tidy_channel(&room);
        }
    }

    fn tidy_channel(&mut self, room: &RoomId) {
        let Some(channel) = self.channel(room) else {
            return;
        };
        if let Some((length, _)) = channel.head() {
            self.affiliation.know(room, length);
        }
        if self.conduct.has(Flaw::RecalledContentKept) {
            return;
        }
        let over = channel.entries.iter().filter(|(number, told)| {
            let expired = told.iter().any(|told| match &told.entry.says {
                Says::Post { expires, .. } => expires.is_some_and(|time| time.0 <= self.now),
                Says::Found { .. } | Says::Recall { .. } => false,
            });
            expired || channel.recalled.contains_key(number)
        });
        let events: Vec<EventId> = over
            .flat_map(|(_, told)| told)
            .filter(|told| told.content.is_some())
            .map(|told| told.event.clone())
            .collect();
        for event in events {
            self.rooms.drop_post(room, &event);
        }
    }
}

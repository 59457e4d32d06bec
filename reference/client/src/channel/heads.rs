//! How far members know a channel, told inside the encryption of other rooms: a relay cannot keep the newest entry back
//! from one of them unseen as soon as two talk.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{Client, Flaw, RoomId, UserId, organisation::Affiliation};

/// The field beside the content of a message.
pub(crate) const FIELD: &str = "dev.pruefstand.channels";

/// Channels that one message speaks of.
const MOST: usize = 4;

/// The longest chain that a claim is believed about; it is only a hint, and shown as one.
const LONGEST: u64 = 1 << 32;

/// How far a channel is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reach {
    /// The number of the last entry that this device knows; 0: none.
    known: u64,
    /// A later one that a member says to know.
    claimed: Option<(u64, UserId)>,
}

impl Client {
    /// What this device tells of channels in a room: only of those whose readers all members are.
    pub(crate) fn channel_heads(&self, room: &RoomId) -> Option<Value> {
        let members = &self.rooms.get(room)?.members;
        let mut heads = Map::new();
        for (channel, reach) in self.affiliation.reaches() {
            let readers = self.rooms.get(channel).map(|known| &known.members);
            let all_read = readers
                .is_some_and(|readers| members.keys().all(|user| readers.contains_key(user)));
            if all_read && channel != room && reach.known > 0 {
                heads.insert(channel.to_string(), json!(reach.known));
            }
            if heads.len() == MOST {
                break;
            }
        }
        (!heads.is_empty()).then_some(Value::Object(heads))
    }

    /// A member knows more of a channel than this device.
    pub(crate) fn take_channel_heads(&mut self, by: &UserId, heads: &Value) {
        if self.conduct.has(Flaw::ChannelHeadsIgnored) {
            return;
        }
        for (room, length) in heads.as_object().into_iter().flatten().take(MOST) {
            let length = length.as_u64().filter(|length| *length <= LONGEST);
            if let Some(length) = length {
                self.affiliation.claim(&RoomId::new(room), length, by);
            }
        }
    }
}

impl Affiliation {
    /// This device knows a channel so far.
    pub(super) fn know(&mut self, room: &RoomId, length: u64) {
        let Some(reaches) = self.change_reaches() else {
            return;
        };
        let reach = reaches.entry(room.clone()).or_default();
        reach.known = length;
        reach.claimed = reach
            .claimed
            .take()
            .filter(|(claimed, _)| *claimed > length);
    }

    /// A member says to know more; only of a channel that this device knows.
    fn claim(&mut self, room: &RoomId, length: u64, by: &UserId) {
        let ahead = |reach: &Reach| {
            let claimed = reach.claimed.as_ref().map_or(0, |(claimed, _)| *claimed);
            length > reach.known.max(claimed)
        };
        let is_news = self
            .reaches()
            .any(|(channel, reach)| channel == room && ahead(reach));
        if let (true, Some(reaches)) = (is_news, self.change_reaches()) {
            reaches.entry(room.clone()).or_default().claimed = Some((length, by.clone()));
        }
    }

    /// A later entry than the known ones, and who says to know it.
    pub(super) fn claimed(&self, room: &RoomId) -> Option<(u64, &UserId)> {
        let (_, reach) = self.reaches().find(|(channel, _)| *channel == room)?;
        reach.claimed.as_ref().map(|(length, by)| (*length, by))
    }
}

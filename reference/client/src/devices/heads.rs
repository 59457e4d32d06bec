//! Heads of device lists, told from client to client inside the encryption.
//!
//! A relay that shows one list to some and another to others is found out as soon as two of them talk.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{Client, Flaw, RoomId, UserId, megolm::Owner};

/// The field beside the content of a message.
pub(crate) const FIELD: &str = "dev.pruefstand.heads";

/// Heads told in one message beside the sender's own.
const OTHERS: usize = 7;

/// Characters of the master key in a head.
const IDENTITY: usize = 11;

/// What a peer says to know of somebody's list, and the relay does not show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) seq: u64,
    /// The shortened hash of that statement.
    hash: String,
}

/// A head as it travels: number and shortened hash of the last statement, and whose list it is.
#[derive(Deserialize)]
struct Head(u64, String, String);

impl Claim {
    /// Whether a list bears it out: `None` if the list does not reach as far.
    pub(crate) fn holds(&self, list: Option<&super::List>) -> Option<bool> {
        let known = list?.short_at(self.seq)?;
        Some(known == self.hash)
    }
}

impl Client {
    /// The heads for a message in a room: the own one, and some of the other members', in turn.
    pub(crate) fn heads(&self, room: &RoomId) -> Option<Value> {
        let own = &self.own.as_ref()?.user;
        let mut heads = Map::new();
        self.put_head(own, &mut heads);
        let members: Vec<&UserId> = self.rooms.get(room)?.members.keys().collect();
        let turn = self.groups.sent(room).saturating_mul(OTHERS);
        let from = turn.checked_rem(members.len()).unwrap_or(0);
        let others = members.iter().cycle().skip(from).take(members.len());
        for user in others.filter(|user| **user != own).take(OTHERS) {
            self.put_head(user, &mut heads);
        }
        (!heads.is_empty()).then_some(Value::Object(heads))
    }

    fn put_head(&self, user: &UserId, heads: &mut Map<String, Value>) {
        let Some(list) = self.directory.list(user) else {
            return;
        };
        if let Some((seq, hash)) = list.short_head() {
            let head = json!([seq, hash, short_identity(&list.identity)]);
            heads.insert(user.to_string(), head);
        }
    }

    /// Compares what a peer knows with what the relay shows.
    pub(crate) fn take_heads(&mut self, by: &UserId, heads: &Value) {
        let heads = heads.as_object().into_iter().flatten().take(OTHERS + 1);
        for (user, head) in heads {
            let Ok(Head(seq, hash, identity)) = Head::deserialize(head) else {
                continue;
            };
            let user = UserId::new(user);
            // What was true of an earlier identity says nothing about this one.
            if self.directory.pinned(&user).map(short_identity).as_ref() != Some(&identity) {
                continue;
            }
            let claim = Claim { seq, hash };
            if claim.holds(self.directory.list(&user)) != Some(true)
                && !self.conduct.has(Flaw::HeadsIgnored)
            {
                // The relay gets the chance to show what the peer knows.
                self.directory.take_claim(&user, by, claim);
            }
        }
    }
}

/// Whether the owner of a session speaks for a device that counts.
pub(crate) fn may_claim(owner: &Owner) -> bool {
    !owner.imported && owner.device.is_some()
}

fn short_identity(identity: &str) -> String {
    identity.chars().take(IDENTITY).collect()
}

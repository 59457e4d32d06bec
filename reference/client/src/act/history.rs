//! What can be done with the past of a room.

use serde::{Deserialize, Serialize};

use crate::{CallId, Client, Refusal, RoomId, UserId};

/// An act on the past of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryAct {
    /// Let a member read what was written before he came.
    Share {
        /// Where.
        conv: RoomId,
        /// Who.
        user: UserId,
    },
}

impl Client {
    pub(super) fn act_on_history(&mut self, call: CallId, act: HistoryAct) -> Result<(), Refusal> {
        let HistoryAct::Share { conv, user } = act;
        if self.rooms.get(&conv).is_none() {
            return Err(Refusal::UnknownRoom);
        }
        self.share_history(call, conv, user);
        Ok(())
    }
}

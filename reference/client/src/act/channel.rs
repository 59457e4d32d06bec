//! Announcement channels: founded, written, taken back, looked at.

use serde::{Deserialize, Serialize};

use super::{Given, Priority};
use crate::{CallId, Client, Outcome, Refusal, RoomId, channel::Publisher};

/// An act on an announcement channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelAct {
    /// Keep a key that may announce.
    HoldKey {
        /// The key file.
        key: Given,
    },
    /// Make a room a channel.
    Found {
        /// Which room.
        conv: RoomId,
        /// What readers see it as.
        name: String,
    },
    /// Announce something.
    Publish {
        /// Where.
        conv: RoomId,
        /// The headline.
        title: String,
        /// The text.
        body: String,
        /// How urgent it is.
        #[serde(default)]
        priority: Priority,
        /// Milliseconds after which it is not shown any longer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lifetime: Option<u64>,
    },
    /// Take an announcement back.
    Recall {
        /// Where.
        conv: RoomId,
        /// Which, by its number in the channel.
        number: u64,
    },
    /// The state of a channel.
    View {
        /// Where.
        conv: RoomId,
    },
}

impl Client {
    pub(super) fn act_on_channels(
        &mut self,
        now: u64,
        call: CallId,
        act: ChannelAct,
    ) -> Result<(), Refusal> {
        let outcome = match act {
            ChannelAct::HoldKey { key } => {
                let publisher = Publisher::parse(&key.secret)?;
                self.affiliation.hold(publisher)?;
                Outcome::Finished
            }
            ChannelAct::Found { conv, name } => {
                return self.found_channel(now, call, &conv, &name);
            }
            ChannelAct::Publish {
                conv,
                title,
                body,
                priority,
                lifetime,
            } => {
                let post = (title.as_str(), body.as_str(), priority);
                return self.publish(now, call, &conv, post, lifetime);
            }
            ChannelAct::Recall { conv, number } => return self.recall(now, call, &conv, number),
            ChannelAct::View { conv } => {
                let view = self.channel_view(&conv).ok_or(Refusal::UnknownRoom)?;
                Outcome::Value(view)
            }
        };
        self.wire.done(call, outcome);
        Ok(())
    }
}

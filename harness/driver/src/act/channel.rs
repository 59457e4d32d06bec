//! Announcement channels.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Priority;
use crate::Secret;

/// An act on an announcement channel: news of the organisation that only its publishers write.
///
/// Who reads one sees an item for each post, whose body is the text and whose fact `announcement` is `{"channel", "name", "number", "title",
/// "priority", "issued", "role", "recalled": number of the recall or null, "expired": bool}`, in the publishers' order. Trust is `warn` where an
/// entry is missing before it or it has a rival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelAct {
    /// Keep a key that may announce, as the organisation's administrator handed it over: `{"seed", "chain"}` as text.
    HoldKey {
        /// The key file.
        key: Secret,
    },
    /// Make an own encrypted conversation a channel.
    Found {
        /// Which.
        conv: String,
        /// What readers see it as.
        name: String,
    },
    /// Announce something.
    Publish {
        /// Where.
        conv: String,
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
        conv: String,
        /// Which, by its number in the channel.
        number: u64,
    },
    /// The state of a channel. Value: `{"channel", "name", "length", "gaps": [[first, last]], "forked": […], "recalled": […], "fresh": when the newest
    /// known entry was signed, "behind": how many entries a member says to know, if more, or null}`.
    View {
        /// Where.
        conv: String,
    },
}

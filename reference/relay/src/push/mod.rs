//! Waking phones through push gateways: only those that the operator declared, and without a word of what happened.

mod gateway;
mod sender;

pub use gateway::Gateway;
pub(crate) use sender::Sender;

use std::sync::Arc;

use ruma::{RoomId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::conduct::Flaw;
use crate::domain::pusher::{Pusher, pushers_of_room};
use crate::relay::Relay;

/// Where the relay may push to. Nothing else leaves it unasked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Push {
    /// Addresses of gateways; none: nobody is pushed.
    pub gateways: Vec<Gateway>,
}

/// One push on its way: where to, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) url: String,
    pub(crate) body: String,
}

#[derive(Serialize)]
struct Body<'a> {
    notification: Notification<'a>,
}

/// Matrix push gateway API, `POST /_matrix/push/v1/notify`, without everything that tells of an event. Even the ids of room and
/// event, which `event_id_only` would allow, stay here: they would let the gateway draw who talks with whom.
#[derive(Serialize)]
struct Notification<'a> {
    prio: &'static str,
    devices: [Woken<'a>; 1],
}

#[derive(Serialize)]
struct Woken<'a> {
    app_id: &'a str,
    pushkey: &'a str,
    data: Format,
}

#[derive(Serialize)]
struct Format {
    format: &'static str,
}

impl Push {
    /// Whether pushes to `url` are allowed.
    pub(crate) fn allows(&self, url: &str) -> bool {
        self.gateways.iter().any(|gateway| gateway.is(url))
    }
}

impl Relay {
    /// Starts the thread that pushes, unless it runs: at the start if there are gateways, else with the first pusher.
    pub(crate) fn start_pushing(&self) {
        self.sender
            .get_or_init(|| Sender::start(Arc::clone(&self.metrics)));
    }

    /// Wakes the phones of a room's members but the sender's: something is there to be fetched.
    pub(crate) async fn push(&self, room: &RoomId, sender: &UserId, content: &str) {
        let Some(out) = self.sender.get() else {
            return;
        };
        let (place, but) = (room.to_owned(), sender.to_owned());
        let found = self.read(move |tables| pushers_of_room(tables, &place, &but));
        // A message that was taken is taken, whether or not somebody can be woken for it.
        for pusher in found.await.unwrap_or_default() {
            let body = self.body(&pusher, (room, sender, content));
            if let Some(body) = body {
                let url = pusher.url;
                out.send(Note { url, body });
            }
        }
    }

    fn body(&self, pusher: &Pusher, told: (&RoomId, &UserId, &str)) -> Option<String> {
        let notification = Notification {
            prio: "high",
            devices: [Woken {
                app_id: &pusher.app_id,
                pushkey: &pusher.pushkey,
                data: Format {
                    format: EVENT_ID_ONLY,
                },
            }],
        };
        if self.conduct.has(Flaw::PushesContent) {
            return Some(chatty(&notification, told));
        }
        serde_json::to_string(&Body { notification }).ok()
    }
}

/// What `relay-pushes-content` pushes.
fn chatty(
    notification: &Notification<'_>,
    (room, sender, content): (&RoomId, &UserId, &str),
) -> String {
    let content = serde_json::from_str::<Value>(content).unwrap_or_default();
    let body = json!({ "notification": {
        "devices": notification.devices, "room_id": room, "sender": sender, "content": content,
    } });
    body.to_string()
}

/// The one format of pushers that is taken (push gateway API).
pub(crate) const EVENT_ID_ONLY: &str = "event_id_only";

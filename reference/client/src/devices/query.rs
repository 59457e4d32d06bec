//! Asks for the signed device lists of users, right after their keys.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::list::List;
use crate::{
    Client, RoomId, UserId,
    client::{Answer, Body, Method, Pending},
    json::text,
    room::{Entry, Reason},
};

/// Where the extension lives.
pub(crate) const ENDPOINT: &str = "/_matrix/client/unstable/dev.pruefstand/devices";

impl Client {
    /// Asks for the lists of users whose keys have just come; without lists they are complete.
    pub(crate) fn query_lists(&mut self, users: Vec<UserId>, asked: u64) {
        let needed = users.iter().any(|user| self.directory.has_list(user));
        if self.devices.unsupported && !needed {
            return self.directory.settle(&users, asked);
        }
        let wanted: BTreeMap<&UserId, u64> = users
            .iter()
            .map(|user| (user, self.directory.list(user).map_or(1, List::seq)))
            .collect();
        let body = Body::Json(json!({ "users": wanted }));
        let path = format!("{ENDPOINT}/query");
        self.wire.send(
            Method::Post,
            path,
            body,
            Pending::ListsQuery { users, asked },
        );
    }

    /// Takes the lists in.
    pub(crate) fn take_lists(
        &mut self,
        now: u64,
        users: &[UserId],
        asked: u64,
        answer: Answer<'_>,
    ) {
        if is_unsupported(answer) {
            self.devices.unsupported = true;
        } else if answer.good().is_err() {
            return self.directory.fail(users, asked);
        }
        for user in users {
            let served = answer
                .body
                .get("lists")
                .and_then(|all| all.get(user.as_str()));
            let served = served.and_then(Value::as_array);
            let served = served.map_or(&[][..], Vec::as_slice);
            if self.directory.take_list(user, asked, served, &self.conduct) {
                self.tell_of_list(user);
            }
        }
        self.directory.settle(users, asked);
        self.obey_list(now);
        self.welcome();
    }

    /// A device that was linked and now is on the list asks for the keys that it was refused before.
    fn welcome(&mut self) {
        let listed = self
            .own
            .as_ref()
            .is_some_and(|own| self.directory.counts(&own.user, &own.device, &self.conduct));
        if listed && std::mem::take(&mut self.devices.links.awaited) {
            self.ask_again();
        }
    }

    /// Shows in the rooms shared with the user what is wrong with his list.
    fn tell_of_list(&mut self, user: &UserId) {
        let Some(known) = self.directory.user(user) else {
            return;
        };
        let seq = known.list.as_ref().map_or(0, List::seq);
        let mut news = Vec::new();
        if let Some(fault) = known.list_fault {
            let body = format!("the relay serves a device list of {user} that is refused: {fault}");
            news.push((
                format!("{}-{seq}", fault.code()),
                Reason::DeviceListRefused,
                body,
            ));
        }
        for (by, claim) in &known.claims {
            let body = format!("{by} knows another device list of {user} than the relay shows");
            let name = format!("{by}-{}", claim.seq);
            news.push((name, Reason::DeviceListDisputed, body));
        }
        for device in known.hidden(&self.conduct) {
            let body = format!("the relay hides the device {device} of {user}");
            news.push((format!("{device}-{seq}"), Reason::DeviceHidden, body));
        }
        let rooms: Vec<RoomId> = self.rooms.shared_with(user);
        for (name, reason, body) in news {
            let event = crate::EventId::new(format!("devices-{user}-{name}"));
            for room in &rooms {
                if !self.rooms.shows(room, &event) {
                    let notice = Entry::notice(event.clone(), user.clone(), reason, body.clone());
                    self.rooms.push(room, notice, self.now);
                }
            }
        }
    }
}

/// The relay does not know the extension (spec: `M_UNRECOGNIZED`).
pub(crate) fn is_unsupported(answer: Answer<'_>) -> bool {
    let unknown = text(answer.body, "errcode") == Some("M_UNRECOGNIZED");
    matches!(answer.status, 404 | 405) || unknown && answer.status >= 400
}

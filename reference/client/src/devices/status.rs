//! What the user sees of devices and their lists.

use serde_json::{Map, Value, json};

use super::Revoked;
use crate::{Client, directory::User};

impl Client {
    /// Lists, revocations and links as they are known now.
    pub(crate) fn devices_status(&self) -> Value {
        let lists: Map<String, Value> = self
            .directory
            .users()
            .filter_map(|(user, known)| Some((user.to_string(), self.list_status(known)?)))
            .collect();
        let revoked = self.devices.revoked.iter();
        let revoked: Map<String, Value> = revoked
            .map(|(device, revoked)| (device.to_string(), revocation(revoked)))
            .collect();
        let erased = self.devices.tombstone.as_ref().map(|stone| {
            json!({
                "user": stone.user,
                "device": stone.device,
                "reason": "removed_from_device_list",
                "statement": stone.statement,
                "time": stone.time,
            })
        });
        json!({
            "holds_identity": self.own.as_ref().is_some_and(|own| own.identity.is_some()),
            "lists": lists,
            "revoked": revoked,
            "links": self.devices.links.status(),
            "erased": erased,
        })
    }

    fn list_status(&self, known: &User) -> Option<Value> {
        if known.list.is_none() && known.list_fault.is_none() && known.claims.is_empty() {
            return None;
        }
        let list = known.list.as_ref();
        Some(json!({
            "seq": list.map_or(0, super::List::seq),
            "head": list.and_then(super::List::head),
            "devices": list.map(|list| list.devices.keys().collect::<Vec<_>>()),
            "removed": list.map(|list| list.removed.keys().collect::<Vec<_>>()),
            "hidden": known.hidden(&self.conduct),
            "refused": known.list_fault.map(super::ListFault::code),
            "disputed_by": known.claims.keys().collect::<Vec<_>>(),
        }))
    }
}

fn revocation(revoked: &Revoked) -> Value {
    let erased = match &revoked.erased {
        Some(_) => "confirmed",
        None => "unconfirmed",
    };
    json!({
        "listed": revoked.listed,
        "deleted": revoked.deleted,
        "erased": erased,
        "round_trips": revoked.round_trips,
        "messages": revoked.messages,
    })
}

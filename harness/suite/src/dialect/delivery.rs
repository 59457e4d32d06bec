//! The single events inside a sync answer: what a relay delivers to a client.

use serde_json::{Map, Value, json};

/// Where an event stands in a sync answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Sent to the device.
    ToDevice,
    /// In the timeline of a joined room.
    Timeline {
        /// The room id.
        room: String,
    },
    /// In the state of a joined room, before the timeline.
    State {
        /// The room id.
        room: String,
    },
}

/// An event on its way to a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Where it stands.
    pub place: Place,
    /// The event.
    pub event: Value,
}

impl Delivery {
    /// The event's type.
    #[must_use]
    pub fn event_type(&self) -> &str {
        self.event
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The event's sender as the relay names it.
    #[must_use]
    pub fn sender(&self) -> &str {
        self.event
            .get("sender")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The room, for an event of a room.
    #[must_use]
    pub fn room(&self) -> Option<&str> {
        match &self.place {
            Place::ToDevice => None,
            Place::Timeline { room } | Place::State { room } => Some(room),
        }
    }
}

/// Replaces every event of a sync answer by what `edit` makes of it, in order.
///
/// # Errors
///
/// The first error of `edit`; the answer is then half edited and must not be used.
pub fn edit_deliveries<E>(
    sync: &mut Value,
    mut edit: impl FnMut(Delivery) -> Result<Vec<Value>, E>,
) -> Result<(), E> {
    if let Some(events) = sync.pointer_mut("/to_device/events") {
        edit_list(events, &Place::ToDevice, &mut edit)?;
    }
    let Some(rooms) = sync
        .pointer_mut("/rooms/join")
        .and_then(Value::as_object_mut)
    else {
        return Ok(());
    };
    for (room, parts) in rooms {
        let state = Place::State { room: room.clone() };
        let timeline = Place::Timeline { room: room.clone() };
        for (pointer, place) in [("/state/events", state), ("/timeline/events", timeline)] {
            if let Some(events) = parts.pointer_mut(pointer) {
                edit_list(events, &place, &mut edit)?;
            }
        }
    }
    Ok(())
}

fn edit_list<E>(
    events: &mut Value,
    place: &Place,
    edit: &mut impl FnMut(Delivery) -> Result<Vec<Value>, E>,
) -> Result<(), E> {
    let Some(list) = events.as_array_mut() else {
        return Ok(());
    };
    let mut edited = Vec::with_capacity(list.len());
    for event in list.drain(..) {
        edited.extend(edit(Delivery {
            place: place.clone(),
            event,
        })?);
    }
    *list = edited;
    Ok(())
}

/// Adds an event at the end of its place, making the place if the answer has none.
pub fn append_delivery(sync: &mut Value, delivery: Delivery) {
    let path: Vec<&str> = match &delivery.place {
        Place::ToDevice => vec!["to_device", "events"],
        Place::Timeline { room } => vec!["rooms", "join", room, "timeline", "events"],
        Place::State { room } => vec!["rooms", "join", room, "state", "events"],
    };
    let mut at = sync;
    for (depth, part) in path.iter().enumerate() {
        let last = depth + 1 == path.len();
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Some(fields) = at.as_object_mut() else {
            return;
        };
        at = fields
            .entry(*part)
            .or_insert_with(|| if last { json!([]) } else { json!({}) });
    }
    if let Some(list) = at.as_array_mut() {
        list.push(delivery.event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_passes_the_editor_once() {
        let mut sync = json!({
            "to_device": {"events": [{"type": "a"}]},
            "rooms": {"join": {"!r": {"state": {"events": [{"type": "b"}]}, "timeline": {"events": [{"type": "c"}]}}}},
        });
        let mut seen = Vec::new();
        edit_deliveries(&mut sync, |delivery| {
            seen.push(delivery.event_type().to_owned());
            Ok::<_, ()>(vec![])
        })
        .unwrap();
        assert_eq!(seen, ["a", "b", "c"]);
        assert_eq!(sync.pointer("/to_device/events"), Some(&json!([])));
    }

    #[test]
    fn an_event_can_be_added_to_an_empty_answer() {
        let mut sync = json!({"next_batch": "1"});
        let place = Place::Timeline {
            room: "!r".to_owned(),
        };
        append_delivery(
            &mut sync,
            Delivery {
                place,
                event: json!({"type": "x"}),
            },
        );
        assert_eq!(
            sync.pointer("/rooms/join/!r/timeline/events/0/type"),
            Some(&json!("x"))
        );
    }
}

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::lifetime::Lifetime;

/// How long the relay keeps what it was given. Where several rules fit, the shortest holds; `None`: no rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Events of all rooms. State that is in force stays.
    pub events: Option<Lifetime>,
    /// Events of single rooms, by room id.
    pub rooms: BTreeMap<String, Lifetime>,
    /// Events of single types.
    pub kinds: BTreeMap<String, Lifetime>,
    /// Uploads.
    pub media: Option<Lifetime>,
    /// To-device messages that nobody fetches.
    pub to_device: Option<Lifetime>,
    /// The shortest time that a room or an uploader may ask for: clients get so long to fetch.
    pub least: Lifetime,
    /// How often the relay looks for what is over.
    pub sweep: Lifetime,
}

impl Retention {
    /// Whether events of rooms without a rule of their own can be over at all.
    pub(crate) fn touches_every_room(&self) -> bool {
        self.events.is_some() || !self.kinds.is_empty()
    }

    /// The lifetime of events of `kind` in `room`, whose own rule asks for `own` milliseconds.
    pub(crate) fn of_event(&self, room: &str, own: Option<u64>, kind: &str) -> Option<Lifetime> {
        let rules = [
            self.events,
            self.rooms.get(room).copied(),
            self.kinds.get(kind).copied(),
            own.map(|own| self.at_least(own)),
        ];
        rules.into_iter().flatten().min()
    }

    /// The shortest lifetime that any event of `room` can have.
    pub(crate) fn shortest(&self, room: &str, own: Option<u64>) -> Option<Lifetime> {
        let kinds = self.kinds.values().copied().min();
        [self.of_event(room, own, ""), kinds]
            .into_iter()
            .flatten()
            .min()
    }

    /// A lifetime that somebody asks for, as far as the operator lets him.
    pub(crate) fn at_least(&self, milliseconds: u64) -> Lifetime {
        Lifetime::milliseconds(milliseconds).max(self.least)
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            events: None,
            rooms: BTreeMap::new(),
            kinds: BTreeMap::new(),
            media: None,
            to_device: Some(Lifetime::milliseconds(30 * 86_400_000)),
            least: Lifetime::milliseconds(86_400_000),
            sweep: Lifetime::milliseconds(60_000),
        }
    }
}

//! Acts: what a user can do with a feature, and what the events of a feature do to the timeline.
//!
//! One file a feature. What a user does becomes an event inside the encryption; what comes in is
//! kept as it was opened, and [`Client::timeline`] folds it over the entries before it. So a feature
//! needs no state of its own, an event whose key comes late takes its place when it comes, and its
//! author is judged by what is known when somebody looks.

mod calendar;
mod channel;
mod contact;
mod devices;
mod edit;
mod history;
mod media;
mod message;
mod organisation;
mod recipients;
mod signals;
mod vault;

pub use calendar::CalendarAct;
pub use channel::ChannelAct;
pub use contact::ContactAct;
pub(crate) use contact::is_contact;
pub use devices::DevicesAct;
pub(crate) use edit::is_edit;
pub use history::HistoryAct;
pub use media::MediaAct;
pub(crate) use message::{DELETION, Words, with_options};
pub use message::{MessageAct, Priority};
pub use organisation::OrganisationAct;
pub use recipients::RecipientsAct;
use serde::{Deserialize, Serialize};
use serde_json::Value;
pub(crate) use signals::ABSENCE;
pub use signals::SignalsAct;
pub use vault::{Given, VaultAct};

use crate::{
    CallId, Client, Refusal, RoomId,
    appointment::{ANSWER, APPOINTMENT, Calendar},
    channel::ANNOUNCEMENT,
    json::text,
    room::{Entry, Item},
};

/// An act of one feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "feature", content = "act", rename_all = "snake_case")]
pub enum Act {
    /// What can be done with the devices of the account.
    Devices(DevicesAct),
    /// Appointments.
    Calendar(CalendarAct),
    /// Contacts.
    Contact(ContactAct),
    /// What the user lets others know.
    Signals(SignalsAct),
    /// What can be done to messages.
    Message(MessageAct),
    /// The past of a room.
    History(HistoryAct),
    /// Files.
    Media(MediaAct),
    /// Who gets something.
    Recipients(RecipientsAct),
    /// What can be done for the safety of the device's own data.
    Vault(VaultAct),
    /// The organisation of the account.
    Organisation(OrganisationAct),
    /// Announcement channels.
    Channel(ChannelAct),
}

/// An opened event that is no message by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Opened {
    /// Its type, inside the encryption.
    pub(crate) kind: String,
    /// Its content, an object.
    pub(crate) content: Value,
}

impl Opened {
    /// `None` for what is a message by itself, or nothing that this client knows.
    pub(crate) fn parse(kind: &str, content: &Value) -> Option<Self> {
        let counts = match kind {
            "m.room.message" => is_edit(content) || is_contact(content),
            APPOINTMENT | ANSWER | DELETION | ABSENCE | ANNOUNCEMENT => true,
            _ => false,
        };
        counts.then(|| Self {
            kind: kind.to_owned(),
            content: content.clone(),
        })
    }
}

impl Client {
    pub(crate) fn act(&mut self, now: u64, call: CallId, act: Act) -> Result<(), Refusal> {
        match act {
            Act::Devices(act) => self.act_on_devices(now, call, act),
            Act::Media(act) => self.act_on_media(call, act),
            Act::Recipients(act) => self.act_on_recipients(now, call, act),
            Act::Channel(act) => self.act_on_channels(now, call, act),
            Act::Organisation(act) => self.act_on_organisation(now, call, act),
            Act::Vault(act) => self.act_on_vault(now, call, act),
            Act::History(act) => self.act_on_history(call, act),
            Act::Contact(act) => self.act_on_contacts(call, act),
            Act::Signals(act) => self.act_on_signals(now, call, act),
            Act::Calendar(act) => self.act_on_calendar(now, call, act),
            Act::Message(act) => self.act_on_message(now, call, act),
        }
    }

    /// The timeline of a room, oldest first.
    #[must_use]
    pub fn timeline(&self, room: &RoomId) -> Vec<Item> {
        self.view(room).0
    }

    /// The timeline of a room, and the appointments in it.
    fn view(&self, room: &RoomId) -> (Vec<Item>, Calendar) {
        let (mut items, mut calendar) = (Vec::new(), Calendar::default());
        if self.is_shut() {
            return (items, calendar);
        }
        let channel = self.channel(room);
        for entry in self.rooms.entries(room) {
            if let Some(channel) = channel.as_ref().filter(|_| !self.is_barred(entry)) {
                items.extend(self.show_beside(channel, entry));
                continue;
            }
            match &entry.opened {
                None => items.push(self.show(entry)),
                Some(_) if self.is_barred(entry) => items.push(self.show(entry)),
                Some(opened) => {
                    self.fold_contact(&mut items, entry, opened);
                    self.fold_calendar(&mut calendar, &mut items, room, entry, opened);
                }
            }
        }
        if let Some(channel) = &channel {
            self.show_channel(&mut items, room, channel);
            return (items, calendar);
        }
        // An edit counts also where the relay put it before its message.
        for entry in self.rooms.entries(room) {
            if let Some(opened) = entry.opened.as_ref().filter(|_| !self.is_barred(entry)) {
                self.fold(&mut items, entry, opened);
            }
        }
        calendar.fill(&mut items, &self.conduct);
        self.show_receipts(room, &mut items);
        (items, calendar)
    }

    /// Lets an opened event take its effect on the messages.
    fn fold(&self, items: &mut [Item], entry: &Entry, opened: &Opened) {
        let Some(author) = entry.author() else {
            return;
        };
        if opened.kind == "m.room.message" {
            edit::edit(items, author, &opened.content, &self.conduct);
        }
    }
}

/// The event that `content` relates to with this `rel_type`.
pub(crate) fn related<'a>(content: &'a Value, rel_type: &str) -> Option<&'a str> {
    let relation = content.get("m.relates_to")?;
    text(relation, "event_id").filter(|_| text(relation, "rel_type") == Some(rel_type))
}

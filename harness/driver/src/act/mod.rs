//! Acts: what a user can do with the features of a messenger, beyond sending and reading.
//!
//! One enum a feature, one file an enum. A driver lists the acts that its product offers in
//! [`Hello::verbs`](crate::Hello::verbs) as `feature.act`; a check that needs another one is then a
//! visible gap. An act ends like every verb with an [`Event`](crate::Event); what it returns beyond
//! the handles of the event stands in the event's `value`, in the shape that the act documents.

mod calendar;
mod channel;
mod contact;
mod devices;
mod history;
mod media;
mod message;
mod organisation;
mod recipients;
mod signals;
mod vault;

pub use calendar::{Appointment, Attendance, CalendarAct, Moment};
pub use channel::ChannelAct;
pub use contact::ContactAct;
pub use devices::DevicesAct;
pub use history::HistoryAct;
pub use media::{MediaAct, MediaSettings};
pub use message::{MessageAct, Priority};
pub use organisation::OrganisationAct;
pub use recipients::{Ask, Label, Outgoing, RecipientSettings, RecipientsAct};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub use signals::{Presence, Sharing, SignalsAct};
pub use vault::VaultAct;

/// An act of one feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "feature", content = "act", rename_all = "snake_case")]
pub enum Act {
    /// What can be done with the devices of an account.
    Devices(DevicesAct),
    /// Appointments.
    Calendar(CalendarAct),
    /// Contacts: sent to others, kept in the address book.
    Contact(ContactAct),
    /// What a user lets others know of what he does.
    Signals(SignalsAct),
    /// What can be done to messages.
    Message(MessageAct),
    /// The past of a conversation.
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

impl Act {
    /// Every act, as drivers list them: `feature.act`.
    pub const NAMES: &[&str] = &[
        "devices.approve",
        "devices.code",
        "devices.link",
        "devices.status",
        "media.settings",
        "media.inspect",
        "media.quarantine",
        "media.verdict",
        "message.forward",
        "history.share",
        "recipients.settings",
        "recipients.review",
        "recipients.confirm",
        "recipients.undo",
        "recipients.outbox",
        "vault.status",
        "vault.set_lock",
        "vault.lock",
        "vault.unlock",
        "vault.export",
        "vault.import",
        "calendar.propose",
        "calendar.update",
        "calendar.cancel",
        "calendar.answer",
        "calendar.export",
        "contact.share",
        "contact.add",
        "contact.remove",
        "contact.list",
        "signals.share",
        "signals.settings",
        "signals.read",
        "signals.typing",
        "signals.presence",
        "signals.absence",
        "signals.view",
        "message.send",
        "message.waiting",
        "message.unsend",
        "message.edit",
        "message.delete",
        "message.traces",
        "vault.make_recovery",
        "vault.recover",
        "vault.release_share",
        "vault.recover_from_shares",
        "vault.opens",
        "vault.create_backup",
        "vault.upload_backup",
        "vault.restore_backup",
        "organisation.enrol",
        "organisation.status",
        "organisation.search",
        "channel.hold_key",
        "channel.found",
        "channel.publish",
        "channel.recall",
        "channel.view",
    ];

    /// The act's name in a driver's list.
    #[must_use]
    pub fn name(&self) -> String {
        let tagged = serde_json::to_value(self).unwrap_or_default();
        let feature = tagged.get("feature").and_then(|feature| feature.as_str());
        let act = tagged.get("act").and_then(|act| {
            let name = act.as_object().and_then(|act| act.keys().next());
            name.map(String::as_str).or(act.as_str())
        });
        format!(
            "{}.{}",
            feature.unwrap_or_default(),
            act.unwrap_or_default()
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemars::generate::SchemaSettings;
    use serde_json::Value;

    use super::*;

    /// The names that a schema of an externally tagged enum holds.
    fn alternatives(schema: &Value) -> BTreeSet<String> {
        let variants = schema["oneOf"].as_array().cloned().unwrap_or_default();
        let names = variants.iter().flat_map(|variant| {
            let units = variant["enum"].as_array().cloned().unwrap_or_default();
            let unit = variant.get("const").cloned();
            let of_units = units.into_iter().chain(unit);
            let of_units = of_units.filter_map(|unit| unit.as_str().map(str::to_owned));
            let of_objects = variant["required"].as_array().cloned().unwrap_or_default();
            of_units
                .chain(
                    of_objects
                        .into_iter()
                        .filter_map(|name| name.as_str().map(str::to_owned)),
                )
                .collect::<Vec<_>>()
        });
        names.collect()
    }

    #[test]
    fn the_list_names_every_act_of_the_schema() {
        let mut generator = SchemaSettings::draft2020_12()
            .with(|settings| settings.inline_subschemas = true)
            .into_generator();
        let schema = generator.root_schema_for::<Act>().to_value();
        let mut defined = BTreeSet::new();
        for feature in schema["oneOf"].as_array().unwrap() {
            let name = feature["properties"]["feature"]["const"].as_str().unwrap();
            for act in alternatives(&feature["properties"]["act"]) {
                defined.insert(format!("{name}.{act}"));
            }
        }
        let listed: BTreeSet<String> = Act::NAMES.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(listed, defined);
    }

    #[test]
    fn an_act_knows_its_name() {
        let edit = Act::Message(MessageAct::Edit {
            conv: "c".to_owned(),
            message: "m".to_owned(),
            body: "b".to_owned(),
        });
        assert_eq!(edit.name(), "message.edit");
    }
}

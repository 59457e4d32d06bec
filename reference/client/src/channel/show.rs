//! What readers see of a channel.

use std::collections::BTreeMap;

use reference_organisation::Says;
use serde_json::{Value, json};

use super::{Channel, Told};
use crate::{
    Client, EventId, Flaw, RoomId, UserId,
    json::text,
    room::{Entry, Item, ItemKind, ItemState, Reason, Trust},
};

impl Client {
    /// Adds the news of a channel behind the items of its room, in the publishers' order, and what is wrong with them.
    pub(crate) fn show_channel(&self, items: &mut Vec<Item>, room: &RoomId, channel: &Channel) {
        let mut news: Vec<(usize, Item)> = Vec::new();
        let places: BTreeMap<&EventId, usize> = self
            .rooms
            .entries(room)
            .iter()
            .enumerate()
            .map(|(at, entry)| (&entry.event, at))
            .collect();
        for told in channel.entries.values().flatten() {
            if let Some(item) = self.show_told(channel, told) {
                let at = places.get(&told.event).copied().unwrap_or_default();
                news.push((at, item));
            }
        }
        if self.conduct.has(Flaw::AnnouncementInRelayOrder) {
            news.sort_by_key(|(at, _)| *at);
        }
        items.extend(news.into_iter().map(|(_, item)| item));
        items.extend(self.behind(room, channel));
    }

    /// An event of a channel's room that is no news of it.
    pub(crate) fn show_beside(&self, channel: &Channel, entry: &Entry) -> Option<Item> {
        if channel.again.contains(&entry.event) {
            return None;
        }
        if let Some(reason) = channel.refused.get(&entry.event) {
            return Some(Item::rejected(entry, *reason));
        }
        if entry.is_announcement() {
            return None;
        }
        let is_open = entry.kind == ItemKind::Notice || self.conduct.has(Flaw::ChannelOpenToAll);
        if !is_open && entry.state == ItemState::Decrypted {
            return Some(Item::rejected(entry, Reason::NotAPublisher));
        }
        Some(self.show(entry))
    }

    fn show_told(&self, channel: &Channel, told: &Told) -> Option<Item> {
        let number = told.entry.number;
        let Says::Post { expires, .. } = &told.entry.says else {
            return None;
        };
        let is_over = expires.is_some_and(|expires| expires.0 <= self.now);
        let recalled = channel.recalled.get(&number);
        let content = told
            .content
            .as_ref()
            .filter(|_| recalled.is_none() && !is_over);
        let part = |name: &str| content.and_then(|content| text(content, name));
        let doubt = match () {
            () if channel.forked.contains(&number) => Some(Reason::ChannelForked),
            () if channel.gaps.contains_key(&number) => Some(Reason::ChannelGap),
            () => None,
        };
        let facts = json!({
            "channel": channel.serial(),
            "name": channel.name(),
            "number": number,
            "title": part("title"),
            "priority": part("priority"),
            "issued": told.entry.issued,
            "role": told.by.role,
            "recalled": recalled,
            "expired": is_over,
        });
        Some(Item {
            event: told.event.clone(),
            sender: told.sender.clone(),
            device: None,
            kind: ItemKind::Message,
            body: part("body").map(str::to_owned),
            state: ItemState::Decrypted,
            trust: match doubt {
                Some(_) => Trust::Warn,
                None => Trust::Verified,
            },
            reason: doubt,
            facts: BTreeMap::from([("announcement".to_owned(), facts)]),
        })
    }

    /// A notice while a member knows more of the channel than the relay shows.
    fn behind(&self, room: &RoomId, channel: &Channel) -> Option<Item> {
        let (known, _) = channel.head()?;
        let (length, by) = self.affiliation.claimed(room)?;
        if length <= known || self.conduct.has(Flaw::ChannelHeadsIgnored) {
            return None;
        }
        Some(Item {
            event: EventId::new(format!("channel-behind-{length}")),
            sender: by.clone(),
            device: None,
            kind: ItemKind::Notice,
            body: Some(format!(
                "{by} knows {length} entries of this channel, the relay shows {known}"
            )),
            state: ItemState::Plain,
            trust: Trust::Warn,
            reason: Some(Reason::ChannelBehind),
            facts: BTreeMap::new(),
        })
    }

    /// The state of a channel.
    pub(crate) fn channel_view(&self, room: &RoomId) -> Option<Value> {
        let channel = self.channel(room)?;
        let (length, _) = channel.head()?;
        let claimed: Option<(u64, &UserId)> = self.affiliation.claimed(room);
        let gaps = channel.gaps.iter();
        let gaps: Vec<[u64; 2]> = gaps
            .map(|(after, first)| [*first, after.saturating_sub(1)])
            .collect();
        Some(json!({
            "channel": channel.serial(),
            "name": channel.name(),
            "length": length,
            "gaps": gaps,
            "forked": channel.forked,
            "recalled": channel.recalled.keys().collect::<Vec<_>>(),
            "fresh": channel.fresh(),
            "behind": claimed.map(|(claimed, _)| claimed).filter(|claimed| *claimed > length),
        }))
    }
}

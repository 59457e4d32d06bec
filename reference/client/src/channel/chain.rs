//! The chain of a channel's entries, whatever the relay made of their order.

use std::collections::{BTreeMap, BTreeSet};

use reference_organisation::{Announcement, Digest, Says, Serial};

use super::Told;
use crate::{Conduct, EventId, Flaw, room::Reason};

/// Entries of one channel.
#[derive(Clone, Debug, Default)]
pub(crate) struct Channel {
    serial: Option<Serial>,
    /// By number; more than one under a number is a fork.
    pub(super) entries: BTreeMap<u64, Vec<Told>>,
    /// The numbers that have a gap before them, with the first number that is missing. A publisher can sign any number,
    /// so what is missing is never listed one by one.
    pub(super) gaps: BTreeMap<u64, u64>,
    /// Numbers whose entry does not follow, or is not the only one.
    pub(super) forked: BTreeSet<u64>,
    /// Posts that were taken back, with the number of the recall.
    pub(super) recalled: BTreeMap<u64, u64>,
    /// Events that are no entry of it.
    pub(super) refused: BTreeMap<EventId, Reason>,
    /// Events that bring an entry again.
    pub(super) again: BTreeSet<EventId>,
}

impl Channel {
    pub(super) fn take(&mut self, told: Told, conduct: &Conduct) {
        let serial = *self.serial.get_or_insert(told.entry.channel);
        if told.entry.channel != serial {
            return self.refuse(told.event, Reason::AnnouncementForged);
        }
        let known = self.entries.entry(told.entry.number).or_default();
        let is_again = known.iter().any(|known| known.digest == told.digest);
        if is_again && !conduct.has(Flaw::AnnouncementReplayed) {
            self.again.insert(told.event);
            return;
        }
        known.push(told);
    }

    pub(super) fn refuse(&mut self, event: EventId, reason: Reason) {
        self.refused.insert(event, reason);
    }

    /// Looks at how the entries follow each other.
    pub(super) fn link(&mut self, conduct: &Conduct) {
        let mut expected = 1;
        let mut before: Option<Digest> = None;
        for (number, told) in &self.entries {
            if *number > expected && !conduct.has(Flaw::AnnouncementGapSilent) {
                self.gaps.insert(*number, expected);
            }
            let follows = |told: &Told| {
                *number != expected || before.is_none() || told.entry.previous == before
            };
            let is_fork = told.len() > 1 || !told.iter().all(follows);
            if is_fork
                && !conduct.has(Flaw::AnnouncementForkSilent)
                && !conduct.has(Flaw::AnnouncementReplayed)
            {
                self.forked.insert(*number);
            }
            before = told.first().map(|told| told.digest);
            expected = number.saturating_add(1);
        }
        self.recalled = self.recalls(conduct);
    }

    fn recalls(&self, conduct: &Conduct) -> BTreeMap<u64, u64> {
        let mut recalled = BTreeMap::new();
        for told in self.entries.values().flatten() {
            let Says::Recall { number } = told.entry.says else {
                continue;
            };
            let targets = self.entries.get(&number).into_iter().flatten();
            let mut rightful = targets
                .filter(|target| {
                    conduct.has(Flaw::RecallByAnyone)
                        || Announcement::may_recall(&told.by, &target.by.key)
                })
                .peekable();
            if rightful.peek().is_some() {
                recalled.insert(number, told.entry.number);
            }
        }
        recalled
    }

    pub(super) fn is_founded(&self) -> bool {
        self.entries.contains_key(&1)
    }

    pub(crate) fn serial(&self) -> Option<Serial> {
        self.serial
    }

    /// What readers see it as.
    pub(crate) fn name(&self) -> &str {
        let first = self.entries.get(&1).and_then(|told| told.first());
        match first.map(|told| &told.entry.says) {
            Some(Says::Found { name }) => name,
            _ => "",
        }
    }

    /// The number and digest of the last entry.
    pub(crate) fn head(&self) -> Option<(u64, Digest)> {
        let (number, told) = self.entries.last_key_value()?;
        Some((*number, told.first()?.digest))
    }

    /// When the newest entry was signed.
    pub(super) fn fresh(&self) -> u64 {
        let times = self.entries.values().flatten();
        times.map(|told| told.entry.issued.0).max().unwrap_or(0)
    }

    /// Whether a publisher can go on without hiding something that is not known here.
    pub(super) fn is_whole(&self) -> bool {
        self.gaps.is_empty() && self.forked.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use reference_organisation::{Authority, Role, SigningKey, Tenant, Time};

    use super::*;
    use crate::UserId;

    fn told(number: u64) -> Told {
        let key = SigningKey::from_seed(&[5; 32]).public();
        let found = Says::Found {
            name: "News".to_owned(),
        };
        let recall = Says::Recall { number: 1 };
        let entry = Announcement {
            organisation: key,
            tenant: Tenant::new("main").unwrap(),
            channel: Serial::from_bytes([1; 16]),
            room: "!news:x".to_owned(),
            number,
            previous: None,
            issued: Time(0),
            says: if number == 1 { found } else { recall },
        };
        Told {
            event: EventId::new(format!("${number}")),
            sender: UserId::new("@a:x"),
            digest: Digest::of(&entry).unwrap(),
            entry,
            by: Authority {
                key,
                role: Role::Publisher,
                tenant: None,
                is_root: false,
            },
            content: None,
        }
    }

    #[test]
    fn a_gap_costs_the_same_however_long_it_is() {
        const FAR: u64 = (1 << 53) - 1;
        let (mut channel, honest) = (Channel::default(), Conduct::honest());
        for number in [1, 4, FAR] {
            channel.take(told(number), &honest);
        }
        channel.link(&honest);
        assert_eq!(channel.gaps, BTreeMap::from([(4, 2), (FAR, 5)]));
        assert!(!channel.is_whole());
    }
}

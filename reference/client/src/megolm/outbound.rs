//! The session for sending in a room, and when it ends.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vodozemac::megolm::{GroupSession, GroupSessionPickle, SessionConfig};

use super::{Groups, Inbound, Owner};
use crate::{Conduct, DeviceId, Flaw, RoomId, UserId, Variant, directory::MEGOLM};

/// How long a session may live (Matrix specification, `m.room.encryption`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    messages: u64,
    /// Milliseconds.
    period: u64,
}

impl Settings {
    /// The caps: 100 messages, 7 days; the defaults of the specification.
    pub(crate) const CAPS: Self = Self {
        messages: 100,
        period: 604_800_000,
    };

    /// The flaw: the same without an age.
    pub(crate) fn without_period(self) -> Self {
        Self {
            period: u64::MAX,
            ..self
        }
    }

    /// Reads the room's wish; a room may ask for shorter lives, never for longer ones (ATK-MEGOLM-15).
    pub(crate) fn parse(content: &Value, conduct: &Conduct) -> Self {
        let wish = |field: &str| {
            content
                .get(field)
                .and_then(Value::as_u64)
                .filter(|n| *n > 0)
        };
        if conduct.has(Flaw::RotationUncapped) {
            return Self {
                messages: wish("rotation_period_msgs").unwrap_or(u64::MAX),
                period: wish("rotation_period_ms").unwrap_or(u64::MAX),
            };
        }
        let messages = wish("rotation_period_msgs").unwrap_or(Self::CAPS.messages);
        let period = wish("rotation_period_ms").unwrap_or(Self::CAPS.period);
        let most = if conduct.varies(Variant::RotatesEarly) {
            Self::CAPS.messages / 5
        } else {
            Self::CAPS.messages
        };
        Self {
            messages: messages.min(most),
            period: period.min(Self::CAPS.period),
        }
    }
}

/// The settings of a room, and the time at which they are asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    pub(crate) settings: Settings,
    /// Milliseconds since the epoch.
    pub(crate) now: u64,
}

/// The session for sending in one room.
pub(crate) struct Outbound {
    session: GroupSession,
    /// Milliseconds since the epoch.
    created: u64,
    sent: u64,
    /// The devices that acknowledgedly have the key, with their Curve25519 keys.
    shared: BTreeMap<UserId, BTreeMap<DeviceId, String>>,
    /// A reason to end it came up.
    ended: bool,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    session: GroupSessionPickle,
    created: u64,
    sent: u64,
    shared: BTreeMap<UserId, BTreeMap<DeviceId, String>>,
    ended: bool,
}

impl Outbound {
    pub(crate) fn restore(record: Record) -> Self {
        Self {
            session: GroupSession::from_pickle(record.session),
            created: record.created,
            sent: record.sent,
            shared: record.shared,
            ended: record.ended,
        }
    }

    pub(crate) fn record(&self) -> Record {
        Record {
            session: self.session.pickle(),
            created: self.created,
            sent: self.sent,
            shared: self.shared.clone(),
            ended: self.ended,
        }
    }

    pub(crate) fn has(&self, user: &UserId, device: &DeviceId) -> bool {
        self.shared
            .get(user)
            .is_some_and(|devices| devices.contains_key(device))
    }

    /// Whether its indices are used up: vodozemac 0.11.1 would go on with index 0 (VEC-K-09, ATK-MEGOLM-23).
    fn is_spent(&self) -> bool {
        self.session.message_index() == u32::MAX
    }

    /// Whether its time is over. A clock that went backwards ends a session too.
    pub(crate) fn is_aged(&self, term: Term) -> bool {
        let age = term.now.checked_sub(self.created);
        age.is_none_or(|age| age >= term.settings.period)
    }

    /// The key as `m.room_key` carries it (Matrix specification).
    pub(crate) fn room_key(&self, room: &RoomId) -> Value {
        json!({
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": self.session.session_id(),
            "session_key": self.session.session_key().to_base64(),
        })
    }
}

impl Groups {
    pub(crate) fn outbound(&self, room: &RoomId) -> Option<&Outbound> {
        self.outbound.get(room)
    }

    /// Ends the session of a room: the next message opens another one.
    pub(crate) fn end(&mut self, room: &RoomId) {
        if let Some(outbound) = self.outbound.get_mut(room) {
            outbound.ended = true;
            self.dirty_outbound.insert(room.clone());
        }
    }

    /// Whether any room has a session to send in.
    pub(crate) fn sends(&self) -> bool {
        !self.outbound.is_empty()
    }

    /// After a restart no old session sends again: the store may be an old copy (ATK-OLM-20).
    pub(crate) fn end_all(&mut self) {
        for (room, outbound) in &mut self.outbound {
            outbound.ended = true;
            self.dirty_outbound.insert(room.clone());
        }
    }

    /// Makes sure that the room has a session that may still be used, and that only readers hold.
    ///
    /// `keeps` tells whether a device that has the key may still read.
    pub(crate) fn prepare(
        &mut self,
        room: &RoomId,
        term: Term,
        owner: &Owner,
        keeps: impl Fn(&UserId, &DeviceId) -> bool,
    ) {
        let usable = self.outbound.get(room).is_some_and(|outbound| {
            let mut holders = outbound
                .shared
                .iter()
                .flat_map(|(user, devices)| devices.keys().map(move |id| (user, id)));
            !outbound.ended
                && !outbound.is_spent()
                && outbound.sent < term.settings.messages
                && !outbound.is_aged(term)
                && holders.all(|(user, device)| keeps(user, device))
        });
        if usable {
            return;
        }
        let session = GroupSession::new(SessionConfig::version_1());
        // Our own copy decrypts our own echo.
        let own = Inbound::own(&session, owner.clone());
        self.put_inbound(room, &session.session_id(), own);
        self.send_with(room, session, term.now);
    }

    /// Sends in the room with a session that nobody has yet.
    pub(crate) fn send_with(&mut self, room: &RoomId, session: GroupSession, now: u64) {
        let fresh = Outbound {
            session,
            created: now,
            sent: 0,
            shared: BTreeMap::new(),
            ended: false,
        };
        self.outbound.insert(room.clone(), fresh);
        self.dirty_outbound.insert(room.clone());
    }

    /// The devices acknowledgedly have the key.
    pub(crate) fn shared(
        &mut self,
        room: &RoomId,
        session: &str,
        with: Vec<(UserId, DeviceId, String)>,
    ) {
        let Some(outbound) = self.outbound.get_mut(room) else {
            return;
        };
        if outbound.session.session_id() != session {
            return;
        }
        for (user, device, curve) in with {
            outbound
                .shared
                .entry(user)
                .or_default()
                .insert(device, curve);
        }
        self.dirty_outbound.insert(room.clone());
    }

    /// Messages sent under the session of a room.
    pub(crate) fn sent(&self, room: &RoomId) -> usize {
        let outbound = self.outbound.get(room);
        outbound.map_or(0, |outbound| usize::try_from(outbound.sent).unwrap_or(0))
    }

    pub(crate) fn session_id(&self, room: &RoomId) -> Option<String> {
        self.outbound
            .get(room)
            .map(|outbound| outbound.session.session_id())
    }

    /// Encrypts for the room, unless there is no session or its indices are used up; the state has moved on before the ciphertext exists for anybody else.
    pub(crate) fn encrypt(&mut self, room: &RoomId, plaintext: &[u8]) -> Option<(String, String)> {
        let outbound = self.outbound.get_mut(room)?;
        if outbound.is_spent() {
            return None;
        }
        let ciphertext = outbound.session.encrypt(plaintext).to_base64();
        outbound.sent = outbound.sent.saturating_add(1);
        self.dirty_outbound.insert(room.clone());
        Some((outbound.session.session_id(), ciphertext))
    }
}

//! The client: one device of one user, driven by inputs.

mod dispatch;
mod input;
mod login;
mod media;
mod output;
mod respond;
mod view;
mod wire;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use input::{Input, MAX_BODY, Verb, VerifyStep};
pub(crate) use login::{device_path, password_auth};
pub use output::{Body, Method, Outcome, Output, Request};
pub(crate) use respond::{Answer, read_answer};
pub use view::{DeviceTrust, DeviceView, FlowView, IdentityView, RoomView};
pub(crate) use wire::{About, Change, Pending, Wire};

use crate::{
    CallId, Conduct, DeviceId, EventId, Flaw, Kdf, Refusal, RoomId, Store, StoreError, UserId,
    account::Own,
    devices::Devices,
    directory::Directory,
    errand::Errand,
    flows::Flows,
    guard::Guard,
    history::Histories,
    json::decoded,
    media::Quarantine,
    megolm::Groups,
    membership::{Rolls, Word},
    olm::Sessions,
    organisation::Affiliation,
    policy::Policy,
    room::Rooms,
    send::Draft,
    store::Records,
    vault::Vault,
};
use crate::{contact::Book, outbox::Outbox, room::Source, signals::Signals};

/// One device of one user.
///
/// Every input is answered with outputs, in order. What the outputs depend on is durable before
/// they are handed out.
pub struct Client {
    pub(crate) conduct: Conduct,
    store: Box<dyn Store>,
    /// Changes that the store has refused; they go first with the next ones.
    unwritten: Records,
    pub(crate) own: Option<Own>,
    pub(crate) directory: Directory,
    pub(crate) policy: Policy,
    pub(crate) affiliation: Affiliation,
    pub(crate) olm: Sessions,
    pub(crate) groups: Groups,
    pub(crate) rooms: Rooms,
    pub(crate) rolls: Rolls,
    /// What members say of rooms, until the sync that brought it is taken in.
    pub(crate) words: Vec<Word>,
    pub(crate) flows: Flows,
    pub(crate) devices: Devices,
    pub(crate) vault: Vault,
    pub(crate) outbox: Outbox,
    pub(crate) signals: Signals,
    pub(crate) book: Book,
    /// The highest count that this device has given to what it says about a thing, before its echo is here.
    pub(crate) counted: BTreeMap<String, u64>,
    /// The time of the last input, in milliseconds since the epoch.
    pub(crate) now: u64,
    pub(crate) guard: Guard,
    pub(crate) quarantine: Quarantine,
    pub(crate) wire: Wire,
    pub(crate) login: Option<login::Login>,
    pub(crate) drafts: BTreeMap<RoomId, VecDeque<Draft>>,
    pub(crate) errands: Vec<Errand>,
    pub(crate) histories: Histories,
    /// Devices without a usable one-time key since the last message was queued.
    pub(crate) unreachable: BTreeSet<(UserId, DeviceId)>,
    /// Own devices that were asked for a session's key.
    pub(crate) asked: BTreeMap<(RoomId, String), BTreeSet<DeviceId>>,
    /// Syncs that are done when everything that they asked for is answered.
    pub(crate) syncs: Vec<CallId>,
}

impl Client {
    /// Opens the client that the store holds, or a fresh one.
    ///
    /// # Errors
    /// When the store cannot be read, or holds what no client has written.
    pub fn open(store: Box<dyn Store>) -> Result<Self, StoreError> {
        Self::open_with(store, Conduct::honest())
    }

    /// Opens a client that may have seeded flaws. Only for the driver shim of a test bench.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub fn open_with(store: Box<dyn Store>, conduct: Conduct) -> Result<Self, StoreError> {
        let records = store.load()?;
        let mut client = Self::empty(store, conduct);
        for (name, record) in &records {
            client.load(name, record)?;
        }
        client.rooms.remember_removals(&client.conduct);
        client.obey(client.affiliation.policy());
        client.wire.token = client.own.as_ref().map(|own| own.token.clone());
        // An old copy of the store must not encrypt twice at one index.
        let goes_on = |client: &Self| {
            client.conduct.has(Flaw::PersistAfterSend) || client.conduct.has(Flaw::ShareNotResumed)
        };
        if client.groups.sends() && !goes_on(&client) {
            client.groups.end_all();
        }
        let rolled_back = client.store.rolled_back();
        if rolled_back {
            client.olm.end_all();
        }
        client.vault.begin(rolled_back, client.own.is_some());
        Ok(client)
    }

    fn empty(store: Box<dyn Store>, conduct: Conduct) -> Self {
        Self {
            conduct,
            store,
            unwritten: Records::default(),
            own: None,
            directory: Directory::default(),
            policy: Policy::unmanaged(),
            affiliation: Affiliation::default(),
            olm: Sessions::default(),
            groups: Groups::default(),
            rooms: Rooms::default(),
            rolls: Rolls::default(),
            words: Vec::new(),
            flows: Flows::default(),
            devices: Devices::default(),
            vault: Vault::default(),
            outbox: Outbox::default(),
            signals: Signals::default(),
            book: Book::default(),
            counted: BTreeMap::new(),
            now: 0,
            guard: Guard::default(),
            quarantine: Quarantine::default(),
            wire: Wire::default(),
            login: None,
            drafts: BTreeMap::new(),
            errands: Vec::new(),
            histories: Histories::default(),
            unreachable: BTreeSet::new(),
            asked: BTreeMap::new(),
            syncs: Vec::new(),
        }
    }

    /// What a passphrase costs from now on; a test bench asks for the least.
    pub fn set_kdf(&mut self, kdf: Kdf) {
        self.vault.kdf = kdf;
    }

    pub(crate) fn store_mut(&mut self) -> &mut dyn Store {
        self.store.as_mut()
    }

    /// Removes everything that the device has stored, its keys first of all.
    pub(crate) fn forget(&mut self) -> Result<(), StoreError> {
        self.store.erase()?;
        self.own = None;
        self.wire.token = None;
        self.directory = Directory::default();
        self.affiliation = Affiliation::default();
        self.obey(Policy::unmanaged());
        self.olm = Sessions::default();
        self.groups = Groups::default();
        self.rooms = Rooms::default();
        self.rolls = Rolls::default();
        self.flows = Flows::default();
        self.devices = Devices::default();
        self.vault = Vault::of(self.vault.kdf);
        self.unwritten = Records::default();
        self.outbox = Outbox::default();
        self.signals = Signals::default();
        self.book = Book::default();
        self.counted.clear();
        self.guard = Guard::default();
        self.quarantine = Quarantine::default();
        self.drafts.clear();
        self.errands.clear();
        self.histories = Histories::default();
        self.asked.clear();
        Ok(())
    }

    /// Takes one input in; `now` is milliseconds since the Unix epoch.
    pub fn handle(&mut self, now: u64, input: Input) -> Vec<Output> {
        self.watch_lock(now, &input);
        self.now = now;
        let may_advance = match &input {
            Input::Tick => self.release_due(now) || self.has_held_due(now),
            Input::Call { .. } | Input::Response { .. } => true,
        };
        match input {
            Input::Tick => {}
            Input::Call { call, verb } => {
                if let Err(refusal) = self.begin(now, call, verb) {
                    self.wire.refuse(call, refusal);
                }
            }
            Input::Response {
                request,
                status,
                body,
            } => self.respond(now, request, status, &body),
        }
        self.expire(now);
        if may_advance {
            self.advance(now);
        }
        let outputs = match self.commit() {
            Ok(()) => self.wire.take(),
            Err(error) => self.withhold(&Refusal::Store(error)),
        };
        for output in &outputs {
            if let Output::Refused { call, .. } = output {
                self.affiliation.take_back(*call);
            }
        }
        outputs
    }

    /// Takes out what has to disappear, and has the relay forget what this device sent of it.
    fn expire(&mut self, now: u64) {
        if self.rooms.is_overdue(now) && !self.conduct.has(Flaw::RetentionIgnored) {
            for (room, event) in self.rooms.drop_overdue(now) {
                self.forget_key(&room, &event);
            }
        }
        for (room, entry) in self.rooms.expire(now, &self.conduct) {
            self.forget_key(&room, &entry.event);
            let own = self.own.as_ref().map(Own::curve25519);
            let is_own = matches!(&entry.source, Source::Session(owner) if Some(&owner.curve25519) == own.as_ref());
            if is_own {
                self.withdraw(&room, &entry.event);
            }
        }
    }

    /// What is gone must not come back out of a recorded ciphertext (ATK-MEGOLM-20).
    fn forget_key(&mut self, room: &RoomId, event: &EventId) {
        if !self.conduct.has(Flaw::NeverAdvanceInbound) {
            self.groups.forget(room, event);
        }
    }

    /// The count of the next thing that is said about `thing`, where `seen` counts what the timeline shows.
    pub(crate) fn next_count(&mut self, thing: &str, seen: u64) -> u64 {
        let given = self.counted.get(thing).copied().unwrap_or_default();
        let next = seen.max(given).saturating_add(1);
        self.counted.insert(thing.to_owned(), next);
        next
    }

    /// How many records of the store hold a text, as this device reads them.
    pub(crate) fn traces(&self, text: &str) -> Result<usize, StoreError> {
        let records = self.store.load()?;
        let holds = |record: &&Vec<u8>| String::from_utf8_lossy(record).contains(text);
        Ok(records.values().filter(holds).count())
    }

    /// Does everything that can be done now.
    fn advance(&mut self, now: u64) {
        self.tend_flows(now);
        self.tend_devices(now);
        self.continue_login();
        self.upload_keys();
        self.query_keys();
        self.admit_waiting();
        self.query_admissions();
        self.tell_affiliation();
        self.tidy_channels();
        self.settle_histories();
        self.share_histories(now);
        self.run_errands();
        self.release_held(now);
        self.send_drafts(now);
        self.finish_syncs();
        self.settle_held();
    }

    fn upload_keys(&mut self) {
        if self
            .wire
            .awaits(|pending| matches!(pending, Pending::KeysUpload))
        {
            return;
        }
        let Some(own) = self.own.as_mut().filter(|own| own.must_upload()) else {
            return;
        };
        // An account signs its own fresh keys; that fails for no key that it makes.
        if let Ok(body) = own.upload(&self.conduct) {
            self.wire.post("keys/upload", body, Pending::KeysUpload);
        }
    }

    fn finish_syncs(&mut self) {
        let open = self.wire.awaits(|pending| {
            matches!(
                pending,
                Pending::KeysUpload
                    | Pending::KeysQuery { .. }
                    | Pending::KeysClaim { .. }
                    | Pending::SignaturesUpload
                    | Pending::ListsQuery { .. }
                    | Pending::Errand
                    | Pending::Verification { end: None }
            ) || matches!(pending, Pending::Organisation(asked) if asked.call().is_none()) || matches!(
                pending,
                Pending::Enlist { change } | Pending::Append { change, .. } if change.call().is_none()
            )
        });
        if !open {
            for call in std::mem::take(&mut self.syncs) {
                self.wire.done(call, Outcome::Finished);
            }
        }
    }

    /// Makes everything durable that changed.
    fn commit(&mut self) -> Result<(), StoreError> {
        let mut records = std::mem::take(&mut self.unwritten);
        let later = self.persisted_later();
        if let Some(own) = self.own.as_mut() {
            own.drain(&mut records)?;
        }
        self.devices.drain(&mut records)?;
        self.affiliation.drain(&mut records)?;
        self.directory.drain(&mut records)?;
        if !self.stores_channels_later() {
            self.olm.drain(&mut records)?;
        }
        if !self.stores_received_later() {
            self.groups.drain(&mut records, &later)?;
            self.rooms.drain(&mut records)?;
        }
        self.rolls.drain(&mut records)?;
        self.vault.drain(&mut records)?;
        self.outbox.drain(&mut records)?;
        self.signals.drain(&mut records)?;
        self.book.drain(&mut records)?;
        self.guard.drain(&mut records)?;
        self.quarantine.drain(&mut records)?;
        self.histories.drain(&mut records)?;
        if records.0.is_empty() {
            return Ok(());
        }
        let stored = self.store.commit(&records);
        if stored.is_err() {
            self.unwritten = records;
        }
        stored
    }

    /// Nothing leaves that could not be stored; every call that waits for it ends.
    fn withhold(&mut self, refusal: &Refusal) -> Vec<Output> {
        self.wire.withhold(refusal);
        self.end_calls(refusal);
        self.wire.take()
    }

    /// Every call that waits for something else than an answer ends.
    pub(crate) fn end_calls(&mut self, refusal: &Refusal) {
        self.fail_login(refusal.clone());
        self.outbox.stop();
        let drafts = std::mem::take(&mut self.drafts).into_values().flatten();
        let waiting = drafts.filter_map(|draft| draft.call);
        let waiting = waiting
            .chain(self.devices.end())
            .chain(self.histories.end());
        for call in waiting.chain(std::mem::take(&mut self.syncs)) {
            self.wire.refuse(call, refusal.clone());
        }
        self.settle_held();
    }

    /// The flaw: a channel is stored only after the relay has what it encrypted.
    fn stores_channels_later(&self) -> bool {
        let is_sealed = |pending: &Pending| matches!(pending, Pending::Share { .. });
        self.wire.awaits(is_sealed) && self.conduct.has(Flaw::ChannelStoredLate)
    }

    /// The flaw: what came is stored only when no more is asked for.
    fn stores_received_later(&self) -> bool {
        self.wire.awaits(|_| true) && self.conduct.has(Flaw::ReceivedStoredLate)
    }

    /// The flaw: the rooms whose sending session is stored only after the relay has answered.
    fn persisted_later(&self) -> BTreeSet<RoomId> {
        let sending = self
            .wire
            .pending
            .values()
            .filter_map(|pending| match pending {
                Pending::Send { room, .. } => Some(room.clone()),
                _ => None,
            });
        let sending: BTreeSet<_> = sending.collect();
        match !sending.is_empty() && self.conduct.has(Flaw::PersistAfterSend) {
            true => sending,
            false => BTreeSet::new(),
        }
    }

    fn load(&mut self, name: &str, record: &[u8]) -> Result<(), StoreError> {
        let unknown = || StoreError(format!("a record has the unknown name {name}"));
        let parts: Option<Vec<String>> = name.split('/').map(decoded).collect();
        let parts = parts.ok_or_else(unknown)?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match *parts.as_slice() {
            ["devices"] => self.devices = Devices::load(record)?,
            ["organisation"] => self.affiliation.load(record)?,
            ["listing"] => self.affiliation.load_listing(record)?,
            ["own"] => self.own = Some(Own::load(record)?),
            ["user", user] => self.directory.load(user, record)?,
            ["olm", curve] => self.olm.load(curve, record)?,
            ["room", room] => self.rooms.load(room, record)?,
            ["roll", room] => self.rolls.load(room, record)?,
            ["roll", room, _] => self.rolls.load_said(room, record)?,
            ["item", room, _] => self.rooms.load_entry(room, record)?,
            ["signals"] => self.signals.load(record)?,
            ["receipts", room] => self.signals.load_room(room, record)?,
            ["book"] => self.book.load(record)?,
            ["history", id] => self.histories.load(id, record)?,
            ["outbox", id] => self.outbox.load(id, record)?,
            ["out", room] => self.groups.load_outbound(room, record)?,
            ["vault"] => self.vault.load(record)?,
            ["in", room, session] => self.groups.load_inbound(room, session, record)?,
            ["guard", ref of @ ..] if self.guard.load(of, record)? => {}
            ["media", ref of @ ..] if self.quarantine.load(of, record)? => {}
            _ => return Err(unknown()),
        }
        Ok(())
    }
}

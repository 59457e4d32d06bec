use ruma::UserId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Key, Span, StoreError};

/// The tables. Each row is a key (see [`Key`]) and a JSON value; only media bytes are no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// `position` -> the last number given out.
    Meta,
    /// user -> account.
    Accounts,
    /// user, device -> device.
    Devices,
    /// token hash -> session.
    Sessions,
    /// registration token hash, or serial of an organisation's invitation -> how often it was used.
    Invitations,
    /// user, device -> signed device keys as uploaded.
    DeviceKeys,
    /// user, device, algorithm, number -> one-time key.
    OneTimeKeys,
    /// user, device, algorithm -> fallback key.
    FallbackKeys,
    /// user, usage -> cross-signing key as uploaded.
    CrossSigningKeys,
    /// user, key, signer -> signatures added later.
    Signatures,
    /// user, number -> signed statement about a device, as it came.
    DeviceStatements,
    /// token hash -> whose token it was, until its device says that it erased everything.
    RemovedSessions,
    /// number -> user whose keys or devices changed.
    DeviceChanges,
    /// user, device, number -> waiting to-device event.
    ToDevice,
    /// room -> room.
    Rooms,
    /// room, number -> event.
    Events,
    /// room, event id -> number.
    EventPlaces,
    /// room, type, state key, number -> event id.
    State,
    /// room, user -> membership.
    Members,
    /// user, room -> membership, the same record again.
    Memberships,
    /// room, number -> who changed membership.
    MemberChanges,
    /// user, room or nothing, type -> account data.
    AccountData,
    /// room, number -> receipt.
    Receipts,
    /// room, user, type, thread -> number of the newest receipt.
    ReceiptPlaces,
    /// user, filter id -> filter.
    Filters,
    /// user, device, endpoint..., transaction -> what was answered.
    Transactions,
    /// media id -> what is known of it.
    Media,
    /// media id -> the bytes.
    MediaBytes,
    /// end, media id -> nothing: uploads whose uploader said when they are over.
    MediaEnds,
    /// room -> milliseconds after which its events are over, as the room itself says.
    RoomLifetimes,
    /// user, app, push key -> how a phone is woken.
    Pushers,
    /// hash of a user -> that he was erased.
    Erased,
    /// user -> admission, as signed.
    Admissions,
    /// tenant -> newest policy, as signed.
    Policies,
    /// tenant -> what holds the pages of its newest directory together, as signed.
    Directories,
    /// tenant, number -> sealed page of its directory.
    DirectoryPages,
    /// number from 1 -> entry of the log of acts, as signed.
    Acts,
}

/// Reading.
pub(crate) trait Tables {
    /// The value of a row.
    fn fetch(&self, table: Table, key: &Key) -> Result<Option<Vec<u8>>, StoreError>;

    /// At most `limit` rows of a range, in key order or backwards.
    fn scan(
        &self,
        table: Table,
        span: &Span,
        limit: usize,
        backwards: bool,
    ) -> Result<Vec<(Key, Vec<u8>)>, StoreError>;

    /// The last number given out by [`TablesMut::next`].
    fn head(&self) -> Result<u64, StoreError>;

    /// How many bytes the store's file has.
    fn bytes(&self) -> Result<u64, StoreError>;
}

/// Reading and writing inside one write.
pub(crate) trait TablesMut: Tables {
    /// Writes a row.
    fn put(&mut self, table: Table, key: &Key, value: &[u8]) -> Result<(), StoreError>;

    /// Removes a row if it is there.
    fn delete(&mut self, table: Table, key: &Key) -> Result<(), StoreError>;

    /// Removes a range, and tells how many rows there were.
    fn delete_span(&mut self, table: Table, span: &Span) -> Result<usize, StoreError>;

    /// The next number of the one stream that orders everything.
    fn next(&mut self) -> Result<u64, StoreError>;

    /// Notes that `user` has news once this write is durable.
    fn wake(&mut self, user: &UserId);

    /// Asks that nothing of what was ever removed is left in the store's files when this write is answered.
    fn wipe(&mut self);
}

/// Reads a typed row.
pub(crate) fn load<T: DeserializeOwned>(
    tables: &dyn Tables,
    table: Table,
    key: &Key,
) -> Result<Option<T>, StoreError> {
    tables
        .fetch(table, key)?
        .map(|value| parse(table, &value))
        .transpose()
}

/// Writes a typed row.
pub(crate) fn save<T: Serialize>(
    tables: &mut dyn TablesMut,
    table: Table,
    key: &Key,
    value: &T,
) -> Result<(), StoreError> {
    let value = serde_json::to_vec(value).map_err(|source| StoreError::Damaged {
        table: table.name(),
        source,
    })?;
    tables.put(table, key, &value)
}

impl dyn Tables + '_ {
    /// All typed rows of a range in key order.
    pub(crate) fn list<T: DeserializeOwned>(
        &self,
        table: Table,
        span: &Span,
    ) -> Result<Vec<(Key, T)>, StoreError> {
        self.page(table, span, usize::MAX, false)
    }

    /// At most `limit` typed rows of a range.
    pub(crate) fn page<T: DeserializeOwned>(
        &self,
        table: Table,
        span: &Span,
        limit: usize,
        backwards: bool,
    ) -> Result<Vec<(Key, T)>, StoreError> {
        self.scan(table, span, limit, backwards)?
            .into_iter()
            .map(|(key, value)| Ok((key, parse(table, &value)?)))
            .collect()
    }
}

impl Table {
    /// Every table once.
    pub(crate) const ALL: [Self; 37] = [
        Self::Meta,
        Self::Accounts,
        Self::Devices,
        Self::Sessions,
        Self::Invitations,
        Self::DeviceKeys,
        Self::OneTimeKeys,
        Self::FallbackKeys,
        Self::CrossSigningKeys,
        Self::Signatures,
        Self::DeviceStatements,
        Self::RemovedSessions,
        Self::DeviceChanges,
        Self::ToDevice,
        Self::Rooms,
        Self::Events,
        Self::EventPlaces,
        Self::State,
        Self::Members,
        Self::Memberships,
        Self::MemberChanges,
        Self::AccountData,
        Self::Receipts,
        Self::ReceiptPlaces,
        Self::Filters,
        Self::Transactions,
        Self::Media,
        Self::MediaBytes,
        Self::MediaEnds,
        Self::RoomLifetimes,
        Self::Pushers,
        Self::Erased,
        Self::Admissions,
        Self::Policies,
        Self::Directories,
        Self::DirectoryPages,
        Self::Acts,
    ];

    /// Its name in the file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Accounts => "accounts",
            Self::Devices => "devices",
            Self::Sessions => "sessions",
            Self::Invitations => "invitations",
            Self::DeviceKeys => "device_keys",
            Self::OneTimeKeys => "one_time_keys",
            Self::FallbackKeys => "fallback_keys",
            Self::CrossSigningKeys => "cross_signing_keys",
            Self::Signatures => "signatures",
            Self::DeviceStatements => "device_statements",
            Self::RemovedSessions => "removed_sessions",
            Self::DeviceChanges => "device_changes",
            Self::ToDevice => "to_device",
            Self::Rooms => "rooms",
            Self::Events => "events",
            Self::EventPlaces => "event_places",
            Self::State => "state",
            Self::Members => "members",
            Self::Memberships => "memberships",
            Self::MemberChanges => "member_changes",
            Self::AccountData => "account_data",
            Self::Receipts => "receipts",
            Self::ReceiptPlaces => "receipt_places",
            Self::Filters => "filters",
            Self::Transactions => "transactions",
            Self::Media => "media",
            Self::MediaBytes => "media_bytes",
            Self::MediaEnds => "media_ends",
            Self::RoomLifetimes => "room_lifetimes",
            Self::Pushers => "pushers",
            Self::Erased => "erased",
            Self::Admissions => "admissions",
            Self::Policies => "policies",
            Self::Directories => "directories",
            Self::DirectoryPages => "directory_pages",
            Self::Acts => "acts",
        }
    }
}

fn parse<T: DeserializeOwned>(table: Table, value: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(value).map_err(|source| StoreError::Damaged {
        table: table.name(),
        source,
    })
}

use std::collections::BTreeMap;

use ruma::{EventId, OwnedEventId, OwnedUserId, RoomId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::event::raw;
use super::room::wake_room;
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, load, save};

/// How a receipt is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum ReceiptKind {
    /// With everyone in the room.
    #[serde(rename = "m.read")]
    Read,
    /// With the user's own devices.
    #[serde(rename = "m.read.private")]
    ReadPrivate,
}

/// How far a user has read.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) user: OwnedUserId,
    pub(crate) kind: ReceiptKind,
    pub(crate) event: OwnedEventId,
    pub(crate) thread: Option<String>,
    pub(crate) ts: u64,
}

#[derive(Serialize)]
struct ReceiptEvent<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    content: BTreeMap<&'a EventId, BTreeMap<ReceiptKind, BTreeMap<&'a UserId, ReceiptMark<'a>>>>,
}

#[derive(Serialize)]
struct ReceiptMark<'a> {
    ts: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_id: Option<&'a str>,
}

/// Keeps the newest receipt of its user, kind and thread.
pub(crate) fn put(
    tables: &mut dyn TablesMut,
    room: &RoomId,
    receipt: &Receipt,
) -> Result<(), Refusal> {
    let thread = receipt.thread.as_deref().unwrap_or_default();
    let place = Key::of(&[
        room.as_str(),
        receipt.user.as_str(),
        receipt.kind.name(),
        thread,
    ]);
    if let Some(former) = load::<u64>(tables, Table::ReceiptPlaces, &place)? {
        tables.delete(Table::Receipts, &Key::numbered(&[room.as_str()], former))?;
    }
    let number = tables.next()?;
    save(tables, Table::ReceiptPlaces, &place, &number)?;
    save(
        tables,
        Table::Receipts,
        &Key::numbered(&[room.as_str()], number),
        receipt,
    )?;
    match receipt.kind {
        ReceiptKind::Read => wake_room(tables, room)?,
        ReceiptKind::ReadPrivate => tables.wake(&receipt.user),
    }
    Ok(())
}

/// Receipts with `after < number <= through` that `viewer` may see, as one `m.receipt` event.
pub(crate) fn changed(
    tables: &dyn Tables,
    room: &RoomId,
    viewer: &UserId,
    (after, through): (u64, u64),
) -> Result<Option<Box<RawValue>>, Refusal> {
    let span = Span::numbers(&[room.as_str()], after, through);
    let receipts = tables.list::<Receipt>(Table::Receipts, &span)?;
    let mut content = BTreeMap::<_, BTreeMap<_, BTreeMap<_, _>>>::new();
    for (_, receipt) in &receipts {
        if receipt.kind == ReceiptKind::Read || receipt.user == viewer {
            let mark = ReceiptMark {
                ts: receipt.ts,
                thread_id: receipt.thread.as_deref(),
            };
            let event = content.entry(&*receipt.event).or_default();
            event
                .entry(receipt.kind)
                .or_default()
                .insert(&*receipt.user, mark);
        }
    }
    let any = !content.is_empty();
    any.then(|| {
        raw(&ReceiptEvent {
            kind: "m.receipt",
            content,
        })
    })
    .transpose()
}

impl ReceiptKind {
    /// Its name in paths and events.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "m.read",
            Self::ReadPrivate => "m.read.private",
        }
    }
}

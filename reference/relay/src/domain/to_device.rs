use std::collections::BTreeMap;

use ruma::{OwnedUserId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::account::{Session, device, devices};
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, save};

/// Messages of one request: user, device id or `*`, content.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Messages(pub(crate) BTreeMap<OwnedUserId, BTreeMap<String, Box<RawValue>>>);

/// A waiting message as stored: when it came, and what the device will see.
#[derive(Serialize, Deserialize)]
struct Queued<T> {
    at: u64,
    message: T,
}

/// What the device will see.
#[derive(Serialize)]
struct Waiting<'a> {
    sender: &'a UserId,
    #[serde(rename = "type")]
    kind: &'a str,
    content: &'a RawValue,
}

/// Puts messages into the queues of their devices. Unknown devices get nothing, and a full queue takes no more: one device that
/// is never there must not keep the others from getting theirs.
pub(crate) fn send(
    tables: &mut dyn TablesMut,
    sender: &UserId,
    kind: &str,
    messages: &Messages,
    (queue, now): (usize, u64),
) -> Result<(), Refusal> {
    for (user, contents) in &messages.0 {
        for (id, content) in contents {
            let targets = match id.as_str() {
                "*" => devices(tables, user)?
                    .into_iter()
                    .map(|(id, _)| id)
                    .collect(),
                id if device(tables, user, id.into())?.is_some() => vec![id.into()],
                _ => Vec::new(),
            };
            for target in targets {
                let parts = [user.as_str(), target.as_str()];
                if is_full(tables, &parts, queue)? {
                    continue;
                }
                let number = tables.next()?;
                let message = Waiting {
                    sender,
                    kind,
                    content,
                };
                save(
                    tables,
                    Table::ToDevice,
                    &Key::numbered(&parts, number),
                    &Queued { at: now, message },
                )?;
            }
        }
        tables.wake(user);
    }
    Ok(())
}

fn is_full(tables: &dyn Tables, parts: &[&str], queue: usize) -> Result<bool, Refusal> {
    // Counting a queue costs as much as it is long, so only its oldest and newest are looked at:
    // numbers between them bound how many there can be.
    let span = Span::under(parts);
    let oldest = tables.scan(Table::ToDevice, &span, 1, false)?;
    let newest = tables.scan(Table::ToDevice, &span, 1, true)?;
    let (Some((oldest, _)), Some((newest, _))) = (oldest.first(), newest.first()) else {
        return Ok(queue == 0);
    };
    let bound = newest.number().saturating_sub(oldest.number());
    if bound < u64::try_from(queue).unwrap_or(u64::MAX) {
        return Ok(false);
    }
    Ok(tables.scan(Table::ToDevice, &span, queue, false)?.len() >= queue)
}

/// Messages waiting with numbers after and through these, oldest first, at most [`PAGE`] or two; and the
/// number through which the device then has them all.
pub(crate) fn waiting(
    tables: &dyn Tables,
    session: &Session,
    (after, through): (u64, u64),
    in_pairs: bool,
) -> Result<(Vec<Box<RawValue>>, u64), Refusal> {
    let page = if in_pairs { 2 } else { PAGE };
    let span = Span::numbers(
        &[session.user.as_str(), session.device.as_str()],
        after,
        through,
    );
    let rows = tables.page::<Queued<Box<RawValue>>>(Table::ToDevice, &span, page, false)?;
    let complete = rows.len() < page;
    let last = rows.last().map_or(through, |(key, _)| key.number());
    let messages = rows.into_iter().map(|(_, queued)| queued.message).collect();
    Ok((messages, if complete { through } else { last }))
}

/// Whether messages through `through` still wait to be forgotten.
pub(crate) fn has_any(
    tables: &dyn Tables,
    session: &Session,
    through: u64,
) -> Result<bool, Refusal> {
    let span = Span::numbers(
        &[session.user.as_str(), session.device.as_str()],
        0,
        through,
    );
    Ok(!tables.scan(Table::ToDevice, &span, 1, false)?.is_empty())
}

/// Forgets messages through `through`: the device has them.
pub(crate) fn forget(
    tables: &mut dyn TablesMut,
    session: &Session,
    through: u64,
) -> Result<(), Refusal> {
    let span = Span::numbers(
        &[session.user.as_str(), session.device.as_str()],
        0,
        through,
    );
    tables.delete_span(Table::ToDevice, &span)?;
    Ok(())
}

/// To-device messages in one sync, as other homeservers send them.
const PAGE: usize = 100;

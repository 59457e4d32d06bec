use reference_organisation::{Act, Entry, Head, Log, LogFault, Time, TrustError};
use ruma::{OwnedUserId, UserId};
use serde::Serialize;
use serde_json::value::RawValue;

use super::account::{account, devices, remove_device, save_account};
use super::membership::{Change, MemberState, change, joined_rooms};
use super::person::erase;
use crate::conduct::{Conduct, Flaw};
use crate::organisation::refuse;
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, save};

/// Entries from one on, as they were signed, and where the whole log ends.
#[derive(Serialize)]
pub(crate) struct Page {
    entries: Vec<Box<RawValue>>,
    head: Head,
}

/// All entries from number `from` on.
pub(crate) fn after(tables: &dyn Tables, from: u64) -> Result<Vec<Entry>, Refusal> {
    let rows = tables.list::<Entry>(Table::Acts, &span(from))?;
    Ok(rows.into_iter().map(|(_, entry)| entry).collect())
}

/// At most [`PAGE`] entries from number `from` on.
pub(crate) fn page(tables: &dyn Tables, log: &Log, from: u64) -> Result<Page, Refusal> {
    let rows = tables.page::<Box<RawValue>>(Table::Acts, &span(from), PAGE, false)?;
    Ok(Page {
        entries: rows.into_iter().map(|(_, entry)| entry).collect(),
        head: log.head(),
    })
}

/// Takes the next entry and does what it says of accounts here. Refused, it changes nothing.
pub(crate) fn append(
    tables: &mut dyn TablesMut,
    log: &mut Log,
    entry: &Entry,
    now: u64,
    conduct: &Conduct,
) -> Result<Head, Refusal> {
    check(log, entry, Time(now), conduct).map_err(|fault| refuse_entry(log, &fault))?;
    let row = Key::numbered(&[], log.head().length.saturating_add(1));
    log.append_unchecked(entry).map_err(refuse)?;
    save(tables, Table::Acts, &row, entry)?;
    carry_out(tables, entry, now, conduct)?;
    Ok(log.head())
}

fn check(log: &Log, entry: &Entry, now: Time, conduct: &Conduct) -> Result<(), LogFault> {
    let body = entry.body();
    if !conduct.has(Flaw::ActsForked) {
        log.check_place(body)?;
    }
    if !conduct.has(Flaw::ActsUnsigned) {
        log.check_signers(entry)?;
    }
    if !conduct.has(Flaw::OnePersonActs) {
        log.check_persons(body)?;
    }
    if body.issued > now.plus(reference_organisation::CLOCK_SKEW) {
        let got = body.issued;
        return Err(TrustError::FromTheFuture { got, now }.into());
    }
    Ok(())
}

/// Whoever may sign but has an old log learns where it ends.
fn refuse_entry(log: &Log, fault: &LogFault) -> Refusal {
    match fault {
        LogFault::Gap { .. } | LogFault::Forked { .. } => Refusal::new(
            http::StatusCode::CONFLICT,
            "DEV_PRUEFSTAND_NOT_NEXT",
            fault.to_string(),
        )
        .with("length", log.head().length.into()),
        LogFault::Trust(_)
        | LogFault::BackInTime { .. }
        | LogFault::TwoPersons { .. }
        | LogFault::Truncated { .. }
        | LogFault::Rewritten { .. } => refuse(fault),
    }
}

fn carry_out(
    tables: &mut dyn TablesMut,
    entry: &Entry,
    now: u64,
    conduct: &Conduct,
) -> Result<(), Refusal> {
    let act = &entry.body().act;
    let Some(user) = act.user() else {
        return Ok(());
    };
    let missing = || Refusal::not_found("there is no such user");
    let user = UserId::parse(user.as_str()).map_err(|_error| missing())?;
    let tenant = account(tables, &user)?.and_then(|account| account.enrolment);
    let tenant = tenant.ok_or_else(missing)?.tenant;
    if entry
        .body()
        .tenant
        .as_ref()
        .is_some_and(|named| *named != tenant)
    {
        return Err(missing());
    }
    match act {
        Act::RemoveUser { .. } => end_account(tables, &user, now),
        Act::EraseAccount { .. } => {
            tables.wipe();
            erase(tables, &user, now, conduct).map(drop)
        }
        Act::RemoveDevice { device, .. } => {
            remove_device(tables, &user, device.as_str().into(), false)
        }
        // The device itself and the members carry these out; they read the log.
        Act::WipeDevice { .. } | Act::OpenRecovery { .. } => Ok(()),
        Act::Grant { .. }
        | Act::RevokeGrant { .. }
        | Act::Invite { .. }
        | Act::RevokeInvitation { .. }
        | Act::Policy { .. }
        | Act::Directory { .. } => Ok(()),
    }
}

/// Signs all devices out and leaves all rooms. The name stays taken: nobody else may ever speak under it.
fn end_account(tables: &mut dyn TablesMut, user: &OwnedUserId, now: u64) -> Result<(), Refusal> {
    let Some(mut ended) = account(tables, user)? else {
        return Ok(());
    };
    for room in joined_rooms(tables, user)? {
        let leave = Change {
            sender: user.clone(),
            target: user.clone(),
            to: MemberState::Leave,
            reason: None,
            is_direct: None,
            signed: None,
        };
        change(tables, &room, leave, now)?;
    }
    for (device, _) in devices(tables, user)? {
        remove_device(tables, user, &device, false)?;
    }
    ended.removed = true;
    ended.displayname = None;
    save_account(tables, user, &ended)
}

/// Entries are numbered from 0, rows from 1.
fn span(from: u64) -> Span {
    Span::numbers(&[], from, u64::MAX)
}

/// Entries in one answer.
const PAGE: usize = 50;

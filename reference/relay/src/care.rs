//! What an operator does with a store beside running a relay on it.

use std::path::Path;

use ruma::{OwnedUserId, UserId};
use serde_json::{Value, json};

use crate::clock::{Clock as _, SystemClock};
use crate::conduct::Conduct;
use crate::domain::account::account;
use crate::domain::person;
use crate::domain::restored::settle;
use crate::error::Error;
use crate::options::Options;
use crate::refusal::Refusal;
use crate::store::{self, Tables, VisitError};

/// Writes a backup of the relay's store into the new file `out`, while the relay may be running.
///
/// The file holds everything that the relay knows: hashes of passwords and tokens, who talks to whom, and ciphertext.
///
/// # Errors
/// The store is not readable, or `out` exists or is not writable.
pub fn backup(options: &Options, out: &Path) -> Result<(), Error> {
    Ok(store::backup(&options.config.store, out)?)
}

/// Makes a backup the store of a relay that is not running.
///
/// Everybody must log in again and every registration token of the settings is used up, because what happened since the backup is
/// not known; see `reference/OPERATING.md`.
///
/// # Errors
/// The backup is damaged, a relay runs on the store's folder, or there is a store in it.
pub fn restore(options: &Options, backup: &Path) -> Result<(), Error> {
    let Options { config, .. } = options;
    let settled = store::restore(backup, &config.store, |tables| {
        settle(tables, &config.registration_tokens)
    });
    Ok(settled?)
}

/// Everything that the relay holds of a person, as JSON. The relay may be running.
///
/// # Errors
/// The store is not readable, or there is no such person.
pub fn export(options: &Options, user: &str) -> Result<Value, Error> {
    let user = parse(user)?;
    store::visit(&options.config.store, |tables| {
        known(tables, &user)?;
        person::export(tables, &user)
    })
    .map_err(visited)
}

/// Removes a person with everything that is his, and wipes it from the store's files; gives the receipt. The relay may be running:
/// his waiting requests end with their time.
///
/// # Errors
/// The store is not writable, or there is no such person.
pub fn erase(options: &Options, user: &str) -> Result<Value, Error> {
    let user = parse(user)?;
    let now = SystemClock.now();
    let receipt = store::visit(&options.config.store, |tables| {
        known(tables, &user)?;
        tables.wipe();
        person::erase(tables, &user, now, &Conduct::honest())
    });
    let receipt = receipt.map_err(visited)?;
    Ok(json!({ "user": user, "erased": receipt.erased, "rows": receipt.rows }))
}

fn parse(user: &str) -> Result<OwnedUserId, Error> {
    UserId::parse(user).map_err(|_error| Error::Usage(format!("{user:?} is no user id")))
}

fn known(tables: &dyn Tables, user: &UserId) -> Result<(), Refusal> {
    let missing = || Refusal::not_found("there is no such user");
    account(tables, user)?.map(drop).ok_or_else(missing)
}

fn visited(error: VisitError) -> Error {
    match error {
        VisitError::Store(error) => Error::Store(error),
        VisitError::Refused(refusal) => Error::Usage(refusal.to_string()),
    }
}

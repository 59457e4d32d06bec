use reference_organisation::{Admission, UserName, value_of};
use ruma::UserId;
use serde_json::Value;

use super::account::account;
use super::cross_signing::{Usage, stored};
use crate::organisation::{Organisation, refuse};
use crate::refusal::Refusal;
use crate::store::{Key, Table, Tables, TablesMut, load, save};

/// Why others take `user` for one of the organisation's.
pub(crate) fn admission(tables: &dyn Tables, user: &UserId) -> Result<Option<Value>, Refusal> {
    Ok(load(tables, Table::Admissions, &row(user))?)
}

/// Takes the caller's own admission, once: with the invitation that made the account, about its master key.
pub(crate) fn put(
    tables: &mut dyn TablesMut,
    organisation: &Organisation,
    user: &UserId,
    admission: &Admission,
) -> Result<(), Refusal> {
    let enrolment = account(tables, user)?.and_then(|account| account.enrolment);
    let enrolment = enrolment.ok_or_else(|| refuse("the account did not enrol"))?;
    let master_key = master_key(tables, user)?;
    let name = UserName::new(user.as_str()).map_err(refuse)?;
    let log = organisation.log(tables)?;
    let invitation = admission
        .verify(log.trust(), &name, &master_key)
        .map_err(refuse)?;
    if invitation.serial != enrolment.serial {
        return Err(refuse("the account enrolled with another invitation"));
    }
    let value = value_of(admission).map_err(refuse)?;
    match load::<Value>(tables, Table::Admissions, &row(user))? {
        Some(known) if known == value => Ok(()),
        Some(_) => Err(refuse("the account has another admission")),
        None => Ok(save(tables, Table::Admissions, &row(user), &value)?),
    }
}

/// The public master cross-signing key, as the client uploaded it.
fn master_key(tables: &dyn Tables, user: &UserId) -> Result<String, Refusal> {
    let missing = || refuse("upload cross-signing keys first");
    let key = stored(tables, user, Usage::Master)?.ok_or_else(missing)?;
    let key: Value =
        serde_json::from_str(key.get()).map_err(|error| Refusal::internal().because(error))?;
    let keys = key.get("keys").and_then(Value::as_object);
    let key = keys.and_then(|keys| keys.values().next()?.as_str());
    key.map(str::to_owned).ok_or_else(missing)
}

fn row(user: &UserId) -> Key {
    Key::of(&[user.as_str()])
}

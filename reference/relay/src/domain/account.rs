use ruma::{DeviceId, OwnedDeviceId, OwnedUserId, UserId};
use serde::{Deserialize, Serialize};

use super::device_lists::note_device_change;
use super::enrolment::Enrolment;
use super::pusher::remove_of_device;
use crate::refusal::Refusal;
use crate::secret::{AccessToken, PasswordHash, TokenHash, random_device_id};
use crate::store::{Key, Span, Table, Tables, TablesMut, load, save};

/// A person of this relay.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) password: PasswordHash,
    pub(crate) displayname: Option<String>,
    pub(crate) created: u64,
    /// As what the organisation's invitation admitted it; `None` on a relay without organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) enrolment: Option<Enrolment>,
    /// An administrator ended it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) removed: bool,
    /// Only `relay-stores-password` ever fills this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password_in_clear: Option<String>,
}

/// A device of an account.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Device {
    pub(crate) display_name: Option<String>,
    pub(crate) token: Option<TokenHash>,
    pub(crate) created: u64,
    /// Only `relay-stores-addresses` ever fills this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_seen_at: Option<String>,
}

/// Whom an access token speaks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) user: OwnedUserId,
    pub(crate) device: OwnedDeviceId,
}

/// What a login asks for its device.
#[derive(Clone, Default)]
pub(crate) struct DeviceWish {
    pub(crate) id: Option<OwnedDeviceId>,
    pub(crate) display_name: Option<String>,
}

/// The account of `user`.
pub(crate) fn account(tables: &dyn Tables, user: &UserId) -> Result<Option<Account>, Refusal> {
    Ok(load(tables, Table::Accounts, &Key::of(&[user.as_str()]))?)
}

/// Writes the account of `user`.
pub(crate) fn save_account(
    tables: &mut dyn TablesMut,
    user: &UserId,
    account: &Account,
) -> Result<(), Refusal> {
    Ok(save(
        tables,
        Table::Accounts,
        &Key::of(&[user.as_str()]),
        account,
    )?)
}

/// Whom the token with this hash speaks for.
pub(crate) fn session(tables: &dyn Tables, hash: &TokenHash) -> Result<Option<Session>, Refusal> {
    Ok(load(tables, Table::Sessions, &Key::of(&[hash.as_str()]))?)
}

/// Opens a session on the device asked for, or on a new one. The device's former token dies.
pub(crate) fn open_session(
    tables: &mut dyn TablesMut,
    user: &UserId,
    wish: DeviceWish,
    limit: usize,
    now: u64,
) -> Result<(Session, AccessToken), Refusal> {
    let id = match wish.id {
        Some(id) => id,
        None => random_device_id()?.into(),
    };
    let known = device(tables, user, &id)?;
    if known.is_none() && devices(tables, user)?.len() >= limit {
        return Err(Refusal::full("devices of this account", limit));
    }
    let mut device = known.unwrap_or(Device {
        display_name: wish.display_name,
        token: None,
        created: now,
        last_seen_at: None,
    });
    if let Some(former) = device.token.take() {
        tables.delete(Table::Sessions, &Key::of(&[former.as_str()]))?;
        tables.wake(user);
    }
    let token = AccessToken::random()?;
    device.token = Some(token.hash());
    save_device(tables, user, &id, &device)?;
    let session = Session {
        user: user.to_owned(),
        device: id,
    };
    save(
        tables,
        Table::Sessions,
        &Key::of(&[token.hash().as_str()]),
        &session,
    )?;
    Ok((session, token))
}

/// One device.
pub(crate) fn device(
    tables: &dyn Tables,
    user: &UserId,
    device: &DeviceId,
) -> Result<Option<Device>, Refusal> {
    Ok(load(
        tables,
        Table::Devices,
        &Key::of(&[user.as_str(), device.as_str()]),
    )?)
}

/// Writes one device.
pub(crate) fn save_device(
    tables: &mut dyn TablesMut,
    user: &UserId,
    id: &DeviceId,
    device: &Device,
) -> Result<(), Refusal> {
    Ok(save(
        tables,
        Table::Devices,
        &Key::of(&[user.as_str(), id.as_str()]),
        device,
    )?)
}

/// All devices of an account, by id.
pub(crate) fn devices(
    tables: &dyn Tables,
    user: &UserId,
) -> Result<Vec<(OwnedDeviceId, Device)>, Refusal> {
    let rows = tables.list::<Device>(Table::Devices, &Span::under(&[user.as_str()]))?;
    Ok(rows
        .into_iter()
        .map(|(key, device)| (key.part(1).into(), device))
        .collect())
}

/// The owner of some device with this id, whoever that is. Only `relay-device-idor` asks.
pub(crate) fn owner_of_device(
    tables: &dyn Tables,
    id: &DeviceId,
) -> Result<Option<OwnedUserId>, Refusal> {
    let every_user = Span {
        from: "@".to_owned(),
        to: "A".to_owned(),
    };
    let rows = tables.list::<Device>(Table::Devices, &every_user)?;
    let owner = rows.into_iter().find(|(key, _)| key.part(1) == id.as_str());
    Ok(owner.and_then(|(key, _)| UserId::parse(key.part(0)).ok()))
}

/// Removes a device with its keys, its waiting messages and, unless `keep_token`, its token.
pub(crate) fn remove_device(
    tables: &mut dyn TablesMut,
    user: &UserId,
    id: &DeviceId,
    keep_token: bool,
) -> Result<(), Refusal> {
    let Some(removed) = device(tables, user, id)? else {
        return Ok(());
    };
    let (parts, key) = (
        [user.as_str(), id.as_str()],
        Key::of(&[user.as_str(), id.as_str()]),
    );
    tables.delete(Table::Devices, &key)?;
    tables.delete(Table::DeviceKeys, &key)?;
    for table in [
        Table::OneTimeKeys,
        Table::FallbackKeys,
        Table::Signatures,
        Table::ToDevice,
        Table::Transactions,
    ] {
        tables.delete_span(table, &Span::under(&parts))?;
    }
    let session = Session {
        user: user.to_owned(),
        device: id.to_owned(),
    };
    remove_of_device(tables, &session)?;
    if let Some(token) = removed.token.filter(|_| !keep_token) {
        tables.delete(Table::Sessions, &Key::of(&[token.as_str()]))?;
    }
    // Waiting syncs of this device look at their token again and end.
    tables.wake(user);
    note_device_change(tables, user)
}

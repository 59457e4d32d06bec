use std::collections::BTreeMap;

use ruma::{OwnedDeviceId, OwnedUserId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::account::Session;
use super::claims::{FallbackKey, OneTimeKey};
use super::device_lists::note_device_change;
use crate::config::Limits;
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, load, save};

/// Keys a device publishes (spec, `POST /keys/upload`). Signed objects stay as they came.
#[derive(Deserialize)]
pub(crate) struct KeyUpload {
    device_keys: Option<Box<RawValue>>,
    #[serde(default)]
    one_time_keys: BTreeMap<String, Box<RawValue>>,
    #[serde(default)]
    fallback_keys: BTreeMap<String, Box<RawValue>>,
}

/// The shape of signed device keys. Others would choke on anything else (ATK-SRV-06).
#[derive(Deserialize)]
struct DeviceKeysShape {
    user_id: OwnedUserId,
    device_id: OwnedDeviceId,
    #[serde(rename = "algorithms")]
    _algorithms: Vec<String>,
    #[serde(rename = "keys")]
    _keys: BTreeMap<String, String>,
    #[serde(default, rename = "signatures")]
    _signatures: BTreeMap<OwnedUserId, BTreeMap<String, String>>,
}

/// The shape of a one-time or fallback key: signed, or bare.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneTimeKeyShape {
    Signed {
        #[serde(rename = "key")]
        _key: String,
        #[serde(default, rename = "signatures")]
        _signatures: BTreeMap<OwnedUserId, BTreeMap<String, String>>,
    },
    Bare(#[expect(dead_code, reason = "only the shape matters")] String),
}

/// The name of a one-time or fallback key: `algorithm:key id`.
struct KeyName<'a> {
    algorithm: &'a str,
    id: &'a str,
}

/// Takes the keys of a device.
pub(crate) fn upload(
    tables: &mut dyn TablesMut,
    session: &Session,
    upload: KeyUpload,
    limits: &Limits,
) -> Result<(), Refusal> {
    if let Some(keys) = upload.device_keys {
        upload_device_keys(tables, session, &keys, limits.event_bytes)?;
    }
    for (name, key) in upload.one_time_keys {
        upload_one_time_key(tables, session, (&name, key), limits.one_time_keys)?;
    }
    for (name, key) in upload.fallback_keys {
        upload_fallback_key(tables, session, (&name, key))?;
    }
    Ok(())
}

fn upload_device_keys(
    tables: &mut dyn TablesMut,
    session: &Session,
    keys: &RawValue,
    limit: usize,
) -> Result<(), Refusal> {
    if keys.get().len() > limit {
        return Err(Refusal::too_large("device keys", keys.get().len(), limit));
    }
    let shape: DeviceKeysShape = serde_json::from_str(keys.get())
        .map_err(|error| Refusal::bad_json("device keys are not well formed").because(error))?;
    if shape.user_id != session.user || shape.device_id != session.device {
        return Err(Refusal::invalid("device keys are of another device"));
    }
    let row = Key::of(&[session.user.as_str(), session.device.as_str()]);
    let known = tables.fetch(Table::DeviceKeys, &row)?;
    if known.as_deref() == Some(keys.get().as_bytes()) {
        return Ok(());
    }
    tables.put(Table::DeviceKeys, &row, keys.get().as_bytes())?;
    note_device_change(tables, &session.user)
}

fn upload_one_time_key(
    tables: &mut dyn TablesMut,
    session: &Session,
    (name, key): (&str, Box<RawValue>),
    limit: usize,
) -> Result<(), Refusal> {
    let name = KeyName::parse(name)?;
    check_shape(&key)?;
    let parts = name.parts(session);
    let reader: &dyn Tables = tables;
    let known = reader.list::<OneTimeKey>(Table::OneTimeKeys, &Span::under(&parts))?;
    // Counted over all algorithms: their names are the caller's own invention.
    let all = Span::under(&[session.user.as_str(), session.device.as_str()]);
    let count = tables.scan(Table::OneTimeKeys, &all, limit, false)?.len();
    if let Some((_, same)) = known.iter().find(|(_, known)| known.id == name.id) {
        let equal = same.key.get() == key.get();
        return equal
            .then_some(())
            .ok_or_else(|| Refusal::invalid("the key id is taken"));
    }
    if count >= limit {
        return Err(Refusal::full("one-time keys of this device", limit));
    }
    let row = Key::numbered(&parts, tables.next()?);
    let id = name.id.to_owned();
    Ok(save(
        tables,
        Table::OneTimeKeys,
        &row,
        &OneTimeKey { id, key },
    )?)
}

fn upload_fallback_key(
    tables: &mut dyn TablesMut,
    session: &Session,
    (name, key): (&str, Box<RawValue>),
) -> Result<(), Refusal> {
    let name = KeyName::parse(name)?;
    check_shape(&key)?;
    let row = Key::of(&name.parts(session));
    let all = Span::under(&[session.user.as_str(), session.device.as_str()]);
    let count = tables
        .scan(Table::FallbackKeys, &all, FALLBACK_KEYS, false)?
        .len();
    let known: Option<FallbackKey> = load(tables, Table::FallbackKeys, &row)?;
    // The same key again is not unused again.
    if known
        .as_ref()
        .is_some_and(|known| known.id == name.id && known.key.get() == key.get())
    {
        return Ok(());
    }
    if known.is_none() && count >= FALLBACK_KEYS {
        return Err(Refusal::full("fallback keys of this device", FALLBACK_KEYS));
    }
    let id = name.id.to_owned();
    Ok(save(
        tables,
        Table::FallbackKeys,
        &row,
        &FallbackKey {
            id,
            key,
            used: false,
        },
    )?)
}

fn check_shape(key: &RawValue) -> Result<(), Refusal> {
    if key.get().len() > KEY_BYTES {
        return Err(Refusal::too_large("key", key.get().len(), KEY_BYTES));
    }
    let shape: Result<OneTimeKeyShape, _> = serde_json::from_str(key.get());
    shape
        .map(drop)
        .map_err(|error| Refusal::bad_json("key is not well formed").because(error))
}

impl<'a> KeyName<'a> {
    fn parse(name: &'a str) -> Result<Self, Refusal> {
        let parts = name.split_once(':').filter(|(algorithm, id)| {
            !algorithm.is_empty() && !id.is_empty() && name.len() <= KEY_NAME_BYTES
        });
        let (algorithm, id) =
            parts.ok_or_else(|| Refusal::invalid("a key is named `algorithm:id`"))?;
        Ok(Self { algorithm, id })
    }

    /// The parts of the row that such keys of a device lie under.
    fn parts(&self, session: &'a Session) -> [&'a str; 3] {
        [
            session.user.as_str(),
            session.device.as_str(),
            self.algorithm,
        ]
    }
}

/// Names longer than any identifier of the spec may be.
const KEY_NAME_BYTES: usize = 255;
/// One of each algorithm; clients know one or two.
const FALLBACK_KEYS: usize = 10;
/// A signed key has some 300 bytes; a few signatures more are fine.
const KEY_BYTES: usize = 4096;

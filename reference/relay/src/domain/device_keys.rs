use std::collections::BTreeMap;

use ruma::{DeviceId, OwnedDeviceId, OwnedUserId, UserId};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::account::Session;
use super::claims::{FallbackKey, OneTimeKey};
use super::device_lists::note_device_change;
use super::event::raw;
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

/// What the relay reads of signed device keys.
#[derive(Deserialize)]
struct DeviceKeysOwner {
    user_id: OwnedUserId,
    device_id: OwnedDeviceId,
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
    limit: usize,
) -> Result<(), Refusal> {
    if let Some(keys) = upload.device_keys {
        upload_device_keys(tables, session, &keys)?;
    }
    for (name, key) in upload.one_time_keys {
        upload_one_time_key(tables, session, (&name, key), limit)?;
    }
    for (name, key) in upload.fallback_keys {
        let name = KeyName::parse(&name)?;
        let fallback = FallbackKey {
            id: name.id.to_owned(),
            key,
            used: false,
        };
        let row = Key::of(&[
            session.user.as_str(),
            session.device.as_str(),
            name.algorithm,
        ]);
        save(tables, Table::FallbackKeys, &row, &fallback)?;
    }
    Ok(())
}

fn upload_device_keys(
    tables: &mut dyn TablesMut,
    session: &Session,
    keys: &RawValue,
) -> Result<(), Refusal> {
    let owner: DeviceKeysOwner = serde_json::from_str(keys.get())
        .map_err(|error| Refusal::bad_json("device keys are not well formed").because(error))?;
    if owner.user_id != session.user || owner.device_id != session.device {
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
    let parts = [
        session.user.as_str(),
        session.device.as_str(),
        name.algorithm,
    ];
    let reader: &dyn Tables = tables;
    let known = reader.list::<OneTimeKey>(Table::OneTimeKeys, &Span::under(&parts))?;
    if let Some((_, same)) = known.iter().find(|(_, known)| known.id == name.id) {
        let equal = same.key.get() == key.get();
        return equal
            .then_some(())
            .ok_or_else(|| Refusal::invalid("the key id is taken"));
    }
    if known.len() >= limit {
        return Err(Refusal::full("one-time keys of this device", limit));
    }
    let number = tables.next()?;
    let key = OneTimeKey {
        id: name.id.to_owned(),
        key,
    };
    Ok(save(
        tables,
        Table::OneTimeKeys,
        &Key::numbered(&parts, number),
        &key,
    )?)
}

/// How many one-time keys of each algorithm a device has left.
pub(crate) fn one_time_key_counts(
    tables: &dyn Tables,
    session: &Session,
) -> Result<BTreeMap<String, u64>, Refusal> {
    let span = Span::under(&[session.user.as_str(), session.device.as_str()]);
    // Zero is said too: a client that sees no count uploads nothing.
    let mut counts = BTreeMap::from([(SIGNED_CURVE25519.to_owned(), 0)]);
    for (key, _) in tables.scan(Table::OneTimeKeys, &span, usize::MAX, false)? {
        *counts.entry(key.part(2)).or_insert(0) += 1;
    }
    Ok(counts)
}

/// Algorithms for which a device has a fallback key that nobody used yet.
pub(crate) fn unused_fallback_keys(
    tables: &dyn Tables,
    session: &Session,
) -> Result<Vec<String>, Refusal> {
    let span = Span::under(&[session.user.as_str(), session.device.as_str()]);
    let keys = tables.list::<FallbackKey>(Table::FallbackKeys, &span)?;
    Ok(keys
        .into_iter()
        .filter(|(_, key)| !key.used)
        .map(|(row, _)| row.part(2))
        .collect())
}

/// Signed device keys of a user: those of `wanted`, or all if that is empty.
pub(crate) fn device_keys(
    tables: &dyn Tables,
    viewer: &UserId,
    user: &UserId,
    wanted: &[OwnedDeviceId],
) -> Result<BTreeMap<OwnedDeviceId, Box<RawValue>>, Refusal> {
    let mut found = BTreeMap::new();
    let span = Span::under(&[user.as_str()]);
    for (row, keys) in tables.list::<Box<RawValue>>(Table::DeviceKeys, &span)? {
        let device = OwnedDeviceId::from(row.part(1));
        if wanted.is_empty() || wanted.contains(&device) {
            let keys = with_signatures(tables, viewer, (user, device.as_str()), keys)?;
            found.insert(device, keys);
        }
    }
    Ok(found)
}

/// A signed object with the signatures uploaded later that `viewer` may see: those of its owner
/// and his own. Without any, it is served byte for byte.
pub(crate) fn with_signatures(
    tables: &dyn Tables,
    viewer: &UserId,
    (owner, id): (&UserId, &str),
    object: Box<RawValue>,
) -> Result<Box<RawValue>, Refusal> {
    let mut added = Vec::new();
    for signer in [owner, viewer] {
        let row = Key::of(&[owner.as_str(), id, signer.as_str()]);
        let signatures: Option<BTreeMap<String, Value>> = load(tables, Table::Signatures, &row)?;
        added.extend(signatures.map(|signatures| (signer, signatures)));
    }
    if added.is_empty() {
        return Ok(object);
    }
    let mut value: Value =
        serde_json::from_str(object.get()).map_err(|error| Refusal::internal().because(error))?;
    for (signer, signatures) in added {
        merge(&mut value, signer, signatures);
    }
    raw(&value)
}

fn merge(object: &mut Value, signer: &UserId, signatures: BTreeMap<String, Value>) {
    let Some(object) = object.as_object_mut() else {
        return;
    };
    let all = object
        .entry("signatures")
        .or_insert_with(|| Value::Object(<_>::default()));
    let Some(all) = all.as_object_mut() else {
        return;
    };
    let own = all
        .entry(signer.as_str())
        .or_insert_with(|| Value::Object(<_>::default()));
    if let Some(own) = own.as_object_mut() {
        own.extend(signatures);
    }
}

/// Whether a device has published keys.
pub(crate) fn stored_device_keys(
    tables: &dyn Tables,
    user: &UserId,
    device: &DeviceId,
) -> Result<Option<Box<RawValue>>, Refusal> {
    Ok(load(
        tables,
        Table::DeviceKeys,
        &Key::of(&[user.as_str(), device.as_str()]),
    )?)
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
}

/// Algorithm of the one-time keys of Olm.
const SIGNED_CURVE25519: &str = "signed_curve25519";
/// Names longer than any identifier of the spec may be.
const KEY_NAME_BYTES: usize = 255;

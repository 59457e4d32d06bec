use std::collections::BTreeMap;

use ruma::{DeviceId, OwnedDeviceId, UserId};
use serde_json::Value;
use serde_json::value::RawValue;

use super::account::Session;
use super::claims::FallbackKey;
use super::event::raw;
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, load};

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

/// Algorithm of the one-time keys of Olm.
const SIGNED_CURVE25519: &str = "signed_curve25519";

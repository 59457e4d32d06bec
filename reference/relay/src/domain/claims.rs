use std::collections::BTreeMap;

use ruma::{DeviceId, OwnedDeviceId, OwnedUserId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::conduct::{Conduct, Flaw};
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, load, save};

/// A one-time key as uploaded.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct OneTimeKey {
    pub(crate) id: String,
    pub(crate) key: Box<RawValue>,
}

/// A key for when no one-time key is left; it is handed out again and again.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct FallbackKey {
    pub(crate) id: String,
    pub(crate) key: Box<RawValue>,
    pub(crate) used: bool,
}

/// Wanted keys: user, device, algorithm.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Claims(pub(crate) BTreeMap<OwnedUserId, BTreeMap<OwnedDeviceId, String>>);

/// Keys handed out: user, device, `algorithm:id`, key.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(crate) struct Claimed(
    BTreeMap<OwnedUserId, BTreeMap<OwnedDeviceId, BTreeMap<String, Box<RawValue>>>>,
);

/// Hands out keys, each one-time key once: oldest first, then the fallback key
/// (spec, `POST /keys/claim`). Writes run alone, so two claims never meet.
pub(crate) fn claim(
    tables: &mut dyn TablesMut,
    claims: Claims,
    conduct: &Conduct,
) -> Result<Claimed, Refusal> {
    let mut claimed = Claimed::default();
    for (user, devices) in claims.0 {
        for (device, algorithm) in devices {
            if let Some((id, key)) = claim_one(tables, (&user, &device), &algorithm, conduct)? {
                let keys = BTreeMap::from([(format!("{algorithm}:{id}"), key)]);
                claimed
                    .0
                    .entry(user.clone())
                    .or_default()
                    .insert(device, keys);
            }
        }
    }
    Ok(claimed)
}

fn claim_one(
    tables: &mut dyn TablesMut,
    (user, device): (&UserId, &DeviceId),
    algorithm: &str,
    conduct: &Conduct,
) -> Result<Option<(String, Box<RawValue>)>, Refusal> {
    let parts = [user.as_str(), device.as_str(), algorithm];
    let reader: &dyn Tables = tables;
    let oldest = reader.page::<OneTimeKey>(Table::OneTimeKeys, &Span::under(&parts), 1, false)?;
    if let Some((row, key)) = oldest.into_iter().next() {
        if !conduct.has(Flaw::OtkReissue) {
            tables.delete(Table::OneTimeKeys, &row)?;
        }
        return Ok(Some((key.id, key.key)));
    }
    let row = Key::of(&parts);
    let Some(mut fallback) = load::<FallbackKey>(tables, Table::FallbackKeys, &row)? else {
        return Ok(None);
    };
    if !fallback.used {
        fallback.used = true;
        save(tables, Table::FallbackKeys, &row, &fallback)?;
    }
    Ok(Some((fallback.id, fallback.key)))
}

//! One-time and fallback keys: how many the relay has, and when to give it more.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use vodozemac::olm::PreKeyMessage;

use super::Own;
use crate::{Conduct, Flaw, Variant, border::JsonError};

/// As many one-time keys as a burst of fifty first messages uses up.
pub(crate) const TARGET: u64 = 50;

/// What the relay has of this device.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Supply {
    /// The device keys were acknowledged.
    pub(crate) device_keys: bool,
    /// One-time keys at the relay, as far as the relay can be believed.
    pub(crate) count: u64,
    /// The current fallback key was acknowledged.
    pub(crate) fallback: bool,
    /// Pre-key messages seen for each fallback key that still opens one (newest last).
    ///
    /// A fallback key opens the same message again and again; this memory does not (ATK-OLM-05).
    pub(crate) seen: Vec<(String, BTreeSet<String>)>,
    /// The relay refused the last upload; the next sync tries again, and nothing before it.
    #[serde(skip)]
    pub(crate) refused: bool,
}

impl Supply {
    /// Whether a pre-key message to one of the fallback keys was opened before.
    pub(crate) fn was_seen(&self, message: &PreKeyMessage) -> bool {
        let key = message.one_time_key().to_base64();
        let base = message.base_key().to_base64();
        self.seen
            .iter()
            .any(|(fallback, bases)| *fallback == key && bases.contains(&base))
    }

    /// Remembers an opened pre-key message; true if it used a fallback key.
    ///
    /// One-time keys need no memory: they are gone once used.
    pub(crate) fn remember(&mut self, message: &PreKeyMessage) -> bool {
        let key = message.one_time_key().to_base64();
        let memory = self.seen.iter_mut().find(|(fallback, _)| *fallback == key);
        let Some((_, bases)) = memory else {
            return false;
        };
        bases.insert(message.base_key().to_base64());
        true
    }
}

impl Own {
    /// Whether the relay must be given keys.
    pub(crate) fn must_upload(&self) -> bool {
        let supply = &self.supply;
        !supply.refused && (!supply.device_keys || supply.count < TARGET || !supply.fallback)
    }

    /// The body of `/keys/upload`, with fresh keys where some are missing.
    pub(crate) fn upload(&mut self, conduct: &Conduct) -> Result<Value, JsonError> {
        let mut missing = TARGET.saturating_sub(self.supply.count);
        if conduct.varies(Variant::KeysInHalves) {
            missing = missing.min(TARGET / 2);
        }
        let ready = self.account.one_time_keys().len();
        let fresh = usize::try_from(missing).unwrap_or(0).saturating_sub(ready);
        self.account.generate_one_time_keys(fresh);
        if !self.supply.fallback && self.account.fallback_key().is_empty() {
            self.rotate_fallback();
        }
        let mut body = Map::new();
        if !self.supply.device_keys {
            body.insert("device_keys".to_owned(), self.device_keys.clone());
        }
        let one_time: BTreeMap<String, String> = named(self.account.one_time_keys());
        let mut keys = Map::new();
        for (id, key) in one_time {
            keys.insert(id, self.signed_key(json!({ "key": key }))?);
        }
        body.insert("one_time_keys".to_owned(), Value::Object(keys));
        let mut fallback = Map::new();
        for (id, key) in named(self.account.fallback_key()) {
            fallback.insert(
                id,
                self.signed_key(json!({ "key": key, "fallback": true }))?,
            );
        }
        if !fallback.is_empty() {
            body.insert("fallback_keys".to_owned(), Value::Object(fallback));
        }
        self.changed = true;
        Ok(Value::Object(body))
    }

    fn signed_key(&self, mut key: Value) -> Result<Value, JsonError> {
        self.sign(&mut key)?;
        Ok(key)
    }

    fn rotate_fallback(&mut self) {
        self.account.generate_fallback_key();
        let fresh = self
            .account
            .fallback_key()
            .into_values()
            .map(|key| key.to_base64());
        self.supply
            .seen
            .extend(fresh.map(|key| (key, BTreeSet::new())));
        // vodozemac keeps the current and the previous fallback key; older ones open nothing.
        let old = self.supply.seen.len().saturating_sub(2);
        self.supply.seen.drain(..old);
    }

    /// The relay has the keys of the last upload; the next sync tells how many it still has.
    pub(crate) fn uploaded(&mut self) {
        self.account.mark_keys_as_published();
        self.supply.device_keys = true;
        self.supply.fallback = true;
        self.supply.count = self.supply.count.max(TARGET);
        self.changed = true;
    }

    /// Takes the counts of a sync answer in (Matrix specification, 'Send-to-device' extensions to `/sync`).
    ///
    /// A missing count is zero; a count above what this device holds is a lie and counts as zero
    /// (ATK-OLM-07).
    pub(crate) fn heard(&mut self, sync: &Value, conduct: &Conduct) {
        self.supply.refused = false;
        let counts = sync.get("device_one_time_keys_count");
        let count = counts.and_then(|counts| counts.get("signed_curve25519"));
        if count.is_none() && conduct.has(Flaw::OtkCountMissingMeansOk) {
            return;
        }
        let held = u64::try_from(self.account.stored_one_time_key_count()).unwrap_or(u64::MAX);
        let count = count
            .and_then(Value::as_u64)
            .filter(|count| *count <= held)
            .unwrap_or(0);
        self.changed |= count != self.supply.count;
        self.supply.count = count;
        let unused = sync
            .get("device_unused_fallback_key_types")
            .and_then(Value::as_array);
        if unused.is_some_and(|unused| !unused.iter().any(|kind| kind == "signed_curve25519")) {
            self.fallback_used(conduct);
        }
    }

    /// Somebody used the fallback key; the next upload carries another one.
    pub(crate) fn fallback_used(&mut self, conduct: &Conduct) {
        if conduct.has(Flaw::FallbackNeverRotated) {
            return;
        }
        self.changed |= self.supply.fallback;
        self.supply.fallback = false;
    }
}

fn named(
    keys: impl IntoIterator<Item = (vodozemac::KeyId, vodozemac::Curve25519PublicKey)>,
) -> BTreeMap<String, String> {
    let named = keys.into_iter();
    named
        .map(|(id, key)| {
            (
                format!("signed_curve25519:{}", id.to_base64()),
                key.to_base64(),
            )
        })
        .collect()
}

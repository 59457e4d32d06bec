use std::collections::BTreeMap;

use ruma::{OwnedUserId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::device_keys::{stored_device_keys, with_signatures};
use super::device_lists::note_device_change;
use crate::refusal::Refusal;
use crate::store::{Key, Table, Tables, TablesMut, load, save};

/// What a cross-signing key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Usage {
    Master,
    SelfSigning,
    UserSigning,
}

/// New cross-signing keys (spec, `POST /keys/device_signing/upload`), as signed by the client.
pub(crate) struct CrossSigningUpload {
    pub(crate) master_key: Option<Box<RawValue>>,
    pub(crate) self_signing_key: Option<Box<RawValue>>,
    pub(crate) user_signing_key: Option<Box<RawValue>>,
}

/// Signed objects with new signatures: user, device id or public key, object.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct SignatureUpload(pub(crate) BTreeMap<OwnedUserId, BTreeMap<String, Value>>);

/// Which of them were not taken, and why.
#[derive(Default, Serialize)]
pub(crate) struct SignatureFailures {
    failures: BTreeMap<OwnedUserId, BTreeMap<String, SignatureFailure>>,
}

#[derive(Serialize)]
struct SignatureFailure {
    errcode: &'static str,
    error: &'static str,
}

/// What the relay reads of a cross-signing key.
#[derive(Deserialize)]
struct CrossSigningKey {
    user_id: OwnedUserId,
    usage: Vec<String>,
    keys: BTreeMap<String, String>,
}

impl CrossSigningUpload {
    /// The keys that came, with their usage.
    fn keys(&self) -> impl Iterator<Item = (Usage, &RawValue)> {
        [
            (Usage::Master, self.master_key.as_deref()),
            (Usage::SelfSigning, self.self_signing_key.as_deref()),
            (Usage::UserSigning, self.user_signing_key.as_deref()),
        ]
        .into_iter()
        .filter_map(|(usage, key)| Some((usage, key?)))
    }

    /// Whether this replaces keys that `user` has, which asks for his password (MSC3967).
    pub(crate) fn replaces(&self, tables: &dyn Tables, user: &UserId) -> Result<bool, Refusal> {
        for (usage, key) in self.keys() {
            let known = stored(tables, user, usage)?;
            if known.is_some_and(|known| known.get() != key.get()) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Takes the keys.
pub(crate) fn upload(
    tables: &mut dyn TablesMut,
    user: &UserId,
    upload: &CrossSigningUpload,
) -> Result<(), Refusal> {
    for (usage, key) in upload.keys() {
        let parsed: CrossSigningKey = serde_json::from_str(key.get())
            .map_err(|error| Refusal::bad_json("key is not well formed").because(error))?;
        let fits = parsed.usage == [usage.name()] && parsed.keys.len() == 1;
        if !fits || parsed.user_id != user {
            return Err(Refusal::invalid(
                "key has another owner, another usage, or not one key",
            ));
        }
        let row = Key::of(&[user.as_str(), usage.name()]);
        tables.put(Table::CrossSigningKeys, &row, key.get().as_bytes())?;
    }
    if stored(tables, user, Usage::Master)?.is_none() {
        return Err(Refusal::invalid("the master key comes first"));
    }
    note_device_change(tables, user)
}

/// A cross-signing key of `user` as `viewer` may see it.
pub(crate) fn cross_signing_key(
    tables: &dyn Tables,
    viewer: &UserId,
    user: &UserId,
    usage: Usage,
) -> Result<Option<Box<RawValue>>, Refusal> {
    // The user-signing key is its owner's alone (spec, "Cross-signing").
    if usage == Usage::UserSigning && viewer != user {
        return Ok(None);
    }
    let Some(key) = stored(tables, user, usage)? else {
        return Ok(None);
    };
    let Some(id) = public_key(&key) else {
        return Ok(Some(key));
    };
    with_signatures(tables, viewer, (user, &id), key).map(Some)
}

/// Adds signatures of `signer` to devices and master keys.
///
/// The relay keeps them as they are: whether they hold is for clients to check.
pub(crate) fn upload_signatures(
    tables: &mut dyn TablesMut,
    signer: &UserId,
    upload: SignatureUpload,
) -> Result<SignatureFailures, Refusal> {
    let mut answer = SignatureFailures::default();
    for (user, objects) in upload.0 {
        let mut changed = false;
        for (id, object) in objects {
            match add_signature(tables, signer, (&user, &id), object)? {
                Ok(()) => changed = true,
                Err(failure) => {
                    answer
                        .failures
                        .entry(user.clone())
                        .or_default()
                        .insert(id, failure);
                }
            }
        }
        // A signature on another user's key is seen by its signer alone.
        if changed && user == signer {
            note_device_change(tables, &user)?;
        } else if changed {
            let number = tables.next()?;
            save(
                tables,
                Table::DeviceChanges,
                &Key::numbered(&[], number),
                &user,
            )?;
            tables.wake(signer);
        }
    }
    Ok(answer)
}

/// Takes one signed object, or says why not; only the store's faults end the whole request.
fn add_signature(
    tables: &mut dyn TablesMut,
    signer: &UserId,
    (user, id): (&UserId, &str),
    object: Value,
) -> Result<Result<(), SignatureFailure>, Refusal> {
    let Some(known) = signed_object(tables, signer, (user, id))? else {
        return failed("M_NOT_FOUND", "there is no such key that you may sign");
    };
    let known: Value =
        serde_json::from_str(known.get()).map_err(|error| Refusal::internal().because(error))?;
    let new = object
        .pointer("/signatures")
        .and_then(|all| all.get(signer.as_str()))
        .cloned();
    let Some(Value::Object(new)) = new else {
        return failed("M_INVALID_SIGNATURE", "your signature is not among them");
    };
    if unsigned_part(object) != unsigned_part(known) {
        return failed(
            "M_INVALID_SIGNATURE",
            "the signed object is not the published one",
        );
    }
    let row = Key::of(&[user.as_str(), id, signer.as_str()]);
    let mut all: BTreeMap<String, Value> =
        load(tables, Table::Signatures, &row)?.unwrap_or_default();
    all.extend(new);
    if all.len() > SIGNATURES {
        return failed(
            "M_RESOURCE_LIMIT_EXCEEDED",
            "too many signatures on one key",
        );
    }
    save(tables, Table::Signatures, &row, &all)?;
    Ok(Ok(()))
}

fn failed(
    errcode: &'static str,
    error: &'static str,
) -> Result<Result<(), SignatureFailure>, Refusal> {
    Ok(Err(SignatureFailure { errcode, error }))
}

/// What `signer` may sign: his own devices and master key, and other users' master keys.
fn signed_object(
    tables: &dyn Tables,
    signer: &UserId,
    (user, id): (&UserId, &str),
) -> Result<Option<Box<RawValue>>, Refusal> {
    if let Some(master) = stored(tables, user, Usage::Master)?
        && public_key(&master).as_deref() == Some(id)
    {
        return Ok(Some(master));
    }
    if user != signer {
        return Ok(None);
    }
    stored_device_keys(tables, user, id.into())
}

/// The cross-signing key of a user as it was uploaded.
pub(crate) fn stored(
    tables: &dyn Tables,
    user: &UserId,
    usage: Usage,
) -> Result<Option<Box<RawValue>>, Refusal> {
    Ok(load(
        tables,
        Table::CrossSigningKeys,
        &Key::of(&[user.as_str(), usage.name()]),
    )?)
}

/// The public key of a cross-signing key of `user`, as text.
pub(crate) fn public_cross_signing_key(
    tables: &dyn Tables,
    user: &UserId,
    usage: Usage,
) -> Result<Option<String>, Refusal> {
    Ok(stored(tables, user, usage)?.and_then(|key| public_key(&key)))
}

/// The public key text, under which signatures on the key are filed.
fn public_key(key: &RawValue) -> Option<String> {
    let parsed: CrossSigningKey = serde_json::from_str(key.get()).ok()?;
    parsed.keys.into_values().next()
}

/// The part that signatures cover (spec, "Signing JSON").
fn unsigned_part(mut object: Value) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.remove("signatures");
        object.remove("unsigned");
    }
    object
}

impl Usage {
    /// Its name in the key's `usage`.
    fn name(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::SelfSigning => "self_signing",
            Self::UserSigning => "user_signing",
        }
    }
}

/// Signatures of one user on one key: one for each of his devices, with room to spare.
const SIGNATURES: usize = 200;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use ruma::{OwnedDeviceId, OwnedUserId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::body::Body;
use super::caller::Caller;
use super::password::{self, PasswordProof};
use super::reply::{Reply, empty};
use super::route::Parameters;
use crate::conduct::{Conduct, Flaw};
use crate::domain::account::device;
use crate::domain::claims::{Claims, claim};
use crate::domain::cross_signing::{
    self, CrossSigningUpload, SignatureFailures, SignatureUpload, Usage, cross_signing_key,
    upload_signatures,
};
use crate::domain::device_keys::{device_keys, one_time_key_counts};
use crate::domain::device_lists::{DeviceLists, device_lists};
use crate::domain::key_upload::{self, KeyUpload};
use crate::domain::tenant::Sight;
use crate::position::SyncPosition;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::store::Tables;

/// End-to-end encryption keys.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new()
        .route("/_matrix/client/v3/keys/upload", post(upload))
        .route("/_matrix/client/v3/keys/query", post(query))
        .route("/_matrix/client/v3/keys/claim", post(claim_keys))
        .route("/_matrix/client/v3/keys/changes", get(changes))
        .route(
            "/_matrix/client/v3/keys/device_signing/upload",
            post(upload_cross_signing),
        )
        .route("/_matrix/client/v3/keys/signatures/upload", post(sign))
}

#[derive(Deserialize)]
struct QueryBody {
    device_keys: BTreeMap<OwnedUserId, Vec<OwnedDeviceId>>,
}

#[derive(Deserialize)]
struct ClaimBody {
    one_time_keys: Claims,
}

#[derive(Deserialize)]
struct Range {
    from: String,
    to: String,
}

#[derive(Deserialize)]
struct CrossSigningBody {
    master_key: Option<Box<RawValue>>,
    self_signing_key: Option<Box<RawValue>>,
    user_signing_key: Option<Box<RawValue>>,
    auth: Option<PasswordProof>,
}

/// Keys as published; no other server can fail, so `failures` is empty.
#[derive(Default, Serialize)]
struct QueryAnswer {
    device_keys: BTreeMap<OwnedUserId, BTreeMap<OwnedDeviceId, Box<RawValue>>>,
    master_keys: BTreeMap<OwnedUserId, Box<RawValue>>,
    self_signing_keys: BTreeMap<OwnedUserId, Box<RawValue>>,
    user_signing_keys: BTreeMap<OwnedUserId, Box<RawValue>>,
    failures: BTreeMap<String, Value>,
}

async fn upload(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Body(body): Body<KeyUpload>,
) -> Result<Reply<Value>, Refusal> {
    let limits = relay.limits;
    let counts = relay
        .write(move |tables| {
            key_upload::upload(tables, &caller.session, body, &limits)?;
            one_time_key_counts(tables, &caller.session)
        })
        .await?;
    Ok(Reply(json!({ "one_time_key_counts": counts })))
}

async fn query(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Body(body): Body<QueryBody>,
) -> Result<Reply<QueryAnswer>, Refusal> {
    bounded("users", body.device_keys.len(), relay.limits.recipients)?;
    let conduct = relay.conduct.clone();
    relay
        .read(move |tables| answer(tables, &caller, body, &conduct).map(Reply))
        .await
}

fn answer(
    tables: &dyn Tables,
    caller: &Caller,
    body: QueryBody,
    conduct: &Conduct,
) -> Result<QueryAnswer, Refusal> {
    let mut answer = QueryAnswer::default();
    let viewer = caller.user();
    let sight = Sight::of(tables, viewer, conduct)?;
    for (user, wanted) in body.device_keys {
        if !sight.reaches(tables, &user)? {
            answer.device_keys.insert(user, BTreeMap::new());
            continue;
        }
        for (usage, keys) in [
            (Usage::Master, &mut answer.master_keys),
            (Usage::SelfSigning, &mut answer.self_signing_keys),
            (Usage::UserSigning, &mut answer.user_signing_keys),
        ] {
            if let Some(key) = cross_signing_key(tables, viewer, &user, usage)? {
                keys.insert(user.clone(), key);
            }
        }
        let devices = device_keys(tables, viewer, &user, &wanted)?;
        answer.device_keys.insert(user, devices);
    }
    Ok(answer)
}

async fn claim_keys(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Body(body): Body<ClaimBody>,
) -> Result<Reply<Value>, Refusal> {
    let devices = body.one_time_keys.0.values().map(BTreeMap::len).sum();
    bounded("devices", devices, relay.limits.recipients)?;
    let conduct = relay.conduct.clone();
    let mut claims = body.one_time_keys;
    let shared = Arc::clone(&relay);
    let claimed = relay
        .write(move |tables| {
            let sight = Sight::of(tables, caller.user(), &conduct)?;
            for user in claims.0.keys().cloned().collect::<Vec<_>>() {
                if !sight.reaches(tables, &user)? {
                    claims.0.remove(&user);
                }
            }
            within_limit(&shared, tables, caller.user(), &mut claims)?;
            claim(tables, claims, &conduct)
        })
        .await?;
    Ok(Reply(json!({ "one_time_keys": claimed, "failures": {} })))
}

/// Leaves out devices of which the claimer had enough keys; refuses if nothing is left. What is no device counts for nothing, so
/// that nobody fills the memory of what was claimed with names.
fn within_limit(
    relay: &Relay,
    tables: &dyn Tables,
    claimer: &UserId,
    claims: &mut Claims,
) -> Result<(), Refusal> {
    let (now, mut wait) = (relay.now(), 0);
    for (user, devices) in &mut claims.0 {
        for id in devices.keys().cloned().collect::<Vec<_>>() {
            if device(tables, user, &id)?.is_none() {
                devices.remove(&id);
                continue;
            }
            let place = [user.as_str(), id.as_str()];
            if let Err(late) = relay.throttle.claim(claimer.as_str(), place, now)
                && !relay.conduct.has(Flaw::NoClaimLimit)
            {
                wait = late;
                devices.remove(&id);
            }
        }
    }
    claims.0.retain(|_, devices| !devices.is_empty());
    if claims.0.is_empty() && wait > 0 {
        return Err(Refusal::too_fast(wait));
    }
    Ok(())
}

async fn changes(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Parameters(range): Parameters<Range>,
) -> Result<Reply<DeviceLists>, Refusal> {
    let (from, to): (SyncPosition, SyncPosition) = (range.from.parse()?, range.to.parse()?);
    relay
        .read(move |tables| device_lists(tables, caller.user(), from.stream, to.stream).map(Reply))
        .await
}

async fn upload_cross_signing(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Body(body): Body<CrossSigningBody>,
) -> Result<Reply<Value>, Refusal> {
    let CrossSigningBody {
        master_key,
        self_signing_key,
        user_signing_key,
        auth,
    } = body;
    let keys = CrossSigningUpload {
        master_key,
        self_signing_key,
        user_signing_key,
    };
    let keys = Arc::new(keys);
    let (new, user) = (Arc::clone(&keys), caller.session.user.clone());
    // The first keys come without a password (MSC3967); replacing them asks for it.
    let replaces = relay
        .read(move |tables| new.replaces(tables, &user))
        .await?;
    if replaces {
        password::confirm(&relay, &caller, auth).await?;
    }
    relay
        .write(move |tables| {
            if !replaces && keys.replaces(tables, caller.user())? {
                return Err(Refusal::forbidden("other keys came in meanwhile"));
            }
            cross_signing::upload(tables, caller.user(), &keys)
        })
        .await?;
    Ok(empty())
}

async fn sign(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Body(body): Body<SignatureUpload>,
) -> Result<Reply<SignatureFailures>, Refusal> {
    let objects = body.0.values().map(BTreeMap::len).sum();
    bounded("signed objects", objects, relay.limits.recipients)?;
    relay
        .write(move |tables| upload_signatures(tables, caller.user(), body).map(Reply))
        .await
}

/// Refuses requests that ask for too much at once.
pub(super) fn bounded(what: &str, got: usize, limit: usize) -> Result<(), Refusal> {
    if got > limit {
        return Err(Refusal::too_large(&format!("number of {what}"), got, limit));
    }
    Ok(())
}

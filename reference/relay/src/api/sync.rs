use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Deserialize;
use tokio::time::Instant;

use super::caller::{Caller, session_of};
use super::reply::Reply;
use super::route::Parameters;
use crate::conduct::{Flaw, Variant};
use crate::domain::account::Session;
use crate::domain::filter::{self, Filter};
use crate::domain::sync::{SyncAnswer, SyncWish, Varied, sync};
use crate::domain::to_device;
use crate::position::SyncPosition;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// What is new.
pub(super) fn routes() -> Router<Arc<Relay>> {
    Router::new().route("/_matrix/client/v3/sync", get(answer))
}

#[derive(Deserialize)]
struct SyncQuery {
    since: Option<String>,
    filter: Option<String>,
    #[serde(default)]
    full_state: bool,
    timeout: Option<u64>,
}

async fn answer(
    State(relay): State<Arc<Relay>>,
    caller: Caller,
    Parameters(query): Parameters<SyncQuery>,
) -> Result<Reply<SyncAnswer>, Refusal> {
    let since = query
        .since
        .as_deref()
        .map(str::parse::<SyncPosition>)
        .transpose()?;
    let filter = find_filter(&relay, &caller, query.filter).await?;
    let wish = SyncWish {
        since,
        full_state: query.full_state,
        filter,
        varied: Varied {
            in_pairs: relay.conduct.varies(Variant::ToDeviceInPairs),
            says_more: relay.conduct.varies(Variant::SyncSaysMore),
        },
    };
    if let Some(since) = since {
        forget(&relay, &caller.session, since.to_device).await?;
    }
    let wait = Duration::from_millis(query.timeout.unwrap_or(0).min(relay.limits.sync_ms));
    let answer = wait_for_news(&relay, &caller, &wish, wait).await?;
    if !answer.to_device.events.is_empty() && relay.conduct.has(Flaw::DropsToDevice) {
        let delivered: SyncPosition = answer.next_batch.parse()?;
        forget(&relay, &caller.session, delivered.to_device).await?;
    }
    Ok(Reply(answer))
}

/// Looks, and looks again whenever the user is woken, until there is news or time is up.
async fn wait_for_news(
    relay: &Relay,
    caller: &Caller,
    wish: &SyncWish,
    wait: Duration,
) -> Result<SyncAnswer, Refusal> {
    let notify = relay.wake.of(caller.user());
    let end = Instant::now() + wait;
    loop {
        let woken = notify.notified();
        tokio::pin!(woken);
        // From here on a wake-up is kept, so nothing falls between looking and waiting.
        woken.as_mut().enable();
        let (viewer, wanted) = (caller.session.clone(), wish.clone());
        let answer = relay
            .read(move |tables| sync(tables, &viewer, &wanted))
            .await?;
        // A logout may have come since the request was let in, and it wakes its user: it ends a wait and voids an answer.
        if session_of(relay, caller.token.clone()).await?.is_none() {
            return Err(Refusal::unknown_token());
        }
        let first = wish.since.is_none() || wish.full_state;
        if first || answer.has_news() || wait.is_zero() || relay.is_closing() {
            return Ok(answer);
        }
        if tokio::time::timeout_at(end, woken).await.is_err() {
            return Ok(answer);
        }
    }
}

/// Forgets to-device messages that the device has received: it says so by syncing past them.
async fn forget(relay: &Relay, session: &Session, through: u64) -> Result<(), Refusal> {
    let viewer = session.clone();
    let any = relay
        .read(move |tables| {
            let real = through <= tables.head()?;
            Ok(real && to_device::has_any(tables, &viewer, through)?)
        })
        .await?;
    if any {
        let viewer = session.clone();
        relay
            .write_message(move |tables| to_device::forget(tables, &viewer, through))
            .await?;
    }
    Ok(())
}

/// The filter given: its id, or the filter itself when it begins with a brace.
async fn find_filter(
    relay: &Relay,
    caller: &Caller,
    given: Option<String>,
) -> Result<Filter, Refusal> {
    let Some(given) = given else {
        return Ok(Filter::default());
    };
    if given.starts_with('{') {
        return Filter::parse(&given);
    }
    let user = caller.session.user.clone();
    let stored = relay
        .read(move |tables| filter::stored(tables, &user, &given))
        .await?;
    Filter::parse(stored.get())
}

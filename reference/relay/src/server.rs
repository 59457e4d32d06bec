use std::future::IntoFuture as _;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

use crate::api;
use crate::clock::Clock;
use crate::conduct::{Conduct, Flaw};
use crate::config::Config;
use crate::connections::{Connections, Door};
use crate::error::Error;
use crate::operator;
use crate::relay::Relay;

/// Serves the relay on `listener` until `shutdown` ends; running requests are finished.
///
/// # Errors
/// The store does not open, or the server name is none.
pub async fn serve(
    config: Config,
    conduct: Conduct,
    (clock, log): (impl Clock, impl Write + Send + 'static),
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let relay = Arc::new(Relay::open(config, conduct, clock, log)?);
    let door = Door {
        listener,
        tls: None,
        bounds: Connections::default(),
        metrics: Arc::clone(&relay.metrics),
        tells_peers: relay.conduct.has(Flaw::StoresAddresses),
    };
    serve_open(relay, door, None, shutdown).await;
    Ok(())
}

/// The same for a relay that is open already, behind a door of its own, with a listener for the operator.
pub(crate) async fn serve_open(
    relay: Arc<Relay>,
    door: Door,
    operator: Option<TcpListener>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let watched = operator.map(|listener| {
        let router = operator::router(Arc::clone(&relay));
        tokio::spawn(axum::serve(listener, router).into_future())
    });
    let ticking = tokio::spawn(tick(Arc::clone(&relay)));
    let closing = Arc::clone(&relay);
    let shutdown = async move {
        shutdown.await;
        closing.close();
    };
    door.serve(api::router(Arc::clone(&relay)), shutdown).await;
    // Health says `closing` until the last request is done.
    if let Some(watched) = watched {
        watched.abort();
    }
    ticking.abort();
    relay.log.stopped(relay.now());
}

/// Looks for what is over also when nobody writes.
async fn tick(relay: Arc<Relay>) {
    let pause = relay
        .sweeper
        .retention()
        .sweep
        .as_ms()
        .max(SHORTEST_TICK_MS);
    let mut ticks = tokio::time::interval(Duration::from_millis(pause));
    loop {
        ticks.tick().await;
        // A full queue or a failing disk shows in requests and in the health; the next tick tries again.
        relay.sweep_if_due().await.ok();
    }
}

/// The relay as a service without sockets: one request in, one response out. Call it inside a
/// tokio runtime.
///
/// # Errors
/// The store does not open, or the server name is none.
pub fn router(
    config: Config,
    conduct: Conduct,
    clock: impl Clock,
    log: impl Write + Send + 'static,
) -> Result<Router, Error> {
    Ok(api::router(Arc::new(Relay::open(
        config, conduct, clock, log,
    )?)))
}

/// A relay that sweeps with every write needs no quick ticks beside.
const SHORTEST_TICK_MS: u64 = 1000;

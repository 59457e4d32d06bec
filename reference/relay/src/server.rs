use std::io::Write;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;

use crate::api;
use crate::clock::Clock;
use crate::conduct::Conduct;
use crate::config::Config;
use crate::error::Error;
use crate::relay::Relay;

/// Serves the relay on `listener` until `shutdown` ends; running requests are finished.
///
/// # Errors
/// The store does not open, the server name is none, or the listener fails.
pub async fn serve(
    config: Config,
    conduct: Conduct,
    (clock, log): (impl Clock, impl Write + Send + 'static),
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    serve_open(
        Arc::new(Relay::open(config, conduct, clock, log)?),
        listener,
        shutdown,
    )
    .await
}

/// The same for a relay that is open already.
pub(crate) async fn serve_open(
    relay: Arc<Relay>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let closing = Arc::clone(&relay);
    let shutdown = async move {
        shutdown.await;
        closing.close();
    };
    axum::serve(listener, api::router(relay))
        .with_graceful_shutdown(shutdown)
        .await
        .map_err(|source| Error::Io {
            what: "failed to serve".to_owned(),
            source,
        })
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

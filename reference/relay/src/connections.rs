use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use crate::operator::Metrics;

/// Bounds on connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Connections {
    /// Connections at a time; one more is closed at once.
    pub most: usize,
    /// Milliseconds that a TLS handshake may take.
    pub handshake_ms: u64,
    /// Milliseconds within which the head of the next request must have arrived. An idle connection ends after the same time.
    pub head_ms: u64,
    /// Milliseconds that running requests get to finish when the relay ends.
    pub finish_ms: u64,
}

/// The door of the relay: who comes in, and how.
pub(crate) struct Door {
    pub(crate) listener: TcpListener,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) bounds: Connections,
    pub(crate) metrics: Arc<Metrics>,
    /// Whether requests learn where they come from; only `relay-stores-addresses` asks for it.
    pub(crate) tells_peers: bool,
}

/// Where a request comes from. An honest relay never looks: it would be one more thing known about people.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// One connection on its way through the door.
struct Entrance {
    tls: Option<TlsAcceptor>,
    bounds: Connections,
    metrics: Arc<Metrics>,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
}

impl Door {
    /// Serves `router` until `shutdown` ends; running requests are finished, as far as they are in time.
    pub(crate) async fn serve(self, router: Router, shutdown: impl Future<Output = ()> + Send) {
        let room = Arc::new(Semaphore::new(self.bounds.most));
        let graceful = GracefulShutdown::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => accepted,
            };
            let Ok((stream, peer)) = accepted else {
                // Out of file descriptors, mostly: others must end first.
                pause().await;
                continue;
            };
            let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
                self.metrics.connection_refused();
                continue;
            };
            let entrance = Entrance {
                tls: self.tls.clone(),
                bounds: self.bounds,
                metrics: Arc::clone(&self.metrics),
                router: if self.tells_peers {
                    router.clone().layer(Extension(Peer(peer)))
                } else {
                    router.clone()
                },
                watcher: graceful.watcher(),
            };
            tokio::spawn(async move {
                let _permit = permit;
                entrance.admit(stream).await;
            });
        }
        drop(self.listener);
        let finish = Duration::from_millis(self.bounds.finish_ms);
        tokio::time::timeout(finish, graceful.shutdown()).await.ok();
    }
}

impl Entrance {
    async fn admit(self, stream: TcpStream) {
        // Answers are written whole; waiting for more would only delay them.
        stream.set_nodelay(true).ok();
        let metrics = Arc::clone(&self.metrics);
        let _open = metrics.connection_opened();
        let Some(tls) = self.tls.clone() else {
            return self.talk(stream).await;
        };
        let late = Duration::from_millis(self.bounds.handshake_ms);
        match tokio::time::timeout(late, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.talk(stream).await,
            Ok(Err(_)) | Err(_) => metrics.handshake_failed(),
        }
    }

    async fn talk(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let late = Duration::from_millis(self.bounds.head_ms);
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(late)
            .max_headers(MOST_HEADERS)
            .serve_connection(
                TokioIo::new(stream),
                TowerToHyperService::new(self.router.clone()),
            );
        // A connection that breaks is the client's business; its requests are logged.
        self.watcher.watch(connection).await.ok();
    }
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            most: 20_000,
            handshake_ms: 10_000,
            head_ms: 60_000,
            finish_ms: 20_000,
        }
    }
}

/// Waits a moment: nothing tells when a file descriptor is free again.
async fn pause() {
    #[expect(clippy::disallowed_methods, reason = "there is no event to wait for")]
    tokio::time::sleep(PAUSE).await;
}

/// Header fields of one request; clients send about ten.
const MOST_HEADERS: usize = 64;
/// Pause after a connection could not be accepted.
const PAUSE: Duration = Duration::from_millis(50);

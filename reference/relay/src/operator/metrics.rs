use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use http::{Method, StatusCode};

/// What the relay counts: numbers only, no ids. Labels are routes, methods and statuses, all of them the relay's own words.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<Kind, Served>>,
    open: AtomicU64,
    refused: AtomicU64,
    handshakes_failed: AtomicU64,
    swept: AtomicU64,
    pushed: AtomicU64,
    push_failed: AtomicU64,
}

/// One kind of request.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    route: String,
    method: &'static str,
    status: u16,
}

/// How many there were, and how long they took together.
#[derive(Clone, Copy, Default)]
struct Served {
    count: u64,
    took_ms: u64,
}

/// An open connection; it counts until it is dropped.
pub(crate) struct Open<'m>(&'m Metrics);

impl Metrics {
    /// A request was answered.
    pub(crate) fn request(&self, route: &str, method: &Method, status: StatusCode, took_ms: u64) {
        let kind = Kind {
            route: route.to_owned(),
            method: known(method),
            status: status.as_u16(),
        };
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let served = requests.entry(kind).or_default();
        served.count += 1;
        served.took_ms = served.took_ms.saturating_add(took_ms);
    }

    /// A connection begins.
    pub(crate) fn connection_opened(&self) -> Open<'_> {
        self.open.fetch_add(1, Ordering::Relaxed);
        Open(self)
    }

    /// A connection was closed because there are too many.
    pub(crate) fn connection_refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// A TLS handshake failed or took too long.
    pub(crate) fn handshake_failed(&self) {
        self.handshakes_failed.fetch_add(1, Ordering::Relaxed);
    }

    /// A sweep removed `count` things whose time was over.
    pub(crate) fn swept(&self, count: u64) {
        self.swept.fetch_add(count, Ordering::Relaxed);
    }

    /// A push went out, or did not.
    pub(crate) fn pushed(&self, arrived: bool) {
        let counter = if arrived {
            &self.pushed
        } else {
            &self.push_failed
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Everything as Prometheus text (exposition format 0.0.4).
    pub(crate) fn render(&self) -> String {
        let requests = self
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut text = String::new();
        begin(&mut text, "relay_requests_total", "counter");
        for (kind, served) in &requests {
            line(
                &mut text,
                &format!("relay_requests_total{}", kind.labels()),
                served.count,
            );
        }
        begin(&mut text, "relay_requests_milliseconds_total", "counter");
        for (kind, served) in &requests {
            line(
                &mut text,
                &format!("relay_requests_milliseconds_total{}", kind.labels()),
                served.took_ms,
            );
        }
        for (name, kind, value) in [
            ("relay_connections", "gauge", &self.open),
            ("relay_connections_refused_total", "counter", &self.refused),
            (
                "relay_handshakes_failed_total",
                "counter",
                &self.handshakes_failed,
            ),
            ("relay_swept_total", "counter", &self.swept),
            ("relay_pushes_total", "counter", &self.pushed),
            ("relay_pushes_failed_total", "counter", &self.push_failed),
        ] {
            begin(&mut text, name, kind);
            line(&mut text, name, value.load(Ordering::Relaxed));
        }
        text
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Kind {
    fn labels(&self) -> String {
        let Self {
            route,
            method,
            status,
        } = self;
        format!("{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}")
    }
}

/// A method in the relay's own words: callers may invent others.
pub(crate) fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::PUT => "PUT",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn begin(text: &mut String, name: &str, kind: &str) {
    writeln!(text, "# TYPE {name} {kind}").ok();
}

fn line(text: &mut String, name: &str, value: u64) {
    writeln!(text, "{name} {value}").ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_cannot_invent_labels() {
        let metrics = Metrics::default();
        let invented = Method::from_bytes(b"SECRET").unwrap();
        metrics.request("unmatched", &invented, StatusCode::NOT_FOUND, 3);
        let text = metrics.render();
        let expected =
            "relay_requests_total{route=\"unmatched\",method=\"other\",status=\"404\"} 1\n";
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("SECRET"));
    }

    #[test]
    fn a_connection_counts_while_it_lasts() {
        let metrics = Metrics::default();
        let open = metrics.connection_opened();
        assert!(metrics.render().contains("relay_connections 1\n"));
        drop(open);
        assert!(metrics.render().contains("relay_connections 0\n"));
    }
}

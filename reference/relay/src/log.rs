use std::io::Write;
use std::sync::{Mutex, PoisonError};

use http::{Method, StatusCode};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::conduct::{Conduct, Flaw, Named as _};
use crate::operator::known;

/// The relay's log: one JSON object a line, without ids, paths, tokens or content.
///
/// Its fields stand in `inventory.toml`, and a test compares.
pub(crate) struct Log {
    out: Mutex<Box<dyn Write + Send>>,
}

/// What is told of a request.
pub(crate) struct Line<'a> {
    pub(crate) now: u64,
    pub(crate) method: &'a Method,
    /// The route's template, never the path: paths name rooms and people.
    pub(crate) route: &'a str,
    pub(crate) status: StatusCode,
    pub(crate) took_ms: u64,
}

/// How much a line matters.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Info,
    Warn,
    Error,
}

/// One line: when (UTC), how much it matters, and what happened.
#[derive(Serialize)]
struct Entry<T> {
    time: String,
    level: Level,
    #[serde(flatten)]
    what: T,
}

/// What happened.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum What<'a> {
    Started {
        product: &'static str,
        conduct: &'static str,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        flaws: Vec<&'static str>,
    },
    Request {
        method: &'a str,
        route: &'a str,
        status: u16,
        took: &'static str,
    },
    Swept {
        count: u64,
    },
    Erased {
        rows: u64,
    },
    Stopped {},
    Body {
        body: String,
    },
}

impl Log {
    /// A log that begins by saying which relay this is and how it behaves.
    pub(crate) fn new(out: Box<dyn Write + Send>, conduct: &Conduct, now: u64) -> Self {
        let log = Self {
            out: Mutex::new(out),
        };
        let flaws: Vec<_> = conduct.flaws().map(Flaw::name).collect();
        let (level, conduct) = if flaws.is_empty() {
            (Level::Info, "honest")
        } else {
            (Level::Warn, "FLAWED (bench mode)")
        };
        let product = crate::PRODUCT;
        log.write(
            now,
            level,
            What::Started {
                product,
                conduct,
                flaws,
            },
        );
        log
    }

    /// Tells of one request.
    pub(crate) fn request(&self, line: &Line<'_>) {
        let took = match line.took_ms {
            0..10 => "<10ms",
            10..100 => "<100ms",
            100..1000 => "<1s",
            _ => ">=1s",
        };
        let level = if line.status.is_server_error() {
            Level::Error
        } else {
            Level::Info
        };
        let what = What::Request {
            method: known(line.method),
            route: line.route,
            status: line.status.as_u16(),
            took,
        };
        self.write(line.now, level, what);
    }

    /// Tells that a sweep removed `count` things whose time was over.
    pub(crate) fn swept(&self, now: u64, count: u64) {
        self.write(now, Level::Info, What::Swept { count });
    }

    /// Tells that an account was erased, with as many rows.
    pub(crate) fn erased(&self, now: u64, rows: u64) {
        self.write(now, Level::Info, What::Erased { rows });
    }

    /// Tells that the relay ends as it was told to.
    pub(crate) fn stopped(&self, now: u64) {
        self.write(now, Level::Info, What::Stopped {});
    }

    /// Writes a body into the log. Only `relay-logs-bodies` does.
    pub(crate) fn body(&self, now: u64, body: &[u8]) {
        let body = String::from_utf8_lossy(body).into_owned();
        self.write(now, Level::Info, What::Body { body });
    }

    fn write(&self, now: u64, level: Level, what: What<'_>) {
        let entry = Entry {
            time: utc(now),
            level,
            what,
        };
        let Ok(line) = serde_json::to_string(&entry) else {
            return;
        };
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // A full disk must not stop the relay; the missing lines are its trace.
        writeln!(out, "{line}").and_then(|()| out.flush()).ok();
    }
}

/// Milliseconds since 1970 as `2026-11-23T09:24:06.25Z`.
fn utc(now: u64) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(now) * 1_000_000);
    time.ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc() {
        assert_eq!(utc(1_800_000_000_250), "2027-01-15T08:00:00.25Z");
    }
}

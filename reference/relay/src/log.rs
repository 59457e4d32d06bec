use std::io::Write;
use std::sync::{Mutex, PoisonError};

use http::{Method, StatusCode};

use crate::conduct::Conduct;

/// The relay's log: one line a request, without ids, paths, tokens or content.
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

impl Log {
    /// A log that begins by saying which relay this is and how it behaves.
    pub(crate) fn new(out: Box<dyn Write + Send>, conduct: &Conduct, now: u64) -> Self {
        let log = Self {
            out: Mutex::new(out),
        };
        let flaws: Vec<_> = conduct.flaws().map(crate::conduct::Flaw::name).collect();
        if flaws.is_empty() {
            log.write(&format!("{now} {} conduct=honest", crate::PRODUCT));
        } else {
            let flaws = flaws.join(",");
            log.write(&format!(
                "{now} {} conduct=FLAWED flaws={flaws} (bench mode)",
                crate::PRODUCT
            ));
        }
        log
    }

    /// Tells of one request.
    pub(crate) fn request(&self, line: &Line<'_>) {
        let Line {
            now,
            method,
            route,
            status,
            took_ms,
        } = line;
        let took = match took_ms {
            0..10 => "<10ms",
            10..100 => "<100ms",
            100..1000 => "<1s",
            _ => ">=1s",
        };
        self.write(&format!(
            "{now} {method} {route} {} {took}",
            status.as_u16()
        ));
    }

    /// Writes a body into the log. Only `relay-logs-bodies` does.
    pub(crate) fn body(&self, body: &[u8]) {
        self.write(&format!("body {}", String::from_utf8_lossy(body)));
    }

    fn write(&self, line: &str) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // A full disk must not stop the relay; the missing lines are its trace.
        writeln!(out, "{line}").and_then(|()| out.flush()).ok();
    }
}

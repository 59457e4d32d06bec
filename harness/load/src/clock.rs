//! The clock of the measurement: latency and rate are what it is about.

use std::{thread, time::Instant};

/// The moment of now.
#[expect(
    clippy::disallowed_methods,
    reason = "what a relay takes is measured by the clock of this machine"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Waits for a moment of the schedule; a past one is there already.
#[expect(
    clippy::disallowed_methods,
    reason = "a constant rate waits for its moments, whatever the relay does"
)]
pub(crate) fn wait_until(moment: Instant) {
    thread::sleep(moment.saturating_duration_since(now()));
}

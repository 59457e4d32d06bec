//! The clocks of the machine: the one place where the bench reads them.

use std::{
    sync::OnceLock,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use harness_evidence::Stamp;

static START: OnceLock<Instant> = OnceLock::new();

/// The time now: monotonic since the first call, and by the wall.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge that reads the clocks for everybody else"
)]
pub(crate) fn now() -> Stamp {
    let start = *START.get_or_init(Instant::now);
    let mono_ns = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    let wall = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Stamp {
        mono_ns,
        wall_ms: u64::try_from(wall.as_millis()).unwrap_or(u64::MAX),
    }
}

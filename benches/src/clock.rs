//! What a bench reads time from.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// A clock of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// CPU time of the calling thread: neighbours on the machine hardly move it.
    Cpu,
    /// CPU time of the process, all of its threads.
    Process,
    /// Time that passes: what waits for disks, sockets and processes needs it.
    Wall,
}

impl Clock {
    /// Does something and tells how long it took.
    pub fn time<T>(self, operation: impl FnOnce() -> T) -> (Duration, T) {
        let before = self.now();
        let done = operation();
        (self.now().saturating_sub(before), done)
    }

    /// Since an instant that stays the same while the thread lives.
    #[must_use]
    pub fn now(self) -> Duration {
        let time = clock_gettime(match self {
            Self::Cpu => ClockId::ThreadCPUTime,
            Self::Process => ClockId::ProcessCPUTime,
            Self::Wall => ClockId::Monotonic,
        });
        // Neither clock is ever negative.
        Duration::try_from(time).unwrap_or_default()
    }
}

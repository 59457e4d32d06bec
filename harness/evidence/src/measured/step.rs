//! Messages that came to a relay at a constant rate, whether it kept up or not.

use serde::{Deserialize, Serialize};

/// An acknowledgement that comes later after its message was due is late, in microseconds.
pub const LATE_US: u64 = 100_000;

/// Latencies are kept to three digits: what is called in time may read as so much.
const LATE_ROUNDED_US: u64 = LATE_US + LATE_US / 1000;

/// Of this many messages that were due, at most one may be late.
const LATE_ONE_OF: u64 = 100;

/// The largest count that is read; sums and products of such counts stay in bounds.
const COUNT_LIMIT: u64 = 1_000_000_000_000;

/// One constant rate for one span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadStep {
    /// Messages a second that were due.
    pub offered_per_second: u64,
    /// Messages a second that were acknowledged, rounded down: it follows from `acknowledged` and `wall_ms`.
    pub achieved_per_second: u64,
    /// Messages that were due.
    pub due: u64,
    /// Messages that the relay acknowledged.
    pub acknowledged: u64,
    /// Messages that were acknowledged more than [`LATE_US`] after they were due, or were not sent because they were that late.
    pub late: u64,
    /// The time from the first message to the last acknowledgement, at least the span that was asked for, in milliseconds.
    pub wall_ms: u64,
    /// Latency; absent if nothing was acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<LoadLatency>,
    /// CPU time of the relay with its child processes, in milliseconds; the system counts hundredths of a second.
    pub cpu_ms: u64,
    /// The same for each acknowledged message, in microseconds, rounded down: it follows; absent if nothing was acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_us_per_message: Option<u64>,
    /// Memory of the relay with its child processes at the end (PSS), in bytes.
    pub memory: u64,
    /// Of a hundred messages that were due at most one was late: it follows.
    pub kept_up: bool,
}

/// Latency from when a message was due to its acknowledgement, in microseconds, to three digits. A minute is the longest that is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadLatency {
    /// Median.
    pub p50_us: u64,
    /// 99th percentile.
    pub p99_us: u64,
    /// 99.9th percentile.
    pub p999_us: u64,
    /// Maximum.
    pub max_us: u64,
}

impl LoadStep {
    /// How many messages are due at a rate in so many milliseconds: the first one at their beginning.
    #[must_use]
    pub fn due_in(offered_per_second: u64, span_ms: u64) -> u64 {
        offered_per_second.saturating_mul(span_ms).div_ceil(1000)
    }

    /// The same step with everything that follows from what was counted.
    #[must_use]
    pub fn derived(self) -> Self {
        let each = |sum: u64, by: u64| sum.saturating_mul(1000).checked_div(by);
        Self {
            achieved_per_second: each(self.acknowledged, self.wall_ms).unwrap_or_default(),
            cpu_us_per_message: each(self.cpu_ms, self.acknowledged),
            kept_up: self.late.saturating_mul(LATE_ONE_OF) <= self.due,
            ..self
        }
    }

    /// The first thing in a step of so many milliseconds that does not follow from the rest.
    pub(super) fn contradiction(&self, span_ms: u64) -> Option<&'static str> {
        let counts = [
            self.offered_per_second,
            self.due,
            self.wall_ms,
            self.cpu_ms,
            self.memory,
        ];
        let unsent = self.due.saturating_sub(self.acknowledged);
        if counts.iter().any(|count| *count > COUNT_LIMIT) || self.offered_per_second == 0 {
            Some("no rate, or a count beyond all relays")
        } else if self.due != Self::due_in(self.offered_per_second, span_ms) {
            Some("not so many messages were due at that rate")
        } else if self.acknowledged > self.due || !(unsent..=self.due).contains(&self.late) {
            Some("more messages than were due")
        } else if self.wall_ms < span_ms {
            Some("shorter than it was asked for")
        } else if self.latency.is_some() != (self.acknowledged > 0) {
            Some("latency without a message, or a message without latency")
        } else if self.derived() != *self {
            Some("figures that do not follow from what was counted")
        } else {
            let latency = self.latency?;
            let late = self.late.saturating_sub(unsent);
            latency.contradiction(late, self.acknowledged)
        }
    }
}

impl LoadLatency {
    /// Of so many acknowledged messages so many were late.
    fn contradiction(&self, late: u64, acknowledged: u64) -> Option<&'static str> {
        let rising = [self.p50_us, self.p99_us, self.p999_us, self.max_us];
        let hundredth = acknowledged / LATE_ONE_OF;
        // A percentile may lie one message beside the exact place.
        let is_late = late > hundredth.saturating_add(1);
        let is_in_time = late < hundredth;
        if !rising.is_sorted() {
            Some("percentiles do not rise")
        } else if (is_late && self.p99_us < LATE_US)
            || (is_in_time && self.p99_us > LATE_ROUNDED_US)
        {
            Some("the 99th percentile does not fit how many were late")
        } else {
            None
        }
    }
}

//! What was measured, a line a figure.

use harness_evidence::{LoadLatency, LoadStep, Soak};
use harness_load::{Figures, Senders};

/// One figure of the table: what it is, its digits, and where it stands.
type Row = (&'static str, usize, fn(&Figures) -> Option<f64>);

const ROWS: &[Row] = &[
    ("start, ms", 0, |one| Some(whole(one.started_ms))),
    ("memory at start, MiB", 1, |one| {
        Some(mib(one.memory_at_start))
    }),
    ("1 sender, messages/s", 0, |one| {
        sent(one, 0, |s| s.per_second)
    }),
    ("1 sender, CPU us/message", 0, |one| {
        sent(one, 0, |s| s.cpu_us_per_message)
    }),
    ("1 sender, p50 ms", 2, |one| sent(one, 0, |s| ms(s.p50_us))),
    ("1 sender, p99 ms", 2, |one| sent(one, 0, |s| ms(s.p99_us))),
    ("16 senders, messages/s", 0, |one| {
        sent(one, 1, |s| s.per_second)
    }),
    ("16 senders, CPU us/message", 0, |one| {
        sent(one, 1, |s| s.cpu_us_per_message)
    }),
    ("16 senders, p50 ms", 2, |one| {
        sent(one, 1, |s| ms(s.p50_us))
    }),
    ("16 senders, p99 ms", 2, |one| {
        sent(one, 1, |s| ms(s.p99_us))
    }),
    ("highest rate kept up with, messages/s", 0, |one| {
        kept(one, |rate| Some(whole(rate.offered_per_second)))
    }),
    ("p99 at that rate, ms", 2, |one| {
        kept(one, |rate| latency(rate, |latency| latency.p99_us))
    }),
    ("longest at that rate, ms", 2, |one| {
        kept(one, |rate| latency(rate, |latency| latency.max_us))
    }),
    ("CPU at that rate, us/message", 0, |one| {
        kept(one, |rate| rate.cpu_us_per_message.map(whole))
    }),
    ("missed messages fetched", 0, |one| {
        Some(count(one.away.fetched))
    }),
    ("first sync after them, ms", 0, |one| {
        Some(whole(one.away.first_ms))
    }),
    ("all of them, ms", 0, |one| Some(whole(one.away.all_ms))),
    ("all of them, CPU ms", 0, |one| Some(whole(one.away.cpu_ms))),
    ("waiting devices", 0, |one| {
        Some(count(one.connected.devices))
    }),
    ("memory while they wait, MiB", 1, |one| {
        Some(mib(one.connected.memory))
    }),
    ("memory for 1,000 waiting more, MiB", 1, |one| {
        Some(mib(one.connected.memory_per_thousand))
    }),
    ("members of the group", 0, |one| {
        Some(count(one.group.members))
    }),
    ("join, ms", 2, |one| Some(one.group.join_us / 1e3)),
    ("join, CPU us", 0, |one| Some(one.group.join_cpu_us)),
    ("send to the group, ms", 2, |one| {
        Some(one.group.send_us / 1e3)
    }),
    ("send to the group, CPU us", 0, |one| {
        Some(one.group.send_cpu_us)
    }),
    ("removal, ms", 2, |one| Some(one.group.remove_us / 1e3)),
    ("removal, CPU us", 0, |one| Some(one.group.remove_cpu_us)),
];

const LAST: usize = Soak::PARTS - 1;

/// Of a soak, the first tenth and the last.
const SOAK: &[Row] = &[
    ("soak, messages/s", 0, |one| {
        soaked(one, 0, |part| Some(whole(part.offered_per_second)))
    }),
    ("first tenth, CPU us/message", 0, |one| {
        soaked(one, 0, |part| part.cpu_us_per_message.map(whole))
    }),
    ("last tenth, CPU us/message", 0, |one| {
        soaked(one, LAST, |part| part.cpu_us_per_message.map(whole))
    }),
    ("first tenth, p99 ms", 2, |one| {
        soaked(one, 0, |part| latency(part, |latency| latency.p99_us))
    }),
    ("last tenth, p99 ms", 2, |one| {
        soaked(one, LAST, |part| latency(part, |latency| latency.p99_us))
    }),
    ("first tenth, memory MiB", 1, |one| {
        soaked(one, 0, |part| Some(mib(part.memory)))
    }),
    ("last tenth, memory MiB", 1, |one| {
        soaked(one, LAST, |part| Some(mib(part.memory)))
    }),
];

/// A line for each figure: what it is, the relays, and how many times as much the second one is.
pub(super) fn table(all: &[Figures]) -> Vec<String> {
    let is_compared = all.len() > 1;
    let ratio = if is_compared { "2nd/1st" } else { "" };
    let mut lines = vec![line("", all.iter().map(product), ratio)];
    let is_soaked = all.iter().any(|one| one.soak.is_some());
    let soak = SOAK.iter().filter(|_| is_soaked);
    for (what, digits, of) in ROWS.iter().chain(soak) {
        let values: Vec<Option<f64>> = all.iter().map(of).collect();
        let shown = values
            .iter()
            .map(|value| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}")));
        let ratio = match values.as_slice() {
            [Some(one), Some(other)] if *one > 0.0 => format!("{:.1}x", other / one),
            _ => String::new(),
        };
        lines.push(line(what, shown, &ratio));
    }
    lines
}

fn product(one: &Figures) -> String {
    let version = one.version.as_deref().unwrap_or("unknown");
    format!("{} {version}", one.product)
}

fn sent(one: &Figures, step: usize, of: impl Fn(&Senders) -> f64) -> Option<f64> {
    one.senders.get(step).map(of)
}

/// Of the highest rate that the relay kept up with.
fn kept(one: &Figures, of: impl Fn(&LoadStep) -> Option<f64>) -> Option<f64> {
    of(one.rates.iter().rfind(|rate| rate.kept_up)?)
}

/// Of a tenth of the soak.
fn soaked(one: &Figures, part: usize, of: impl Fn(&LoadStep) -> Option<f64>) -> Option<f64> {
    of(one.soak.as_ref()?.parts.get(part)?)
}

fn latency(step: &LoadStep, of: impl Fn(&LoadLatency) -> u64) -> Option<f64> {
    step.latency.as_ref().map(|latency| ms(of(latency)))
}

fn line(what: &str, values: impl Iterator<Item = String>, ratio: &str) -> String {
    let values: String = values.map(|value| format!("{value:>24}")).collect();
    let line = format!("{what:<38}{values}{ratio:>11}");
    line.trim_end().to_owned()
}

fn ms(micros: u64) -> f64 {
    whole(micros) / 1e3
}

fn mib(bytes: u64) -> f64 {
    whole(bytes) / 1_048_576.0
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures of a run are far below 2^53"
)]
fn whole(number: u64) -> f64 {
    number as f64
}

fn count(number: usize) -> f64 {
    whole(u64::try_from(number).unwrap_or(u64::MAX))
}

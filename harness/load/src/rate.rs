//! Messages that come at a constant rate, whether the relay keeps up or not: each latency counts from when its message
//! was due, so a relay that stops for a second is not asked less in that second (coordinated omission).

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use harness_evidence::{LATE_US, LoadLatency, LoadStep, RelayCapacity, Soak};
use hdrhistogram::Histogram;

use crate::{
    LoadError, Plan,
    clock::{now, wait_until},
    millis,
    people::{People, Person},
    process::Process,
    send::{histogram, micros, number, pairs, per},
};

/// Connections that share the messages of a rate.
const HANDS: usize = 32;

/// Each step is so much more of what sixteen senders reached, in percent.
const STEP: u64 = 25;

/// The most steps: four times of what sixteen senders reached.
const STEPS: u64 = 16;

/// Who sends, and whom it costs.
struct Source<'a> {
    pairs: Vec<(Person, String)>,
    process: &'a Process,
}

/// A rate for a span of time.
#[derive(Clone, Copy)]
struct Wish {
    per_second: u64,
    span_ms: u64,
    /// Tells the messages of this step from those of others.
    tag: u64,
}

/// The messages of a step as they become due.
struct Schedule {
    wish: Wish,
    due: u64,
    next: AtomicU64,
    begun: Instant,
}

/// What one hand has sent.
struct Sent {
    latency: Histogram<u64>,
    in_time: u64,
}

/// Raises the rate until the relay does not keep up; then half of the highest that it kept up with, for a longer time if asked for.
pub(crate) fn ramp_and_soak(
    people: &mut People,
    process: &Process,
    reached: f64,
    plan: Plan,
    tell: &dyn Fn(&str),
) -> Result<(Vec<LoadStep>, Option<Soak>), LoadError> {
    let base = format!("http://{}", people.address());
    let pairs = pairs(people, HANDS)?.into_iter();
    let source = Source {
        pairs: pairs
            .map(|(person, room)| (person.apart(&base), room))
            .collect(),
        process,
    };
    let rates = ramp(&source, reached, plan.seconds, tell)?;
    if plan.soak == 0 {
        return Ok((rates, None));
    }
    let Some(knee) = RelayCapacity::knee_of(&rates) else {
        tell("no soak, for it kept up with no rate");
        return Ok((rates, None));
    };
    let rate = RelayCapacity::soak_rate(knee);
    tell(&format!(
        "{rate} messages a second for {} seconds",
        plan.soak
    ));
    let parts = (1..).take(Soak::PARTS).map(|part| {
        source.step(Wish {
            per_second: rate,
            span_ms: plan.soak.saturating_mul(100),
            // Behind those of the ramp.
            tag: STEP * STEPS + part,
        })
    });
    let soak = Soak {
        seconds: plan.soak,
        parts: parts.collect::<Result<_, _>>()?,
    };
    Ok((rates, Some(soak)))
}

fn ramp(
    source: &Source<'_>,
    reached: f64,
    seconds: u64,
    tell: &dyn Fn(&str),
) -> Result<Vec<LoadStep>, LoadError> {
    let mut rates: Vec<LoadStep> = Vec::new();
    for tag in (1..=STEPS).map(|step| step * STEP) {
        let before = rates.last().map_or(0, |rate| rate.offered_per_second);
        let per_second = whole(reached * number(tag) / 100.0).max(before + 1);
        tell(&format!("{per_second} messages a second"));
        let rate = source.step(Wish {
            per_second,
            span_ms: seconds.saturating_mul(1_000),
            tag,
        })?;
        rates.push(rate);
        if !rate.kept_up {
            break;
        }
    }
    Ok(rates)
}

impl Source<'_> {
    fn step(&self, wish: Wish) -> Result<LoadStep, LoadError> {
        let before = self.process.usage()?;
        let schedule = Arc::new(Schedule {
            wish,
            due: LoadStep::due_in(wish.per_second, wish.span_ms),
            next: AtomicU64::new(0),
            begun: now(),
        });
        let hands: Vec<_> = self
            .pairs
            .iter()
            .cloned()
            .map(|(person, room)| {
                let schedule = Arc::clone(&schedule);
                thread::spawn(move || schedule.carry_out(&person, &room))
            })
            .collect();
        let (mut latency, mut in_time) = (histogram(), 0);
        for hand in hands {
            let sent = hand.join().or(Err(LoadError::Sender))??;
            // All have the same bounds.
            let _added = latency.add(sent.latency);
            in_time += sent.in_time;
        }
        wait_until(schedule.begun + Duration::from_millis(wish.span_ms));
        let (wall_ms, after) = (millis(schedule.begun), self.process.usage()?);
        let step = LoadStep {
            offered_per_second: wish.per_second,
            achieved_per_second: 0,
            due: schedule.due,
            acknowledged: latency.len(),
            late: schedule.due.saturating_sub(in_time),
            wall_ms,
            latency: latencies(&latency),
            cpu_ms: after.cpu_ms.saturating_sub(before.cpu_ms),
            cpu_us_per_message: None,
            memory: after.memory,
            kept_up: false,
        };
        Ok(step.derived())
    }
}

impl Schedule {
    /// Takes the next message until there is none, and waits for its moment.
    fn carry_out(&self, person: &Person, room: &str) -> Result<Sent, LoadError> {
        let span = Duration::from_millis(self.wish.span_ms);
        // What is late by the end cannot come in time any more, so it is not sent.
        let end = self.begun + span + Duration::from_micros(LATE_US);
        let mut sent = Sent {
            latency: histogram(),
            in_time: 0,
        };
        loop {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            if place >= self.due || now() >= end {
                return Ok(sent);
            }
            let wait = per(place, number(self.wish.per_second));
            let moment = self.begun + Duration::from_secs_f64(wait);
            wait_until(moment);
            person.send(room, &format!("rate{}-{place}", self.wish.tag))?;
            let took = micros(moment);
            sent.latency.saturating_record(took);
            sent.in_time += u64::from(took <= LATE_US);
        }
    }
}

fn latencies(latency: &Histogram<u64>) -> Option<LoadLatency> {
    (!latency.is_empty()).then(|| LoadLatency {
        p50_us: latency.value_at_quantile(0.5),
        p99_us: latency.value_at_quantile(0.99),
        p999_us: latency.value_at_quantile(0.999),
        max_us: latency.max(),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is positive and far below 2^53"
)]
fn whole(rate: f64) -> u64 {
    rate.round() as u64
}

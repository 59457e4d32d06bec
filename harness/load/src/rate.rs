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

use hdrhistogram::Histogram;

use crate::{
    LoadError, Rate,
    clock::{now, wait_until},
    people::{People, Person},
    process::Process,
    send::{histogram, micros, number, pairs, per},
};

/// Connections that share the messages of a rate.
const HANDS: usize = 32;

/// Shares of what sixteen senders reached, in percent.
const STEPS: [u64; 5] = [25, 50, 75, 100, 125];

/// A rate counts as kept up with while of a hundred messages at most one takes longer, in microseconds.
const ENOUGH: u64 = 100_000;

/// Raises the rate until the relay does not keep up.
pub(crate) fn ramp(
    people: &mut People,
    process: &Process,
    (reached, seconds): (f64, u64),
    tell: &dyn Fn(&str),
) -> Result<Vec<Rate>, LoadError> {
    let base = format!("http://{}", people.address());
    let pairs = pairs(people, HANDS)?;
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(person, room)| (person.apart(&base), room.clone()))
        .collect();
    let mut rates = Vec::new();
    for percent in STEPS {
        let wanted = (reached * number(percent) / 100.0).max(1.0);
        tell(&format!("{wanted:.0} messages a second"));
        let rate = constant(&pairs, process, (wanted, seconds, percent))?;
        let is_too_much = !rate.kept_up;
        rates.push(rate);
        if is_too_much {
            break;
        }
    }
    Ok(rates)
}

fn constant(
    pairs: &[(Person, String)],
    process: &Process,
    (wanted, seconds, step): (f64, u64, u64),
) -> Result<Rate, LoadError> {
    let before = process.usage()?;
    let (begun, next) = (now(), Arc::new(AtomicU64::new(0)));
    let end = begun + Duration::from_secs(seconds);
    let hands: Vec<_> = pairs
        .iter()
        .cloned()
        .map(|(person, room)| {
            let next = Arc::clone(&next);
            thread::spawn(move || due(&person, &room, (&next, begun, end), (wanted, step)))
        })
        .collect();
    let mut latency = histogram();
    for hand in hands {
        // All have the same bounds.
        let _added = latency.add(hand.join().or(Err(LoadError::Sender))??);
    }
    let used = process.usage()?.cpu_ms.saturating_sub(before.cpu_ms);
    let (messages, p99) = (latency.len(), latency.value_at_quantile(0.99));
    Ok(Rate {
        wanted_per_second: wanted,
        reached_per_second: per(messages, begun.elapsed().as_secs_f64()),
        cpu_us_per_message: per(used.saturating_mul(1_000), number(messages)),
        p50_us: latency.value_at_quantile(0.5),
        p99_us: p99,
        p999_us: latency.value_at_quantile(0.999),
        kept_up: p99 <= ENOUGH,
    })
}

/// Takes the next message that is due until the time is over, and waits for its moment.
fn due(
    person: &Person,
    room: &str,
    (next, begun, end): (&AtomicU64, Instant, Instant),
    (wanted, step): (f64, u64),
) -> Result<Histogram<u64>, LoadError> {
    let mut latency = histogram();
    loop {
        let place = next.fetch_add(1, Ordering::Relaxed);
        let moment = begun + Duration::from_secs_f64(per(place, wanted));
        // What is late by the end is not sent any more; it shows in the rate that was reached.
        if moment >= end || now() >= end {
            return Ok(latency);
        }
        wait_until(moment);
        person.send(room, &format!("rate{step}-{place}"))?;
        latency.saturating_record(micros(moment));
    }
}

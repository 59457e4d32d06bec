//! Senders that each send as fast as the relay acknowledges.

use std::{
    thread,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;

use crate::{
    LoadError, Senders,
    clock::now,
    people::{People, Person},
    process::Process,
};

/// The longest latency that is told apart, in microseconds.
pub(crate) const LONGEST: u64 = 60_000_000;

/// A sender in a room of its own with somebody who listens.
pub(crate) fn pairs(people: &mut People, count: usize) -> Result<Vec<(Person, String)>, LoadError> {
    let mut pairs = Vec::new();
    for mut two in people
        .crowd(2 * count)?
        .chunks_exact(2)
        .map(<[Person]>::to_vec)
    {
        if let (Some(other), Some(sender)) = (two.pop(), two.pop()) {
            let room = sender.room(&[&other])?;
            pairs.push((sender, room));
        }
    }
    Ok(pairs)
}

/// So many senders for so many seconds.
pub(crate) fn closed(
    people: &mut People,
    process: &Process,
    (senders, seconds): (usize, u64),
) -> Result<Senders, LoadError> {
    let base = format!("http://{}", people.address());
    let pairs = pairs(people, senders)?;
    let before = process.usage()?;
    let begun = now();
    let end = begun + Duration::from_secs(seconds);
    let hands: Vec<_> = pairs
        .into_iter()
        .map(|(person, room)| {
            let person = person.apart(&base);
            thread::spawn(move || until(&person, &room, end))
        })
        .collect();
    let mut latency = histogram();
    for hand in hands {
        let part = hand.join().or(Err(LoadError::Sender))??;
        // Both have the same bounds.
        let _added = latency.add(part);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let used = process.usage()?.cpu_ms.saturating_sub(before.cpu_ms);
    let messages = latency.len();
    Ok(Senders {
        senders,
        messages,
        per_second: per(messages, seconds),
        cpu_us_per_message: per(used.saturating_mul(1_000), number(messages)),
        p50_us: latency.value_at_quantile(0.5),
        p99_us: latency.value_at_quantile(0.99),
    })
}

fn until(person: &Person, room: &str, end: Instant) -> Result<Histogram<u64>, LoadError> {
    let mut latency = histogram();
    for count in 0_u64.. {
        let sent = now();
        if sent >= end {
            break;
        }
        person.send(room, &format!("closed{count}"))?;
        latency.saturating_record(micros(sent));
    }
    Ok(latency)
}

pub(crate) fn histogram() -> Histogram<u64> {
    #[expect(
        clippy::expect_used,
        reason = "the bounds are constants that the crate allows"
    )]
    Histogram::new_with_bounds(1, LONGEST, 3).expect("bounds that hold")
}

pub(crate) fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// A count as a number to divide by; never 0.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a run are far below 2^53"
)]
pub(crate) fn number(count: u64) -> f64 {
    count.max(1) as f64
}

/// A count for each of something.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a run are far below 2^53"
)]
pub(crate) fn per(count: u64, each: f64) -> f64 {
    count as f64 / each
}

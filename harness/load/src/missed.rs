//! A device that was away while a room went on.

use std::thread;

use harness_driver::Payload;
use serde_json::Value;

use crate::{Away, LoadError, clock::now, millis, people::People, process::Process};

/// Hands that write what is missed.
const HANDS: usize = 8;

/// Events that one page brings.
const PAGE: usize = 1_000;

/// Lets a device miss so many messages, and fetches them all.
pub(crate) fn away(
    people: &mut People,
    process: &Process,
    messages: usize,
) -> Result<Away, LoadError> {
    let base = format!("http://{}", people.address());
    let (sender, reader) = (people.person()?, people.person()?);
    let room = sender.room(&[&reader])?;
    let get = |path: &str| reader.ask("news", "GET", path, Payload::Empty);
    let since = get("/_matrix/client/v3/sync?timeout=0")?;
    let since = since
        .get("next_batch")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let hands: Vec<_> = (0..HANDS)
        .map(|hand| {
            let (sender, room) = (sender.apart(&base), room.clone());
            let mut numbers = (hand..messages).step_by(HANDS);
            thread::spawn(move || {
                numbers.try_for_each(|number| sender.send(&room, &format!("missed{number}")))
            })
        })
        .collect();
    for hand in hands {
        hand.join().or(Err(LoadError::Sender))??;
    }
    let (before, begun) = (process.usage()?, now());
    let news = get(&format!("/_matrix/client/v3/sync?timeout=0&since={since}"))?;
    let first_ms = millis(begun);
    let timeline = news
        .pointer("/rooms/join")
        .and_then(|rooms| rooms.get(&room)?.get("timeline"));
    let events = |part: Option<&Value>| part.and_then(Value::as_array).map_or(0, Vec::len);
    let mut fetched = events(timeline.and_then(|timeline| timeline.get("events")));
    let mut from = timeline
        .and_then(|timeline| timeline.get("prev_batch")?.as_str())
        .map(str::to_owned);
    let mut requests = 1;
    while let Some(token) = from.take().filter(|_| fetched < messages) {
        let path = format!(
            "/_matrix/client/v3/rooms/{room}/messages?dir=b&limit={PAGE}&from={token}&to={since}"
        );
        let page = get(&path)?;
        requests += 1;
        let got = events(page.get("chunk"));
        fetched += got;
        from = page.get("end").and_then(Value::as_str).map(str::to_owned);
        if got == 0 {
            break;
        }
    }
    Ok(Away {
        messages,
        fetched,
        first_ms,
        all_ms: millis(begun),
        requests,
        cpu_ms: process.usage()?.cpu_ms.saturating_sub(before.cpu_ms),
    })
}

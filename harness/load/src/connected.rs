//! Devices that wait for news at the same time.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use harness_driver::Payload;
use serde_json::Value;

use crate::{
    Connected, LoadError,
    people::{People, Person},
    process::Process,
};

/// How long an answer may take that every waiting device gets.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lets so many devices wait, each on a connection of its own, and wakes one to see that they do.
pub(crate) fn wait(
    people: &mut People,
    process: &Process,
    count: usize,
) -> Result<Connected, LoadError> {
    let devices = people.devices(count)?;
    let address = people.address().to_owned();
    let mut tokens = Vec::new();
    for device in &devices {
        let news = device.ask(
            "news",
            "GET",
            "/_matrix/client/v3/sync?timeout=0",
            Payload::Empty,
        )?;
        let next = news.get("next_batch").and_then(Value::as_str);
        tokens.push(next.unwrap_or_default().to_owned());
    }
    let before = process.usage()?;
    let mut waiting = Vec::new();
    for (device, since) in devices.iter().zip(&tokens) {
        waiting.push(ask(&address, device, since).map_err(LoadError::Connection)?);
    }
    // A room of the last device wakes it: whoever was asked before waits by then.
    if let (Some(last), Some(stream)) = (devices.last(), waiting.last_mut()) {
        last.room(&[])?;
        let mut first = [0; 12];
        stream
            .read_exact(&mut first)
            .map_err(LoadError::Connection)?;
    }
    let after = process.usage()?;
    let grown = after.memory.saturating_sub(before.memory);
    let each = u64::try_from(waiting.len().max(1)).unwrap_or(u64::MAX);
    Ok(Connected {
        devices: waiting.len(),
        memory: after.memory,
        memory_per_thousand: grown.saturating_mul(1_000) / each,
    })
}

fn ask(address: &str, device: &Person, since: &str) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let token = device.token.expose();
    let request = format!(
        "GET /_matrix/client/v3/sync?timeout=30000&since={since} HTTP/1.1\r\nHost: {address}\r\n\
         Authorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    Ok(stream)
}

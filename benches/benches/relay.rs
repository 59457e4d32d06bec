//! The relay's way of a message, over loopback, against the disk below it.
//!
//! The yardstick is 1 KiB written into preallocated space and `fdatasync`, on the same disk: no durable acknowledgement comes
//! sooner.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt as _,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use pruefstand_benches::{Clock, Connection, Relay, Round, Yard};
use serde_json::{Value, json};

/// Bytes of a message's text, and of a raw write.
const SIZE: usize = 1024;

/// Connections that send at once.
const CLIENTS: u32 = 64;

/// Messages that each of them sends in one turn: enough that starting the threads is no part of it.
const EACH: u32 = 16;

fn main() -> io::Result<()> {
    let mut yard = Yard::new(Duration::from_millis(2500));
    let relay = Relay::start()?;
    let mut disk = Disk::prepare(&relay)?;
    let room = Room::open(&relay)?;
    let mut connection = relay.connect()?;
    yard.compare(SEND, || {
        let yardstick = disk.write()?;
        let (bench, sent) = Clock::Wall.time(|| room.send(&mut connection));
        sent.map(|()| Round { bench, yardstick })
    });
    let mut since = room.sync(&mut connection, "")?;
    yard.compare(ROUND, || {
        let yardstick = disk.write()?;
        let (bench, news) = Clock::Wall.time(|| {
            room.send(&mut connection)?;
            room.sync(&mut connection, &since)
        });
        since = news?;
        Ok(Round { bench, yardstick })
    });
    let mut connections = Vec::new();
    for _ in 0..CLIENTS {
        connections.push(relay.connect()?);
    }
    yard.compare(GROUP, || {
        let (many, sent) = Clock::Wall.time(|| room.send_from_all(&mut connections));
        sent?;
        let (one, sent) = Clock::Wall.time(|| room.send_some(&mut connection));
        sent?;
        Ok(Round {
            bench: one / EACH,
            yardstick: many / (EACH * CLIENTS),
        })
    });
    yard.finish()
}

const SEND: (&str, &str) = ("relay send 1 KiB", "write and fdatasync 1 KiB");
const ROUND: (&str, &str) = ("relay send 1 KiB and sync", "write and fdatasync 1 KiB");
/// What group commit is worth.
const GROUP: (&str, &str) = ("relay send 1 KiB, one client", "a message of 64 clients");

/// A preallocated file beside the relay's store.
struct Disk {
    file: File,
    block: u64,
}

/// Blocks of the file; they are written in turn.
const BLOCKS: u64 = 4096;

impl Disk {
    fn prepare(relay: &Relay) -> io::Result<Self> {
        let file = File::create(relay.folder().join("yardstick"))?;
        for block in 0..BLOCKS {
            file.write_all_at(&[0; SIZE], block * SIZE as u64)?;
        }
        file.sync_all()?;
        Ok(Self { file, block: 0 })
    }

    fn write(&mut self) -> io::Result<Duration> {
        self.block = (self.block + 1) % BLOCKS;
        let place = self.block * SIZE as u64;
        let (took, written) = Clock::Wall.time(|| {
            self.file.write_all_at(&[b'x'; SIZE], place)?;
            self.file.sync_data()
        });
        written.map(|()| took)
    }
}

/// A room of one account.
struct Room {
    token: String,
    path: String,
    body: Vec<u8>,
    sent: AtomicU64,
}

impl Room {
    fn open(relay: &Relay) -> io::Result<Self> {
        let token = relay.register("writer", true)?.unwrap_or_default();
        let call = ("POST", "/_matrix/client/v3/createRoom");
        let made = relay.connect()?.ask(call, &token, b"{}")?.granted()?;
        let made: Value = serde_json::from_slice(&made)?;
        let room = made.get("room_id").and_then(Value::as_str);
        let room = room.ok_or_else(|| io::Error::other("no room was made"))?;
        let body = json!({ "msgtype": "m.text", "body": "x".repeat(SIZE) });
        Ok(Self {
            token,
            path: format!("/_matrix/client/v3/rooms/{room}/send/m.room.message"),
            body: body.to_string().into_bytes(),
            sent: AtomicU64::new(0),
        })
    }

    /// Sends a message; the answer comes when it is durable.
    fn send(&self, connection: &mut Connection) -> io::Result<()> {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let path = format!("{}/{number}", self.path);
        let answer = connection.ask(("PUT", &path), &self.token, &self.body)?;
        answer.granted().map(drop)
    }

    /// What is new since a position, which must be something; gives the next position.
    fn sync(&self, connection: &mut Connection, since: &str) -> io::Result<String> {
        let since = match since {
            "" => String::new(),
            since => format!("&since={since}"),
        };
        let path = format!("/_matrix/client/v3/sync?timeout=0{since}");
        let answer = connection.ask(("GET", &path), &self.token, b"")?;
        let answer: Value = serde_json::from_slice(&answer.granted()?)?;
        let rooms = answer.get("rooms").and_then(|rooms| rooms.get("join"));
        let next = answer.get("next_batch").and_then(Value::as_str);
        match (rooms.and_then(Value::as_object), next) {
            (Some(rooms), Some(next)) if !rooms.is_empty() => Ok(next.to_owned()),
            _ => Err(io::Error::other("no news")),
        }
    }

    fn send_some(&self, connection: &mut Connection) -> io::Result<()> {
        (0..EACH).try_for_each(|_| self.send(connection))
    }

    fn send_from_all(&self, connections: &mut [Connection]) -> io::Result<()> {
        thread::scope(|scope| {
            let senders: Vec<_> = connections
                .iter_mut()
                .map(|connection| scope.spawn(|| self.send_some(connection)))
                .collect();
            let lost = |_| Err(io::Error::other("a sender panicked"));
            senders
                .into_iter()
                .try_for_each(|sender| sender.join().unwrap_or_else(lost))
        })
    }
}

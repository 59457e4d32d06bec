//! A request that needs no store, over 64 connections at once, against the same bytes through a raw TCP echo.

use std::{io, thread, time::Duration};

use pruefstand_benches::{Clock, Connection, Echo, Relay, Round, Yard};

const CONNECTIONS: u32 = 64;

/// Requests of each connection in one turn: enough that starting the threads is no part of it.
const EACH: u32 = 64;

const REQUEST: (&str, &str) = (
    "relay request without store, 64 connections",
    "raw TCP echo of an answer's length",
);

fn main() -> io::Result<()> {
    let mut yard = Yard::new(Duration::from_secs(4));
    let (relay, echo) = (Relay::start()?, Echo::start()?);
    let (mut asking, mut echoing) = (Vec::new(), Vec::new());
    for _ in 0..CONNECTIONS {
        asking.push(relay.connect()?);
        echoing.push(echo.connect()?);
    }
    let length = ask(&mut relay.connect()?)?;
    let frame = vec![b'x'; length];
    yard.compare(REQUEST, || {
        let (yardstick, echoed) =
            Clock::Wall.time(|| at_once(&mut echoing, |connection| connection.echo(&frame)));
        echoed?;
        let (bench, answered) =
            Clock::Wall.time(|| at_once(&mut asking, |connection| ask(connection).map(drop)));
        answered?;
        Ok(Round { bench, yardstick })
    });
    yard.finish()
}

/// The length of the answer's body in bytes.
fn ask(connection: &mut Connection) -> io::Result<usize> {
    let answer = connection.ask(("GET", "/_matrix/client/versions"), "", b"")?;
    answer.granted().map(|body| body.len())
}

/// Every connection does it in turn on a thread of its own.
fn at_once(
    connections: &mut [Connection],
    once: impl Fn(&mut Connection) -> io::Result<()> + Sync,
) -> io::Result<()> {
    thread::scope(|scope| {
        let all: Vec<_> = connections
            .iter_mut()
            .map(|connection| scope.spawn(|| (0..EACH).try_for_each(|_| once(connection))))
            .collect();
        let lost = |_| Err(io::Error::other("a client panicked"));
        all.into_iter()
            .try_for_each(|one| one.join().unwrap_or_else(lost))
    })
}

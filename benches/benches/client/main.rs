//! The client core against the vodozemac calls below it.
//!
//! Both sides get the same 1 KiB. The client's side is all of `Client::handle` that turns a text into a request, or an answer
//! into a shown message: JSON, base64, every check, and the new state committed to a store in memory.

mod group;
mod raw;

use std::{hint::black_box, io, time::Duration};

use pruefstand_benches::{Clock, Round, Yard};

use group::Group;
use raw::{MegolmPair, OlmPair, OlmSessions};

/// Bytes of a text.
const SIZE: usize = 1024;

/// Devices that a room key is shared with.
const READERS: usize = 8;

fn main() -> io::Result<()> {
    let mut yard = Yard::new(Duration::from_millis(1500));
    let mut group = Group::gather(READERS)?;
    let mut megolm = MegolmPair::new();
    yard.compare(ENCRYPT, || {
        let (yardstick, message) = Clock::Cpu.time(|| megolm.encrypt());
        black_box(message);
        let bench = group.send()?.took;
        Ok(Round { bench, yardstick })
    });
    yard.compare(DECRYPT, || {
        let message = megolm.encrypt();
        let (yardstick, text) = Clock::Cpu.time(|| megolm.decrypt(&message));
        black_box(text?);
        let sent = group.send()?;
        let bench = group.receive(sent)?;
        Ok(Round { bench, yardstick })
    });
    let mut olm = OlmSessions::new(READERS);
    yard.compare(SHARE, || {
        let (yardstick, messages) = Clock::Cpu.time(|| olm.encrypt());
        black_box(messages?);
        let (bench, key) = group.share()?;
        group.receive_key(key)?;
        Ok(Round { bench, yardstick })
    });
    let mut pair = OlmPair::new().ok_or_else(|| io::Error::other("no channel"))?;
    yard.compare(TAKE, || {
        let message = pair.encrypt()?;
        let (yardstick, text) = Clock::Cpu.time(|| pair.decrypt(&message));
        black_box(text?);
        let (_, key) = group.share()?;
        let bench = group.receive_key(key)?;
        Ok(Round { bench, yardstick })
    });
    yard.finish()
}

const ENCRYPT: (&str, &str) = ("client Megolm encrypt 1 KiB, state saved", "vodozemac");
const DECRYPT: (&str, &str) = ("client Megolm decrypt 1 KiB, state saved", "vodozemac");
const SHARE: (&str, &str) = (
    "client room key to 8 devices by Olm, state saved",
    "vodozemac Olm encrypt 1 KiB, 8 times",
);
const TAKE: (&str, &str) = (
    "client room key taken in by Olm, state saved",
    "vodozemac Olm decrypt 1 KiB",
);

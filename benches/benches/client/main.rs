//! The client core against the vodozemac calls below it.
//!
//! Both sides get the same 1 KiB. The client's side is all of `Client::handle` that turns a text into a request, or an answer
//! into a shown message: JSON, base64, every check, and the new state committed to a store in memory.

mod group;
mod raw;

use std::{hint::black_box, io, time::Duration};

use pruefstand_benches::{Clock, Yard};

use group::Group;
use raw::{MegolmPair, OlmSessions};

/// Bytes of a text.
const SIZE: usize = 1024;

/// Devices that a room key is shared with.
const READERS: usize = 8;

fn main() -> io::Result<()> {
    let mut yard = Yard::new(Duration::from_millis(1500));
    let mut group = Group::gather(READERS)?;

    let mut megolm = MegolmPair::new();
    yard.bench(VODOZEMAC_ENCRYPT, 1, || {
        let (took, message) = Clock::Cpu.time(|| megolm.encrypt());
        black_box(message);
        Ok(took)
    });
    yard.bench(CLIENT_ENCRYPT, 1, || group.send().map(|sent| sent.took));

    yard.bench(VODOZEMAC_DECRYPT, 1, || {
        let message = megolm.encrypt();
        let (took, text) = Clock::Cpu.time(|| megolm.decrypt(&message));
        text.map(|_| took)
    });
    yard.bench(CLIENT_DECRYPT, 1, || {
        let sent = group.send()?;
        group.receive(sent)
    });

    let readers = u32::try_from(READERS).unwrap_or(u32::MAX);
    let mut olm = OlmSessions::new(READERS);
    yard.bench(VODOZEMAC_OLM, readers, || {
        let (took, messages) = Clock::Cpu.time(|| olm.encrypt());
        messages.map(|_| took)
    });
    yard.bench(CLIENT_OLM, readers, || group.share());

    yard.ratio(CLIENT_ENCRYPT, VODOZEMAC_ENCRYPT)?;
    yard.ratio(CLIENT_DECRYPT, VODOZEMAC_DECRYPT)?;
    yard.ratio(CLIENT_OLM, VODOZEMAC_OLM)
}

const VODOZEMAC_ENCRYPT: &str = "vodozemac Megolm encrypt 1 KiB";
const VODOZEMAC_DECRYPT: &str = "vodozemac Megolm decrypt 1 KiB";
const VODOZEMAC_OLM: &str = "vodozemac Olm encrypt 1 KiB";
const CLIENT_ENCRYPT: &str = "client Megolm encrypt 1 KiB, state saved";
const CLIENT_DECRYPT: &str = "client Megolm decrypt 1 KiB, state saved";
const CLIENT_OLM: &str = "client room key to one device by Olm, state saved";

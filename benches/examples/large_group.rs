//! What a group of 1,000 costs its clients: `cargo run --release -p pruefstand-benches --example large_group [MEMBERS]`.
//!
//! CPU time of the client's thread, its HTTP towards the relay included. Making a thousand accounts takes a minute.

use std::{env, io, io::Write as _};

use pruefstand_benches::{Clock, Device, Relay};
use reference_client::{Outcome, Verb};

/// Sends that are measured.
const SENDS: u32 = 20;

fn main() -> io::Result<()> {
    let asked = env::args().nth(1).and_then(|count| count.parse().ok());
    let members: usize = asked.unwrap_or(1_000);
    let relay = Relay::start()?;
    let mut founder = Device::enter(&relay, "founder")?;
    let names: Vec<String> = (2..=members).map(|number| format!("m{number}")).collect();
    let mut crowd = Vec::new();
    for name in &names {
        crowd.push(Device::enter(&relay, name)?);
    }
    let late = crowd.pop().zip(names.last());
    let (mut late, late_name) = late.ok_or_else(|| io::Error::other("two members at least"))?;
    let invite = names.iter().take(crowd.len());
    let found = Verb::CreateRoom {
        encrypted: true,
        invite: invite.map(|name| Device::user(name)).collect(),
    };
    let (founding, room) = Clock::Cpu.time(|| founder.call(found));
    let Outcome::Room(room) = room? else {
        return Err(io::Error::other("no room was made"));
    };
    for device in &mut crowd {
        device.call(Verb::Sync)?;
        device.call(Verb::Join { room: room.clone() })?;
    }
    let (hearing, heard) = Clock::Cpu.time(|| founder.call(Verb::Sync));
    heard?;
    let send = || Verb::Send {
        room: room.clone(),
        body: "x".repeat(100),
    };
    let (first, sent) = Clock::Cpu.time(|| founder.call(send()));
    sent?;
    let mut later = std::time::Duration::ZERO;
    for _ in 0..SENDS {
        let (took, sent) = Clock::Cpu.time(|| founder.call(send()));
        sent?;
        later += took;
    }
    let user = Device::user(late_name);
    let invite = Verb::Invite {
        room: room.clone(),
        user,
    };
    founder.call(invite)?;
    let (joining, joined) = Clock::Cpu.time(|| {
        late.call(Verb::Sync)?;
        late.call(Verb::Join { room: room.clone() })?;
        late.call(Verb::Sync)
    });
    joined?;
    founder.call(Verb::Sync)?;
    let (welcome, sent) = Clock::Cpu.time(|| founder.call(send()));
    sent?;
    let remove = Verb::Remove {
        room: room.clone(),
        user: Device::user(late_name),
    };
    let (removal, removed) = Clock::Cpu.time(|| founder.call(remove));
    removed?;
    let (after, sent) = Clock::Cpu.time(|| founder.call(send()));
    sent?;
    let mut output = io::stdout();
    for (what, took) in [
        ("founding it and inviting all", founding),
        ("hearing that all have joined", hearing),
        ("first message: the key for everybody", first),
        ("each message after it", later / SENDS),
        ("a newcomer: invitation, joining, everybody's keys", joining),
        ("the next message: the key for the newcomer", welcome),
        ("removing one", removal),
        ("the next message: a new key for everybody", after),
    ] {
        writeln!(output, "{what:<52}{:>12.2} ms", took.as_secs_f64() * 1e3)?;
    }
    Ok(())
}

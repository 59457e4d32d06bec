//! What a group of 1,000 costs its clients: `cargo run --release -p pruefstand-benches --example large_group [MEMBERS]`.
//!
//! CPU time of the client's thread, its HTTP towards the relay included. Making a thousand accounts takes a minute.

use std::{
    env,
    io::{self, Write as _},
    time::Duration,
};

use pruefstand_benches::{Clock, Device, Relay};
use reference_client::{Outcome, RoomId, UserId, Verb};

/// Sends that are measured.
const SENDS: u32 = 20;

/// What was done, and how long it took.
type Took = (&'static str, Duration);

/// The founder with everybody in the room but the last one, who comes later.
struct Group {
    founder: Device,
    late: Device,
    late_user: UserId,
    room: RoomId,
}

fn main() -> io::Result<()> {
    let asked = env::args().nth(1).and_then(|count| count.parse().ok());
    let relay = Relay::start()?;
    let (mut group, mut all) = gather(&relay, asked.unwrap_or(1_000))?;
    all.extend(group.sends()?);
    all.extend(group.changes()?);
    let mut output = io::stdout();
    for (what, took) in all {
        writeln!(output, "{what:<52}{:>12.2} ms", took.as_secs_f64() * 1e3)?;
    }
    Ok(())
}

fn gather(relay: &Relay, members: usize) -> io::Result<(Group, Vec<Took>)> {
    let mut founder = Device::enter(relay, "founder")?;
    let names: Vec<String> = (2..=members).map(|number| format!("m{number}")).collect();
    let mut crowd = Vec::new();
    for name in &names {
        crowd.push(Device::enter(relay, name)?);
    }
    let late = crowd.pop().zip(names.last());
    let (late, late_name) = late.ok_or_else(|| io::Error::other("two members at least"))?;
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
    let hearing = timed(&mut founder, Verb::Sync)?;
    let group = Group {
        founder,
        late,
        late_user: Device::user(late_name),
        room,
    };
    let took = vec![
        ("founding it and inviting all", founding),
        ("hearing that all have joined", hearing),
    ];
    Ok((group, took))
}

impl Group {
    fn send(&mut self) -> io::Result<Duration> {
        let verb = Verb::Send {
            room: self.room.clone(),
            body: "x".repeat(100),
        };
        timed(&mut self.founder, verb)
    }

    fn sends(&mut self) -> io::Result<Vec<Took>> {
        let first = self.send()?;
        let mut later = Duration::ZERO;
        for _ in 0..SENDS {
            later += self.send()?;
        }
        Ok(vec![
            ("first message: the key for everybody", first),
            ("each message after it", later / SENDS),
        ])
    }

    fn changes(&mut self) -> io::Result<Vec<Took>> {
        let (room, user) = (self.room.clone(), self.late_user.clone());
        self.founder.call(Verb::Invite { room, user })?;
        let mut joining = timed(&mut self.late, Verb::Sync)?;
        let room = self.room.clone();
        joining += timed(&mut self.late, Verb::Join { room })?;
        joining += timed(&mut self.late, Verb::Sync)?;
        self.founder.call(Verb::Sync)?;
        let welcome = self.send()?;
        let (room, user) = (self.room.clone(), self.late_user.clone());
        let removal = timed(&mut self.founder, Verb::Remove { room, user })?;
        let after = self.send()?;
        Ok(vec![
            ("a newcomer: joining, everybody's keys", joining),
            ("the next message: the key for the newcomer", welcome),
            ("removing one", removal),
            ("the next message: a new key for everybody", after),
        ])
    }
}

/// CPU time of a call that must be carried out.
fn timed(device: &mut Device, verb: Verb) -> io::Result<Duration> {
    let (took, done) = Clock::Cpu.time(|| device.call(verb));
    done.map(|_| took)
}

//! A session at the terminal: commands in, what the user sees out.

mod question;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use reference_client::{
    Act, CalendarAct, ChannelAct, DeviceId, EventId, FlowId, Given, Item, MessageAct,
    OrganisationAct, Outcome, Priority, Refusal, RoomId, RoomView, Secret, UserId, Verb,
};

use question::Asked;
use serde_json::{Value, json};

use crate::{
    command::{Command, HELP},
    device::Device,
    screen,
};

/// The largest file that is sent, in bytes; the core has the last word.
const LARGEST_FILE: u64 = 8 << 20;

/// The session: the device, and what of it the user has seen.
pub(crate) struct Talk<W> {
    device: Device,
    out: W,
    open: Option<RoomId>,
    /// The rooms in the order in which they were first seen: a number means one room for as long as the session lasts.
    numbers: Vec<RoomId>,
    /// Entries shown, per room.
    shown: BTreeMap<RoomId, Vec<Item>>,
    /// What the guard asked about last.
    asked: Option<Asked>,
    /// The last message that is held before it leaves.
    held: Option<String>,
}

/// Why a command was not carried out, in words.
struct Undone(String);

impl From<Refusal> for Undone {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.to_string())
    }
}

impl<W: Write> Talk<W> {
    pub(crate) fn new(device: Device, out: W) -> Self {
        Self {
            device,
            out,
            open: None,
            numbers: Vec::new(),
            shown: BTreeMap::new(),
            asked: None,
            held: None,
        }
    }

    /// Carries one line out; false when the user wants to go.
    pub(crate) fn line(&mut self, line: &str) -> io::Result<bool> {
        let command = match Command::parse(line) {
            Ok(Command::Quit) => return Ok(false),
            Ok(command) => command,
            Err(expected) => {
                writeln!(self.out, "{}", screen::refused(&expected))?;
                return Ok(true);
            }
        };
        self.refresh()?;
        let done = self.carry_out(command)?;
        if let Err(Undone(reason)) = done {
            writeln!(self.out, "{}", screen::refused(&reason))?;
        }
        self.refresh()?;
        self.out.flush()?;
        Ok(true)
    }

    /// Asks for news and shows what is new.
    pub(crate) fn refresh(&mut self) -> io::Result<()> {
        if let Err(refusal) = self.device.call(Verb::Sync) {
            writeln!(self.out, "{}", screen::refused(&refusal.to_string()))?;
        }
        let rooms = self.rooms();
        if self.open.is_none() {
            let joined = rooms.iter().find(|room| room.joined);
            self.open = joined.map(|room| room.room.clone());
        }
        for (at, room) in rooms.into_iter().enumerate() {
            if room.invited && !self.shown.contains_key(&room.room) {
                let number = at + 1;
                writeln!(
                    self.out,
                    "you are invited to room {number}; /join {number} accepts"
                )?;
            }
            let timeline = self.device.core.timeline(&room.room);
            let shown = self.shown.entry(room.room.clone()).or_default();
            let is_open = self.open.as_ref() == Some(&room.room);
            for (number, item) in timeline.iter().enumerate() {
                if shown.get(number) != Some(item) {
                    let place = if is_open {
                        String::new()
                    } else {
                        format!("room {} ", at + 1)
                    };
                    writeln!(self.out, "{place}{}", screen::item(number + 1, item))?;
                }
            }
            *shown = timeline;
        }
        self.out.flush()
    }

    fn carry_out(&mut self, command: Command) -> io::Result<Result<(), Undone>> {
        let verb = match command {
            Command::Refresh | Command::Quit => return Ok(Ok(())),
            Command::Help => return writeln!(self.out, "{HELP}").map(Ok),
            Command::Rooms => return self.list_rooms().map(Ok),
            Command::Members => return self.list_members().map(Ok),
            Command::Devices(user) => return self.list_devices(user).map(Ok),
            Command::Flows => return self.list_flows().map(Ok),
            Command::Room(number) => {
                let room = self.room(number);
                return Ok(room.map(|room| self.open = Some(room)));
            }
            Command::Save(number, path) => return Ok(self.save(number, &path)),
            Command::Yes => return self.answer_yes(),
            Command::Undo => return Ok(self.undo()),
            command => match self.verb(command) {
                Ok(verb) => verb,
                Err(undone) => return Ok(Err(undone)),
            },
        };
        let asked = Asked::of(&verb);
        match self.device.call(verb) {
            Ok(Outcome::Room(room)) => {
                self.open = Some(room);
                Ok(Ok(()))
            }
            Ok(Outcome::Value(value)) if value.get("held").is_some_and(Value::is_string) => {
                self.hold(&value).map(Ok)
            }
            Ok(Outcome::Value(value)) => {
                let value = serde_json::to_string_pretty(&value).unwrap_or_default();
                writeln!(self.out, "{}", screen::harmless(&value)).map(Ok)
            }
            Ok(Outcome::Finished) => writeln!(self.out, "done").map(Ok),
            Ok(_) => Ok(Ok(())),
            Err(refusal) => match (asked, refusal) {
                (Some(asked), Refusal::Unconfirmed(warnings)) => self.ask(asked, &warnings).map(Ok),
                (_, refusal) => Ok(Err(refusal.into())),
            },
        }
    }

    /// The core's verb for a command about the open room.
    fn verb(&mut self, command: Command) -> Result<Verb, Undone> {
        Ok(match command {
            Command::New(users) => Verb::CreateRoom {
                encrypted: true,
                invite: users.into_iter().map(UserId::new).collect(),
            },
            Command::Join(number) => {
                let room = self.room(number)?;
                self.open = Some(room.clone());
                Verb::Join { room }
            }
            Command::Act(act) => Verb::Act(*act),
            Command::Who(text) => Verb::Act(Act::Organisation(OrganisationAct::Search { text })),
            Command::Publisher(path) => Verb::Act(hold_key(&path)?),
            Command::Verify(user, device) => Verb::RequestVerification {
                user: UserId::new(user),
                device: DeviceId::new(device),
            },
            Command::Flow(number, step) => Verb::Verify {
                flow: self.flow(number)?,
                step,
            },
            command => self.verb_here(command)?,
        })
    }

    fn verb_here(&self, command: Command) -> Result<Verb, Undone> {
        let none = || Undone("no room is open; /rooms lists them, /new USER makes one".to_owned());
        let room = self.open.clone().ok_or_else(none)?;
        Ok(match command {
            Command::Say(body) => Verb::Send { room, body },
            Command::Invite(user) => Verb::Invite {
                room,
                user: UserId::new(user),
            },
            Command::Remove(user) => Verb::Remove {
                room,
                user: UserId::new(user),
            },
            Command::Leave => Verb::Leave { room },
            Command::Seen => Verb::AcknowledgeMembers { room },
            Command::File(path) => file(room, &path)?,
            command => Verb::Act(self.act_here(room, command)?),
        })
    }

    fn act_here(&self, conv: RoomId, command: Command) -> Result<Act, Undone> {
        Ok(match command {
            Command::Edit(number, body) => Act::Message(MessageAct::Edit {
                message: self.entry(number)?,
                conv,
                body,
            }),
            Command::Delete(number) => Act::Message(MessageAct::Delete {
                message: self.entry(number)?,
                conv,
            }),
            Command::Meet(start, end, zone, title) => {
                let moment = |local: &str| json!({ "local": local, "zone": zone });
                let (start, end) = (moment(&start), moment(&end));
                let written = json!({ "title": title, "start": start, "end": end });
                let read = serde_json::from_value(written);
                let appointment = read.map_err(|error| Undone(error.to_string()))?;
                Act::Calendar(CalendarAct::Propose { conv, appointment })
            }
            Command::Come(number, answer) => Act::Calendar(CalendarAct::Answer {
                message: self.entry(number)?,
                conv,
                answer,
            }),
            Command::CallOff(number) => Act::Calendar(CalendarAct::Cancel {
                message: self.entry(number)?,
                conv,
            }),
            Command::Channel(name) => Act::Channel(ChannelAct::Found { conv, name }),
            Command::Announce(title, body) => Act::Channel(ChannelAct::Publish {
                conv,
                title,
                body,
                priority: Priority::Normal,
                lifetime: None,
            }),
            Command::Recall(number) => Act::Channel(ChannelAct::Recall {
                conv,
                number: u64::try_from(number).unwrap_or(u64::MAX),
            }),
            _ => return Err(Undone("not about a room".to_owned())),
        })
    }

    fn save(&mut self, number: usize, path: &Path) -> Result<(), Undone> {
        let event = self.entry(number)?;
        let room = self.open.clone().ok_or(Refusal::UnknownRoom)?;
        let opened = self.device.call(Verb::OpenFile { room, event })?;
        let Outcome::File { content, .. } = opened else {
            return Err(Undone("no content came".to_owned()));
        };
        // Never over a file that is there: the path is the user's, the content a stranger's.
        let mut file = fs::File::create_new(path)
            .map_err(|error| Undone(format!("{}: {error}", path.display())))?;
        file.write_all(&content)
            .map_err(|error| Undone(format!("{}: {error}", path.display())))
    }

    /// Every room, by its number.
    fn rooms(&mut self) -> Vec<RoomView> {
        let mut rooms = self.device.core.rooms();
        for room in &rooms {
            if !self.numbers.contains(&room.room) {
                self.numbers.push(room.room.clone());
            }
        }
        let place = |room: &RoomView| self.numbers.iter().position(|known| *known == room.room);
        rooms.sort_by_key(place);
        rooms
    }

    fn list_rooms(&mut self) -> io::Result<()> {
        for (at, room) in self.rooms().iter().enumerate() {
            let open = if self.open.as_ref() == Some(&room.room) {
                "*"
            } else {
                " "
            };
            let state = match (room.joined, room.encrypted) {
                (false, _) if room.invited => "invited",
                (false, _) => "left",
                (true, true) => "encrypted",
                (true, false) => "NOT encrypted",
            };
            let members: Vec<String> = room
                .members
                .iter()
                .map(|user| screen::harmless(user.as_str()))
                .collect();
            writeln!(
                self.out,
                "{open}{}  {state}  {}",
                at + 1,
                members.join(", ")
            )?;
        }
        Ok(())
    }

    fn list_members(&mut self) -> io::Result<()> {
        let room = self.open.clone();
        for user in room
            .into_iter()
            .flat_map(|room| self.device.core.members(&room))
        {
            let mark = self.device.core.mark(&user);
            let mark = mark.map_or_else(String::new, |mark| format!("  ({mark})"));
            writeln!(self.out, "{}{mark}", screen::harmless(user.as_str()))?;
        }
        Ok(())
    }

    fn list_devices(&mut self, user: Option<String>) -> io::Result<()> {
        let own = self.device.core.device().map(|(user, _)| user.clone());
        let user = user.map(UserId::new).or(own);
        for device in user
            .into_iter()
            .flat_map(|user| self.device.core.devices(&user))
        {
            let id = screen::harmless(device.device.as_str());
            let trust = screen::device_trust(device.trust);
            writeln!(
                self.out,
                "{id}  {trust}  {}",
                screen::harmless(&device.ed25519)
            )?;
        }
        Ok(())
    }

    fn list_flows(&mut self) -> io::Result<()> {
        for (at, flow) in self.device.core.flows().iter().enumerate() {
            let user = screen::harmless(flow.user.as_str());
            let device = screen::harmless(flow.device.as_str());
            writeln!(self.out, "{}  {user} {device}  {:?}", at + 1, flow.stage)?;
            if let Some(shown) = &flow.short_auth {
                writeln!(
                    self.out,
                    "   compare: {:?}  emoji {:?}",
                    shown.decimals, shown.emoji
                )?;
            }
        }
        Ok(())
    }

    fn room(&self, number: usize) -> Result<RoomId, Undone> {
        let room = number.checked_sub(1).and_then(|at| self.numbers.get(at));
        room.cloned()
            .ok_or_else(|| Undone(format!("there is no room {number}; /rooms lists them")))
    }

    fn entry(&self, number: usize) -> Result<EventId, Undone> {
        let shown = self.open.as_ref().and_then(|room| self.shown.get(room));
        let item = shown
            .zip(number.checked_sub(1))
            .and_then(|(shown, at)| shown.get(at));
        let event = item.map(|item| item.event.clone());
        event.ok_or_else(|| Undone(format!("there is no entry {number} in the open room")))
    }

    fn flow(&self, number: usize) -> Result<FlowId, Undone> {
        let flows = self.device.core.flows();
        let flow = number.checked_sub(1).and_then(|at| flows.get(at));
        let flow = flow.map(|flow| flow.flow.clone());
        flow.ok_or_else(|| {
            Undone(format!(
                "there is no comparison {number}; /flows lists them"
            ))
        })
    }
}

/// The act that keeps the key in a file.
fn hold_key(path: &Path) -> Result<Act, Undone> {
    let key = fs::read_to_string(path);
    let key = key.map_err(|error| Undone(format!("{}: {error}", path.display())))?;
    let key = Given {
        secret: Secret::new(key),
    };
    Ok(Act::Channel(ChannelAct::HoldKey { key }))
}

fn file(room: RoomId, path: &Path) -> Result<Verb, Undone> {
    let failed = |error: io::Error| Undone(format!("{}: {error}", path.display()));
    let size = fs::metadata(path).map_err(failed)?.len();
    if size > LARGEST_FILE {
        return Err(Undone(format!("{size} bytes, limit {LARGEST_FILE}")));
    }
    let name = path.file_name().map(PathBuf::from).unwrap_or_default();
    Ok(Verb::SendFile {
        room,
        name: name.to_string_lossy().into_owned(),
        content: fs::read(path).map_err(failed)?,
    })
}

#[cfg(test)]
mod tests;

//! An encrypted room: one device that writes, and those that read.

use std::{io, time::Duration};

use pruefstand_benches::{Clock, Device, Relay, event_answer, sync_answer};
use reference_client::{Body, ItemState, Outcome, Output, Request, RoomId, Verb};
use serde_json::{Value, json};

use crate::SIZE;

/// After it the writer's session ends and a new key is shared (Matrix specification, `m.room.encryption`).
const WEEK: u64 = 604_800_000;

/// Everybody is in the room and has the keys of all others. From here on the bench answers in the relay's place.
pub(crate) struct Group {
    writer: Device,
    reader: Device,
    room: RoomId,
    events: u64,
    text: String,
}

/// A message that left, and what else had to leave before it.
pub(crate) struct Sent {
    /// CPU time from the text to the request.
    pub(crate) took: Duration,
    content: Value,
    /// The to-device message with the key for the reader.
    key: Option<Value>,
}

impl Group {
    /// Registers a writer and readers at a relay, which is needed for this only.
    pub(crate) fn gather(readers: usize) -> io::Result<Self> {
        let relay = Relay::start()?;
        let mut writer = Device::enter(&relay, "writer")?;
        let names: Vec<String> = (1..=readers).map(|number| format!("r{number}")).collect();
        let verb = Verb::CreateRoom {
            encrypted: true,
            invite: names.iter().map(|name| Device::user(name)).collect(),
        };
        let mut last = None;
        let mut devices = Vec::new();
        for name in &names {
            devices.push(Device::enter(&relay, name)?);
        }
        let Outcome::Room(room) = writer.call(verb)? else {
            return Err(io::Error::other("no room was made"));
        };
        for mut device in devices {
            device.call(Verb::Sync)?;
            device.call(Verb::Join { room: room.clone() })?;
            last = Some(device);
        }
        let mut reader = last.ok_or_else(|| io::Error::other("nobody reads"))?;
        writer.call(Verb::Sync)?;
        // Opens the channels to all readers.
        let verb = Verb::Send {
            room: room.clone(),
            body: "first".to_owned(),
        };
        writer.call(verb)?;
        reader.call(Verb::Sync)?;
        Ok(Self {
            writer,
            reader,
            room,
            events: 0,
            text: "x".repeat(SIZE),
        })
    }

    /// Sends a text. The time is that of the step which encrypts it; sharing a new key first is not part of it.
    pub(crate) fn send(&mut self) -> io::Result<Sent> {
        let verb = Verb::Send {
            room: self.room.clone(),
            body: self.text.clone(),
        };
        let (took, outputs) = Clock::Cpu.time(|| self.writer.begin(verb));
        let (mut took, mut request) = (took, only_request(outputs)?);
        let mut key = None;
        if request.path.contains("/sendToDevice/") {
            key = self.reader_key(&request.body);
            let shared = Clock::Cpu.time(|| self.writer.answer(request.id, 200, b"{}".to_vec()));
            (took, request) = (shared.0, only_request(shared.1)?);
        }
        self.events += 1;
        self.writer
            .answer(request.id, 200, event_answer(self.events));
        let Body::Json(content) = request.body else {
            return Err(io::Error::other("the message has no content"));
        };
        Ok(Sent { took, content, key })
    }

    /// Lets the reader have a message; the time is that of taking it in, until it is shown.
    pub(crate) fn receive(&mut self, sent: Sent) -> io::Result<Duration> {
        if let Some(key) = sent.key {
            self.sync(None, Some(key))?;
        }
        let event = json!({
            "event_id": format!("$event-{}", self.events),
            "type": "m.room.encrypted",
            "sender": Device::user("writer").as_str(),
            "content": sent.content,
        });
        self.sync(Some(event), None)
    }

    /// A new key for all readers: one session made, one Olm message each. The time is that until the request; with it comes what of
    /// that is for the reader.
    pub(crate) fn share(&mut self) -> io::Result<(Duration, Value)> {
        self.writer.now += WEEK;
        let verb = Verb::Send {
            room: self.room.clone(),
            body: self.text.clone(),
        };
        let (took, outputs) = Clock::Cpu.time(|| self.writer.begin(verb));
        let request = only_request(outputs)?;
        if !request.path.contains("/sendToDevice/") {
            return Err(io::Error::other("no key was shared"));
        }
        let key = self.reader_key(&request.body);
        let key = key.ok_or_else(|| io::Error::other("no key for the reader"))?;
        let request = only_request(self.writer.answer(request.id, 200, b"{}".to_vec()))?;
        self.events += 1;
        self.writer
            .answer(request.id, 200, event_answer(self.events));
        Ok((took, key))
    }

    /// Lets the reader have a key; the time is that of taking it in.
    pub(crate) fn receive_key(&mut self, key: Value) -> io::Result<Duration> {
        self.sync(None, Some(key))
    }

    fn sync(&mut self, event: Option<Value>, message: Option<Value>) -> io::Result<Duration> {
        let shown = event.is_some();
        let answer = sync_answer(self.events, &self.room, event, message);
        let request = only_request(self.reader.begin(Verb::Sync))?;
        let (took, outputs) = Clock::Cpu.time(|| self.reader.answer(request.id, 200, answer));
        if !matches!(outputs.as_slice(), [Output::Done { .. }]) {
            return Err(io::Error::other(format!("a sync that asks: {outputs:?}")));
        }
        // Looking costs as much as the timeline is long, so one look in a while has to do.
        if shown && self.events.is_multiple_of(256) {
            self.must_show()?;
        }
        Ok(took)
    }

    fn must_show(&self) -> io::Result<()> {
        let timeline = self.reader.client().timeline(&self.room);
        match timeline.last() {
            Some(item) if item.state == ItemState::Decrypted => Ok(()),
            other => Err(io::Error::other(format!("not decrypted: {other:?}"))),
        }
    }

    /// What of a to-device request is for the reader, as his sync brings it.
    fn reader_key(&self, body: &Body) -> Option<Value> {
        let (user, device) = self.reader.client().device()?;
        let Body::Json(body) = body else { return None };
        let content = body
            .get("messages")?
            .get(user.as_str())?
            .get(device.as_str())?;
        let sender = Device::user("writer");
        Some(json!({ "type": "m.room.encrypted", "sender": sender.as_str(), "content": content }))
    }
}

fn only_request(mut outputs: Vec<Output>) -> io::Result<Request> {
    match (outputs.pop(), outputs.is_empty()) {
        (Some(Output::Request(request)), true) => Ok(request),
        (other, _) => Err(io::Error::other(format!("not one request: {other:?}"))),
    }
}

//! Group messages (VEC-M): what comes is taken by a client that holds one key of one room.

use serde_json::json;
use vodozemac::megolm::{GroupSession, InboundGroupSession};

use super::{
    Inputs, Operation, Taken, VectorError, VectorStage,
    olm::{PICKLE_KEY, open, restart},
};
use crate::{
    Client, Conduct, EventId, ItemState, MemoryStore, Reason, RoomId, UserId,
    border::{base64, session_key},
    directory::MEGOLM,
    megolm::Owner,
    room::Entry,
};

pub(super) const OPERATIONS: &[Operation] = &[
    ("megolm-receive", receive),
    ("megolm-encrypt", encrypt),
    ("megolm-offer", offer),
];

/// The last of some events of a room, and what was there when it came; puts out the text that is shown.
fn receive(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let mut reader = Reader::new(inputs, conduct)?;
    for line in inputs.lines("before")? {
        reader.step(&line)?;
    }
    let body = base64::encode(inputs.bytes("message")?);
    let entry = reader.open(&inputs.text("event")?, &body);
    match (entry.state, entry.body) {
        (ItemState::Decrypted, Some(body)) => Ok(Some(body.into_bytes())),
        _ => Err(withheld(entry.reason).into()),
    }
}

/// The last of some messages of a group session.
fn encrypt(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let name = "session";
    let session = GroupSession::from_libolm_pickle(&inputs.text(name)?, PICKLE_KEY);
    let session = session.or(Err(VectorError::Unfit { name }))?;
    let mut client = open(&MemoryStore::default(), conduct)?;
    let room = RoomId::new("!room:example.org");
    client.groups.send_with(&room, session, 0);
    let mut sent = None;
    for plaintext in inputs.lines("plaintexts")? {
        sent = client.groups.encrypt(&room, plaintext.as_bytes());
    }
    let (_, message) = sent.ok_or(VectorStage::State)?;
    let message = base64::decode(&message, message.len());
    Ok(Some(message.or(Err(VectorError::Unfit { name }))?))
}

/// Whether a key takes the place of the one that is held; puts out whether the owner vouches for the session then, and its key.
fn offer(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let mut client = open(&MemoryStore::default(), conduct)?;
    let room = RoomId::new("!room:example.org");
    let (held, owner) = named_key(inputs, "held", conduct)?;
    let kept = client.groups.keep(&room, held, owner, conduct);
    kept.or(Err(VectorError::Unfit { name: "held" }))?;
    let (offered, owner) = named_key(inputs, "offered", conduct)?;
    let session = offered.session_id();
    let wanted = offered.export_at_first_known_index().to_base64();
    let kept = client.groups.keep(&room, offered, owner, conduct);
    kept.or(Err(VectorStage::State))?;
    let held = client.groups.held(&room, &session);
    let held = held.filter(|(key, _)| *key == wanted);
    let (key, owner) = held.ok_or(VectorStage::State)?;
    let key = base64::decode(&key, key.len()).or(Err(VectorStage::Decode))?;
    Ok(Some([&[u8::from(!owner.imported)], &*key].concat()))
}

/// The session of a key that Alice shared (version 2) or that somebody passed on (version 1).
fn named_key(
    inputs: Inputs<'_>,
    name: &'static str,
    conduct: &Conduct,
) -> Result<(InboundGroupSession, Owner), VectorError> {
    let key = inputs.bytes(name)?;
    let (text, is_passed_on) = (base64::encode(&key), key.first() == Some(&1));
    let session = match is_passed_on {
        true => session_key::exported(&text, conduct),
        false => session_key::shared(&text, conduct),
    };
    let session = session.or(Err(VectorError::Unfit { name }))?;
    Ok((session, owner("@alice:example.org", is_passed_on)))
}

fn owner(user: &str, imported: bool) -> Owner {
    Owner {
        user: UserId::new(user),
        device: None,
        curve25519: String::new(),
        ed25519: String::new(),
        imported,
        shared_by: None,
    }
}

/// A client that holds one key of one room, and the store that it comes back from.
struct Reader {
    client: Client,
    store: MemoryStore,
    room: RoomId,
    sender: UserId,
    session: String,
}

impl Reader {
    fn new(inputs: Inputs<'_>, conduct: &Conduct) -> Result<Self, VectorError> {
        let store = MemoryStore::default();
        let mut client = open(&store, conduct)?;
        let name = "session_key";
        let key = session_key::shared(&base64::encode(inputs.bytes(name)?), conduct);
        let key = key.or(Err(VectorError::Unfit { name }))?;
        let of = RoomId::new(inputs.text("session_room")?);
        let owner = owner(&inputs.text("owner")?, false);
        let kept = client.groups.keep(&of, key, owner, conduct);
        kept.or(Err(VectorError::Unfit { name }))?;
        Ok(Self {
            client,
            store,
            room: RoomId::new(inputs.text("room")?),
            sender: UserId::new(inputs.text("sender")?),
            session: inputs.text("session")?,
        })
    }

    /// Something that happened before the event that counts; whether it went well says nothing.
    fn step(&mut self, line: &str) -> Result<(), VectorError> {
        let words: Vec<&str> = line.split(' ').collect();
        match *words.as_slice() {
            ["event", event, body] => {
                self.open(event, body);
                Ok(())
            }
            ["restart"] => restart(&mut self.client, &self.store),
            _ => Err(VectorError::Unfit { name: "before" }),
        }
    }

    fn open(&mut self, event: &str, body: &str) -> Entry {
        let content = json!({
            "algorithm": MEGOLM,
            "ciphertext": body,
            "session_id": self.session,
        });
        let event = EventId::new(event);
        self.client
            .open_event(&self.room, &event, &self.sender, &content)
    }
}

/// Where an event was refused. That no key is held for its room, its session or its index is one answer.
fn withheld(reason: Option<Reason>) -> VectorStage {
    match reason {
        Some(Reason::ContentMalformed) => VectorStage::Decode,
        Some(Reason::CiphertextMalformed) => VectorStage::Parse,
        Some(Reason::CiphertextInvalid) => VectorStage::Authenticate,
        Some(Reason::SessionUnknown | Reason::SenderMismatch | Reason::RoomMismatch) => {
            VectorStage::Bind
        }
        Some(Reason::Replayed) => VectorStage::State,
        _ => VectorStage::Policy,
    }
}

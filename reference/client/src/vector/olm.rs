//! Channels between two devices (VEC-O, VEC-P): what comes is taken by a client that holds an account and a channel from fixed secrets.

use std::collections::BTreeSet;

use serde_json::json;
use vodozemac::olm::{Account, Session};

use super::{Inputs, Operation, Stop, Taken, VectorError, VectorStage, curve, signed};
use crate::{
    Client, Conduct, DeviceId, MemoryStore, Secret, UserId,
    account::Own,
    border::{WireError, base64, json},
    client::Input,
    olm::{Envelope, EnvelopeRefusal, OlmRefusal},
    send::{KeyRefusal, claimed_key},
};

pub(super) const OPERATIONS: &[Operation] =
    &[("olm-receive", receive), ("one-time-key", one_time_key)];

/// libolm's pickles in vectors are encrypted under the empty key.
pub(super) const PICKLE_KEY: &[u8] = b"";

/// The last of some messages to one device, and what was there when it came.
fn receive(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let mut device = Device::new(inputs, conduct)?;
    let sender = inputs.text("sender")?;
    for line in inputs.lines("before")? {
        device.step(&sender, &line)?;
    }
    let body = base64::encode(inputs.bytes("message")?);
    let opened = device.open(&sender, &inputs.text("type")?, &body)?;
    Ok(Some(opened))
}

/// What a relay has served for a device.
fn one_time_key(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let user = UserId::new(inputs.text("user")?);
    let place = (user, DeviceId::new(inputs.text("device")?));
    let served = json::parse(&inputs.bytes("keys")?).or(Err(VectorStage::Decode))?;
    let key = claimed_key(&place, &inputs.text("ed25519")?, &served, conduct);
    let key = key.map_err(|refusal| match refusal {
        KeyRefusal::Malformed => VectorStage::Parse,
        KeyRefusal::Key(error) => curve::refused(error),
        KeyRefusal::Signature(error) => signed::unsigned(error),
    })?;
    Ok(Some(key.to_vec()))
}

/// A client and the store that it comes back from.
struct Device {
    client: Client,
    store: MemoryStore,
}

impl Device {
    fn new(inputs: Inputs<'_>, conduct: &Conduct) -> Result<Self, VectorError> {
        let store = MemoryStore::default();
        let mut client = open(&store, conduct)?;
        client.own = Some(account(inputs)?);
        let name = "session";
        if inputs.0.contains_key(name) {
            let session = newest_last(&inputs.text(name)?);
            let session = session.ok_or(VectorError::Unfit { name })?;
            let peer = session.session_keys().identity_key.to_base64();
            client.olm.adopt(&peer, session);
        }
        Ok(Self { client, store })
    }

    fn own(&mut self) -> Result<&mut Own, VectorError> {
        let own = self.client.own.as_mut();
        own.ok_or(VectorError::Unfit { name: "account" })
    }

    /// Something that happened before the message that counts; whether it went well says nothing.
    fn step(&mut self, sender: &str, line: &str) -> Result<(), VectorError> {
        let unfit = VectorError::Unfit { name: "before" };
        let words: Vec<&str> = line.split(' ').collect();
        match *words.as_slice() {
            ["message", kind, body] => match self.open(sender, kind, body) {
                Ok(_) | Err(Stop::Refused(_)) => Ok(()),
                Err(Stop::NotRun(error)) => Err(error),
            },
            ["restart"] => restart(&mut self.client, &self.store),
            ["rotate-fallback"] => self.rotate(),
            ["generate", count] => {
                let count: u16 = count.parse().or(Err(unfit))?;
                let own = self.own()?;
                own.account.generate_one_time_keys(count.into());
                own.uploaded();
                Ok(())
            }
            _ => Err(unfit),
        }
    }

    /// What the client does with an event before it looks at what was inside.
    fn open(&mut self, sender: &str, kind: &str, body: &str) -> Result<Vec<u8>, Stop> {
        let conduct = self.client.conduct.clone();
        let own = self.client.own.as_mut();
        let own = own.ok_or(VectorError::Unfit { name: "account" })?;
        let curve = own.curve25519();
        let [sender, body] = [sender, body].map(|text| json!(text));
        let content = format!(
            r#"{{"algorithm":"m.olm.v1.curve25519-aes-sha2","ciphertext":{{"{curve}":{{"body":{body},"type":{kind}}}}},"sender_key":{sender}}}"#
        );
        let content = json::parse(content.as_bytes()).or(Err(VectorStage::Decode))?;
        let envelope = Envelope::parse(&content, &curve, &conduct).map_err(malformed)?;
        let (key, message) = (envelope.sender_key, &envelope.message);
        let opened = self.client.olm.decrypt(own, key, message, &conduct);
        Ok(opened.map_err(closed)?)
    }

    /// The relay tells that the fallback key was used, and is given another one.
    fn rotate(&mut self) -> Result<(), VectorError> {
        let conduct = self.client.conduct.clone();
        let own = self.own()?;
        own.fallback_used(&conduct);
        let uploaded = own.upload(&conduct);
        uploaded.or(Err(VectorError::Unfit { name: "account" }))?;
        own.uploaded();
        Ok(())
    }
}

/// Bob's device, with the account that the vector names, if it names one.
fn account(inputs: Inputs<'_>) -> Result<Own, VectorError> {
    let name = "account";
    let unfit = VectorError::Unfit { name };
    let (user, device) = (UserId::new("@bob:example.org"), DeviceId::new("BOB"));
    let own = Own::create(user, device, Secret::new(""));
    let mut own = own.or(Err(unfit.clone()))?;
    if inputs.0.contains_key(name) {
        let account = Account::from_libolm_pickle(&inputs.text(name)?, PICKLE_KEY);
        own.account = account.or(Err(unfit))?;
    }
    let fallback = own.account.fallback_key().into_values();
    let seen = fallback.map(|key| (key.to_base64(), BTreeSet::new()));
    own.supply.seen = seen.collect();
    own.uploaded();
    Ok(own)
}

/// The session of a pickle. libolm writes the newest chain first; vodozemac 0.11.1 takes that order over and then
/// drops the newest chain for the oldest, so its pickle is put in order (VEC-O-13).
fn newest_last(pickle: &str) -> Option<Session> {
    let session = Session::from_libolm_pickle(pickle, PICKLE_KEY).ok()?;
    let mut session = serde_json::to_value(session.pickle()).ok()?;
    let chains = session.pointer_mut("/receiving_chains/inner");
    chains?.as_array_mut()?.reverse();
    serde_json::from_value(session)
        .ok()
        .map(Session::from_pickle)
}

/// The client that the store holds.
pub(super) fn open(store: &MemoryStore, conduct: &Conduct) -> Result<Client, VectorError> {
    let client = Client::open_with(Box::new(store.clone()), conduct.clone());
    client.or(Err(VectorError::Unfit { name: "before" }))
}

/// Ends the client when everything is stored, and opens it again.
pub(super) fn restart(client: &mut Client, store: &MemoryStore) -> Result<(), VectorError> {
    client.handle(0, Input::Tick);
    *client = open(store, &client.conduct.clone())?;
    Ok(())
}

fn malformed(refusal: EnvelopeRefusal) -> VectorStage {
    match refusal {
        EnvelopeRefusal::Malformed(_) => VectorStage::Parse,
        EnvelopeRefusal::NotForUs => VectorStage::Bind,
        EnvelopeRefusal::Key(error) | EnvelopeRefusal::Wire(WireError::Key(error)) => {
            curve::refused(error)
        }
        EnvelopeRefusal::Wire(WireError::Text(_)) => VectorStage::Decode,
        EnvelopeRefusal::Wire(_) => VectorStage::Parse,
    }
}

/// What does not open is not told apart: who could see why would have an oracle.
fn closed(refusal: OlmRefusal) -> VectorStage {
    match refusal {
        OlmRefusal::NotOpened(_) => VectorStage::Authenticate,
        OlmRefusal::IdentityKeyMismatch => VectorStage::Bind,
        OlmRefusal::Replayed | OlmRefusal::AlreadyOpened | OlmRefusal::TooManyPeers => {
            VectorStage::State
        }
    }
}

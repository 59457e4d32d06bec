//! Olm messages and the accounts that take them (VEC-O, VEC-P).

use vodozemac::{
    Curve25519PublicKey, base64_decode,
    olm::{Account, OlmMessage, Session, SessionConfig},
};

use crate::{Operation, Taken, input::Inputs};

pub(crate) const OPERATIONS: &[Operation] = &[("olm-receive", receive)];

/// Pickles in vectors are encrypted under the empty key.
pub(crate) const PICKLE_KEY: &[u8] = b"";

fn receive(inputs: Inputs<'_>) -> Taken {
    let sender = Curve25519PublicKey::from_base64(&inputs.text("sender")?).ok()?;
    let mut device = Device {
        account: Account::new(),
        sessions: Vec::new(),
        sender,
    };
    if let Some(pickle) = inputs.text("account") {
        device.account = Account::from_libolm_pickle(&pickle, PICKLE_KEY).ok()?;
    }
    if let Some(pickle) = inputs.text("session") {
        let session = Session::from_libolm_pickle(&pickle, PICKLE_KEY);
        device.sessions.push(session.ok()?);
    }
    for line in inputs.text("before").unwrap_or_default().lines() {
        device.step(line);
    }
    device.open(&inputs.text("type")?, &inputs.bytes("message")?)
}

/// An account and the sessions with one other device.
struct Device {
    account: Account,
    sessions: Vec<Session>,
    sender: Curve25519PublicKey,
}

impl Device {
    /// What came before, well or not. A restart changes nothing: the library stores nothing by itself.
    fn step(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        match *words.as_slice() {
            ["message", kind, body] => {
                let message = base64_decode(body).ok();
                message.and_then(|message| self.open(kind, &message));
            }
            ["rotate-fallback"] => {
                self.account.generate_fallback_key();
            }
            ["generate", count] => {
                let count = count.parse().unwrap_or_default();
                self.account.generate_one_time_keys(count);
            }
            _ => {}
        }
    }

    fn open(&mut self, kind: &str, message: &[u8]) -> Taken {
        // JSON is read above the library, which takes a number.
        let number: usize = kind
            .parse()
            .ok()
            .filter(|number: &usize| number.to_string() == kind)?;
        let message = OlmMessage::from_parts(number, message).ok()?;
        for session in &mut self.sessions {
            if let Ok(plaintext) = session.decrypt(&message) {
                return Some(plaintext);
            }
        }
        let OlmMessage::PreKey(first) = message else {
            return None;
        };
        let config = SessionConfig::version_1();
        let created = self
            .account
            .create_inbound_session(config, self.sender, &first);
        let created = created.ok()?;
        self.sessions.push(created.session);
        Some(created.plaintext)
    }
}

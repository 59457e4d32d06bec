//! Group messages sealed by hand, so that each part of them can be wrong by itself.

use serde_json::{Value, json};
use vodozemac::{
    Ed25519Keypair, base64_encode,
    megolm::{GroupSession, InboundGroupSession, MegolmMessage, SessionConfig, SessionKey},
};

use crate::{check::Stop, evil::ForgedDevice};

/// Bytes of a Megolm message's MAC and signature, at its end.
const MAC: usize = 8;
const SIGNATURE: usize = 64;

/// Where a session key (version 2) names the signing key: behind version, index and ratchet.
const RATCHET_END: usize = 1 + 4 + 128;

/// What is wrong with a message that was sealed by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing, as far as its signer is the owner.
    None,
    /// A wrong MAC under a right signature.
    Mac,
    /// A right MAC under a signature of zeros: as good as none.
    NoSignature,
    /// A right MAC under bytes that no key has signed with.
    Garbage,
}

/// The chain of a group session and the key that signs; only the owner has both.
pub struct HandSeal {
    room: String,
    session: InboundGroupSession,
    signer: Ed25519Keypair,
}

impl HandSeal {
    /// A session of one's own.
    ///
    /// # Errors
    ///
    /// If the library does not take the key of the session.
    pub fn own(room: &str) -> Result<Self, Stop> {
        let signer = Ed25519Keypair::new();
        // The library keeps the signing key of its own sessions to itself, so another one takes its place.
        let made = GroupSession::new(SessionConfig::version_1()).session_key();
        let mut bytes = made.to_bytes();
        bytes.truncate(RATCHET_END);
        bytes.extend(signer.public_key().as_bytes());
        bytes.extend(signer.sign(&bytes).to_bytes());
        let key = SessionKey::from_bytes(&bytes);
        let key = key.map_err(|error| Stop::harness(error.to_string()))?;
        Ok(Self {
            room: room.to_owned(),
            session: InboundGroupSession::new(&key, SessionConfig::version_1()),
            signer,
        })
    }

    /// The honest content of `m.room_key`, from the first index on.
    ///
    /// # Errors
    ///
    /// If the library does not take the key of the session.
    pub fn room_key(&self) -> Result<Value, Stop> {
        let exported = self.session.export_at_first_known_index().to_bytes();
        // An exported key is a session key of version 1 without the signature.
        let mut bytes = exported;
        if let Some(version) = bytes.first_mut() {
            *version = 2;
        }
        bytes.extend(self.signer.sign(&bytes).to_bytes());
        Ok(json!({
            "algorithm": "m.megolm.v1.aes-sha2",
            "room_id": self.room,
            "session_id": self.session.session_id(),
            "session_key": base64_encode(bytes),
        }))
    }

    /// The content of a room event with a text message at this index, in the name of the device with these keys.
    ///
    /// # Errors
    ///
    /// If the chain does not reach back to the index.
    pub fn event(
        &self,
        (curve25519, device): (&str, &str),
        index: u32,
        body: &str,
        fault: Fault,
    ) -> Result<Value, Stop> {
        let content = json!({ "msgtype": "m.text", "body": body });
        let plaintext =
            json!({ "room_id": self.room, "type": "m.room.message", "content": content });
        Ok(json!({
            "algorithm": "m.megolm.v1.aes-sha2",
            "sender_key": curve25519,
            "device_id": device,
            "session_id": self.session.session_id(),
            "ciphertext": self.seal(index, &plaintext, fault)?,
        }))
    }

    fn seal(&self, index: u32, plaintext: &Value, fault: Fault) -> Result<String, Stop> {
        let cipher = self.session.get_cipher_at(index);
        let cipher = cipher.ok_or_else(|| Stop::harness("the chain begins after the index"))?;
        let plaintext = plaintext.to_string();
        let message = MegolmMessage::encrypt(index, &cipher, &self.signer, plaintext.as_bytes());
        let mut bytes = message.to_bytes();
        let signed = bytes.len().saturating_sub(SIGNATURE);
        bytes.truncate(signed);
        if fault == Fault::Mac
            && let Some(byte) = bytes.get_mut(signed.saturating_sub(MAC))
        {
            *byte ^= 1;
        }
        let signature = match fault {
            Fault::None | Fault::Mac => self.signer.sign(&bytes).to_bytes(),
            Fault::NoSignature => [0; SIGNATURE],
            Fault::Garbage => [0x5A; SIGNATURE],
        };
        bytes.extend(signature);
        Ok(base64_encode(bytes))
    }
}

impl ForgedDevice {
    /// The chain of another member's session that this device was given, with a signing key of its own.
    ///
    /// # Errors
    ///
    /// If it was not given the session.
    pub fn impersonate(&self, room: &str, session: &str) -> Result<HandSeal, Stop> {
        let heard = self.heard.get(&(room.to_owned(), session.to_owned()));
        let heard =
            heard.ok_or_else(|| Stop::harness("the evil peer was not given the session"))?;
        Ok(HandSeal {
            room: room.to_owned(),
            session: InboundGroupSession::from_pickle(heard.pickle()),
            signer: Ed25519Keypair::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(seal: &HandSeal, index: u32, fault: Fault) -> Result<u32, String> {
        let key = seal.room_key().unwrap();
        let key = SessionKey::from_base64(key["session_key"].as_str().unwrap()).unwrap();
        let mut session = InboundGroupSession::new(&key, SessionConfig::version_1());
        let event = seal.event(("", ""), index, "text", fault).unwrap();
        let message = MegolmMessage::from_base64(event["ciphertext"].as_str().unwrap()).unwrap();
        let opened = session.decrypt(&message);
        opened
            .map(|opened| opened.message_index)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn one_part_is_wrong_and_no_other() {
        let seal = HandSeal::own("!a:x").unwrap();
        for index in [0, 1, 300] {
            assert_eq!(open(&seal, index, Fault::None), Ok(index));
        }
        let mac = open(&seal, 0, Fault::Mac).unwrap_err();
        assert!(mac.contains("MAC"), "the signature is right: {mac}");
        for fault in [Fault::NoSignature, Fault::Garbage] {
            let signature = open(&seal, 0, fault).unwrap_err();
            assert!(signature.contains("signature"), "{signature}");
        }
    }
}

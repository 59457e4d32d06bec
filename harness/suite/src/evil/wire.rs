//! Bytes of Olm and Megolm messages, changed without their keys: other encodings of the same content, and broken ones.
//!
//! The messages are a version byte, fields in the style of Protocol Buffers, and a trailer (Olm specification, 'Message Format').

use serde_json::Value;
use vodozemac::{base64_decode, base64_encode};

use crate::check::Stop;

/// Which message the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A normal Olm message: trailer of 8 bytes MAC.
    Olm,
    /// An Olm pre-key message: no trailer of its own.
    PreKey,
    /// A Megolm message: trailer of 8 bytes MAC and 64 bytes signature.
    Megolm,
}

/// Another encoding of the same content (ATK-OLM-16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twist {
    /// A field that the specification does not know, at the end.
    UnknownField,
    /// The fields in reverse order.
    Reordered,
    /// The first field twice.
    Duplicated,
    /// Every number and length with a superfluous zero byte.
    LongVarint,
    /// The index plus 2^32; only for shapes that have an index.
    WrappedIndex,
}

/// A key in the header of a pre-key message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderKey {
    /// The recipient's one-time key.
    OneTime,
    /// The sender's ephemeral key.
    Base,
    /// The sender's identity key.
    Identity,
}

impl Shape {
    /// The shape of an Olm ciphertext by its `type` in the event.
    #[must_use]
    pub fn of_olm(kind: u64) -> Self {
        if kind == 0 { Self::PreKey } else { Self::Olm }
    }

    fn trailer(self) -> usize {
        match self {
            Self::PreKey => 0,
            Self::Olm => 8,
            Self::Megolm => 72,
        }
    }
}

impl Twist {
    /// Every twist that a shape can have.
    #[must_use]
    pub fn all_for(shape: Shape) -> Vec<Self> {
        let mut all = vec![
            Self::UnknownField,
            Self::Reordered,
            Self::Duplicated,
            Self::LongVarint,
        ];
        if shape != Shape::PreKey {
            all.push(Self::WrappedIndex);
        }
        all
    }
}

/// Encodes a message (base64) in another way.
///
/// # Errors
///
/// If the text is no message of the shape, or has no index to wrap.
pub fn twist(shape: Shape, body: &str, twist: Twist) -> Result<String, Stop> {
    let mut message = Message::decode(shape, body)?;
    let mut varint = short as fn(u64) -> Vec<u8>;
    match twist {
        Twist::UnknownField => message.fields.push(Field {
            tag: 0x7A,
            content: Content::Bytes(b"more".to_vec()),
        }),
        Twist::Reordered => message.fields.reverse(),
        Twist::Duplicated => {
            let first = message.fields.first().cloned().ok_or_else(not_a_message)?;
            message.fields.insert(0, first);
        }
        Twist::LongVarint => varint = long,
        Twist::WrappedIndex => {
            let index = message
                .fields
                .iter_mut()
                .find_map(|field| match &mut field.content {
                    Content::Number(number) => Some(number),
                    Content::Bytes(_) => None,
                });
            *index.ok_or_else(not_a_message)? += 1 << 32;
        }
    }
    Ok(message.encode(varint))
}

/// Flips one bit of the MAC; of the inner message's MAC for a pre-key message.
///
/// # Errors
///
/// If the text is too short for a message.
pub fn flip_mac(shape: Shape, body: &str) -> Result<String, Stop> {
    let mut bytes = base64_decode(body).map_err(|_error| not_a_message())?;
    // the inner message is the last field, its MAC the last eight bytes
    let from_end = shape.trailer().max(8);
    let at = bytes
        .len()
        .checked_sub(from_end)
        .ok_or_else(not_a_message)?;
    *bytes.get_mut(at).ok_or_else(not_a_message)? ^= 1;
    Ok(base64_encode(bytes))
}

/// Sets bit 255 of a key in the header of a pre-key message: the same point in another encoding (ATK-OLM-17).
///
/// # Errors
///
/// If the text is no pre-key message.
pub fn set_high_bit(body: &str, key: HeaderKey) -> Result<String, Stop> {
    let mut message = Message::decode(Shape::PreKey, body)?;
    let tag = match key {
        HeaderKey::OneTime => 0x0A,
        HeaderKey::Base => 0x12,
        HeaderKey::Identity => 0x1A,
    };
    let last = message
        .fields
        .iter_mut()
        .find(|field| field.tag == tag)
        .and_then(|field| match &mut field.content {
            Content::Bytes(bytes) => bytes.last_mut(),
            Content::Number(_) => None,
        });
    *last.ok_or_else(not_a_message)? |= 0x80;
    Ok(message.encode(short))
}

/// Changes the ciphertext that an Olm event carries for the device with this key.
///
/// # Errors
///
/// If the event carries none, or `edit` fails.
pub fn edit_olm_body(
    content: &mut Value,
    curve25519: &str,
    edit: impl FnOnce(Shape, &str) -> Result<String, Stop>,
) -> Result<(), Stop> {
    let ours = content
        .get_mut("ciphertext")
        .and_then(|all| all.get_mut(curve25519))
        .ok_or_else(not_a_message)?;
    let kind = ours
        .get("type")
        .and_then(Value::as_u64)
        .ok_or_else(not_a_message)?;
    let body = ours.get_mut("body").ok_or_else(not_a_message)?;
    *body = Value::from(edit(
        Shape::of_olm(kind),
        body.as_str().unwrap_or_default(),
    )?);
    Ok(())
}

struct Message {
    version: u8,
    fields: Vec<Field>,
    trailer: Vec<u8>,
}

#[derive(Clone)]
struct Field {
    tag: u64,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Number(u64),
    Bytes(Vec<u8>),
}

impl Message {
    fn decode(shape: Shape, body: &str) -> Result<Self, Stop> {
        let bytes = base64_decode(body).map_err(|_error| not_a_message())?;
        Self::read(shape, &bytes).ok_or_else(not_a_message)
    }

    fn read(shape: Shape, bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        let (mut rest, trailer) =
            rest.split_at_checked(rest.len().checked_sub(shape.trailer())?)?;
        let mut fields = Vec::new();
        while !rest.is_empty() {
            let tag = read_varint(&mut rest)?;
            let content = match tag & 7 {
                0 => Content::Number(read_varint(&mut rest)?),
                2 => {
                    let length = usize::try_from(read_varint(&mut rest)?).ok()?;
                    let (bytes, after) = rest.split_at_checked(length)?;
                    rest = after;
                    Content::Bytes(bytes.to_vec())
                }
                _ => return None,
            };
            fields.push(Field { tag, content });
        }
        Some(Self {
            version: *version,
            fields,
            trailer: trailer.to_vec(),
        })
    }

    fn encode(&self, varint: fn(u64) -> Vec<u8>) -> String {
        let mut bytes = vec![self.version];
        for field in &self.fields {
            bytes.extend(short(field.tag));
            match &field.content {
                Content::Number(number) => bytes.extend(varint(*number)),
                Content::Bytes(content) => {
                    bytes.extend(varint(content.len() as u64));
                    bytes.extend(content);
                }
            }
        }
        bytes.extend(&self.trailer);
        base64_encode(bytes)
    }
}

fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn short(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push((number & 0x7F) as u8);
    bytes
}

fn long(number: u64) -> Vec<u8> {
    let mut bytes = short(number);
    if let Some(last) = bytes.last_mut() {
        *last |= 0x80;
    }
    bytes.push(0);
    bytes
}

fn not_a_message() -> Stop {
    Stop::harness("the text to change is not a message of its shape")
}

#[cfg(test)]
mod tests {
    use vodozemac::{
        megolm::{GroupSession, InboundGroupSession, MegolmMessage, SessionConfig as MegolmConfig},
        olm::{Account, OlmMessage, SessionConfig},
    };

    use super::*;

    fn megolm() -> (InboundGroupSession, String) {
        let mut sender = GroupSession::new(MegolmConfig::version_1());
        let receiver = InboundGroupSession::new(&sender.session_key(), MegolmConfig::version_1());
        sender.encrypt("first");
        (receiver, sender.encrypt("text").to_base64())
    }

    fn first_message() -> (Account, Account, String) {
        let (alice, mut bob) = (Account::new(), Account::new());
        bob.generate_one_time_keys(1);
        let one_time_key = *bob.one_time_keys().values().next().unwrap();
        let mut session = alice
            .create_outbound_session(
                SessionConfig::version_1(),
                bob.curve25519_key(),
                one_time_key,
            )
            .unwrap();
        let (kind, bytes) = session.encrypt("text").unwrap().to_parts();
        assert_eq!(kind, 0);
        (alice, bob, base64_encode(bytes))
    }

    #[test]
    fn every_twist_is_other_bytes_that_the_library_still_decrypts() {
        let (mut receiver, body) = megolm();
        for kind in Twist::all_for(Shape::Megolm) {
            let twisted = twist(Shape::Megolm, &body, kind).unwrap();
            assert_ne!(twisted, body, "{kind:?}");
            let message = MegolmMessage::from_base64(&twisted).unwrap();
            assert_eq!(
                receiver.decrypt(&message).unwrap().plaintext,
                b"text",
                "{kind:?}"
            );
        }
        for kind in Twist::all_for(Shape::PreKey) {
            let (alice, mut bob, body) = first_message();
            let twisted = twist(Shape::PreKey, &body, kind).unwrap();
            assert_ne!(twisted, body, "{kind:?}");
            let OlmMessage::PreKey(message) =
                OlmMessage::from_parts(0, &base64_decode(&twisted).unwrap()).unwrap()
            else {
                panic!("not a pre-key message");
            };
            let opened = bob
                .create_inbound_session(
                    SessionConfig::version_1(),
                    alice.curve25519_key(),
                    &message,
                )
                .unwrap();
            assert_eq!(opened.plaintext, b"text", "{kind:?}");
        }
    }

    #[test]
    fn a_flipped_mac_is_refused() {
        let (mut receiver, body) = megolm();
        let flipped = MegolmMessage::from_base64(&flip_mac(Shape::Megolm, &body).unwrap()).unwrap();
        assert!(receiver.decrypt(&flipped).is_err());
        let (alice, mut bob, body) = first_message();
        let flipped = base64_decode(flip_mac(Shape::PreKey, &body).unwrap()).unwrap();
        let OlmMessage::PreKey(message) = OlmMessage::from_parts(0, &flipped).unwrap() else {
            panic!("not a pre-key message");
        };
        assert!(
            bob.create_inbound_session(
                SessionConfig::version_1(),
                alice.curve25519_key(),
                &message
            )
            .is_err()
        );
    }

    #[test]
    fn a_header_key_with_bit_255_splits_the_session_id() {
        for key in [HeaderKey::OneTime, HeaderKey::Base, HeaderKey::Identity] {
            let (alice, mut bob, body) = first_message();
            let changed = base64_decode(set_high_bit(&body, key).unwrap()).unwrap();
            let OlmMessage::PreKey(message) = OlmMessage::from_parts(0, &changed).unwrap() else {
                panic!("not a pre-key message");
            };
            let opened = bob
                .create_inbound_session(
                    SessionConfig::version_1(),
                    alice.curve25519_key(),
                    &message,
                )
                .unwrap();
            let OlmMessage::PreKey(honest) =
                OlmMessage::from_parts(0, &base64_decode(&body).unwrap()).unwrap()
            else {
                panic!("not a pre-key message");
            };
            assert_ne!(opened.session.session_id(), honest.session_id(), "{key:?}");
        }
    }
}

//! Bytes of Olm and Megolm messages, changed without their keys: other encodings of the same content, and broken ones.
//!
//! The messages are a version byte, fields in the style of Protocol Buffers, and a trailer (Olm specification, 'Message Format').

mod message;
#[cfg(test)]
mod tests;

use serde_json::Value;
use vodozemac::{base64_decode, base64_encode};

use crate::check::Stop;
use message::{Content, Field, Message, long, short};

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
        Twist::WrappedIndex => *message.index().ok_or_else(not_a_message)? += 1 << 32,
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

/// Raises the index in the header of an Olm or Megolm message; its MAC is then wrong.
///
/// # Errors
///
/// If the text is no message of the shape, or has no index.
pub fn raise_index(shape: Shape, body: &str, by: u64) -> Result<String, Stop> {
    let mut message = Message::decode(shape, body)?;
    *message.index().ok_or_else(not_a_message)? += by;
    Ok(message.encode(short))
}

/// Puts another ratchet key into the header of a normal Olm message; its MAC is then wrong.
///
/// # Errors
///
/// If the text is no normal Olm message.
pub fn swap_ratchet_key(body: &str, key: [u8; 32]) -> Result<String, Stop> {
    let mut message = Message::decode(Shape::Olm, body)?;
    *message.bytes_of(0x0A).ok_or_else(not_a_message)? = key.to_vec();
    Ok(message.encode(short))
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
    let last = message.bytes_of(tag).and_then(|bytes| bytes.last_mut());
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

fn not_a_message() -> Stop {
    Stop::harness("the text to change is not a message of its shape")
}

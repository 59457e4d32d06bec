//! The encoding below Olm and Megolm messages: a version byte, tagged fields, a trailer.

use vodozemac::{base64_decode, base64_encode};

use super::{Shape, not_a_message};
use crate::check::Stop;

/// A decoded message.
pub(super) struct Message {
    version: u8,
    pub(super) fields: Vec<Field>,
    trailer: Vec<u8>,
}

/// A field with its tag.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) tag: u64,
    pub(super) content: Content,
}

/// What a field holds.
#[derive(Clone)]
pub(super) enum Content {
    Number(u64),
    Bytes(Vec<u8>),
}

impl Message {
    pub(super) fn decode(shape: Shape, body: &str) -> Result<Self, Stop> {
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

    /// The first number: the index, in messages that have one.
    pub(super) fn index(&mut self) -> Option<&mut u64> {
        self.fields
            .iter_mut()
            .find_map(|field| match &mut field.content {
                Content::Number(number) => Some(number),
                Content::Bytes(_) => None,
            })
    }

    /// The bytes of the field with this tag.
    pub(super) fn bytes_of(&mut self, tag: u64) -> Option<&mut Vec<u8>> {
        let field = self.fields.iter_mut().find(|field| field.tag == tag)?;
        match &mut field.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Number(_) => None,
        }
    }

    pub(super) fn encode(&self, varint: fn(u64) -> Vec<u8>) -> String {
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

/// The shortest encoding of a number.
pub(super) fn short(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push((number & 0x7F) as u8);
    bytes
}

/// An encoding with a superfluous zero byte.
pub(super) fn long(number: u64) -> Vec<u8> {
    let mut bytes = short(number);
    if let Some(last) = bytes.last_mut() {
        *last |= 0x80;
    }
    bytes.push(0);
    bytes
}

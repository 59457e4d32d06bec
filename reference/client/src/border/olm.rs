//! Olm messages in the one form that their encoder writes (Olm specification, "Message format").
//!
//! The specification lets the MAC protect all bytes before it; vodozemac protects its own
//! re-encoding, so byte-different twins of a message verify (VEC-O-04..08, ATK-OLM-16).

use vodozemac::olm::{Message, OlmMessage, PreKeyMessage};

use super::{
    WireError, base64,
    cursor::Cursor,
    key,
    wire::{MAC, MAX_MESSAGE, VERSION, check_blocks, check_same, strictly},
};
use crate::Conduct;

/// Tags of a normal message: ratchet key, chain index, ciphertext.
const RATCHET_KEY: u8 = 0x0a;
const CHAIN_INDEX: u8 = 0x10;
const CIPHERTEXT: u8 = 0x22;

/// Tags of a pre-key message: one-time key, base key, identity key, the message inside.
const ONE_TIME_KEY: u8 = 0x0a;
const BASE_KEY: u8 = 0x12;
const IDENTITY_KEY: u8 = 0x1a;
const INNER: u8 = 0x22;

/// Reads the `type` and `body` of an `m.olm.v1.curve25519-aes-sha2` ciphertext.
///
/// # Errors
/// If the type is unknown, the encoding is not canonical, or a key in the header is refused.
pub fn parse(message_type: u64, body: &str, conduct: &Conduct) -> Result<OlmMessage, WireError> {
    let bytes = base64::decode(body, MAX_MESSAGE)?;
    match message_type {
        0 => Ok(OlmMessage::PreKey(parse_pre_key(&bytes, conduct)?)),
        1 => Ok(OlmMessage::Normal(parse_normal(&bytes, conduct)?)),
        got => Err(WireError::UnknownType { got }),
    }
}

/// Reads the bytes of a pre-key message (type 0).
///
/// # Errors
/// If the encoding is not canonical or a key in the header is refused.
pub fn parse_pre_key(bytes: &[u8], conduct: &Conduct) -> Result<PreKeyMessage, WireError> {
    strictly(check_pre_key_fields(bytes), conduct)?;
    let message = PreKeyMessage::from_bytes(bytes).or(Err(WireError::NotDecodable))?;
    for header_key in [
        message.one_time_key(),
        message.base_key(),
        message.identity_key(),
        message.message().ratchet_key(),
    ] {
        key::curve25519_bytes(header_key.to_bytes(), conduct)?;
    }
    strictly(check_same(bytes, &message.to_bytes()), conduct)?;
    Ok(message)
}

/// Reads the bytes of a normal message (type 1).
///
/// # Errors
/// If the encoding is not canonical or the ratchet key is refused.
pub fn parse_normal(bytes: &[u8], conduct: &Conduct) -> Result<Message, WireError> {
    strictly(check_normal_fields(bytes), conduct)?;
    let message = Message::from_bytes(bytes).or(Err(WireError::NotDecodable))?;
    key::curve25519_bytes(message.ratchet_key().to_bytes(), conduct)?;
    strictly(check_same(bytes, &message.to_bytes()), conduct)?;
    Ok(message)
}

fn check_pre_key_fields(bytes: &[u8]) -> Result<(), WireError> {
    let mut cursor = Cursor::new(bytes);
    cursor.tag(VERSION)?;
    for tag in [ONE_TIME_KEY, BASE_KEY, IDENTITY_KEY] {
        cursor.tag(tag)?;
        cursor.key()?;
    }
    cursor.tag(INNER)?;
    let inner = cursor.bytes()?;
    cursor.end(0)?;
    check_normal_fields(inner)
}

fn check_normal_fields(bytes: &[u8]) -> Result<(), WireError> {
    let mut cursor = Cursor::new(bytes);
    cursor.tag(VERSION)?;
    cursor.tag(RATCHET_KEY)?;
    cursor.key()?;
    cursor.tag(CHAIN_INDEX)?;
    cursor.varint()?;
    cursor.tag(CIPHERTEXT)?;
    check_blocks(cursor.bytes()?)?;
    cursor.end(MAC)
}

#[cfg(test)]
mod tests {
    use vodozemac::olm::{Account, Session, SessionConfig};

    use super::*;
    use crate::Flaw;
    use crate::border::KeyError;

    fn honest() -> Conduct {
        Conduct::honest()
    }

    /// A session of Alice with Bob, Bob's account, and her first message.
    fn first_message() -> (Session, Account, Vec<u8>) {
        let (alice, mut bob) = (Account::new(), Account::new());
        bob.generate_one_time_keys(1);
        let one_time_key = *bob.one_time_keys().values().next().unwrap();
        let config = SessionConfig::version_1();
        let mut session = alice
            .create_outbound_session(config, bob.curve25519_key(), one_time_key)
            .unwrap();
        let (_, bytes) = session.encrypt("first").unwrap().to_parts();
        (session, bob, bytes)
    }

    /// A normal message with a two-byte ciphertext length and its receiver.
    fn normal_message() -> (Session, Vec<u8>) {
        let (mut alice, mut bob, first) = first_message();
        let first = parse_pre_key(&first, &honest()).unwrap();
        let config = SessionConfig::version_1();
        let mut answering = bob
            .create_inbound_session(config, first.identity_key(), &first)
            .unwrap()
            .session;
        let (_, answer) = answering.encrypt("answer").unwrap().to_parts();
        let answer = parse_normal(&answer, &honest()).unwrap();
        alice.decrypt(&answer.into()).unwrap();
        let (_, bytes) = alice.encrypt("m".repeat(200)).unwrap().to_parts();
        (answering, bytes)
    }

    /// `bytes` with `count` of them at `at` replaced.
    fn spliced(bytes: &[u8], at: usize, count: usize, by: &[u8]) -> Vec<u8> {
        let mut spliced = bytes.to_vec();
        spliced.splice(at..at + count, by.iter().copied());
        spliced
    }

    /// Where the fields of a normal message stand: index tag, ciphertext tag, MAC.
    fn places(bytes: &[u8]) -> (usize, usize, usize) {
        (35, 37, bytes.len() - MAC)
    }

    /// The twins of VEC-O-04..08 and VEC-O-10 that vodozemac reads as the same message.
    fn twins(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
        let (index, cipher, mac) = places(bytes);
        let fields = |from: usize, to: usize| bytes[from..to].to_vec();
        let reordered = [
            &bytes[..1],
            &fields(index, mac),
            &fields(1, index),
            &bytes[mac..],
        ];
        let junk_key = [&[RATCHET_KEY, 32][..], &[9; 32]].concat();
        let big = [&[0x7a, 0x80, 0x08][..], &[0; 1024]].concat();
        vec![
            (
                "unknown varint field 15",
                spliced(bytes, mac, 0, &[0x78, 1]),
            ),
            ("unknown bytes field", spliced(bytes, mac, 0, &big)),
            ("fields reordered", reordered.concat()),
            ("junk ratchet key before", spliced(bytes, 1, 0, &junk_key)),
            (
                "ciphertext twice",
                spliced(bytes, mac, 0, &fields(cipher, mac)),
            ),
            (
                "junk ciphertext before",
                spliced(bytes, cipher, 0, &[CIPHERTEXT, 1, 7]),
            ),
            (
                "long index",
                spliced(bytes, index + 1, 1, &[bytes[index + 1] | 0x80, 0]),
            ),
            (
                "long length",
                spliced(bytes, cipher + 2, 1, &[bytes[cipher + 2] | 0x80, 0]),
            ),
            ("index twice", spliced(bytes, index, 0, &[CHAIN_INDEX, 5])),
        ]
    }

    #[test]
    fn real_messages_pass_and_decrypt() {
        let (mut receiver, bytes) = normal_message();
        let message = parse(1, &base64::encode(&bytes), &honest()).unwrap();
        assert_eq!(receiver.decrypt(&message).unwrap(), [b'm'; 200]);
        let (_, _, first) = first_message();
        assert!(parse(0, &base64::encode(&first), &honest()).is_ok());
    }

    #[test]
    fn byte_different_twins_are_refused_although_they_decrypt() {
        let lax = Conduct::flawed(&[Flaw::AcceptNoncanonicalWire]);
        let (receiver, bytes) = normal_message();
        for (name, twin) in twins(&bytes) {
            assert!(parse_normal(&twin, &honest()).is_err(), "{name}");
            let mut receiver = Session::from_pickle(receiver.pickle());
            let message = parse_normal(&twin, &lax).unwrap();
            assert!(receiver.decrypt(&message.into()).is_ok(), "{name}");
        }
    }

    #[test]
    fn cut_and_extended_messages_are_refused() {
        let (_, bytes) = normal_message();
        let (_, _, first) = first_message();
        for cut in 0..bytes.len() {
            assert!(parse_normal(&bytes[..cut], &honest()).is_err(), "{cut}");
        }
        for cut in 0..first.len() {
            assert!(parse_pre_key(&first[..cut], &honest()).is_err(), "{cut}");
        }
        assert!(parse_normal(&[&bytes[..], &[0]].concat(), &honest()).is_err());
        assert!(parse_pre_key(&[&first[..], &[0]].concat(), &honest()).is_err());
    }

    #[test]
    fn versions_types_and_kinds_are_not_mixed() {
        let (_, bytes) = normal_message();
        let (_, _, first) = first_message();
        for version in [0, 1, 2, 4, 5, 0x83, 0xff] {
            let other = spliced(&bytes, 0, 1, &[version]);
            assert!(parse_normal(&other, &honest()).is_err(), "{version}");
            let other = spliced(&first, 0, 1, &[version]);
            assert!(parse_pre_key(&other, &honest()).is_err(), "{version}");
        }
        assert!(parse_normal(&first, &honest()).is_err());
        assert!(parse_pre_key(&bytes, &honest()).is_err());
        assert_eq!(
            parse(2, &base64::encode(&bytes), &honest()),
            Err(WireError::UnknownType { got: 2 })
        );
    }

    #[test]
    fn a_pre_key_message_with_another_field_is_refused() {
        let (_, _, first) = first_message();
        for more in [
            &[0x28, 5][..],
            &[&[IDENTITY_KEY, 32][..], &[9; 32]].concat(),
        ] {
            let twin = [&first[..], more].concat();
            assert!(parse_pre_key(&twin, &honest()).is_err());
        }
    }

    #[test]
    fn aliases_of_header_keys_are_refused() {
        let (_, _, first) = first_message();
        for last_byte_of_key in [34, 68, 102] {
            let mut alias = first.clone();
            alias[last_byte_of_key] |= 0x80;
            assert_eq!(
                parse_pre_key(&alias, &honest()),
                Err(WireError::Key(KeyError::CurveKeyNotCanonical))
            );
            let lax = Conduct::flawed(&[Flaw::AcceptNoncanonicalCurveKey]);
            assert!(parse_pre_key(&alias, &lax).is_ok());
        }
    }

    #[test]
    fn indices_beyond_32_bits_and_odd_ciphertexts_are_refused() {
        let (_, bytes) = normal_message();
        let (index, cipher, _) = places(&bytes);
        let huge = spliced(&bytes, index + 1, 1, &[0x80, 0x80, 0x80, 0x80, 0x10]);
        assert_eq!(
            parse_normal(&huge, &honest()),
            Err(WireError::VarintNotCanonical)
        );
        for length in [0, 15, 17] {
            let field = [&[CIPHERTEXT, length][..], &vec![1; usize::from(length)]].concat();
            let odd = [&bytes[..cipher], &field, &[0; MAC]].concat();
            assert!(parse_normal(&odd, &honest()).is_err(), "{length}");
        }
    }
}

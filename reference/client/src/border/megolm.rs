//! Megolm messages in the one form that their encoder writes (Megolm specification, "Message format").

use vodozemac::megolm::{DecryptedMessage, DecryptionError, InboundGroupSession, MegolmMessage};

use super::{
    WireError, base64,
    cursor::Cursor,
    wire::{MAC, MAX_MESSAGE, VERSION, check_blocks, check_same, strictly},
};
use crate::{Conduct, Flaw};

const MESSAGE_INDEX: u8 = 0x08;
const CIPHERTEXT: u8 = 0x12;

/// Bytes of an Ed25519 signature.
const SIGNATURE: usize = 64;

/// Reads the `ciphertext` of an `m.megolm.v1.aes-sha2` event.
///
/// # Errors
/// If the encoding is not canonical: unknown, missing, repeated or reordered fields, long or
/// overflowing numbers (VEC-M-04..06), bytes before or after (VEC-M-12).
pub fn parse(ciphertext: &str, conduct: &Conduct) -> Result<MegolmMessage, WireError> {
    parse_bytes(&base64::decode(ciphertext, MAX_MESSAGE)?, conduct)
}

/// Reads the bytes of a Megolm message.
///
/// # Errors
/// As [`parse`].
pub fn parse_bytes(bytes: &[u8], conduct: &Conduct) -> Result<MegolmMessage, WireError> {
    strictly(check_fields(bytes), conduct)?;
    let message = MegolmMessage::from_bytes(bytes).or(Err(WireError::NotDecodable))?;
    strictly(check_same(bytes, &message.to_bytes()), conduct)?;
    Ok(message)
}

/// Opens a message of the session: signed by its owner, with the right MAC.
///
/// # Errors
/// If either is wrong, or the session begins after the message.
pub fn open(
    session: &mut InboundGroupSession,
    message: &MegolmMessage,
    conduct: &Conduct,
) -> Result<DecryptedMessage, DecryptionError> {
    let opened = session.decrypt(message);
    if opened.is_err() {
        let skips_mac = conduct.has(Flaw::ChecksSwitchedOff);
        if skips_mac || conduct.has(Flaw::MegolmSkipSignature) {
            return open_unsigned(session, message, skips_mac);
        }
    }
    opened
}

/// The flaws: opens a message whoever signed it.
fn open_unsigned(
    session: &InboundGroupSession,
    message: &MegolmMessage,
    skips_mac: bool,
) -> Result<DecryptedMessage, DecryptionError> {
    let message_index = message.message_index();
    let cipher = session.get_cipher_at(message_index);
    let cipher = cipher.ok_or(DecryptionError::UnknownMessageIndex(
        session.first_known_index(),
        message_index,
    ))?;
    if !skips_mac {
        let mut bytes = message.to_bytes();
        bytes.truncate(bytes.len().saturating_sub(MAC + SIGNATURE));
        cipher.verify_truncated_mac(&bytes, message.mac())?;
    }
    Ok(DecryptedMessage {
        plaintext: cipher.decrypt(message.ciphertext())?,
        message_index,
    })
}

fn check_fields(bytes: &[u8]) -> Result<(), WireError> {
    let mut cursor = Cursor::new(bytes);
    cursor.tag(VERSION)?;
    cursor.tag(MESSAGE_INDEX)?;
    cursor.varint()?;
    cursor.tag(CIPHERTEXT)?;
    check_blocks(cursor.bytes()?)?;
    cursor.end(MAC + SIGNATURE)
}

#[cfg(test)]
mod tests {
    use vodozemac::megolm::{GroupSession, InboundGroupSession, SessionConfig};

    use super::*;

    /// The receiver of a session and its message number `index`.
    fn message(index: u32) -> (InboundGroupSession, Vec<u8>) {
        let mut sender = GroupSession::new(SessionConfig::version_1());
        let receiver = InboundGroupSession::new(&sender.session_key(), SessionConfig::version_1());
        for _ in 0..index {
            sender.encrypt("earlier").to_bytes();
        }
        (receiver, sender.encrypt("m".repeat(200)).to_bytes())
    }

    fn spliced(bytes: &[u8], at: usize, count: usize, by: &[u8]) -> Vec<u8> {
        let mut spliced = bytes.to_vec();
        spliced.splice(at..at + count, by.iter().copied());
        spliced
    }

    /// Twins of a message with index 0 that vodozemac reads as the same message.
    fn twins(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
        let tail = bytes.len() - MAC - SIGNATURE;
        let (version, index, cipher) = (&bytes[..1], &bytes[1..3], &bytes[3..tail]);
        let big = [&[0x7a, 0x80, 0x08][..], &[0; 1024]].concat();
        let past_32_bits = [0x80, 0x80, 0x80, 0x80, 0x10];
        vec![
            ("unknown field", spliced(bytes, tail, 0, &[0x78, 1])),
            ("unknown bytes", spliced(bytes, tail, 0, &big)),
            (
                "reordered",
                [version, cipher, index, &bytes[tail..]].concat(),
            ),
            (
                "junk ciphertext before",
                spliced(bytes, 3, 0, &[CIPHERTEXT, 1, 7]),
            ),
            ("long index", spliced(bytes, 2, 1, &[0x80, 0])),
            (
                "index of ten bytes",
                spliced(
                    bytes,
                    2,
                    1,
                    &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0],
                ),
            ),
            ("index plus 2^32", spliced(bytes, 2, 1, &past_32_bits)),
            ("index left out", spliced(bytes, 1, 2, &[])),
            ("index 7, then 0", spliced(bytes, 1, 0, &[MESSAGE_INDEX, 7])),
        ]
    }

    #[test]
    fn real_messages_pass_and_decrypt() {
        for index in [0, 1, 127, 128, 300] {
            let (mut receiver, bytes) = message(index);
            let message = parse(&base64::encode(&bytes), &Conduct::honest()).unwrap();
            let decrypted = receiver.decrypt(&message).unwrap();
            assert_eq!(decrypted.message_index, index);
        }
    }

    #[test]
    fn byte_different_twins_are_refused_although_they_decrypt() {
        let lax = Conduct::flawed(&[Flaw::AcceptNoncanonicalWire]);
        let (mut receiver, bytes) = message(0);
        for (name, twin) in twins(&bytes) {
            assert!(parse_bytes(&twin, &Conduct::honest()).is_err(), "{name}");
            let message = parse_bytes(&twin, &lax).unwrap();
            assert!(receiver.decrypt(&message).is_ok(), "{name}");
        }
    }

    #[test]
    fn cut_and_extended_messages_are_refused() {
        let (_, bytes) = message(3);
        for cut in 0..bytes.len() {
            assert!(
                parse_bytes(&bytes[..cut], &Conduct::honest()).is_err(),
                "{cut}"
            );
        }
        for other in [[&bytes[..], &[0]].concat(), [&[3], &bytes[..]].concat()] {
            assert!(parse_bytes(&other, &Conduct::honest()).is_err());
        }
        let without_signature = &bytes[..bytes.len() - SIGNATURE];
        assert!(parse_bytes(without_signature, &Conduct::honest()).is_err());
    }

    #[test]
    fn other_versions_and_texts_are_refused() {
        let (_, bytes) = message(0);
        for version in [0, 1, 2, 4, 5, 0xff] {
            let other = spliced(&bytes, 0, 1, &[version]);
            assert!(
                parse_bytes(&other, &Conduct::honest()).is_err(),
                "{version}"
            );
        }
        let padded = format!("{}=", base64::encode(&bytes));
        assert!(parse(&padded, &Conduct::honest()).is_err());
        let long = "A".repeat(MAX_MESSAGE * 2);
        assert!(matches!(
            parse(&long, &Conduct::honest()),
            Err(WireError::Text(base64::Base64Error::TooLong { .. }))
        ));
    }
}

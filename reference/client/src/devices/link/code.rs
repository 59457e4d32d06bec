//! The code: a secret of 128 bits, the fingerprint of the device's keys, and a checksum against typing errors.

use sha2::{Digest, Sha256};
use thiserror::Error;
use vodozemac::Curve25519SecretKey;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Characters of the text without the dashes: 28 bytes.
const LETTERS: usize = 45;

/// Characters between two dashes.
const GROUP: usize = 5;

/// RFC 4648, section 6.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What a QR code says before the letters.
const QR: &str = "PRUEFSTAND-LINK:";

/// A code as it is shown and taken in.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct LinkCode {
    secret: [u8; 16],
    fingerprint: [u8; 10],
}

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum CodeFault {
    #[error("the code has {got} letters, {LETTERS} are needed")]
    WrongLength { got: usize },
    #[error("the code holds a character that no code has")]
    NoLetter,
    #[error("the code is mistyped")]
    Checksum,
}

impl LinkCode {
    /// A fresh secret for the device with this fingerprint.
    pub(crate) fn create(fingerprint: [u8; 10]) -> Self {
        // A fresh key is the randomness that vodozemac vouches for. X25519 fixes bits of the first and the
        // last byte only, which the hash spreads anyway.
        let fresh = Sha256::digest(Curve25519SecretKey::new().to_bytes().as_slice());
        let mut secret = [0; 16];
        secret
            .iter_mut()
            .zip(fresh)
            .for_each(|(byte, fresh)| *byte = fresh);
        Self {
            secret,
            fingerprint,
        }
    }

    pub(crate) fn secret(&self) -> &[u8; 16] {
        &self.secret
    }

    pub(crate) fn fingerprint(&self) -> &[u8; 10] {
        &self.fingerprint
    }

    /// As it is read out: nine groups of five letters.
    pub(crate) fn text(&self) -> String {
        let letters: Vec<char> = self.letters().chars().collect();
        let groups = letters.chunks(GROUP).map(String::from_iter);
        groups.collect::<Vec<_>>().join("-")
    }

    /// As a QR code carries it.
    pub(crate) fn qr(&self) -> String {
        format!("{QR}{}", self.letters())
    }

    /// Takes either form in; case, dashes and spaces do not matter.
    pub(crate) fn parse(text: &str) -> Result<Self, CodeFault> {
        let text = text.trim();
        let text = text.strip_prefix(QR).unwrap_or(text);
        let letters: Vec<u8> = text
            .bytes()
            .filter(|byte| !matches!(byte, b'-' | b' '))
            .map(|byte| byte.to_ascii_uppercase())
            .take(LETTERS + 1)
            .collect();
        if letters.len() != LETTERS {
            return Err(CodeFault::WrongLength { got: letters.len() });
        }
        let bytes = decode(&letters).ok_or(CodeFault::NoLetter)?;
        let (secret, rest) = bytes.split_first_chunk().ok_or(CodeFault::NoLetter)?;
        let (fingerprint, sum) = rest.split_first_chunk().ok_or(CodeFault::NoLetter)?;
        let code = Self {
            secret: *secret,
            fingerprint: *fingerprint,
        };
        match code.checksum().as_slice() == sum {
            true => Ok(code),
            false => Err(CodeFault::Checksum),
        }
    }

    fn checksum(&self) -> [u8; 2] {
        let hash = Sha256::new()
            .chain_update(b"dev.pruefstand.link.code")
            .chain_update(self.secret)
            .chain_update(self.fingerprint)
            .finalize();
        let mut bytes = hash.into_iter();
        [bytes.next().unwrap_or(0), bytes.next().unwrap_or(0)]
    }

    fn letters(&self) -> String {
        let bytes = [&self.secret[..], &self.fingerprint, &self.checksum()].concat();
        encode(&bytes)
    }
}

impl std::fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkCode(redacted)")
    }
}

fn encode(bytes: &[u8]) -> String {
    let mut letters = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            letters.push(letter(held >> bits));
        }
        held &= 0xff;
    }
    if bits > 0 {
        letters.push(letter(held << (5 - bits)));
    }
    letters
}

fn letter(value: u32) -> char {
    let at = usize::try_from(value & 31).unwrap_or(0);
    char::from(ALPHABET.get(at).copied().unwrap_or(b'A'))
}

/// `None` for a character that is no letter, and for bits after the last byte.
fn decode(letters: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for letter in letters {
        let value = ALPHABET.iter().position(|known| known == letter)?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
        held &= 0xff;
    }
    (held & ((1 << bits) - 1) == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_back() {
        let code = LinkCode::create([7; 10]);
        for text in [code.text(), code.qr(), code.text().to_lowercase()] {
            let read = LinkCode::parse(&text).unwrap();
            assert_eq!(read.secret(), code.secret());
            assert_eq!(read.fingerprint(), &[7; 10]);
        }
        assert_eq!(code.text().len(), 53);
    }

    #[test]
    fn two_codes_differ() {
        assert_ne!(
            LinkCode::create([0; 10]).secret(),
            LinkCode::create([0; 10]).secret()
        );
    }

    #[test]
    fn every_single_typing_error_but_one_in_65536_is_found() {
        let text = LinkCode::create([7; 10]).text();
        let mut missed = 0;
        for (at, was) in text.char_indices().filter(|(_, was)| *was != '-') {
            let other = if was == 'A' { "B" } else { "A" };
            let mut mistyped = text.clone();
            mistyped.replace_range(at..=at, other);
            missed += u32::from(LinkCode::parse(&mistyped).is_ok());
        }
        assert!(missed <= 1, "{missed} of 45");
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!(
            LinkCode::parse("ABC").unwrap_err(),
            CodeFault::WrongLength { got: 3 }
        );
        assert_eq!(
            LinkCode::parse(&"1".repeat(45)).unwrap_err(),
            CodeFault::NoLetter
        );
        assert!(LinkCode::parse(&"A".repeat(10_000)).is_err());
    }
}

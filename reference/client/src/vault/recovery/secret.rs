//! The recovery secret: 256 bits that a user writes down.

use super::super::VaultRefusal;
use crate::sealed::{Key, SealError};

/// What stands before the key (Matrix specification, 'Key representation').
const PREFIX: [u8; 2] = [0x8b, 0x01];

/// Bytes of prefix, key and parity.
const LENGTH: usize = 35;

/// Characters of the longest text that is looked at.
const MAX_TEXT: usize = 200;

/// The text of a key: base58 in groups of four.
pub(super) fn text(key: &Key) -> String {
    let mut bytes = [PREFIX.as_slice(), key.reveal()].concat();
    bytes.push(parity(&bytes));
    let text = bs58::encode(bytes).into_string();
    let mut grouped = String::new();
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(letter);
    }
    grouped
}

/// The key of a text, if it was typed without a mistake.
pub(crate) fn parse(text: &str) -> Result<Key, VaultRefusal> {
    let mistyped = VaultRefusal::SecretMistyped;
    if text.len() > MAX_TEXT {
        return Err(mistyped("it is too long"));
    }
    let letters: String = text.split_whitespace().collect();
    let bytes = bs58::decode(letters)
        .into_vec()
        .or(Err(mistyped("a letter that none has")))?;
    if bytes.len() != LENGTH {
        return Err(mistyped("a letter is missing or too many"));
    }
    // The parity of everything with its parity is zero.
    if parity(&bytes) != 0 {
        return Err(mistyped("a letter is wrong"));
    }
    let key = bytes
        .strip_prefix(&PREFIX)
        .and_then(|rest| rest.first_chunk::<32>());
    key.map(|key| Key::new(*key))
        .ok_or(mistyped("it is of another kind"))
}

/// A fresh key.
pub(super) fn fresh() -> Result<Key, SealError> {
    Key::random()
}

fn parity(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |parity, byte| parity ^ byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_back_however_it_is_grouped() {
        let key = fresh().unwrap();
        let text = text(&key);
        assert!(
            text.starts_with("Es"),
            "the prefix shows in the first letters"
        );
        assert_eq!(parse(&text).unwrap(), key);
        assert_eq!(parse(&text.replace(' ', "\n")).unwrap(), key);
    }

    #[test]
    fn a_mistyped_secret_is_refused() {
        let text = text(&Key::new([9; 32]));
        let refused = |text: &str| matches!(parse(text), Err(VaultRefusal::SecretMistyped(_)));
        let swapped = text.replacen('s', "t", 1);
        for wrong in [
            "",
            "0OIl",
            text.trim_start_matches('E'),
            &swapped,
            &format!("{text} 1"),
            &"1".repeat(300),
        ] {
            assert!(refused(wrong), "{wrong}");
        }
    }
}

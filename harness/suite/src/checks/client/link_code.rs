//! The letters of a linking code, as somebody without the secret could write them.

use sha2::{Digest as _, Sha256};

use crate::check::Stop;

/// RFC 4648, section 6.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A bit of the code's secret, which is its first 16 bytes.
pub(super) const SECRET: usize = 100;

/// The code with one bit of its secret flipped, and the checksum that goes with it.
pub(super) fn with_bit_flipped(code: &str, bit: usize) -> Result<String, Stop> {
    let no_code = || Stop::driver("a code in another form");
    let mut bytes = decode(code).ok_or_else(no_code)?;
    let byte = bytes.get_mut(bit / 8).ok_or_else(no_code)?;
    *byte ^= 1 << (bit % 8);
    let body = bytes.get(..26).ok_or_else(no_code)?;
    let sum = Sha256::new()
        .chain_update(b"dev.pruefstand.link.code")
        .chain_update(body)
        .finalize();
    let wrong: Vec<u8> = body
        .iter()
        .copied()
        .chain(sum.into_iter().take(2))
        .collect();
    Ok(encode(&wrong))
}

fn decode(code: &str) -> Option<Vec<u8>> {
    let mut bits = Vec::new();
    for letter in code.bytes().filter(|letter| *letter != b'-') {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        bits.extend((0..5).rev().map(|at| value >> at & 1 == 1));
    }
    Some(bits.chunks_exact(8).map(byte).collect())
}

fn encode(bytes: &[u8]) -> String {
    let mut bits: Vec<bool> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1 == 1))
        .collect();
    bits.resize(bits.len().div_ceil(5) * 5, false);
    let letter = |bits: &[bool]| ALPHABET.get(usize::from(byte(bits))).copied();
    bits.chunks_exact(5)
        .filter_map(letter)
        .map(char::from)
        .collect()
}

fn byte(bits: &[bool]) -> u8 {
    bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_back() {
        let bytes: Vec<u8> = (0..28).map(|at| at * 9).collect();
        let letters = encode(&bytes);
        assert_eq!(letters.len(), 45);
        assert_eq!(decode(&letters), Some(bytes));
    }

    #[test]
    fn one_bit_of_the_secret_and_the_checksum_differ() {
        let code = encode(&[0; 28]);
        let wrong = decode(&with_bit_flipped(&code, SECRET).unwrap()).unwrap();
        let differing: u32 = wrong.iter().take(26).map(|byte| byte.count_ones()).sum();
        assert_eq!(differing, 1);
    }
}

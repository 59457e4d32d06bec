//! Sealed in chunks whose order and end are part of what is authenticated (the STREAM construction of Hoang, Reyhanitabar,
//! Rogaway and Vizár, CRYPTO 2015).

use crate::sealed::{Key, NONCE, SealError, TAG};

/// Bytes of plaintext in every chunk but the last.
const CHUNK: usize = 64 << 10;

/// Seals all of it. The key must be fresh, for the nonces count from zero.
pub(super) fn seal(key: &Key, context: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut sealed = Vec::with_capacity(plaintext.len() + TAG * (plaintext.len() / CHUNK + 1));
    let mut rest = plaintext;
    for at in 0.. {
        let (chunk, after) = rest.split_at_checked(CHUNK).unwrap_or((rest, &[]));
        let is_last = after.is_empty();
        sealed.extend(key.seal(nonce(at, is_last), context, chunk)?);
        if is_last {
            break;
        }
        rest = after;
    }
    Ok(sealed)
}

/// The plaintext, if no chunk was changed, moved, left out or added.
pub(super) fn open(key: &Key, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let mut plaintext = Vec::with_capacity(sealed.len());
    let mut rest = sealed;
    for at in 0.. {
        let (chunk, after) = rest.split_at_checked(CHUNK + TAG).unwrap_or((rest, &[]));
        let is_last = after.is_empty();
        plaintext.extend(key.open(nonce(at, is_last), context, chunk)?);
        if is_last {
            break;
        }
        rest = after;
    }
    Some(plaintext)
}

/// The number of the chunk, and whether it is the last.
fn nonce(at: u64, is_last: bool) -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    let said = at.to_be_bytes().into_iter().chain([u8::from(is_last)]);
    for (place, byte) in nonce.iter_mut().skip(3).zip(said) {
        *place = byte;
    }
    nonce
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_comes_back() {
        let key = Key::new([7; 32]);
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let plaintext = vec![5; length];
            let sealed = seal(&key, b"c", &plaintext).unwrap();
            assert_eq!(open(&key, b"c", &sealed), Some(plaintext), "{length}");
            assert_eq!(open(&key, b"d", &sealed), None);
        }
    }

    #[test]
    fn chunks_that_are_cut_moved_or_doubled_do_not_open() {
        let key = Key::new([7; 32]);
        let plaintext: Vec<u8> = (0..3 * CHUNK)
            .map(|at| u8::try_from(at / CHUNK).unwrap())
            .collect();
        let sealed = seal(&key, b"c", &plaintext).unwrap();
        let chunk = |at: usize| &sealed[at * (CHUNK + TAG)..(at + 1) * (CHUNK + TAG)];
        for attack in [
            chunk(0).to_vec(),
            [chunk(0), chunk(1)].concat(),
            [chunk(1), chunk(0), chunk(2)].concat(),
            [chunk(0), chunk(0), chunk(1), chunk(2)].concat(),
            [chunk(0), chunk(2)].concat(),
            [sealed.as_slice(), chunk(2)].concat(),
            Vec::new(),
        ] {
            assert_eq!(open(&key, b"c", &attack), None);
        }
    }
}

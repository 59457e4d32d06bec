//! VEC-A-01: other bytes than the sender hashed.

use pruefstand_vectors::Stage::Authenticate;

use super::{PLAIN, Verdict, description, encrypted, iv, opened};
use crate::generate::draft::Draft;

const CHANGED: Verdict = Err((Authenticate, "Changed"));

/// Every byte with one bit flipped.
pub(super) fn flips() -> Vec<Draft> {
    let ciphertext = encrypted(PLAIN, iv());
    let file = description(&ciphertext).to_string();
    let flip = |at: usize| {
        let mut changed = ciphertext.clone();
        let bit = at % 8;
        changed[at] ^= 1 << bit;
        opened(
            &format!("bit {bit} of byte {at} flipped"),
            CHANGED,
            &file,
            &changed,
        )
    };
    let honest = opened("as the sender encrypted it", Ok(()), &file, &ciphertext);
    std::iter::once(honest)
        .chain((0..ciphertext.len()).map(flip))
        .collect()
}

/// Every shorter length, and some longer ones.
pub(super) fn lengths() -> Vec<Draft> {
    let ciphertext = encrypted(PLAIN, iv());
    let file = description(&ciphertext).to_string();
    let changed = |comment: &str, bytes: &[u8]| opened(comment, CHANGED, &file, bytes);
    let mut drafts = vec![opened(
        "as the sender encrypted it",
        Ok(()),
        &file,
        &ciphertext,
    )];
    for length in 0..ciphertext.len() {
        drafts.push(changed(&format!("{length} bytes"), &ciphertext[..length]));
    }
    for more in [1, 15, 16] {
        let longer = [&ciphertext[..], &vec![0; more]].concat();
        drafts.push(changed(&format!("{more} bytes more"), &longer));
    }
    let (first, rest) = ciphertext.split_at(16);
    let (second, tail) = rest.split_at(16);
    drafts.extend([
        changed("blocks in another order", &[second, first, tail].concat()),
        changed("first block twice", &[first, first, second, tail].concat()),
        changed("a byte before", &[&[0], &ciphertext[..]].concat()),
        changed("the plaintext", PLAIN),
        changed("nothing but zeros", &vec![0; PLAIN.len()]),
    ]);
    drafts
}

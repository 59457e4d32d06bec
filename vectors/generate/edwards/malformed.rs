//! Class VEC-E-07: what is no signature of the message by the key.

use ed25519_dalek::SigningKey;
use pruefstand_vectors::Stage;

use super::{
    super::{curve::secret, draft::Draft},
    MESSAGE, forged, honest, honest_signature, public,
};

pub(super) fn signatures() -> Vec<Draft> {
    let signature = honest();
    let (nonce, scalar) = signature.split_at(32);
    let other_key = SigningKey::from_bytes(&secret(11))
        .verifying_key()
        .to_bytes();
    let whole = [
        draft("halves swapped", public(), &[scalar, nonce].concat()),
        draft("65 bytes", public(), &[&signature[..], &[0]].concat()),
        draft("twice", public(), &signature.repeat(2)),
        draft("all zero", public(), &[0; 64]),
        draft("all ff", public(), &[0xff; 64]),
        draft("signature of another key", other_key, &signature),
    ];
    [honest_signature()]
        .into_iter()
        .chain(whole)
        .chain(
            (0..64).map(|length| draft(&format!("{length} bytes"), public(), &signature[..length])),
        )
        .chain((0..64).map(|at| {
            let mut flipped = signature;
            flipped[at] ^= 1;
            draft(
                &format!("lowest bit of byte {at} flipped"),
                public(),
                &flipped,
            )
        }))
        .chain(messages())
        .collect()
}

fn draft(comment: &str, key: [u8; 32], signature: &[u8]) -> Draft {
    let stage = match signature.len() {
        64 => Stage::Authenticate,
        _ => Stage::Parse,
    };
    forged(stage, comment, key, signature).flag("Malformed")
}

/// Other messages than the signed one.
fn messages() -> impl Iterator<Item = Draft> {
    let others = [
        ("no message", Vec::new()),
        (
            "message without its last byte",
            MESSAGE[..MESSAGE.len() - 1].to_vec(),
        ),
        ("message and a zero byte", [MESSAGE, &[0]].concat()),
        ("message twice", MESSAGE.repeat(2)),
    ];
    others.into_iter().map(|(comment, message)| {
        let mut draft = draft(comment, public(), &honest());
        for (name, bytes) in &mut draft.input {
            if *name == "message" {
                bytes.clone_from(&message);
            }
        }
        draft
    })
}

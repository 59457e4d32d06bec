//! Signatures and MACs.

use curve25519_dalek::Scalar;
use ed25519_dalek::Signer as _;
use pruefstand_vectors::Stage;

use super::{Case, Group, alice, event, honest, honest_draft};
use crate::generate::{draft::Draft, edwards, seal::MAC};

const SIGNATURE: usize = 64;

fn refused(stage: Stage, flag: &str, comment: &str, message: &[u8]) -> Draft {
    Case::new(stage, comment, message).draft(flag, "")
}

pub(super) fn signatures() -> Vec<Draft> {
    let message = honest();
    let (content, signature) = message.split_at(message.len() - SIGNATURE);
    let with = |comment: &str, signature: &[u8]| {
        let message = [content, signature].concat();
        refused(Stage::Authenticate, "Signature", comment, &message)
    };
    let mut drafts = vec![honest_draft()];
    for at in 0..SIGNATURE {
        let mut changed = signature.to_vec();
        changed[at] ^= 1;
        drafts.push(with(
            &format!("byte {at} of the signature changed"),
            &changed,
        ));
    }
    let (nonce, scalar) = signature.split_at(32);
    let plus_order = edwards::plus_order(scalar);
    let negated = {
        let scalar = Scalar::from_bytes_mod_order(scalar.try_into().expect("half of 64 bytes"));
        (-scalar).to_bytes()
    };
    let by = |name: &str| Group::named(name).signing.sign(content).to_bytes();
    let next = alice().message(2, &event("hello"));
    drafts.extend([
        with("S + L", &[nonce, &plus_order].concat()),
        with("-S", &[nonce, &negated].concat()),
        with("S and R in each other's place", &[scalar, nonce].concat()),
        with("zero", &[0; SIGNATURE]),
        with("all ones", &[0xff; SIGNATURE]),
        with("R = identity, S = 0", &[&[1][..], &[0; 63]].concat()),
        with("by another member's key", &by("Mallory's session")),
        with("of the next message", &next[next.len() - SIGNATURE..]),
        with(
            "of the message without its MAC",
            &alice()
                .signing
                .sign(&content[..content.len() - MAC])
                .to_bytes(),
        ),
        with("of nothing", &alice().signing.sign(b"").to_bytes()),
    ]);
    drafts
}

/// Every byte that the signature covers.
pub(super) fn changed() -> Vec<Draft> {
    let message = honest();
    let changed = (0..message.len() - SIGNATURE).map(|at| {
        let mut junk = message.clone();
        junk[at] ^= 0x10;
        let comment = format!("bit 4 of byte {at} changed");
        refused(Stage::Authenticate, "Signature", &comment, &junk)
    });
    [honest_draft()].into_iter().chain(changed).collect()
}

/// The message cut anywhere behind its ciphertext.
pub(super) fn cut_tails() -> Vec<Draft> {
    let message = honest();
    let ciphertext = message.len() - SIGNATURE - MAC;
    let cut = (ciphertext..message.len()).map(|length| {
        let comment = match length - ciphertext {
            0 => "neither MAC nor signature".to_owned(),
            MAC => "a MAC and no signature".to_owned(),
            tail => format!("the first {tail} of the last 72 bytes"),
        };
        refused(Stage::Parse, "Framing", &comment, &message[..length])
    });
    let without_mac = [&message[..ciphertext], &message[ciphertext + MAC..]].concat();
    let no_mac = refused(
        Stage::Parse,
        "Framing",
        "a signature and no MAC",
        &without_mac,
    );
    [honest_draft()]
        .into_iter()
        .chain(cut)
        .chain([no_mac])
        .collect()
}

/// What the owner, or who has stolen his key, signs.
pub(super) fn macs() -> Vec<Draft> {
    let (group, message) = (alice(), honest());
    let content = &message[..message.len() - SIGNATURE - MAC];
    let full = group.keys(1).mac(content);
    let with = |stage, comment: &str, content: &[u8], mac: &[u8]| {
        let message = group.signed(&[content, mac].concat());
        refused(stage, "Mac", comment, &message)
    };
    let wrong = |comment: &str, mac: &[u8]| with(Stage::Authenticate, comment, content, mac);
    let mut drafts = vec![honest_draft()];
    for at in 0..MAC {
        let mut mac = full;
        mac[at] ^= 1;
        drafts.push(wrong(&format!("byte {at} of the MAC changed"), &mac[..MAC]));
    }
    drafts.extend([
        wrong("zero", &[0; MAC]),
        wrong("all ones", &[0xff; MAC]),
        wrong("the last bytes of the MAC", &full[32 - MAC..]),
        wrong(
            "the MAC at the next index",
            &group.keys(2).mac(content)[..MAC],
        ),
        with(Stage::Parse, "no MAC", content, &[]),
        with(Stage::Parse, "seven bytes of the MAC", content, &full[..7]),
        with(Stage::Parse, "nine bytes of the MAC", content, &full[..9]),
        with(Stage::Parse, "the whole MAC", content, &full),
    ]);
    let mut other_index = content.to_vec();
    other_index[2] = 2;
    let mut other_text = content.to_vec();
    *other_text.last_mut().expect("a ciphertext") ^= 1;
    drafts.extend([
        with(
            Stage::Authenticate,
            "another index under the MAC",
            &other_index,
            &full[..MAC],
        ),
        with(
            Stage::Authenticate,
            "another ciphertext under the MAC",
            &other_text,
            &full[..MAC],
        ),
    ]);
    let keys = group.keys(1);
    for (name, padded) in [("00", [0; 16]), ("11", [0x11; 16])] {
        let wire = Group::fields(1, keys.encrypt_blocks(&padded));
        let message = group.signed(&keys.with_mac(&wire.bytes()));
        let comment = format!("padding under a right MAC: a block of {name}");
        drafts.push(refused(Stage::Decrypt, "Mac", &comment, &message));
    }
    drafts
}

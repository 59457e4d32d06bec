//! Classes VEC-X: X25519 public keys.

use curve25519_dalek::{constants::EIGHT_TORSION, montgomery::MontgomeryPoint};
use pruefstand_vectors::{
    BugType::{Basic, EdgeCase, Malleability, MissingStep, ModifiedParameter},
    Stage,
};
use sha2::{Digest as _, Sha256};

use super::{draft::Draft, file::File, olm, reflection, texts};

/// p = 2^255 - 19, little-endian.
pub(super) const P: [u8; 32] = {
    let mut p = [0xff; 32];
    p[0] = 0xed;
    p[31] = 0x7f;
    p
};

/// Points of the twist that are tried.
const TWIST_POINTS: usize = 16;

pub(super) fn file() -> File {
    let file = notes(File::new(
        "X25519 public keys",
        "Prüfstand, Apache-2.0 OR MIT",
    ));
    let file = [
        ("VEC-X-01", zero()),
        ("VEC-X-02", small_order()),
        ("VEC-X-03", small_order_with_top_bit()),
        ("VEC-X-04", honest_and_alias()),
        ("VEC-X-05", above_p()),
        ("VEC-X-06", twist()),
    ]
    .into_iter()
    .fold(file, keys);
    file.group("VEC-X-07", "olm-partner-keys", reflection::drafts())
        .group("VEC-X-08", "curve25519-key", lengths())
        .group("VEC-X-08", "curve25519-base64", texts::drafts())
        .group("VEC-X-09", "olm-receive", olm::weak_turns())
}

fn notes(file: File) -> File {
    file.note(
        "SmallOrder",
        MissingStep,
        "the shared secret is zero with every partner",
        "RFC 7748, 6.1; ATK-DIR-11",
    )
    .note(
        "NonCanonical",
        Malleability,
        "another text of a key that has a canonical one",
        "RFC 7748, 5; ATK-DIR-12",
    )
    .note(
        "Malformed",
        ModifiedParameter,
        "no key of 32 bytes, or no unpadded base64 of one",
        "Matrix specification, appendices, \"Unpadded Base64\"; VEC-X-08",
    )
    .note(
        "Twist",
        EdgeCase,
        "a point of the twist, on which X25519 is defined too",
        "RFC 7748, 5; Project Wycheproof",
    )
    .note(
        "Reflected",
        MissingStep,
        "one key stands for two parties, or for two of their roles",
        "Olm specification, \"Initial setup\"; VEC-X-07",
    )
    .note(
        "Valid",
        Basic,
        "must be taken: the honest twin of the refused ones",
        "RFC 7748, 5",
    )
}

/// A fixed secret of 32 bytes.
pub(super) fn secret(number: u8) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"secret of a test vector ");
    hash.update([number]);
    hash.finalize().into()
}

/// The Curve25519 public key of a fixed secret.
pub(super) fn public(number: u8) -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(secret(number)).0
}

pub(super) fn with_top_bit(mut bytes: [u8; 32]) -> [u8; 32] {
    bytes[31] |= 0x80;
    bytes
}

/// p + `more`, little-endian, for numbers that stay within the lowest byte.
pub(super) fn p_plus(more: i16) -> [u8; 32] {
    let mut bytes = P;
    bytes[0] = u8::try_from(i16::from(P[0]) + more).expect("within a byte");
    bytes
}

/// A key, and why it is refused if it is.
struct Key {
    comment: String,
    bytes: [u8; 32],
    flags: Vec<&'static str>,
    is_valid: bool,
}

impl Key {
    fn valid(comment: &str, bytes: [u8; 32]) -> Self {
        Self {
            comment: comment.to_owned(),
            bytes,
            flags: vec!["Valid"],
            is_valid: true,
        }
    }

    fn refused(comment: &str, bytes: [u8; 32], flags: &[&'static str]) -> Self {
        Self {
            comment: comment.to_owned(),
            bytes,
            flags: flags.to_vec(),
            is_valid: false,
        }
    }

    /// The key as an input of that name.
    fn draft(&self, name: &'static str, input: &[u8]) -> Draft {
        let (input, comment) = ([(name, input)], &self.comment);
        let draft = Draft::of((!self.is_valid).then_some(Stage::Key), comment, &input);
        let flags = self.flags.iter();
        flags.fold(draft, |draft, flag| draft.flag(flag))
    }

    /// The agreement of a fixed key with it.
    fn agreement(&self) -> Draft {
        let own = secret(1);
        let mut draft = self.draft("public", &self.bytes);
        draft.input.push(("private", own.to_vec()));
        draft.output(&MontgomeryPoint(self.bytes).mul_clamped(own).0)
    }
}

/// Keys as bytes, as text and in an agreement: three ways in, one rule.
fn keys(file: File, (class, keys): (&str, Vec<Key>)) -> File {
    let bytes = keys.iter().map(|key| key.draft("public", &key.bytes));
    let texts = keys.iter().map(|key| {
        let text = vodozemac::base64_encode(key.bytes);
        key.draft("text", text.as_bytes())
    });
    file.group(class, "curve25519-key", bytes.collect())
        .group(class, "curve25519-base64", texts.collect())
        .group(class, "x25519", keys.iter().map(Key::agreement).collect())
}

fn honest() -> Key {
    Key::valid("honest key", public(2))
}

fn zero() -> Vec<Key> {
    vec![honest(), Key::refused("u = 0", [0; 32], &["SmallOrder"])]
}

/// The encodings of small order but zero, which is VEC-X-01.
pub(super) fn small_order_keys() -> [(&'static str, [u8; 32]); 6] {
    let [_, first, _, second, ..] = EIGHT_TORSION.map(|point| point.to_montgomery().0);
    let mut one = [0; 32];
    one[0] = 1;
    [
        ("u = 1", one),
        ("first point of order 8", first),
        ("second point of order 8", second),
        ("u = p - 1", p_plus(-1)),
        ("u = p", p_plus(0)),
        ("u = p + 1", p_plus(1)),
    ]
}

/// Every encoding of small order: with u as it is, and with bit 255 set.
pub(super) fn small_order_encodings() -> Vec<(String, [u8; 32])> {
    let all = [("u = 0", [0; 32])].into_iter().chain(small_order_keys());
    let both = |(comment, bytes): (&str, [u8; 32])| {
        [
            (comment.to_owned(), bytes),
            (format!("{comment}, bit 255 set"), with_top_bit(bytes)),
        ]
    };
    all.flat_map(both).collect()
}

fn small_order() -> Vec<Key> {
    let is_canonical = |bytes: &[u8; 32]| bytes.iter().rev().lt(P.iter().rev());
    let small = small_order_keys().map(|(comment, bytes)| match is_canonical(&bytes) {
        true => Key::refused(comment, bytes, &["SmallOrder"]),
        false => Key::refused(comment, bytes, &["SmallOrder", "NonCanonical"]),
    });
    [honest()].into_iter().chain(small).collect()
}

fn small_order_with_top_bit() -> Vec<Key> {
    let small = [("u = 0", [0; 32])].into_iter().chain(small_order_keys());
    let small = small.map(|(comment, bytes)| {
        let comment = format!("{comment}, bit 255 set");
        Key::refused(
            &comment,
            with_top_bit(bytes),
            &["SmallOrder", "NonCanonical"],
        )
    });
    [honest()].into_iter().chain(small).collect()
}

fn honest_and_alias() -> Vec<Key> {
    let twins = |number: u8| {
        let (honest, alias) = (public(number), with_top_bit(public(number)));
        [
            Key::valid(&format!("honest key {number}"), honest),
            Key::refused(
                &format!("key {number}, bit 255 set"),
                alias,
                &["NonCanonical"],
            ),
        ]
    };
    (2..6).flat_map(twins).collect()
}

fn above_p() -> Vec<Key> {
    let twins = |u: i16| {
        let mut canonical = [0; 32];
        canonical[0] = u8::try_from(u).expect("below 19");
        let (comment, alias) = (format!("u = p + {u}"), p_plus(u));
        // 0 and 1 have small order
        match u {
            0 | 1 => vec![Key::refused(
                &comment,
                alias,
                &["NonCanonical", "SmallOrder"],
            )],
            _ => vec![
                Key::valid(&format!("u = {u}"), canonical),
                Key::refused(&comment, alias, &["NonCanonical"]),
            ],
        }
    };
    (0..=18).flat_map(twins).collect()
}

/// Points of the twist are taken; their aliases and those of small order are not.
fn twist() -> Vec<Key> {
    let candidates = (0..=u8::MAX).map(|number| {
        let mut bytes = secret(number);
        bytes[31] &= 0x7f;
        bytes
    });
    let points = candidates.filter(|bytes| MontgomeryPoint(*bytes).to_edwards(0).is_none());
    let keys = (1..)
        .zip(points.take(TWIST_POINTS))
        .flat_map(|(number, point)| {
            let mut valid = Key::valid(&format!("point {number} of the twist"), point);
            valid.flags.push("Twist");
            let comment = format!("point {number} of the twist, bit 255 set");
            let flags = ["NonCanonical", "Twist"];
            [valid, Key::refused(&comment, with_top_bit(point), &flags)]
        });
    let small = Key::refused(
        "u = p - 1, order 4 on the twist",
        p_plus(-1),
        &["SmallOrder", "Twist"],
    );
    keys.chain([small]).collect()
}

fn lengths() -> Vec<Draft> {
    let long = [&public(2)[..], &[0]].concat();
    let lengths = [0, 1, 31, 33].map(|length| {
        let input: [(&str, &[u8]); 1] = [("public", &long[..length])];
        Draft::invalid(Stage::Parse, &format!("{length} bytes"), &input).flag("Malformed")
    });
    let honest = honest().draft("public", &public(2));
    [honest].into_iter().chain(lengths).collect()
}

//! Other bytes of a message.

use pruefstand_vectors::Stage;

use super::{
    Case, Group, alice, event, honest, honest_draft,
    session::{CIPHERTEXT, INDEX},
};
use crate::generate::{
    draft::Draft,
    seal::MAC,
    wire::{Field, Wire, long_varint},
};

/// The fields of the honest message at an index.
fn fields_at(index: u32) -> Wire {
    Group::fields(index.into(), alice().keys(index).encrypt(&event("hello")))
}

/// Other bytes for the message at an index: with MAC and signature of the honest form, which a library takes that writes anew what it
/// has read, and with their own.
fn forms(index: u32, comment: &str, wire: &Wire) -> [Draft; 2] {
    let (group, bytes) = (alice(), wire.bytes());
    let keys = group.keys(index);
    let honest = group.signed(&keys.with_mac(&fields_at(index).bytes()));
    let tail = &honest[honest.len() - MAC - 64..];
    let refused = |comment: String, message: &[u8]| {
        Case::new(Stage::Parse, &comment, message).draft("NonCanonical", "")
    };
    [
        refused(
            format!("{comment}, MAC and signature of the honest form"),
            &[&bytes[..], tail].concat(),
        ),
        refused(
            format!("{comment}, MAC and signature over these bytes"),
            &group.signed(&keys.with_mac(&bytes)),
        ),
    ]
}

fn honest_at(index: u32) -> Draft {
    let message = alice().message(index, &event("hello"));
    let comment = format!("honest message at index {index}");
    Case::new(None, &comment, &message).draft("Valid", "hello")
}

fn all_forms(index: u32, wires: Vec<(String, Wire)>) -> Vec<Draft> {
    let forms = wires
        .iter()
        .flat_map(|(comment, wire)| forms(index, comment, wire));
    [honest_at(index)].into_iter().chain(forms).collect()
}

/// Indices that are 0 or 1 for who keeps 32 bits of them.
pub(super) fn huge_indices() -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (index, huge) in [
        (0, 1 << 32),
        (0, 0xffff_ffff_0000_0000),
        (1, (1 << 32) + 1),
        (1, (1 << 63) + 1),
    ] {
        let wire = fields_at(index).instead(0, Field::Number(INDEX, huge));
        let comment = format!("index {huge:#x} for {index}");
        drafts.extend(all_forms(index, vec![(comment, wire)]));
    }
    drafts
}

pub(super) fn missing_index() -> Vec<Draft> {
    let without = |index| {
        let wire = fields_at(index).without(0);
        all_forms(
            index,
            vec![(format!("no index where {index} belongs"), wire)],
        )
    };
    [0, 1].into_iter().flat_map(without).collect()
}

pub(super) fn repeated() -> Vec<Draft> {
    let wire = fields_at(0);
    let seven = Field::Number(INDEX, 7);
    let junk = Field::Bytes(CIPHERTEXT, vec![7; 16]);
    let form = |comment: &str, wire| (comment.to_owned(), wire);
    all_forms(
        0,
        vec![
            form("index 7, then 0", wire.with(0, seven.clone())),
            form("index 0, then 7", wire.with(1, seven.clone())),
            form("index 7 behind the ciphertext", wire.with(2, seven)),
            form("index 0 twice", wire.with(0, wire.fields[0].clone())),
            form("another ciphertext first", wire.with(1, junk.clone())),
            form("another ciphertext last", wire.with(2, junk)),
            form("the ciphertext twice", wire.with(2, wire.fields[1].clone())),
        ],
    )
}

pub(super) fn fields() -> Vec<Draft> {
    let wire = fields_at(1);
    let form = |comment: &str, wire| (comment.to_owned(), wire);
    let mut wires = vec![
        form(
            "field 15, a number, last",
            wire.with(2, Field::Number(0x78, 1)),
        ),
        form(
            "field 15, a number, first",
            wire.with(0, Field::Number(0x78, 1)),
        ),
        form(
            "field 15, 1024 bytes",
            wire.with(2, Field::Bytes(0x7a, vec![0; 1024])),
        ),
        form("field 3, a number", wire.with(2, Field::Number(0x18, 1))),
        form(
            "field 15, an empty group",
            wire.with(2, Field::Raw(vec![0x7b, 0x7c])),
        ),
        form("fields in each other's place", wire.swapped(0, 1)),
    ];
    for length in 2..=11 {
        let index = [vec![INDEX], long_varint(1, length)].concat();
        let comment = format!("the index in {length} bytes");
        wires.push((comment, wire.instead(0, Field::Raw(index))));
    }
    let content = wire.fields[1].bytes().split_off(2);
    let size = u64::try_from(content.len()).expect("a short message");
    for length in [2, 5, 10, 11] {
        let field = [&[CIPHERTEXT][..], &long_varint(size, length), &content].concat();
        let comment = format!("the length of the ciphertext in {length} bytes");
        wires.push((comment, wire.instead(1, Field::Raw(field))));
    }
    for length in [0, 1, 15, 17] {
        let field = Field::Bytes(CIPHERTEXT, vec![7; length]);
        let comment = format!("a ciphertext of {length} bytes");
        wires.push((comment, wire.instead(1, field)));
    }
    wires.push(form("no ciphertext", wire.without(1)));
    all_forms(1, wires)
}

pub(super) fn framing() -> Vec<Draft> {
    let message = honest();
    let refused = |stage, comment: &str, message: &[u8]| {
        Case::new(stage, comment, message).draft("Framing", "")
    };
    let around = |before: &[u8], after: &[u8]| [before, &message, after].concat();
    let mut drafts = vec![
        honest_draft(),
        refused(
            Stage::Parse,
            "a byte behind the signature",
            &around(&[], &[0]),
        ),
        refused(
            Stage::Parse,
            "a byte before the version",
            &around(&[3], &[]),
        ),
        refused(Stage::Parse, "the message twice", &around(&message, &[])),
        refused(
            Stage::Parse,
            "a signature behind the signature",
            &around(&[], &message[message.len() - 64..]),
        ),
        refused(Stage::Parse, "nothing", &[]),
        refused(Stage::Parse, "a version and nothing else", &[3]),
    ];
    for number in [0, 1, 2, 4, 5, 0x83, 0xff] {
        let (group, mut wire) = (alice(), fields_at(1));
        wire.version = number;
        let message = group.signed(&group.keys(1).with_mac(&wire.bytes()));
        let comment = format!("version {number:#04x}, MAC and signature over these bytes");
        drafts.push(refused(Stage::Policy, &comment, &message));
    }
    let (group, mut wire) = (alice(), fields_at(1));
    wire.version = 4;
    let long = [wire.bytes(), group.keys(1).mac(&wire.bytes()).to_vec()].concat();
    let comment = "version 0x04 with its MAC of 32 bytes, which nobody has agreed on";
    drafts.push(refused(Stage::Policy, comment, &group.signed(&long)));
    drafts
}

//! Numbers in other forms, and beyond what fits.

use pruefstand_vectors::Stage;

use super::{
    Setting,
    channel::{CHAIN_INDEX, CIPHERTEXT, RATCHET_KEY},
};
use crate::generate::{
    draft::Draft,
    wire::{Field, Wire, long_varint},
};

pub(super) fn long() -> Vec<Draft> {
    let setting = Setting::usual();
    let wire = setting.fields();
    let mut forms = Vec::new();
    for length in 2..=10 {
        let index = [vec![CHAIN_INDEX], long_varint(0, length)].concat();
        let comment = format!("the index in {length} bytes");
        forms.push((comment, wire.instead(1, Field::Raw(index))));
    }
    for (name, at, tag) in [
        ("ratchet key", 0, RATCHET_KEY),
        ("ciphertext", 2, CIPHERTEXT),
    ] {
        let content = &wire.fields[at].bytes()[2..];
        for length in [2, 5, 10] {
            let size = u64::try_from(content.len()).expect("a short field");
            let field = [&[tag][..], &long_varint(size, length), content].concat();
            let comment = format!("the length of the {name} in {length} bytes");
            forms.push((comment, wire.instead(at, Field::Raw(field))));
        }
    }
    for (name, at, tag) in [("ratchet key", 0, RATCHET_KEY), ("index", 1, CHAIN_INDEX)] {
        let content = &wire.fields[at].bytes()[1..];
        let field = [&long_varint(tag.into(), 2)[..], content].concat();
        let comment = format!("the tag of the {name} in 2 bytes");
        forms.push((comment, wire.instead(at, Field::Raw(field))));
    }
    setting.all_forms(forms)
}

/// Eleven bytes, or bits beyond the 64th.
pub(super) fn overflowing() -> Vec<Draft> {
    let setting = Setting::usual();
    let wire = setting.fields();
    let mut bit_64 = vec![0x80; 9];
    bit_64.push(2);
    let numbers = [
        ("eleven bytes", long_varint(0, 11)),
        ("twenty bytes", long_varint(0, 20)),
        ("bit 64 set", bit_64),
        ("nothing but continuations", vec![0xff; 10]),
    ];
    let mut forms = Vec::new();
    for (name, number) in numbers {
        let index = [vec![CHAIN_INDEX], number.clone()].concat();
        forms.push((format!("index: {name}"), wire.instead(1, Field::Raw(index))));
        let content = &wire.fields[2].bytes()[2..];
        let field = [&[CIPHERTEXT][..], &number, content].concat();
        let comment = format!("length of the ciphertext: {name}");
        forms.push((comment, wire.instead(2, Field::Raw(field))));
    }
    for length in [0x8000_0000, 0xffff_ffff, u64::MAX] {
        let content = &wire.fields[2].bytes()[2..];
        let field = [&[CIPHERTEXT][..], &long_varint(length, 1), content].concat();
        let comment = format!("a ciphertext of {length} bytes is announced");
        forms.push((comment, wire.instead(2, Field::Raw(field))));
    }
    setting.all_forms(forms)
}

/// Indices that nobody reaches; whoever counts up to them stands still.
pub(super) fn huge() -> Vec<Draft> {
    let setting = Setting::usual();
    let indices = [
        ("2^31", 1 << 31),
        ("2^32 - 1", 0xffff_ffff),
        ("2^32", 1 << 32),
        ("2^63", 1 << 63),
        ("2^64 - 1", u64::MAX),
    ];
    let refused = indices.map(|(name, index)| {
        let wire: Wire = setting
            .fields()
            .instead(1, Field::Number(CHAIN_INDEX, index));
        let message = setting.keys().with_mac(&wire.bytes());
        let comment = format!("index {name}");
        setting
            .refused(Stage::State, &comment, &message)
            .flag("Number")
    });
    [setting.honest_draft()]
        .into_iter()
        .chain(refused)
        .collect()
}

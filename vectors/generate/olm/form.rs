//! Versions, fields, MACs and padding.

use pruefstand_vectors::Stage;

use super::{
    Setting,
    channel::{CHAIN_INDEX, CIPHERTEXT, RATCHET_KEY},
};
use crate::generate::{
    draft::Draft,
    prekey,
    seal::{MAC, fixed},
    wire::{Field, Wire},
};

pub(super) fn versions() -> Vec<Draft> {
    let setting = Setting::usual();
    let mut drafts = vec![setting.honest_draft()];
    let version = |comment: String, message: &[u8]| {
        setting
            .refused(Stage::Policy, &comment, message)
            .flag("Version")
    };
    for number in [0, 1, 2, 4, 5, 0x83, 0xff] {
        let mut message = setting.honest();
        message[0] = number;
        drafts.push(version(format!("version {number:#04x}"), &message));
        let mut wire = setting.fields();
        wire.version = number;
        let message = setting.keys().with_mac(&wire.bytes());
        let comment = format!("version {number:#04x}, MAC over these bytes");
        drafts.push(version(comment, &message));
    }
    let mut wire = setting.fields();
    wire.version = 4;
    let long = [wire.bytes(), setting.keys().mac(&wire.bytes()).to_vec()].concat();
    let comment = "version 0x04 with its MAC of 32 bytes, which nobody has agreed on".to_owned();
    drafts.push(version(comment, &long));
    drafts
}

pub(super) fn cut() -> Vec<Draft> {
    let setting = Setting::usual();
    let honest = setting.honest();
    let cut = (0..honest.len()).map(|length| {
        let comment = format!("the first {length} bytes");
        setting
            .refused(Stage::Parse, &comment, &honest[..length])
            .flag("Framing")
    });
    [setting.honest_draft()].into_iter().chain(cut).collect()
}

pub(super) fn macs() -> Vec<Draft> {
    let setting = Setting::usual();
    let (honest, bytes) = (setting.honest(), setting.fields().bytes());
    let full = setting.keys().mac(&bytes);
    let with = |stage, comment: &str, mac: &[u8]| {
        let message = [&bytes[..], mac].concat();
        setting.refused(stage, comment, &message).flag("Mac")
    };
    let mut drafts = vec![setting.honest_draft()];
    for at in 0..MAC {
        let mut message = honest.clone();
        message[bytes.len() + at] ^= 1;
        let comment = format!("byte {at} of the MAC changed");
        let draft = setting.refused(Stage::Authenticate, &comment, &message);
        drafts.push(draft.flag("Mac"));
    }
    for length in [0, 1, 7, 9, 16, 32] {
        let comment = format!("the first {length} bytes of the MAC");
        drafts.push(with(Stage::Parse, &comment, &full[..length]));
    }
    drafts.extend([
        with(Stage::Authenticate, "zero", &[0; MAC]),
        with(Stage::Authenticate, "all ones", &[0xff; MAC]),
        with(
            Stage::Authenticate,
            "the last bytes of the MAC",
            &full[32 - MAC..],
        ),
        with(
            Stage::Authenticate,
            "the MAC of the next message of the chain",
            &setting.chain.keys(1).mac(&bytes)[..MAC],
        ),
    ]);
    drafts
}

pub(super) fn unknown_fields() -> Vec<Draft> {
    let setting = Setting::usual();
    let wire = setting.fields();
    let fields = [
        ("field 15, a number", Field::Number(0x78, 1)),
        ("field 3, a number", Field::Number(0x18, 1)),
        ("field 5, a number", Field::Number(0x28, 0)),
        ("field 16, a number", Field::Raw(vec![0x80, 1, 1])),
        (
            "field 15, 64 bits",
            Field::Raw(vec![0x79, 1, 2, 3, 4, 5, 6, 7, 8]),
        ),
        ("field 15, 32 bits", Field::Raw(vec![0x7d, 1, 2, 3, 4])),
        ("field 15, an empty group", Field::Raw(vec![0x7b, 0x7c])),
    ];
    let mut forms = Vec::new();
    for (name, field) in fields {
        forms.push((format!("{name}, last"), wire.with(3, field)));
    }
    for at in 0..3 {
        let comment = format!("field 15, a number, before field {at}");
        forms.push((comment, wire.with(at, Field::Number(0x78, 1))));
    }
    setting.all_forms(forms)
}

pub(super) fn unknown_bytes() -> Vec<Draft> {
    let setting = Setting::usual();
    let wire = setting.fields();
    let forms = [0, 1, 1024].map(|length| {
        let field = Field::Bytes(0x7a, vec![0; length]);
        (format!("field 15, {length} bytes"), wire.with(3, field))
    });
    setting.all_forms(forms.into())
}

pub(super) fn reordered() -> Vec<Draft> {
    let setting = Setting::usual();
    let wire = setting.fields();
    let orders = [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let forms = orders.map(|order| {
        let fields = order.map(|at: usize| wire.fields[at].clone());
        (
            format!("fields in the order {order:?}"),
            Wire::new(3, fields.into()),
        )
    });
    setting.all_forms(forms.into())
}

pub(super) fn repeated() -> Vec<Draft> {
    let setting = Setting::usual();
    let wire = setting.fields();
    let junk_key = Field::Bytes(RATCHET_KEY, fixed("junk").to_vec());
    let junk_text = Field::Bytes(CIPHERTEXT, vec![7; 16]);
    let form = |comment: &str, wire| (comment.to_owned(), wire);
    setting.all_forms(vec![
        form("another ratchet key first", wire.with(0, junk_key.clone())),
        form("another ratchet key last", wire.with(3, junk_key)),
        form(
            "the ratchet key twice",
            wire.with(0, wire.fields[0].clone()),
        ),
        form("another ciphertext first", wire.with(2, junk_text.clone())),
        form("another ciphertext last", wire.with(3, junk_text)),
        form("the ciphertext twice", wire.with(3, wire.fields[2].clone())),
        form(
            "another index first",
            wire.with(1, Field::Number(CHAIN_INDEX, 5)),
        ),
        form(
            "another index last",
            wire.with(2, Field::Number(CHAIN_INDEX, 5)),
        ),
        form("the index twice", wire.with(1, wire.fields[1].clone())),
    ])
}

pub(super) fn blocks() -> Vec<Draft> {
    let setting = Setting::usual();
    let keys = setting.keys();
    let with = |ciphertext| keys.with_mac(&setting.chain.fields(0, ciphertext).bytes());
    let mut drafts = vec![setting.honest_draft()];
    for length in [0, 1, 15, 17, 31] {
        let comment = format!("a ciphertext of {length} bytes under a right MAC");
        let message = with(vec![7; length]);
        let draft = setting.refused(Stage::Parse, &comment, &message);
        drafts.push(draft.flag("Padding"));
    }
    let paddings: [(&str, Vec<u8>); 8] = [
        ("last byte 00", [&[b'a'; 15][..], &[0]].concat()),
        ("last byte 11", [&[b'a'; 15][..], &[0x11]].concat()),
        ("last byte ff", [&[b'a'; 15][..], &[0xff]].concat()),
        ("a block of 00", vec![0; 16]),
        ("a block of 11", vec![0x11; 16]),
        ("01 before 02", [&[b'a'; 14][..], &[1, 2]].concat()),
        ("15 bytes of 10", [&[b'a'][..], &[0x10; 15]].concat()),
        ("03 02 03", [&[b'a'; 13][..], &[3, 2, 3]].concat()),
    ];
    for (padding, padded) in paddings {
        let comment = format!("padding under a right MAC: {padding}");
        let message = with(keys.encrypt_blocks(&padded));
        let draft = setting.refused(Stage::Decrypt, &comment, &message);
        drafts.push(draft.flag("Padding"));
    }
    let text = [&[b'a'; 15][..], &[0x10]].concat();
    let message = with(keys.encrypt_blocks(&[&text[..], &[0x10; 16]].concat()));
    drafts.push(setting.opened(
        "a text that ends in 10, and a block of padding",
        &message,
        &text,
    ));
    drafts.push(setting.opened("no text at all", &with(keys.encrypt(b"")), b""));
    drafts
}

pub(super) fn ratchet_keys() -> Vec<Draft> {
    let setting = Setting::usual();
    let (wire, keys) = (setting.fields(), setting.keys());
    let public = setting.chain.public();
    let refused = |stage, comment: &str, wire: &Wire| {
        setting.refused(stage, comment, &keys.with_mac(&wire.bytes()))
    };
    let mut drafts = vec![setting.honest_draft()];
    for length in [0, 1, 31, 33, 64] {
        let key = public.iter().copied().cycle().take(length).collect();
        let wire = wire.instead(0, Field::Bytes(RATCHET_KEY, key));
        let comment = format!("a ratchet key of {length} bytes");
        drafts.push(refused(Stage::Parse, &comment, &wire).flag("Framing"));
    }
    drafts.push(refused(Stage::Parse, "no ratchet key", &wire.without(0)).flag("Framing"));
    drafts.push(refused(Stage::Parse, "no index", &wire.without(1)).flag("NonCanonical"));
    drafts.push(refused(Stage::Parse, "no ciphertext", &wire.without(2)).flag("Framing"));
    for tag in [0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x02, 0x12] {
        let wire = wire.instead(0, Field::Bytes(tag, public.to_vec()));
        let comment = format!("tag {tag:#04x} before the ratchet key");
        drafts.push(refused(Stage::Parse, &comment, &wire).flag("Framing"));
    }
    let mut alias = public;
    alias[31] |= 0x80;
    for (comment, key) in [
        ("the ratchet key with bit 255 set", alias),
        ("a ratchet key of zero", [0; 32]),
    ] {
        let wire = wire.instead(0, Field::Bytes(RATCHET_KEY, key.to_vec()));
        drafts.push(refused(Stage::Key, comment, &wire).flag("NonCanonical"));
    }
    drafts
}

fn typed(mut draft: Draft, kind: &str) -> Draft {
    for (name, bytes) in &mut draft.input {
        if *name == "type" {
            *bytes = kind.as_bytes().to_vec();
        }
    }
    draft
}

/// Texts that are not the number 1, and may be read as one.
const TYPES: [&str; 14] = [
    "0",
    "2",
    "-1",
    "\"1\"",
    "1.0",
    "1e0",
    "01",
    "+1",
    "null",
    "true",
    "[1]",
    "1.5",
    "4294967297",
    "18446744073709551617",
];

pub(super) fn types() -> Vec<Draft> {
    let setting = Setting::usual();
    let message = setting.honest();
    let refused = TYPES.map(|kind| {
        let comment = format!("a normal message with the type {kind}");
        typed(setting.refused(Stage::Parse, &comment, &message), kind).flag("Framing")
    });
    [setting.honest_draft()]
        .into_iter()
        .chain(refused)
        .collect()
}

pub(super) fn types_of_first() -> Vec<Draft> {
    let honest = prekey::honest("a message that opens a channel");
    let kinds = ["1", "2", "-0", "0.0", "0e0", "\"0\"", "false", "null", "00"];
    let refused = kinds.map(|kind| {
        let comment = format!("a message that opens a channel, with the type {kind}");
        let input: Vec<(&str, &[u8])> = honest
            .input
            .iter()
            .map(|(name, bytes)| (*name, bytes.as_slice()))
            .collect();
        typed(Draft::invalid(Stage::Parse, &comment, &input), kind).flag("Framing")
    });
    [prekey::honest("a message that opens a channel")]
        .into_iter()
        .chain(refused)
        .collect()
}

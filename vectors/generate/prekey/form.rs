//! Fields and versions of a pre-key message, inside and outside.

use pruefstand_vectors::Stage;

use super::{Case, TEXT, account, earlier, honest, opening, usual};
use crate::generate::{
    draft::Draft,
    olm::curve_public,
    seal::{MAC, fixed},
    wire::{Field, Wire},
};

/// Where the inner message begins: version, three keys, tag and length.
const INNER: usize = 1 + 3 * 34 + 2;

/// Where the identity key begins and ends.
const IDENTITY_START: usize = 1 + 2 * 34 + 2;
const IDENTITY_END: usize = IDENTITY_START + 32;

fn refused(stage: Stage, comment: &str, message: &[u8]) -> Draft {
    let flag = match stage {
        Stage::Key | Stage::Parse => "NonCanonical",
        Stage::Policy => "Version",
        _ => "Junk",
    };
    Case::new(stage, comment, &account())
        .message(message)
        .draft(flag)
}

/// A byte changed, then the honest message: its one-time key must be there still.
fn junk_then_honest(name: &str, at: usize) -> [Draft; 2] {
    let (honest, account) = (usual().message(TEXT), account());
    let mut junk = honest.clone();
    junk[at] ^= 0x10;
    let comment = format!("the honest message after one with bit 4 of {name} changed");
    let before = [earlier(&junk)];
    let case = Case::new(None, &comment, &account);
    let after = case.message(&honest).before(&before).draft("KeySurvives");
    let comment = format!("bit 4 of {name} changed");
    [after, refused(Stage::Authenticate, &comment, &junk)]
}

pub(super) fn inner_mac() -> Vec<Draft> {
    let length = usual().message(TEXT).len();
    let pairs = (0..MAC)
        .flat_map(|at| junk_then_honest(&format!("byte {at} of the inner MAC"), length - MAC + at));
    [honest("honest message")]
        .into_iter()
        .chain(pairs)
        .collect()
}

pub(super) fn inner_junk() -> Vec<Draft> {
    let length = usual().message(TEXT).len();
    (INNER..length - MAC)
        .flat_map(|at| junk_then_honest(&format!("byte {} of the inner message", at - INNER), at))
        .collect()
}

pub(super) fn header_junk() -> Vec<Draft> {
    let honest_bytes = usual().message(TEXT);
    let junk = (0..INNER).map(|at| {
        let mut junk = honest_bytes.clone();
        junk[at] ^= 0x10;
        let comment = format!("bit 4 of byte {at} changed");
        let account = account();
        let stage = match at {
            IDENTITY_START..IDENTITY_END => Stage::Bind,
            _ => Stage::Authenticate,
        };
        Case::new(stage, &comment, &account)
            .message(&junk)
            .draft("Junk")
    });
    [honest("honest message")].into_iter().chain(junk).collect()
}

pub(super) fn aliases() -> Vec<Draft> {
    let honest_bytes = usual().message(TEXT);
    let keys = [
        ("the one-time key", 34),
        ("the base key", 68),
        ("the identity key", 102),
        ("the inner ratchet key", INNER + 34),
    ];
    let mut drafts = vec![honest("honest message")];
    for (name, last) in keys {
        let mut alias = honest_bytes.clone();
        alias[last] |= 0x80;
        let comment = format!("bit 255 of {name} set");
        drafts.push(refused(Stage::Key, &comment, &alias));
        let mut zero = honest_bytes.clone();
        zero[last - 31..=last].fill(0);
        let comment = format!("{name} is zero");
        drafts.push(refused(Stage::Key, &comment, &zero));
    }
    let mut alias = honest_bytes;
    alias[102] |= 0x80;
    let sender = vodozemac::base64_encode(&alias[71..103]);
    let account = account();
    let comment = "bit 255 of the identity key set, in message and envelope";
    let case = Case::new(Stage::Key, comment, &account).message(&alias);
    drafts.push(case.draft_from("NonCanonical", &sender));
    drafts
}

pub(super) fn other_identity() -> Vec<Draft> {
    let (account, message) = (account(), usual().message(TEXT));
    let alice = vodozemac::base64_encode(curve_public(fixed("identity key of Alice")));
    let mallory = curve_public(fixed("identity key of Mallory"));
    let named = vodozemac::base64_encode(mallory);
    let renamed = usual().fields(usual().start().1.message(0, TEXT));
    let renamed = renamed
        .instead(2, Field::Bytes(0x1a, mallory.to_vec()))
        .bytes();
    let case = |stage, comment, message| Case::new(stage, comment, &account).message(message);
    let from = |stage, comment, message, sender: &str| {
        case(stage, comment, message).draft_from("Identity", sender)
    };
    vec![
        honest("honest message"),
        from(
            Stage::Bind,
            "the envelope names another device",
            &message,
            &named,
        ),
        case(Stage::Bind, "the message names another device", &renamed).draft("Identity"),
        from(
            Stage::Authenticate,
            "both name a device that did not make it",
            &renamed,
            &named,
        ),
        from(Stage::Decode, "the envelope names nobody", &message, ""),
        from(
            Stage::Decode,
            "the key in the envelope is padded",
            &message,
            &format!("{alice}="),
        ),
        from(
            Stage::Bind,
            "the envelope names the receiver",
            &message,
            &vodozemac::base64_encode(curve_public(fixed("identity key of Bob"))),
        ),
    ]
}

pub(super) fn versions() -> Vec<Draft> {
    let (_, chain) = usual().start();
    let keys = chain.keys(0);
    let mut drafts = vec![honest("honest message")];
    for number in [0, 1, 2, 4, 5, 0x83, 0xff] {
        let mut inner = chain.fields(0, keys.encrypt(TEXT));
        let mut outer = usual().fields(keys.with_mac(&inner.bytes()));
        outer.version = number;
        let comment = format!("outer version {number:#04x}, inner 0x03");
        drafts.push(refused(Stage::Policy, &comment, &outer.bytes()));
        inner.version = number;
        let message = usual().fields(keys.with_mac(&inner.bytes()));
        let comment = format!("outer version 0x03, inner {number:#04x}");
        drafts.push(refused(Stage::Policy, &comment, &message.bytes()));
    }
    let mut inner = chain.fields(0, keys.encrypt(TEXT));
    inner.version = 4;
    let long = [inner.bytes(), keys.mac(&inner.bytes()).to_vec()].concat();
    let mut outer = usual().fields(long);
    drafts.push(refused(
        Stage::Policy,
        "inner version 0x04 with its long MAC",
        &outer.bytes(),
    ));
    outer.version = 4;
    drafts.push(refused(
        Stage::Policy,
        "both versions 0x04, with the long MAC",
        &outer.bytes(),
    ));
    drafts
}

pub(super) fn fields() -> Vec<Draft> {
    let forms = [outer_forms(), lengths(), inner_forms()].concat();
    let refused = |(comment, wire): &(String, Wire)| refused(Stage::Parse, comment, &wire.bytes());
    let honest = [honest("honest message")].into_iter();
    honest.chain(forms.iter().map(refused)).collect()
}

/// Fields that nobody knows, twice, missing or in another order.
fn outer_forms() -> Vec<(String, Wire)> {
    let wire = honest_fields();
    let other = opening("other", super::one_time(2));
    let [identity, base, one_time] = other.keys().map(|key| key.to_vec());
    let number = Field::Number(0x28, 5);
    let big = Field::Bytes(0x2a, vec![0; 1024]);
    let form = |comment: &str, wire: Wire| (comment.to_owned(), wire);
    let mut forms = vec![
        form("field 5, a number, last", wire.with(4, number.clone())),
        form("field 5, a number, first", wire.with(0, number)),
        form("field 5, 1024 bytes", wire.with(4, big)),
    ];
    for (name, at, tag, junk) in [
        ("one-time key", 0, 0x0a, one_time),
        ("base key", 1, 0x12, base),
        ("identity key", 2, 0x1a, identity),
        ("inner message", 3, 0x22, vec![3; 60]),
    ] {
        let (junk, same) = (Field::Bytes(tag, junk), wire.fields[at].clone());
        let first = wire.with(at, junk.clone());
        forms.extend([
            (format!("another {name} before the right one"), first),
            (
                format!("another {name} behind everything"),
                wire.with(4, junk),
            ),
            (format!("the {name} twice"), wire.with(at, same)),
            (format!("no {name}"), wire.without(at)),
        ]);
    }
    for (one, two) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
        let comment = format!("fields {one} and {two} in each other's place");
        forms.push((comment, wire.swapped(one, two)));
    }
    forms
}

/// Keys of other lengths.
fn lengths() -> Vec<(String, Wire)> {
    let wire = honest_fields();
    let keys = [
        ("one-time key", 0, 0x0a),
        ("base key", 1, 0x12),
        ("identity key", 2, 0x1a),
    ];
    let of_key = |(name, at, tag): (&str, usize, u8)| {
        let wire = &wire;
        [0, 31, 33].map(|length| {
            let mut key = wire.fields[at].bytes().split_off(2);
            key.resize(length, 0);
            let comment = format!("the {name} has {length} bytes");
            (comment, wire.instead(at, Field::Bytes(tag, key)))
        })
    };
    keys.into_iter().flat_map(of_key).collect()
}

/// Other inner messages, and bytes behind.
fn inner_forms() -> Vec<(String, Wire)> {
    let (_, chain) = usual().start();
    let keys = chain.keys(0);
    let unknown = chain.fields(0, keys.encrypt(TEXT));
    let unknown = keys.with_mac(&unknown.with(3, Field::Number(0x78, 1)).bytes());
    let longer = [chain.message(0, TEXT), vec![0]].concat();
    let behind = honest_fields().with(4, Field::Raw(vec![0]));
    [
        (
            "a field that nobody knows in the inner message",
            usual().fields(unknown),
        ),
        ("one byte behind it", behind),
        ("one byte behind the inner message", usual().fields(longer)),
        (
            "an empty inner message",
            usual().fields(Wire::new(3, Vec::new()).bytes()),
        ),
    ]
    .map(|(comment, wire)| (comment.to_owned(), wire))
    .into()
}

fn honest_fields() -> Wire {
    usual().fields(usual().start().1.message(0, TEXT))
}

//! How the ratchet moves, and where it ends.

use pruefstand_vectors::Stage;

use super::{Group, alice};
use crate::generate::{draft::Draft, pickle};

/// Where more than one part of the ratchet moves, and the places around.
const INDICES: [u32; 13] = [
    0,
    1,
    255,
    256,
    257,
    0xffff,
    0x1_0000,
    0x1_0001,
    0xff_ffff,
    0x100_0000,
    0x100_0001,
    0xffff_fffe,
    0xffff_ffff,
];

fn moved(comment: &str, group: &Group, from: u32, to: u32) -> Draft {
    let (key, index) = (group.exported(from), to.to_be_bytes());
    Draft::valid(comment, &[("key", &key), ("index", &index)])
        .flag("Ratchet")
        .output(&group.exported(to))
}

fn back(group: &Group, from: u32, to: u32) -> Draft {
    let (key, index) = (group.exported(from), to.to_be_bytes());
    let comment = format!("back from {from:#x} to {to:#x}");
    Draft::invalid(Stage::State, &comment, &[("key", &key), ("index", &index)]).flag("Ratchet")
}

pub(super) fn jumps() -> Vec<Draft> {
    let group = alice();
    let jumps = INDICES.map(|to| moved(&format!("from 0 to {to:#x}"), &group, 0, to));
    let between = [
        (1, 257),
        (255, 0x1_0000),
        (257, 0x1_0001),
        (0xffff, 0x100_0000),
        (0x1_0001, 0xffff_ffff),
    ];
    let between =
        between.map(|(from, to)| moved(&format!("from {from:#x} to {to:#x}"), &group, from, to));
    let backs = [(2, 0), (257, 255), (0x100_0000, 0), (u32::MAX, 0)];
    let backs = backs.map(|(from, to)| back(&group, from, to));
    jumps.into_iter().chain(between).chain(backs).collect()
}

pub(super) fn steps() -> Vec<Draft> {
    let group = alice();
    let steps = INDICES[1..].iter().map(|to| {
        let comment = format!("one step to {to:#x}");
        moved(&comment, &group, to - 1, *to)
    });
    let backs = INDICES[1..]
        .iter()
        .map(|from| back(&group, *from, from - 1));
    steps.chain(backs).collect()
}

/// After the last index there is none; who goes on uses the first one again.
pub(super) fn spent() -> Vec<Draft> {
    let group = alice();
    let draft = |stage: Option<Stage>, comment: &str, index: u32, plaintexts: &str| {
        let pickle = pickle::group_session(&group.ratchet(index), index, &group.signing);
        let input: [(&str, &[u8]); 2] = [
            ("session", pickle.as_bytes()),
            ("plaintexts", plaintexts.as_bytes()),
        ];
        match stage {
            Some(stage) => Draft::invalid(stage, comment, &input).flag("Ratchet"),
            None => {
                let mut draft = Draft::valid(comment, &input).flag("Ratchet");
                let texts = (index..=u32::MAX).zip(plaintexts.lines());
                let last = texts
                    .last()
                    .map(|(at, text)| group.message(at, text.as_bytes()));
                draft.output = last;
                draft
            }
        }
    };
    vec![
        draft(None, "the first message", 0, "one"),
        draft(None, "the second message", 0, "one\ntwo"),
        draft(
            None,
            "a message over the edge of a part",
            0xff_ffff,
            "one\ntwo",
        ),
        draft(
            None,
            "the message before the last index",
            u32::MAX - 1,
            "one",
        ),
        draft(
            Some(Stage::State),
            "a message after the one at the last index",
            u32::MAX,
            "one\ntwo",
        ),
        draft(
            Some(Stage::State),
            "two messages after the one at the last index",
            u32::MAX - 1,
            "one\ntwo\nthree",
        ),
    ]
}

//! Indices: the first that is known, the last that there is, and those that come twice.

use pruefstand_vectors::Stage;

use super::{Case, alice, earlier, event, honest, honest_draft};
use crate::generate::{
    draft::Draft,
    seal::MAC,
    wire::{Field, Wire},
};

pub(super) fn below_first() -> Vec<Draft> {
    let first = 300;
    let draft = |stage: Option<Stage>, index: u32| {
        let message = alice().message(index, &event("hello"));
        let comment = format!("index {index} of a session that is known from {first} on");
        let case = Case::new(stage, &comment, &message).known_from(first);
        case.draft("Index", "hello")
    };
    let refused = [0, 1, 255, 256, 298, 299].map(|index| draft(Some(Stage::State), index));
    let opened = [300, 301, 555, 65_536].map(|index| draft(None, index));
    opened.into_iter().chain(refused).collect()
}

/// Moving the ratchet there takes 1020 hashes, not 2^32.
pub(super) fn last_index() -> Vec<Draft> {
    let message = alice().message(u32::MAX, &event("hello"));
    let mut other = message.clone();
    let mac = message.len() - 64 - MAC;
    other[mac] ^= 1;
    let other = alice().signed(&other[..message.len() - 64]);
    vec![
        Case::new(None, "index 2^32 - 1", &message).draft("Index", "hello"),
        Case::new(Stage::Authenticate, "index 2^32 - 1, wrong MAC", &other).draft("Mac", ""),
    ]
}

/// A fork, or a sender whose state was rolled back.
pub(super) fn forked() -> Vec<Draft> {
    let (one, two) = (honest(), alice().message(1, &event("another text")));
    let next = alice().message(2, &event("another text"));
    let known = [earlier("$first", &one)];
    let restarted = [earlier("$first", &one), "restart".to_owned()];
    let third = [earlier("$first", &one), earlier("$second", &next)];
    let case = |stage: Option<Stage>, comment, message| Case::new(stage, comment, message);
    let refused = |comment, before: &[String]| {
        case(Some(Stage::State), comment, &two)
            .before(before)
            .draft("Replay", "")
    };
    vec![
        case(None, "another text at the next index", &next)
            .before(&known)
            .draft("Valid", "another text"),
        case(
            None,
            "another text at the index, which nothing else has used",
            &two,
        )
        .draft("Valid", "another text"),
        refused("another text at the index of an earlier event", &known),
        refused(
            "another text at the index of an earlier event, after a restart",
            &restarted,
        ),
        refused(
            "another text at the index of an earlier event, after a later one",
            &third,
        ),
    ]
}

pub(super) fn replayed() -> Vec<Draft> {
    let (message, group) = (honest(), alice());
    let same_event = [earlier("$event", &message)];
    let other_event = [earlier("$first", &message)];
    let restarted = [earlier("$first", &message), "restart".to_owned()];
    let keys = group.keys(1);
    let wire = super::Group::fields(1, keys.encrypt(&event("hello")));
    let twin = |wire: &Wire, before: &[String], comment: &str| {
        let tail = &message[message.len() - MAC - 64..];
        let bytes = [&wire.bytes()[..], tail].concat();
        let case = Case::new(Stage::State, comment, &bytes);
        case.before(before).draft("NonCanonical", "")
    };
    let unknown = wire.with(2, Field::Number(0x78, 1));
    let again = |comment, before: &[String]| {
        let case = Case::new(Stage::State, comment, &message);
        case.before(before).draft("Replay", "")
    };
    let opened = |comment, before: &[String]| {
        let case = Case::new(None, comment, &message);
        case.before(before).draft("Valid", "hello")
    };
    vec![
        honest_draft(),
        opened("the same event once more", &same_event),
        again("the same message as another event", &other_event),
        again(
            "the same message as another event, after a restart",
            &restarted,
        ),
        twin(
            &unknown,
            &other_event,
            "the message with an unknown field, as another event",
        ),
        twin(
            &unknown,
            &restarted,
            "the message with an unknown field, as another event, after a restart",
        ),
        twin(
            &wire.swapped(0, 1),
            &other_event,
            "the message with its fields swapped, as another event",
        ),
        twin(
            &wire.instead(0, Field::Raw(vec![8, 0x81, 0])),
            &other_event,
            "the message with a long index, as another event",
        ),
    ]
}

//! Classes VEC-M and VEC-K: group messages, and the keys of their sessions.

mod message;
mod offer;
mod ratchet;
mod room_key;
mod session;
mod session_key;
mod state;
mod text;
mod wire_form;

use pruefstand_vectors::{
    BugType::{
        self, AuthBypass, Basic, CanOfWorms, Defined, EdgeCase, Malleability, ModifiedParameter,
    },
    Stage,
};

use self::session::Group;
use super::{draft::Draft, file::File};

pub(super) fn messages() -> File {
    let file = File::new("Megolm messages", "Prüfstand, Apache-2.0 OR MIT");
    explained(file, &MESSAGE_NOTES)
        .group("VEC-M-01", RECEIVE, message::signatures())
        .group("VEC-M-01", RECEIVE, message::changed())
        .group("VEC-M-02", RECEIVE, message::cut_tails())
        .group("VEC-M-03", RECEIVE, message::macs())
        .group("VEC-M-04", RECEIVE, wire_form::huge_indices())
        .group("VEC-M-05", RECEIVE, wire_form::missing_index())
        .group("VEC-M-06", RECEIVE, wire_form::repeated())
        .group("VEC-M-07", RECEIVE, state::below_first())
        .group("VEC-M-08", RECEIVE, state::last_index())
        .group("VEC-M-09", RECEIVE, state::forked())
        .group("VEC-M-10", RECEIVE, state::replayed())
        .group("VEC-M-11", RECEIVE, text::bound())
        .group("VEC-M-11", RECEIVE, text::places())
        .group("VEC-M-12", RECEIVE, wire_form::framing())
        .group("VEC-M-12", RECEIVE, wire_form::fields())
        .group("VEC-M-13", RECEIVE, text::plaintexts())
}

pub(super) fn keys() -> File {
    let file = File::new("Megolm session keys", "Prüfstand, Apache-2.0 OR MIT");
    explained(file, &KEY_NOTES)
        .group("VEC-K-01", SHARED, session_key::changed())
        .group("VEC-K-02", EXPORTED, session_key::stripped())
        .group("VEC-K-02", SHARED, session_key::versions())
        .group("VEC-K-03", EXPORTED, session_key::lengths())
        .group("VEC-K-04", OFFER, offer::poisoned_over_held())
        .group("VEC-K-05", OFFER, offer::lower())
        .group("VEC-K-06", OFFER, offer::higher())
        .group("VEC-K-07", EXPORTED, session_key::weak_exported())
        .group("VEC-K-07", SHARED, session_key::weak_shared())
        .group("VEC-K-08", "megolm-ratchet", ratchet::jumps())
        .group("VEC-K-08", "megolm-ratchet", ratchet::steps())
        .group("VEC-K-09", "megolm-encrypt", ratchet::spent())
        .group("VEC-K-10", "room-key", room_key::session_ids())
        .group("VEC-K-10", RECEIVE, room_key::sessions_of_messages())
        .group("VEC-K-11", "room-key", room_key::bound())
        .group("VEC-K-12", "megolm-session-key-base64", room_key::texts())
        .group("VEC-K-12", "room-key", room_key::texts_in_content())
}

const RECEIVE: &str = "megolm-receive";
const SHARED: &str = "megolm-session-key";
const EXPORTED: &str = "megolm-exported-key";
const OFFER: &str = "megolm-offer";

type Notes<const N: usize> = [(&'static str, BugType, &'static str, &'static str); N];

const MESSAGE_NOTES: Notes<9> = [
    (
        "Valid",
        Basic,
        "must be shown: the honest twin of the refused ones",
        "Megolm specification",
    ),
    (
        "Signature",
        AuthBypass,
        "not signed by the owner of the session, as any member can write it",
        "Megolm specification, 'Message format'; ATK-MEGOLM-22",
    ),
    (
        "Mac",
        AuthBypass,
        "signed by the owner, with a wrong MAC",
        "Megolm specification, 'Message format'; VEC-M-03",
    ),
    (
        "Framing",
        ModifiedParameter,
        "cut, extended, or of another version",
        "Megolm specification, 'Message format'",
    ),
    (
        "NonCanonical",
        Malleability,
        "other bytes that a lax parser reads as the same message; with MAC and signature of the message that it takes them for, or with their own",
        "Megolm specification, 'Message format': both cover all bytes before them; ATK-OLM-16",
    ),
    (
        "Replay",
        AuthBypass,
        "an index that was used for another event",
        "Megolm specification, 'Message Replays'; ATK-MEGOLM-08; ATK-MEGOLM-09",
    ),
    (
        "Index",
        EdgeCase,
        "an index at the edge of what the session opens",
        "Megolm specification, 'The Megolm ratchet algorithm'",
    ),
    (
        "Place",
        AuthBypass,
        "what is inside belongs into another room, or to another sender",
        "Matrix specification, 'm.megolm.v1.aes-sha2'; ATK-MEGOLM-02; ATK-MEGOLM-10",
    ),
    (
        "Text",
        CanOfWorms,
        "an authentic text that is no event, or more than one",
        "Matrix specification, 'm.megolm.v1.aes-sha2'; VEC-M-13",
    ),
];

const KEY_NOTES: Notes<9> = [
    (
        "Valid",
        Basic,
        "must be taken: the honest twin of the refused ones",
        "Megolm specification",
    ),
    (
        "Signature",
        AuthBypass,
        "a key that its owner has not signed as it is",
        "Megolm specification, 'Session sharing format'",
    ),
    (
        "Framing",
        Malleability,
        "a key with other bytes behind it, or fewer than it needs",
        "Megolm specification, 'Session export format'; VEC-K-03",
    ),
    (
        "Version",
        ModifiedParameter,
        "a signed key offered as an unsigned one, or the other way round",
        "Megolm specification, 'Session sharing format'; VEC-K-02",
    ),
    (
        "WeakKey",
        AuthBypass,
        "a signing key under which signatures of nobody verify, or that is none",
        "Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs (2020); VEC-E-09",
    ),
    (
        "Merge",
        AuthBypass,
        "a key that must not take the place of the one that is there",
        "Matrix specification, 'm.forwarded_room_key'; ATK-MEGOLM-11",
    ),
    (
        "Ratchet",
        EdgeCase,
        "an index at which more than one part of the ratchet moves",
        "Megolm specification, 'Advancing the ratchet'; ATK-MEGOLM-23",
    ),
    (
        "Name",
        AuthBypass,
        "what is said beside a key is not what is in it",
        "Matrix specification, 'm.room_key'; VEC-K-10; VEC-K-11",
    ),
    (
        "Text",
        Defined,
        "another text of the same bytes",
        "Matrix specification, appendices, 'Unpadded Base64'; VEC-K-12",
    ),
];

fn explained<const N: usize>(file: File, notes: &Notes<N>) -> File {
    notes.iter().fold(file, |file, (flag, bug, about, source)| {
        file.note(flag, *bug, about, source)
    })
}

const ROOM: &str = "!room:example.org";
const ALICE: &str = "@alice:example.org";

/// What Alice's events hold that are shown as `body`.
fn event(body: &str) -> Vec<u8> {
    let text = format!(
        r#"{{"content":{{"body":"{body}","msgtype":"m.text"}},"room_id":"{ROOM}","type":"m.room.message"}}"#
    );
    text.into_bytes()
}

/// A room event with a message of Alice's session, and what came before it.
struct Case<'a> {
    stage: Option<Stage>,
    comment: &'a str,
    /// First index of the key that the reader has.
    first: u32,
    message: &'a [u8],
    before: &'a [String],
}

impl<'a> Case<'a> {
    fn new(stage: impl Into<Option<Stage>>, comment: &'a str, message: &'a [u8]) -> Self {
        Self {
            stage: stage.into(),
            comment,
            first: 0,
            message,
            before: &[],
        }
    }

    fn known_from(self, first: u32) -> Self {
        Self { first, ..self }
    }

    fn before(self, before: &'a [String]) -> Self {
        Self { before, ..self }
    }

    /// The draft; a valid one shows `body`.
    fn draft(&self, flag: &str, body: &str) -> Draft {
        let group = alice();
        let (key, id, before) = (
            group.session_key(self.first),
            group.id(),
            self.before.join("\n"),
        );
        let mut input: Vec<(&str, &[u8])> = vec![
            ("session_key", &key),
            ("session_room", ROOM.as_bytes()),
            ("owner", ALICE.as_bytes()),
            ("room", ROOM.as_bytes()),
            ("sender", ALICE.as_bytes()),
            ("session", id.as_bytes()),
            ("event", b"$event"),
            ("message", self.message),
        ];
        if !before.is_empty() {
            input.push(("before", before.as_bytes()));
        }
        Draft::of(self.stage, self.comment, &input)
            .output(body.as_bytes())
            .flag(flag)
    }
}

/// The session of most vectors.
fn alice() -> Group {
    Group::named("Alice's session")
}

fn honest() -> Vec<u8> {
    alice().message(1, &event("hello"))
}

fn honest_draft() -> Draft {
    Case::new(None, "honest message", &honest()).draft("Valid", "hello")
}

/// A line of `before`.
fn earlier(event: &str, message: &[u8]) -> String {
    format!("event {event} {}", vodozemac::base64_encode(message))
}

/// `draft` with another input.
fn instead(mut draft: Draft, name: &str, value: &[u8]) -> Draft {
    for (known, bytes) in &mut draft.input {
        if *known == name {
            *bytes = value.to_vec();
        }
    }
    draft
}

//! What is inside a message that is authentic.

use pruefstand_vectors::Stage;

use super::{Case, ROOM, alice, earlier, event, honest, honest_draft, instead};
use crate::generate::draft::Draft;

/// A message with this inside, which must be refused.
fn refused(stage: Stage, flag: &str, comment: &str, plaintext: &[u8]) -> Draft {
    let message = alice().message(1, plaintext);
    Case::new(stage, comment, &message).draft(flag, "")
}

fn shown(comment: &str, plaintext: &[u8], body: &str) -> Draft {
    let message = alice().message(1, plaintext);
    Case::new(None, comment, &message).draft("Text", body)
}

/// The usual event with a part of its text in another form.
fn with(from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(event("hello")).expect("text");
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

const ROOM_MEMBER: &str = r#","room_id":"!room:example.org""#;
const TYPE_MEMBER: &str = r#","type":"m.room.message""#;

pub(super) fn bound() -> Vec<Draft> {
    let rooms = [
        ("no room", String::new()),
        (
            "another room",
            r#","room_id":"!other:example.org""#.to_owned(),
        ),
        (
            "the room in capitals",
            r#","room_id":"!ROOM:example.org""#.to_owned(),
        ),
        (
            "the room with a blank behind it",
            format!(r#","room_id":"{ROOM} ""#),
        ),
        ("no text for a room", r#","room_id":7"#.to_owned()),
        ("null for a room", r#","room_id":null"#.to_owned()),
        ("a list of rooms", format!(r#","room_id":["{ROOM}"]"#)),
        ("an empty room", r#","room_id":"""#.to_owned()),
    ];
    let rooms = rooms.map(|(name, member)| {
        let plaintext = with(ROOM_MEMBER, &member);
        refused(
            Stage::Bind,
            "Place",
            &format!("inside stands {name}"),
            &plaintext,
        )
    });
    let others = [
        ("no type", TYPE_MEMBER, ""),
        ("no text for a type", TYPE_MEMBER, r#","type":7"#),
        ("null for a type", TYPE_MEMBER, r#","type":null"#),
        (
            "another type",
            TYPE_MEMBER,
            r#","type":"org.example.other""#,
        ),
        (
            "no content",
            r#""content":{"body":"hello","msgtype":"m.text"},"#,
            "",
        ),
        (
            "a text for a content",
            r#"{"body":"hello","msgtype":"m.text"}"#,
            r#""hello""#,
        ),
        (
            "a list for a content",
            r#"{"body":"hello","msgtype":"m.text"}"#,
            r#"["hello"]"#,
        ),
        ("no body", r#""body":"hello","#, ""),
        ("no text for a body", r#""hello""#, "7"),
    ];
    let others = others.map(|(name, from, to)| {
        let plaintext = with(from, to);
        refused(
            Stage::Parse,
            "Text",
            &format!("inside stands {name}"),
            &plaintext,
        )
    });
    [honest_draft()]
        .into_iter()
        .chain(rooms)
        .chain(others)
        .collect()
}

/// The room and the sender that the relay names.
pub(super) fn places() -> Vec<Draft> {
    let message = honest();
    let case = |comment| Case::new(Stage::Bind, comment, &message).draft("Place", "");
    let (other, mallory) = (b"!other:example.org", b"@mallory:example.org");
    let moved = instead(case("the event comes in another room"), "room", other);
    let inside = alice().message(1, &with("!room:", "!other:"));
    let of_other = Case::new(
        Stage::Bind,
        "the event and what is inside name another room than the key",
        &inside,
    );
    let of_other = instead(of_other.draft("Place", ""), "room", other);
    let of_key = instead(case("the key is for another room"), "session_room", other);
    let before = [earlier("$first", &message)];
    let again = Case::new(
        Stage::Bind,
        "the event comes in another room as well",
        &message,
    );
    let again = instead(again.before(&before).draft("Place", ""), "room", other);
    vec![
        honest_draft(),
        moved,
        of_other,
        of_key,
        again,
        instead(case("the relay names another sender"), "sender", mallory),
        instead(case("the relay names no sender"), "sender", b""),
        instead(case("the session is another user's"), "owner", mallory),
    ]
}

pub(super) fn plaintexts() -> Vec<Draft> {
    let no_text =
        |comment: &str, plaintext: &[u8]| refused(Stage::Decode, "Text", comment, plaintext);
    let no_event =
        |comment: &str, plaintext: &[u8]| refused(Stage::Bind, "Text", comment, plaintext);
    let in_body = |bytes: &[u8]| {
        let text = event("hello");
        let at = text
            .windows(5)
            .position(|five| five == b"hello")
            .expect("the body");
        [&text[..at], bytes, &text[at + 5..]].concat()
    };
    let long = event(&"x".repeat(64 * 1024));
    let deep = format!(r#""more":{}{},"room_id""#, "[".repeat(200), "]".repeat(200));
    vec![
        honest_draft(),
        no_text("nothing", b""),
        no_text("no JSON", b"hello"),
        no_event("a list", b"[]"),
        no_event("a text", b"\"hello\""),
        no_event("null", b"null"),
        no_text("invalid UTF-8", &in_body(&[0xff])),
        no_text("a surrogate in UTF-8", &in_body(&[0xed, 0xa0, 0x80])),
        no_text("an overlong form in UTF-8", &in_body(&[0xc0, 0x80])),
        no_text(
            "half a character at the end",
            &event("hello")[..event("hello").len() - 1],
        ),
        no_text("a lone surrogate as an escape", &in_body(br"\ud800")),
        no_text("NUL as it is", &in_body(&[0])),
        no_text("a line feed as it is", &in_body(b"\n")),
        no_text(
            "a byte order mark",
            &[b"\xef\xbb\xbf", &*event("hello")].concat(),
        ),
        no_text(
            "another event behind it",
            &[event("hello"), event("other")].concat(),
        ),
        no_text(
            "two bodies",
            &with(r#""body":"hello""#, r#""body":"other","body":"hello""#),
        ),
        no_text(
            "two rooms, the right one last",
            &with(
                ROOM_MEMBER,
                &format!(r#","room_id":"!other:example.org"{ROOM_MEMBER}"#),
            ),
        ),
        no_text(
            "two rooms, the right one first",
            &with(
                ROOM_MEMBER,
                &format!(r#"{ROOM_MEMBER},"room_id":"!other:example.org""#),
            ),
        ),
        no_text(
            "two types",
            &with(
                TYPE_MEMBER,
                &format!(r#","type":"m.room.member"{TYPE_MEMBER}"#),
            ),
        ),
        no_text(
            "two bodies, one name escaped",
            &with(r#""body":"hello""#, r#""body":"other","bod\u0079":"hello""#),
        ),
        no_text(
            "two hundred lists in each other",
            &with(r#""room_id""#, &deep),
        ),
        refused(
            Stage::Parse,
            "Text",
            "64 KiB, more than an event carries",
            &long,
        ),
        shown("an empty text", &event(""), ""),
        shown("NUL as an escape", &event(r"a\u0000b"), "a\0b"),
        shown(
            "a character beyond 16 bits",
            &event("\u{1f600}"),
            "\u{1f600}",
        ),
        shown(
            "the same as two escapes",
            &event(r"\ud83d\ude00"),
            "\u{1f600}",
        ),
        shown(
            "more members than are known",
            &with(r#""room_id""#, r#""more":[1],"room_id""#),
            "hello",
        ),
    ]
}

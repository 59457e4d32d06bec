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
        ("another room", named_room("!other:example.org")),
        ("the room in capitals", named_room("!ROOM:example.org")),
        (
            "the room with a blank behind it",
            named_room(&format!("{ROOM} ")),
        ),
        ("no text for a room", r#","room_id":7"#.to_owned()),
        ("null for a room", r#","room_id":null"#.to_owned()),
        ("a list of rooms", format!(r#","room_id":["{ROOM}"]"#)),
        ("an empty room", named_room("")),
    ];
    let rooms = rooms.map(|(name, member)| {
        let comment = format!("inside stands {name}");
        refused(Stage::Bind, "Place", &comment, &with(ROOM_MEMBER, &member))
    });
    let others = OTHERS.map(|(name, from, to)| {
        let comment = format!("inside stands {name}");
        refused(Stage::Parse, "Text", &comment, &with(from, to))
    });
    let honest = [honest_draft()].into_iter();
    honest.chain(rooms).chain(others).collect()
}

fn named_room(room: &str) -> String {
    format!(r#","room_id":"{room}""#)
}

const CONTENT: &str = r#"{"body":"hello","msgtype":"m.text"}"#;

/// What may stand inside instead of something else, so that it is no event to show.
const OTHERS: [(&str, &str, &str); 9] = [
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
    ("a text for a content", CONTENT, r#""hello""#),
    ("a list for a content", CONTENT, r#"["hello"]"#),
    ("no body", r#""body":"hello","#, ""),
    ("no text for a body", r#""hello""#, "7"),
];

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
    let no_text = |(comment, plaintext): (&str, Vec<u8>)| {
        let stage = match comment {
            "a list" | "a text" | "null" => Stage::Bind,
            _ => Stage::Decode,
        };
        refused(stage, "Text", comment, &plaintext)
    };
    let long = event(&"x".repeat(64 * 1024));
    let long = refused(
        Stage::Parse,
        "Text",
        "64 KiB, more than an event carries",
        &long,
    );
    let more = with(r#""room_id""#, r#""more":[1],"room_id""#);
    let (no_json, two_readings) = (no_json().into_iter(), two_readings().into_iter());
    let refused = no_json.chain(two_readings).map(no_text);
    let shown = [
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
        shown("more members than are known", &more, "hello"),
    ];
    let honest = [honest_draft()].into_iter();
    honest.chain(refused).chain([long]).chain(shown).collect()
}

/// Texts that are no JSON, or no object.
fn no_json() -> Vec<(&'static str, Vec<u8>)> {
    let whole = event("hello");
    let in_body = |bytes: &[u8]| {
        let at = whole.windows(5).position(|five| five == b"hello");
        let at = at.expect("the body");
        [&whole[..at], bytes, &whole[at + 5..]].concat()
    };
    vec![
        ("nothing", Vec::new()),
        ("no JSON", b"hello".to_vec()),
        ("a list", b"[]".to_vec()),
        ("a text", b"\"hello\"".to_vec()),
        ("null", b"null".to_vec()),
        ("invalid UTF-8", in_body(&[0xff])),
        ("a surrogate in UTF-8", in_body(&[0xed, 0xa0, 0x80])),
        ("an overlong form in UTF-8", in_body(&[0xc0, 0x80])),
        (
            "half a character at the end",
            whole[..whole.len() - 1].to_vec(),
        ),
        ("a lone surrogate as an escape", in_body(br"\ud800")),
        ("NUL as it is", in_body(&[0])),
        ("a line feed as it is", in_body(b"\n")),
        ("a byte order mark", [b"\xef\xbb\xbf", &*whole].concat()),
        (
            "another event behind it",
            [event("hello"), event("other")].concat(),
        ),
    ]
}

/// Texts that one reader takes for this and another for that.
fn two_readings() -> Vec<(&'static str, Vec<u8>)> {
    let other = named_room("!other:example.org");
    let body = r#""body":"hello""#;
    let two_bodies = r#""body":"other","body":"hello""#;
    let escaped = r#""body":"other","bod\u0079":"hello""#;
    let right_last = format!("{other}{ROOM_MEMBER}");
    let right_first = format!("{ROOM_MEMBER}{other}");
    let two_types = format!(r#","type":"m.room.member"{TYPE_MEMBER}"#);
    let deep = format!(r#""more":{}{},"room_id""#, "[".repeat(200), "]".repeat(200));
    vec![
        ("two bodies", with(body, two_bodies)),
        (
            "two rooms, the right one last",
            with(ROOM_MEMBER, &right_last),
        ),
        (
            "two rooms, the right one first",
            with(ROOM_MEMBER, &right_first),
        ),
        ("two types", with(TYPE_MEMBER, &two_types)),
        ("two bodies, one name escaped", with(body, escaped)),
        (
            "two hundred lists in each other",
            with(r#""room_id""#, &deep),
        ),
    ]
}

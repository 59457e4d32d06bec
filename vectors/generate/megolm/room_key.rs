//! What an `m.room_key` says beside the key.

use pruefstand_vectors::Stage;
use serde_json::{Value, json};

use super::{Group, ROOM, alice, honest, honest_draft, instead};
use crate::generate::{case::remove, draft::Draft};

const MEGOLM: &str = "m.megolm.v1.aes-sha2";

fn content() -> Value {
    json!({
        "algorithm": MEGOLM,
        "room_id": ROOM,
        "session_id": alice().id(),
        "session_key": key_text(),
    })
}

fn key_text() -> String {
    vodozemac::base64_encode(alice().session_key(1))
}

/// The content with a member that says something else.
fn with(member: &str, value: Value) -> String {
    let mut content = content();
    content[member] = value;
    content.to_string()
}

fn without(member: &str) -> String {
    let mut content = content();
    remove(&mut content, member);
    content.to_string()
}

fn taken(comment: &str, content: &str) -> Draft {
    Draft::valid(comment, &[("content", content.as_bytes())])
        .flag("Valid")
        .output(&alice().exported(1))
}

fn refused(stage: Stage, flag: &str, comment: &str, content: &str) -> Draft {
    Draft::invalid(stage, comment, &[("content", content.as_bytes())]).flag(flag)
}

fn honest_key() -> Draft {
    taken("honest key", &content().to_string())
}

/// Texts that a lax reader takes for the id of Alice's session.
fn other_ids() -> Vec<(&'static str, String)> {
    let id = alice().id();
    let swapped: String = id
        .chars()
        .map(|letter| match letter.is_ascii_lowercase() {
            true => letter.to_ascii_uppercase(),
            false => letter.to_ascii_lowercase(),
        })
        .collect();
    let url: String = id
        .chars()
        .map(|letter| match letter {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    let mut ids = vec![
        ("padded", format!("{id}=")),
        ("in lower case", id.to_ascii_lowercase()),
        ("with every letter's case changed", swapped),
        ("with a blank before it", format!(" {id}")),
        ("with a line feed behind it", format!("{id}\n")),
        ("cut by one letter", id[..id.len() - 1].to_owned()),
        ("of another session", Group::named("Mallory's session").id()),
        ("empty", String::new()),
        ("in the URL alphabet", url),
        ("with its algorithm before it", format!("ed25519:{id}")),
    ];
    ids.retain(|(_, other)| *other != id);
    ids
}

pub(super) fn session_ids() -> Vec<Draft> {
    let others = other_ids().into_iter().map(|(name, id)| {
        let comment = format!("the session id is {name}");
        refused(
            Stage::Bind,
            "Name",
            &comment,
            &with("session_id", json!(id)),
        )
    });
    let odd = [
        ("a number", json!(7)),
        ("null", Value::Null),
        ("a list", json!([alice().id()])),
    ];
    let odd = odd.map(|(name, id)| {
        let comment = format!("the session id is {name}");
        refused(Stage::Parse, "Name", &comment, &with("session_id", id))
    });
    [honest_key()]
        .into_iter()
        .chain(others)
        .chain(odd)
        .collect()
}

/// The id beside a ciphertext.
pub(super) fn sessions_of_messages() -> Vec<Draft> {
    let message = honest();
    let others = other_ids().into_iter().map(|(name, id)| {
        let comment = format!("the session id beside the message is {name}");
        let draft = super::Case::new(Stage::Bind, &comment, &message).draft("Name", "");
        instead(draft, "session", id.as_bytes())
    });
    [honest_draft()].into_iter().chain(others).collect()
}

pub(super) fn bound() -> Vec<Draft> {
    let mut drafts = vec![
        honest_key(),
        taken(
            "an index beside it that is not the key's",
            &with("chain_index", json!(7)),
        ),
        taken(
            "an owner beside it, whom nothing vouches for",
            &with("sender_key", json!("AAAA")),
        ),
        refused(Stage::Policy, "Name", "no algorithm", &without("algorithm")),
    ];
    let others = other_members().into_iter().chain(other_keys());
    drafts
        .extend(others.map(|(stage, comment, content)| refused(stage, "Name", comment, &content)));
    drafts.extend(twice());
    drafts
}

/// Contents in which a member is missing, or something else.
fn other_members() -> [(Stage, &'static str, String); 7] {
    let algorithm = |name: &str| with("algorithm", json!(name));
    let (olm, list) = ("m.olm.v1.curve25519-aes-sha2", json!([MEGOLM]));
    let (capitals, later) = ("M.MEGOLM.V1.AES-SHA2", "m.megolm.v2.aes-sha2");
    [
        (Stage::Policy, "another algorithm", algorithm(olm)),
        (
            Stage::Policy,
            "the algorithm in capitals",
            algorithm(capitals),
        ),
        (
            Stage::Policy,
            "a later version of the algorithm",
            algorithm(later),
        ),
        (
            Stage::Policy,
            "a list of algorithms",
            with("algorithm", list),
        ),
        (Stage::Bind, "no room", without("room_id")),
        (
            Stage::Bind,
            "a number for a room",
            with("room_id", json!(7)),
        ),
        (
            Stage::Bind,
            "a list of rooms",
            with("room_id", json!([ROOM])),
        ),
    ]
}

/// Contents without the key, or with another one.
fn other_keys() -> [(Stage, &'static str, String); 5] {
    let key = |bytes: Vec<u8>| with("session_key", json!(vodozemac::base64_encode(bytes)));
    let mallory = Group::named("Mallory's session").session_key(1);
    [
        (Stage::Bind, "no session id", without("session_id")),
        (Stage::Parse, "no key", without("session_key")),
        (
            Stage::Parse,
            "a number for a key",
            with("session_key", json!(7)),
        ),
        (Stage::Bind, "the key of another session", key(mallory)),
        (
            Stage::Policy,
            "a key that nobody has signed",
            key(alice().exported(1)),
        ),
    ]
}

/// Contents that say something twice.
fn twice() -> Vec<Draft> {
    let id = alice().id();
    let members = [
        (
            "two rooms, the right one last",
            "room_id",
            "!other:example.org",
        ),
        ("two session ids, the right one last", "session_id", "AAAA"),
        ("two session ids that are the same", "session_id", &id),
        ("two algorithms, the right one last", "algorithm", "m.none"),
    ];
    let twice = members.map(|(comment, member, value)| {
        let member = format!("{{\"{member}\":\"{value}\",");
        let content = content().to_string().replacen('{', &member, 1);
        refused(Stage::Decode, "Name", comment, &content)
    });
    twice.into()
}

/// Other texts of the key.
fn other_texts() -> Vec<(&'static str, String)> {
    let key = key_text();
    let url = key.replace('+', "-").replace('/', "_");
    // 229 bytes are 306 letters: the last one carries two bits of the key and four that are zero
    let last = |more: u8| {
        let mut letters = key.clone().into_bytes();
        *letters.last_mut().expect("a key") += more;
        String::from_utf8(letters).expect("base64 is ASCII")
    };
    let at = |at: usize, what: &str| [&key[..at], what, &key[at..]].concat();
    vec![
        ("padded", format!("{key}==")),
        ("padded with one sign", format!("{key}=")),
        ("bit 0 set behind the last byte", last(1)),
        ("bit 1 set behind the last byte", last(2)),
        ("a blank before it", at(0, " ")),
        ("a line feed behind it", at(key.len(), "\n")),
        ("a line feed within", at(76, "\n")),
        ("a carriage return and a line feed within", at(76, "\r\n")),
        ("a tab within", at(64, "\t")),
        ("in the URL alphabet", url),
        ("a letter of no alphabet", at(8, "*")),
        ("a letter beyond ASCII", at(8, "\u{e4}")),
        ("NUL behind it", at(key.len(), "\0")),
        ("one letter more", at(key.len(), "A")),
        ("empty", String::new()),
    ]
}

pub(super) fn texts() -> Vec<Draft> {
    let honest = key_text();
    let honest = Draft::valid("honest key", &[("text", honest.as_bytes())]).flag("Valid");
    let others = other_texts().into_iter().map(|(name, text)| {
        Draft::invalid(Stage::Decode, name, &[("text", text.as_bytes())]).flag("Text")
    });
    [honest].into_iter().chain(others).collect()
}

pub(super) fn texts_in_content() -> Vec<Draft> {
    let others = other_texts().into_iter().map(|(name, text)| {
        let content = with("session_key", json!(text));
        refused(Stage::Decode, "Text", name, &content)
    });
    [honest_key()].into_iter().chain(others).collect()
}

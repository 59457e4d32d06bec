//! What is printed, and how text of others is made harmless first.

use anstyle::{AnsiColor, Style};
use reference_client::{DeviceTrust, Item, ItemKind, ItemState, Trust};
use serde_json::{Map, Value};

const GOOD: Style = AnsiColor::Green.on_default();
const PLAIN: Style = Style::new();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Longer text is cut; nobody reads a mebibyte in a terminal.
const LONGEST: usize = 2_000;

/// Text of a peer or relay without what a terminal obeys or hides: controls, bidirectional overrides,
/// invisible letters.
pub(crate) fn harmless(text: &str) -> String {
    let mut shown = String::new();
    for (at, letter) in text.chars().enumerate() {
        if at >= LONGEST {
            shown.push('…');
            break;
        }
        match letter {
            '\n' => shown.push_str("\n    "),
            _ if letter.is_control() || is_deceptive(letter) => {
                shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(letter)));
            }
            _ => shown.push(letter),
        }
    }
    shown
}

/// Unicode UAX 9 formatting characters, and letters without a width (UTS 36 section 2).
fn is_deceptive(letter: char) -> bool {
    matches!(letter,
        '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// An entry of the timeline in one line.
pub(crate) fn item(number: usize, item: &Item) -> String {
    let (style, mark) = match item.trust {
        Trust::Verified => (GOOD, "✓✓"),
        Trust::Unverified => (PLAIN, "✓ "),
        Trust::Warn => (WARNING, "⚠ "),
        Trust::Blocked => (BAD, "✗ "),
    };
    let sender = harmless(item.sender.as_str());
    let body = match (&item.body, item.state) {
        (Some(body), _) => harmless(body),
        (None, ItemState::Undecryptable) => "(cannot be read yet)".to_owned(),
        (None, _) => "(withheld)".to_owned(),
    };
    let kind = match item.kind {
        ItemKind::File => "[file] ",
        ItemKind::Notice => "· ",
        ItemKind::Message => "",
    };
    let reason = item.reason.map(|reason| format!("  ({})", reason.code()));
    format!(
        "{style}[{number}] {mark} {sender}: {kind}{body}{}{}{style:#}",
        facts(item),
        reason.unwrap_or_default(),
    )
}

/// A line of the guard of recipients.
pub(crate) fn warned(text: &str) -> String {
    format!("{WARNING}⚠ {}{WARNING:#}", harmless(text))
}

/// What stands beside an entry: `edited`, `expires: …`.
fn facts(item: &Item) -> String {
    let mut shown = String::new();
    for (name, value) in &item.facts {
        let value = match value {
            Value::Object(post) if name == "announcement" => format!(": {}", headline(post)),
            Value::Object(meeting) if name == "appointment" => format!(": {}", moment(meeting)),
            Value::Bool(true) => String::new(),
            Value::String(text) => format!(": {}", harmless(text)),
            other => format!(": {}", harmless(&other.to_string())),
        };
        shown.push_str(&format!("  {{{}{value}}}", harmless(name)));
    }
    shown
}

/// When a meeting is, how it stands, and who answered what.
fn moment(meeting: &Map<String, Value>) -> String {
    let at = |end: &str, word: &str| {
        let end = meeting.get(end).and_then(|end| end.get(word));
        end.and_then(Value::as_str).unwrap_or_default()
    };
    let status = meeting.get("status").and_then(Value::as_str);
    let answers = meeting.get("answers").and_then(Value::as_object);
    let answers = answers.into_iter().flatten().map(|(user, answer)| {
        let answer = answer.as_str().unwrap_or_default();
        format!(", {user} {answer}")
    });
    let answers: String = answers.collect();
    harmless(&format!(
        "{} to {} {}, {}{answers}",
        at("start", "local"),
        at("end", "local"),
        at("start", "zone"),
        status.unwrap_or_default(),
    ))
}

/// Where an announcement stands, and what it is about.
fn headline(post: &Map<String, Value>) -> String {
    let word = |name: &str| post.get(name).and_then(Value::as_str).unwrap_or_default();
    let number = post
        .get("number")
        .and_then(Value::as_u64)
        .unwrap_or_default();
    let recalled = post.get("recalled").is_some_and(|by| !by.is_null());
    let state = if recalled { ", recalled" } else { "" };
    harmless(&format!(
        "{} {number}, {}{state}",
        word("name"),
        word("title")
    ))
}

/// What is thought of a device, in a word.
pub(crate) fn device_trust(trust: DeviceTrust) -> String {
    let (style, word) = match trust {
        DeviceTrust::Verified => (GOOD, "verified"),
        DeviceTrust::Signed => (PLAIN, "signed by its owner"),
        DeviceTrust::Unsigned => (WARNING, "not signed: gets no keys"),
    };
    format!("{style}{word}{style:#}")
}

/// Something that did not happen, and why.
pub(crate) fn refused(reason: &str) -> String {
    format!("{BAD}✗ not done:{BAD:#} {}", harmless(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_no_text_of_others() {
        let hostile = "a\u{1b}[2Jb\u{202e}c\u{200b}d\re\u{9b}f";
        let shown = harmless(hostile);
        assert_eq!(shown, "a⟨U+001B⟩[2Jb⟨U+202E⟩c⟨U+200B⟩d⟨U+000D⟩e⟨U+009B⟩f");
        assert!(harmless(&"x".repeat(1 << 20)).chars().count() <= LONGEST + 1);
    }
}

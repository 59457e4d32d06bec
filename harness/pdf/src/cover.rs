//! The neutraliser in front of Typst: what no font has a shape for becomes visible, too, and long words may be broken.
//!
//! PDF/A forbids a character without a shape, so one sign of a target could keep a report from being written.

use std::fmt::Write as _;

use harness_evidence::visible;
use serde_json::Value;

use crate::fonts::FONTS;

/// From how many characters without a place to break on a word is given in pieces, and how long a piece is.
const WORD_LIMIT: usize = 24;
const PIECE: usize = 12;

/// Every text of the data, neutralised; one with words that are longer than a line becomes the list of its pieces.
pub(crate) fn neutral(value: Value) -> Value {
    match value {
        Value::String(text) => in_pieces(&covered(&visible(&text))),
        Value::Array(elements) => elements.into_iter().map(neutral).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, neutral(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// The text with every character that no font covers made visible. Line ends stay: drawings have them between their elements.
pub(crate) fn covered(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() || FONTS.cover(character) {
            seen.push(character);
        } else {
            // writing to a string cannot fail
            write!(seen, "⟨U+{:04X}⟩", u32::from(character)).unwrap_or_default();
        }
    }
    seen
}

fn in_pieces(text: &str) -> Value {
    let mut pieces = vec![String::new()];
    for word in text.split_inclusive([' ', '-', '/', '\u{a0}']) {
        let is_long = word.chars().count() > WORD_LIMIT;
        for (n, character) in word.chars().enumerate() {
            if is_long && n % PIECE == 0 {
                pieces.push(String::new());
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push(character);
            }
        }
    }
    match pieces.as_slice() {
        [whole] => whole.as_str().into(),
        _ => pieces
            .into_iter()
            .filter(|piece| !piece.is_empty())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_no_font_covers_becomes_visible_and_everything_else_stays() {
        assert_eq!(covered("Größe 5 € ✓ ✗ ▨ ⟨⟩ Ω Ж"), "Größe 5 € ✓ ✗ ▨ ⟨⟩ Ω Ж");
        assert_eq!(covered("日 x"), "⟨U+65E5⟩ x");
        assert_eq!(covered("\u{1f600}"), "⟨U+1F600⟩");
    }

    #[test]
    fn the_neutraliser_of_all_writers_comes_first() {
        let data = json!({"a": ["x\u{202e}y\n", 1, null], "b": {"c": true}});
        let seen = json!({"a": ["x⟨U+202E⟩y⟨U+000A⟩", 1, null], "b": {"c": true}});
        assert_eq!(neutral(data), seen);
    }

    #[test]
    fn a_word_longer_than_a_line_comes_in_pieces_that_are_the_whole() {
        let digest = "5e0c".repeat(16);
        let text = format!("sha256 {digest} of a-file/with-a/long-path");
        let Value::Array(pieces) = in_pieces(&text) else {
            panic!("no pieces");
        };
        let pieces: Vec<_> = pieces.iter().map(|one| one.as_str().unwrap()).collect();
        assert_eq!(pieces.concat(), text);
        assert!(pieces.len() > 5);
        assert_eq!(in_pieces("Wiedereinspielungen"), "Wiedereinspielungen");
    }
}

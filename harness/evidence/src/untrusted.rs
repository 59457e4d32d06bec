//! The one neutraliser in front of every writer: text from a target, a driver or a file is hostile.
//!
//! Nothing is removed silently: what could steer a terminal, turn the reading direction, forge a line or break a
//! parser appears as `⟨U+202E⟩`. Afterwards comes the writer's own escaping.

use std::fmt::Write as _;

/// The longest text that [`visible`] lets through, in characters.
pub const VISIBLE_LIMIT: usize = 4096;

/// The text with everything invisible made visible, cut at [`VISIBLE_LIMIT`].
#[must_use]
pub fn visible(text: &str) -> String {
    visible_within(text, VISIBLE_LIMIT)
}

/// The text with everything invisible made visible, and after `limit` characters a mark that says how many are missing.
#[must_use]
pub fn visible_within(text: &str, limit: usize) -> String {
    let mut seen = String::with_capacity(text.len().min(limit));
    for (count, character) in text.chars().enumerate() {
        if count == limit {
            let missing = text.chars().count() - limit;
            // writing to a string cannot fail
            write!(seen, "⟨… {missing} more⟩").unwrap_or_default();
            break;
        }
        push_visible(&mut seen, character);
    }
    seen
}

fn push_visible(seen: &mut String, character: char) {
    if is_unsafe(character) {
        // writing to a string cannot fail
        write!(seen, "⟨U+{:04X}⟩", u32::from(character)).unwrap_or_default();
    } else {
        seen.push(character);
    }
}

/// Whether a character is never written as it is.
#[must_use]
pub fn is_unsafe(character: char) -> bool {
    character.is_control() || is_format(character) || is_noncharacter(character)
}

/// Characters without a shape of their own: bidirectional controls, joiners, fillers, separators, tags, variation
/// selectors; Unicode 17 categories Cf, Zl and Zp, and the default-ignorable letters.
fn is_format(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The 66 code points that Unicode never assigns; some XML parsers refuse them. The private areas have no known shape.
fn is_noncharacter(character: char) -> bool {
    let code = u32::from(character);
    matches!(code, 0xfdd0..=0xfdef | 0xe000..=0xf8ff | 0xf_0000..)
        || matches!(code & 0xffff, 0xfffe | 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_of_any_script_stays_as_it_is() {
        for text in ["Größe 5 €", "日本語", "שלום", "a ⟨b⟩ <c> & \"d\"", "🙂 Ω é"]
        {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn what_steers_terminals_and_readers_becomes_visible() {
        for (text, seen) in [
            ("\u{1b}[31m", "⟨U+001B⟩[31m"),
            ("a\r\nb\tc\0", "a⟨U+000D⟩⟨U+000A⟩b⟨U+0009⟩c⟨U+0000⟩"),
            ("\u{7f}\u{9b}", "⟨U+007F⟩⟨U+009B⟩"),
            ("\u{202e}cba\u{2066}", "⟨U+202E⟩cba⟨U+2066⟩"),
            ("\u{2028}\u{2029}\u{feff}", "⟨U+2028⟩⟨U+2029⟩⟨U+FEFF⟩"),
            ("\u{ffff}\u{fdd0}\u{10ffff}", "⟨U+FFFF⟩⟨U+FDD0⟩⟨U+10FFFF⟩"),
            ("pa\u{200b}y\u{ad}", "pa⟨U+200B⟩y⟨U+00AD⟩"),
            ("\u{e0041}", "⟨U+E0041⟩"),
        ] {
            assert_eq!(visible(text), seen);
        }
    }

    #[test]
    fn a_cut_is_marked_with_what_is_missing() {
        assert_eq!(visible_within("abcdef", 4), "abcd⟨… 2 more⟩");
        assert_eq!(visible_within("abcd", 4), "abcd");
        assert_eq!(visible(&"x".repeat(5000)).chars().count(), 4096 + 12);
    }

    #[test]
    fn no_unsafe_character_survives() {
        for character in '\0'..=char::MAX {
            let seen = visible(&character.to_string());
            assert!(!seen.chars().any(is_unsafe), "{:04X}", u32::from(character));
        }
    }
}

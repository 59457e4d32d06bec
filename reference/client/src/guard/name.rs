//! Names as eyes see them.
//!
//! Two names that differ in code points can look the same (Unicode UTS 39, section 4), and two spellings of
//! one name can differ only in what nobody looks at: case, order of the parts, transcription of umlauts.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::{MixedScript as _, confusable_detection::skeleton};

use crate::UserId;

/// Characters of a name that are looked at; a display name of a person is far shorter.
const LONGEST: usize = 200;

/// What a user is called: the local part of the id, and the name that the room shows.
pub(crate) fn names<'a>(user: &'a UserId, shown: Option<&'a str>) -> impl Iterator<Item = &'a str> {
    std::iter::once(local_part(user)).chain(shown)
}

/// Whether a name hides what it is: it reorders text, has invisible letters, or writes one word in scripts that
/// no language mixes.
pub(crate) fn is_disguised(name: &str) -> bool {
    name.chars().take(LONGEST).any(is_unseen)
        || words(name).any(|word| word.chars().any(char::is_alphabetic) && !word.is_single_script())
}

/// Everything that a name is taken for; two names look alike if they have a member in common.
///
/// Letters are compared as written and without case: a capital i looks like a small l only as written.
pub(crate) fn looks(name: &str) -> BTreeSet<String> {
    let cut: String = name
        .chars()
        .take(LONGEST)
        .filter(|&letter| !is_unseen(letter))
        .nfkc()
        .collect();
    let lower = cut.to_lowercase();
    let looks = [&cut, &lower, &transcribed(&lower)].map(|spelling| ordered(spelling));
    looks.into_iter().filter(|look| !look.is_empty()).collect()
}

/// The server of a user id.
pub(crate) fn server(user: &UserId) -> &str {
    user.as_str()
        .split_once(':')
        .map_or("", |(_, server)| server)
}

fn local_part(user: &UserId) -> &str {
    let text = user.as_str().trim_start_matches('@');
    text.split_once(':').map_or(text, |(local, _)| local)
}

/// Controls, and format characters that change the order of text or take no room: UAX 9 section 2, UTS 39 section 5.4.
pub(crate) fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// The skeletons of the words, in one order: "Meier, Anna" is "Anna Meier".
fn ordered(name: &str) -> String {
    let mut skeletons: Vec<String> = words(name).map(|word| skeleton(word).collect()).collect();
    skeletons.sort();
    skeletons.join(" ")
}

/// German umlauts as they are written where there are none.
fn transcribed(lower: &str) -> String {
    let mut written = String::with_capacity(lower.len());
    for letter in lower.chars() {
        match letter {
            'ä' => written.push_str("ae"),
            'ö' => written.push_str("oe"),
            'ü' => written.push_str("ue"),
            'ß' => written.push_str("ss"),
            letter => written.push(letter),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> bool {
        !looks(one).is_disjoint(&looks(other))
    }

    #[test]
    fn what_looks_the_same_is_alike() {
        for (one, other) in [
            ("Anna Meier", "Anna Meier"),
            ("Anna Meier", "Аnnа Меіеr"),
            ("Anna Meier", "Anna\u{200b} Meier"),
            ("Anna Meier", "anna.meier"),
            ("Anna Meier", "Meier, Anna"),
            ("Jürgen Groß", "Juergen Gross"),
            ("Jürgen", "Ju\u{308}rgen"),
            ("Ilse", "llse"),
            ("rn0", "rnO"),
        ] {
            assert!(alike(one, other), "{one:?} {other:?}");
        }
        for (one, other) in [
            ("Anna Meier", "Anne Meier"),
            ("Anna Meier", "Anna"),
            ("Jürgen", "Jurgen"),
        ] {
            assert!(!alike(one, other), "{one:?} {other:?}");
        }
        assert!(looks("\u{202e}").is_empty());
    }

    #[test]
    fn hidden_letters_and_mixed_scripts_are_a_disguise() {
        for name in ["Anna\u{202e}reieM", "An\u{200b}na", "Аnna", "a\u{0}"] {
            assert!(is_disguised(name), "{name:?}");
        }
        for name in [
            "Анна Майер",
            "Jürgen Groß",
            "李明",
            "田中さくら",
            "Anna (Анна)",
            "r2-d2",
            "O'Neil",
        ] {
            assert!(!is_disguised(name), "{name:?}");
        }
    }

    #[test]
    fn ids_are_taken_apart() {
        let user = UserId::new("@anna:firm.example:8448");
        assert_eq!(server(&user), "firm.example:8448");
        assert_eq!(
            names(&user, Some("Anna")).collect::<Vec<_>>(),
            ["anna", "Anna"]
        );
    }
}

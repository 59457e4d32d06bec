use std::fmt::Write as _;

/// A row's key: parts joined by `|`, so that rows sort and group by their leading parts.
///
/// `|` and `%` inside a part are percent-encoded: no part can reach into another's range.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(String);

/// A half-open range of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Key {
    /// The key made of `parts`.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let mut text = String::new();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                text.push('|');
            }
            push_escaped(&mut text, part);
        }
        Self(text)
    }

    /// The key made of `parts` and a number that sorts as a number.
    pub(crate) fn numbered(parts: &[&str], number: u64) -> Self {
        Self(numbered(parts, number))
    }

    /// Takes a stored key as it is.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The key as stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Part number `index` in clear, empty when there is none.
    pub(crate) fn part(&self, index: usize) -> String {
        let part = self.0.split('|').nth(index).unwrap_or_default();
        part.replace("%7C", "|").replace("%25", "%")
    }

    /// The number at the end of the key, 0 when there is none.
    pub(crate) fn number(&self) -> u64 {
        self.0
            .rsplit('|')
            .next()
            .and_then(|part| part.parse().ok())
            .unwrap_or(0)
    }
}

impl Span {
    /// All keys.
    pub(crate) fn all() -> Self {
        Self {
            from: String::new(),
            to: char::MAX.to_string(),
        }
    }

    /// All keys that start with `parts` and have at least one part more.
    pub(crate) fn under(parts: &[&str]) -> Self {
        let key = Key::of(parts).0;
        Self {
            from: format!("{key}|"),
            to: format!("{key}}}"),
        }
    }

    /// Numbered keys below `parts` with `after < number <= through`.
    pub(crate) fn numbers(parts: &[&str], after: u64, through: u64) -> Self {
        Self {
            from: numbered(parts, after.saturating_add(1)),
            to: numbered(parts, through.saturating_add(1)),
        }
    }
}

fn numbered(parts: &[&str], number: u64) -> String {
    let mut text = Key::of(parts).0;
    if !parts.is_empty() {
        text.push('|');
    }
    // Twenty digits hold every u64; writing into a string cannot fail.
    write!(text, "{number:020}").ok();
    text
}

fn push_escaped(text: &mut String, part: &str) {
    for character in part.chars() {
        match character {
            '|' => text.push_str("%7C"),
            '%' => text.push_str("%25"),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_with_separators_stay_in_their_own_range() {
        let key = Key::of(&["a|b", "c%7C"]);
        assert_eq!(key.as_str(), "a%7Cb|c%257C");
        assert_eq!(
            (key.part(0), key.part(1)),
            ("a|b".to_owned(), "c%7C".to_owned())
        );
        let span = Span::under(&["a"]);
        assert!(key.as_str() < span.from.as_str() || key.as_str() >= span.to.as_str());
    }

    #[test]
    fn numbers_sort_as_numbers() {
        let span = Span::numbers(&["room"], 9, 100);
        assert!(Key::numbered(&["room"], 9).as_str() < span.from.as_str());
        assert!(Key::numbered(&["room"], 100).as_str() < span.to.as_str());
        assert!(Key::numbered(&["room"], 101).as_str() >= span.to.as_str());
        assert_eq!(Key::numbered(&["room"], 77).number(), 77);
    }
}

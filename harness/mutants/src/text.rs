//! A source file by its bytes.

use std::ops::Range;

use crate::mutant::{Place, Span};

/// A source text with its lines.
pub(crate) struct Text<'a> {
    /// The whole.
    pub(crate) whole: &'a str,
    lines: Vec<usize>,
}

impl<'a> Text<'a> {
    pub(crate) fn new(whole: &'a str) -> Self {
        let starts = whole.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        Self { whole, lines }
    }

    /// The bytes of a place that counts characters from one.
    pub(crate) fn bytes(&self, span: Span) -> Option<Range<usize>> {
        Some(self.at(span.start)?..self.at(span.end)?)
    }

    /// What stands in `range`.
    pub(crate) fn slice(&self, range: Range<usize>) -> &'a str {
        self.whole.get(range).unwrap_or_default()
    }

    fn at(&self, place: Place) -> Option<usize> {
        let line = *self.lines.get(place.line.checked_sub(1)?)?;
        let rest = self.whole.get(line..)?;
        let before = rest.chars().take(place.column.checked_sub(1)?);
        Some(line + before.map(char::len_utf8).sum::<usize>())
    }
}

//! The beginning of a list, and how much is left out.

use serde::Serialize;

use crate::words::{Words, fill};

/// How many untested things and reasons the first page names.
const LIST_LIMIT: usize = 8;

#[derive(Serialize)]
pub(super) struct List {
    pub(super) items: Vec<String>,
    pub(super) more: Option<String>,
}

impl List {
    pub(super) fn of(mut items: Vec<String>, words: &Words) -> Self {
        let more = more(items.len(), LIST_LIMIT, words);
        items.truncate(LIST_LIMIT);
        Self { items, more }
    }
}

pub(super) fn more(count: usize, limit: usize, words: &Words) -> Option<String> {
    let more = count.checked_sub(limit).filter(|more| *more > 0)?;
    Some(fill(words.page.more, &[("count", &words.count(more))]))
}

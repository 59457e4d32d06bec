use ruma::{OwnedUserId, UserId};
use serde::{Deserialize, Serialize};

use crate::lifetime::Lifetime;
use crate::refusal::Refusal;
use crate::secret::random_text;
use crate::store::{Key, Table, Tables, TablesMut, load, save};

/// What is known of an upload; its bytes are usually ciphertext.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Media {
    pub(crate) uploader: OwnedUserId,
    pub(crate) content_type: String,
    pub(crate) created: u64,
    pub(crate) bytes: usize,
    /// When it is over, if its uploader said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ends: Option<u64>,
}

/// Stores an upload under an id that nobody guesses.
pub(crate) fn put(
    tables: &mut dyn TablesMut,
    uploader: &UserId,
    (content_type, bytes): (String, &[u8]),
    lifetime: Option<Lifetime>,
    now: u64,
) -> Result<String, Refusal> {
    let id = random_text()?;
    let (uploader, row) = (uploader.to_owned(), Key::of(&[&id]));
    let media = Media {
        uploader,
        content_type,
        created: now,
        bytes: bytes.len(),
        ends: lifetime.map(|lifetime| now.saturating_add(lifetime.as_ms())),
    };
    if let Some(end) = media.ends {
        save(tables, Table::MediaEnds, &Media::end_row(end, &id), &())?;
    }
    save(tables, Table::Media, &row, &media)?;
    tables.put(Table::MediaBytes, &row, bytes)?;
    Ok(id)
}

impl Media {
    /// The row that says when an upload is over; rows sort by that time.
    pub(crate) fn end_row(end: u64, id: &str) -> Key {
        Key::of(&[&format!("{end:020}"), id])
    }
}

/// An upload with its bytes.
pub(crate) fn media(tables: &dyn Tables, id: &str) -> Result<(Media, Vec<u8>), Refusal> {
    let missing = || Refusal::not_found("there is no such media");
    let row = Key::of(&[id]);
    let media = load(tables, Table::Media, &row)?.ok_or_else(missing)?;
    let bytes = tables.fetch(Table::MediaBytes, &row)?.ok_or_else(missing)?;
    Ok((media, bytes))
}

//! Contacts: cards that are sent, and the user's address book.

mod book;
mod card;
mod seal;

pub(crate) use book::Book;
pub(crate) use card::{Card, CardError};
pub(crate) use seal::{BOOK_KEY, BOOK_KEY_REQUEST};

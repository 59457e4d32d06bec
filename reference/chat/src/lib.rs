//! The reference messenger's terminal client: the client core, a relay over HTTP, and a prompt.
//!
//! The core decides and the terminal shows: trust, warnings and questions come from the core and
//! nothing here softens them. What a relay or a peer wrote is made harmless before it is printed
//! (`screen`). One command is one line, so a session can be typed by hand or piped in.

mod command;
mod device;
mod error;
mod link;
mod prompt;
mod screen;
mod talk;

pub use error::Error;
pub use link::Link;
pub use prompt::{Options, run};

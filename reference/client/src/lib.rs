//! The reference messenger's client core: sans-IO, Input to Outputs, on vodozemac.
//!
//! Nothing in here opens a socket, reads a clock or spawns a thread. Bytes from a peer or a relay
//! pass the [`border`] before anything else sees them.

pub mod attachment;
pub mod border;
mod conduct;
pub mod verification;

pub use conduct::{Conduct, Flaw};

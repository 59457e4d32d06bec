//! The strict border: what a client takes from peers and relays has exactly one encoding.
//!
//! vodozemac 0.11.1 authenticates what it has decoded, not what it has received: padded base64,
//! reordered or unknown fields and aliases of a key all pass. Two texts of one value are two names
//! of one thing, so everything is decoded here first, in one accepted form (ATK-DIR-12, ATK-OLM-16).

pub mod base64;
mod cursor;
pub mod key;
pub mod megolm;
pub mod olm;
pub mod session_key;
pub mod signed;
mod wire;

pub use base64::Base64Error;
pub use key::KeyError;
pub use reference_organisation::json::{self, JsonError};
pub use session_key::SessionKeyError;
pub use signed::SignatureError;
pub use wire::WireError;

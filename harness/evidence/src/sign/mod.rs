//! Who says so: keys and signed envelopes.

mod checkpoint;
mod envelope;
mod key;

pub use checkpoint::Checkpoint;
pub use envelope::{Envelope, EnvelopeError};
pub use key::{KeyError, PublicKey, SigningKey};

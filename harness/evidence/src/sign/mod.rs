//! Who says so: keys and signed envelopes.

mod agent;
mod checkpoint;
mod envelope;
mod key;

pub use agent::{AGENT_ANSWER_LIMIT, AgentError, AgentKey};
pub use checkpoint::Checkpoint;
pub use envelope::{Envelope, EnvelopeError};
pub use key::{KeyError, PublicKey, Signer, SigningKey};

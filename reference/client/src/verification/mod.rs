//! Device verification by short authentication strings (Matrix specification, "SAS").
//!
//! A [`Flow`] is one verification between two devices, without I/O: events come in, events to send
//! come out. The events travel as plain to-device events; what protects them is the commitment, the
//! string that two people compare, and the MACs over the keys. Whose keys are verified is fixed when
//! the flow begins and never looked up again (ATK-VER-04).

mod agreement;
mod cancel;
mod content;
mod flow;
mod mac;
mod party;
mod sas;

pub use cancel::CancelCode;
pub use flow::{Flow, FlowError, Message, Stage};
pub use mac::VerifiedKeys;
pub use party::{Party, PartyError};
pub use sas::ShortAuth;

pub(crate) use agreement::{Agreement, Ephemeral};
pub(crate) use content::{check_accept, check_start};
pub(crate) use flow::check_commitment;
pub(crate) use mac::Proof;
pub(crate) use sas::Starter;

/// Event types of the flow, in the order in which they are sent.
pub mod event {
    /// Asks a device to verify.
    pub const REQUEST: &str = "m.key.verification.request";
    /// Agrees to verify.
    pub const READY: &str = "m.key.verification.ready";
    /// Proposes the methods.
    pub const START: &str = "m.key.verification.start";
    /// Chooses from the proposal and commits to an ephemeral key.
    pub const ACCEPT: &str = "m.key.verification.accept";
    /// Tells an ephemeral key.
    pub const KEY: &str = "m.key.verification.key";
    /// Proves the long-term keys.
    pub const MAC: &str = "m.key.verification.mac";
    /// Says that the sender is done.
    pub const DONE: &str = "m.key.verification.done";
    /// Ends the flow without success.
    pub const CANCEL: &str = "m.key.verification.cancel";
}

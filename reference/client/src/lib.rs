//! The reference messenger's client core: sans-IO, Input to Outputs, on vodozemac.
//!
//! Nothing in here opens a socket, reads a clock or spawns a thread. Bytes from a peer or a relay
//! pass the [`border`] before anything else sees them. A [`Client`] is one device: it takes
//! [`Input`]s (what its user wants, what the relay answered) and gives [`Output`]s (requests for
//! the relay, ends of calls); what an output depends on is durable in the [`Store`] before it is
//! handed out.

mod account;
mod act;
mod appointment;
pub mod attachment;
pub mod border;
mod channel;
mod client;
mod conduct;
mod contact;
#[cfg(test)]
mod contexts;
mod devices;
mod directory;
mod errand;
mod error;
mod flows;
mod guard;
mod history;
mod ids;
mod json;
mod label;
mod media;
mod megolm;
mod membership;
mod olm;
mod organisation;
mod outbox;
mod policy;
mod room;
mod sealed;
mod secret;
mod self_test;
mod send;
mod signals;
mod store;
mod sync;
mod vault;
mod vector;
pub mod verification;

pub use act::{
    Act, CalendarAct, ChannelAct, ContactAct, DevicesAct, Given, HistoryAct, MediaAct, MessageAct,
    OrganisationAct, Priority, RecipientsAct, SignalsAct, VaultAct,
};
pub use appointment::{Appointment, Attendance, Moment};
pub use client::{
    Body, Client, DeviceTrust, DeviceView, FlowView, IdentityView, Input, MAX_BODY, Method,
    Outcome, Output, Request, RoomView, Verb, VerifyStep,
};
pub use conduct::{Conduct, Flaw, Named, Variant, Watch};
pub use directory::IdentityState;
pub use error::{Refusal, RefusalClass};
pub use guard::{Ask, Outgoing, RecipientSettings, Warning};
pub use ids::{CallId, DeviceId, EventId, FlowId, RequestId, RoomId, UserId};
pub use label::Label;
pub use media::MediaSettings;
pub use policy::{External, Floor, ManagedKeys, NoRelease, Policy, Release};
pub use room::{Item, ItemKind, ItemState, Reason, Trust};
pub use sealed::{Anchor, DeviceSecret, Kdf, Key, MemoryDevice, Opening, SealError, SealedStore};
pub use secret::Secret;
pub use self_test::{SelfTestError, self_test};
pub use signals::{Presence, Receipt, Sharing};
pub use store::{MemoryStore, Records, Store, StoreError};
pub use vault::VaultRefusal;
pub use vector::{VectorError, VectorResult, VectorStage, run_vector, vector_operations};

//! The reference messenger's relay: a closed Matrix homeserver, axum over SQLite.
//!
//! It speaks the client-server API (names as in spec 1.19) and no federation. Rooms have a linear
//! history. What it answered is durable: the store commits before the answer leaves. Callers are
//! hostile: bodies are bounded, strict JSON; every object asks who may touch it; the log holds
//! no content and no names.

mod api;
mod clock;
mod conduct;
mod config;
mod domain;
mod error;
mod json;
mod log;
mod options;
mod position;
mod refusal;
mod relay;
mod secret;
mod server;
mod store;
mod throttle;
mod wake;

pub use clock::{Clock, SystemClock, VirtualClock};
pub use conduct::{Conduct, Flaw, bench};
pub use config::{Config, Limits, RegistrationToken};
pub use error::Error;
pub use options::{Options, run};
pub use server::{router, serve};
pub use store::StoreError;

/// Name and version, as in the `server` header and the log.
pub const PRODUCT: &str = concat!("pruefstand-reference-relay/", env!("CARGO_PKG_VERSION"));

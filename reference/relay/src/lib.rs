//! The reference messenger's relay: a closed Matrix homeserver, axum over SQLite.
//!
//! It speaks the client-server API (names as in spec 1.19) and no federation. Rooms have a linear
//! history. What it answered is durable: the store commits before the answer leaves. Callers are
//! hostile: bodies are bounded, strict JSON; every object asks who may touch it; the log holds
//! no content and no names.

mod api;
mod care;
mod clients;
mod clock;
mod conduct;
mod config;
mod connections;
mod domain;
mod error;
mod inventory;
mod json;
mod lifetime;
mod log;
mod operator;
mod options;
mod organisation;
mod position;
mod push;
mod refusal;
mod relay;
mod retention;
mod secret;
mod server;
mod settings;
mod silence;
mod store;
mod sweep;
mod throttle;
mod tls;
mod wake;

pub use care::{backup, erase, export, restore};
pub use clients::{Clients, Moment, NoVersion, Version};
pub use clock::{Clock, SystemClock, VirtualClock};
pub use conduct::{Conduct, Flaw, Named, Variant, Watch, bench};
pub use config::{Config, Limits, RegistrationToken};
pub use connections::Connections;
pub use error::Error;
pub use inventory::{Inventory, LogLine, StoredTable, inventory};
pub use lifetime::Lifetime;
pub use options::{Options, run};
pub use push::{Gateway, Push};
pub use retention::Retention;
pub use secret::PasswordMemory;
pub use server::{router, serve};
pub use settings::SettingsError;
pub use store::StoreError;
pub use tls::{Tls, TlsError};

/// Name and version, as in the `server` header and the log.
pub const PRODUCT: &str = concat!("pruefstand-reference-relay/", env!("CARGO_PKG_VERSION"));

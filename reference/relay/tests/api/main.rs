//! The relay's interface, one file a subject: requests in, responses out, no sockets.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its auxiliary functions too"
)]

mod account_data;
mod device_list;
mod devices;
mod every;
mod flaws;
mod history;
mod hostile;
mod inventory;
mod journey;
mod keys;
mod media;
mod members;
mod organisation;
mod person;
mod push;
mod registration;
mod retention;
mod rooms;
mod sessions;
mod shapes;
mod support;
mod sync;
mod to_device;
mod version;

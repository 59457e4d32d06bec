//! The Matrix client-server API, turned into the adversary's words.
//!
//! This folder is the only one that knows routes and JSON shapes. Everything above speaks of classes of
//! exchanges, of deliveries and of directory answers.

mod canonical;
mod class;
mod delivery;
mod directory;
mod redact;

pub use canonical::canonical;
pub use class::Class;
pub use delivery::{Delivery, Place, append_delivery, edit_deliveries};
pub use directory::{IDENTITY_MAPS, device_slot, each_signature_map, identity_slots};
pub use redact::redact;

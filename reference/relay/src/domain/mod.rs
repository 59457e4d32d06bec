//! What the relay knows and the rules it keeps, over the tables alone: no HTTP, no clock.

pub(crate) mod account;
pub(crate) mod account_data;
pub(crate) mod claims;
pub(crate) mod cross_signing;
pub(crate) mod device_keys;
pub(crate) mod device_lists;
pub(crate) mod device_statements;
pub(crate) mod event;
pub(crate) mod filter;
pub(crate) mod history;
pub(crate) mod key_upload;
pub(crate) mod media;
pub(crate) mod membership;
pub(crate) mod new_room;
pub(crate) mod person;
pub(crate) mod power;
pub(crate) mod pusher;
pub(crate) mod receipt;
pub(crate) mod removed_devices;
pub(crate) mod restored;
pub(crate) mod retention;
pub(crate) mod room;
pub(crate) mod sync;
pub(crate) mod to_device;
pub(crate) mod transaction;

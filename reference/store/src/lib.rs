//! Keeps the records of a client in a folder, for programs that run outside of a test bench.
//!
//! The client core does no I/O, so this is a crate of its own. [`FileStore`] keeps records as they are given; a client puts a
//! `SealedStore` over it. [`FileDevice`] stands in for the key store of an operating system and lies in another folder.

mod device;
mod disk;
mod error;
mod frame;
mod store;

pub use device::FileDevice;
pub use disk::{Disk, Folder};
pub use error::FileError;
pub use store::FileStore;

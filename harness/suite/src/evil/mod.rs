//! The evil peer: a client of the bench with real keys and lying content.
//!
//! It is written from the Matrix specification alone and shares no code with the client under test. Every default is honest; a check lies
//! by changing one value before it is sealed. A [`ForgedDevice`] needs no account: the same type plays ghosts that only the adversary lists.

mod admission;
mod channel;
mod device;
mod export;
mod hand_seal;
mod identity;
mod keys;
mod peer;
mod room_key;
mod sas;
mod signing;
mod statement;
mod target;
mod wire;

pub use crate::dialect::canonical;
pub use admission::admission;
pub use device::ForgedDevice;
pub use export::{open_box, weak_export};
pub use hand_seal::{Fault, HandSeal};
pub use identity::ForgedIdentity;
pub use keys::{SMALL_ORDER, alias_of, small_order_keys};
pub use peer::{EvilPeer, claim_as};
pub use room_key::EvilRoomKey;
pub use sas::{EvilSas, Party, commitment};
pub use signing::sign;
pub use statement::{StatementChain, statement_hash};
pub use target::Target;
pub use wire::{
    HeaderKey, Shape, Twist, edit_olm_body, flip_mac, raise_index, set_high_bit, swap_ratchet_key,
    twist,
};

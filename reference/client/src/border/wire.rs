//! Rules that Olm and Megolm messages share.

use thiserror::Error;

use super::{Base64Error, KeyError};
use crate::{Conduct, Flaw};

/// The only message version: MACs truncated to 8 bytes. Version 4 is not negotiated by anybody yet.
pub(super) const VERSION: u8 = 3;

/// Bytes of a truncated MAC.
pub(super) const MAC: usize = 8;

/// Largest message in bytes; as much as a Matrix event of 64 KiB could carry.
pub(super) const MAX_MESSAGE: usize = 48 * 1024;

/// Bytes of an AES block; a CBC ciphertext with PKCS#7 padding is a positive number of them.
const BLOCK: usize = 16;

/// Why a message is refused before any session sees it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WireError {
    /// The body is not strict base64 or is too long.
    #[error(transparent)]
    Text(#[from] Base64Error),
    /// A key in the header is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The message ends inside a field.
    #[error("message ends inside a field")]
    Truncated,
    /// A version, field, order of fields or message type that no encoder writes.
    #[error("found tag {got:#04x} where {wanted:#04x} belongs")]
    UnexpectedTag {
        /// The byte found.
        got: u8,
        /// The byte that belongs there.
        wanted: u8,
    },
    /// A number in a longer form than needed, or beyond 32 bits.
    #[error("number is not a shortest varint of 32 bits")]
    VarintNotCanonical,
    /// A key field that does not hold 32 bytes.
    #[error("key field holds {got} bytes, 32 are needed")]
    WrongKeyLength {
        /// Bytes in the field.
        got: usize,
    },
    /// MAC or signature missing, or bytes after them.
    #[error("{got} bytes follow the last field, {wanted} belong there")]
    WrongTail {
        /// Bytes found after the last field.
        got: usize,
        /// Bytes of MAC and signature.
        wanted: usize,
    },
    /// A ciphertext that is not a positive number of AES blocks.
    #[error("ciphertext has {got} bytes, which is no positive multiple of 16")]
    NoWholeBlocks {
        /// Bytes of the ciphertext.
        got: usize,
    },
    /// A message type other than 0 (pre-key) and 1 (normal).
    #[error("message type {got} is not known")]
    UnknownType {
        /// The type found.
        got: u64,
    },
    /// The cryptographic library cannot read the message.
    #[error("message cannot be decoded")]
    NotDecodable,
    /// The library would write other bytes than were received.
    #[error("message is not in canonical form")]
    NotCanonical,
}

/// Checks the length of an AES-CBC ciphertext (VEC-O-15).
pub(super) fn check_blocks(ciphertext: &[u8]) -> Result<(), WireError> {
    let got = ciphertext.len();
    if got == 0 || !got.is_multiple_of(BLOCK) {
        return Err(WireError::NoWholeBlocks { got });
    }
    Ok(())
}

/// Passes a refusal of what is not canonical on; the flaw takes it instead.
pub(super) fn strictly(checked: Result<(), WireError>, conduct: &Conduct) -> Result<(), WireError> {
    match checked {
        Err(_) if conduct.has(Flaw::AcceptNoncanonicalWire) => Ok(()),
        checked => checked,
    }
}

/// The second lock: what the library has read, it must write back byte for byte.
pub(super) fn check_same(received: &[u8], encoded: &[u8]) -> Result<(), WireError> {
    if received != encoded {
        return Err(WireError::NotCanonical);
    }
    Ok(())
}

//! Keys of Megolm sessions in their one form (Megolm specification, 'Session sharing format' and 'Session export format').
//!
//! vodozemac 0.11.1 reads an exported key with any bytes behind it, and takes a point of small order for the signing key, under which
//! signatures of nobody verify (VEC-K-02, VEC-K-03, VEC-K-07).

use thiserror::Error;
use vodozemac::megolm::{ExportedSessionKey, InboundGroupSession, SessionConfig, SessionKey};
use zeroize::Zeroizing;

use super::{Base64Error, KeyError, base64, key};
use crate::{Conduct, Flaw};

/// Why the key of a session is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SessionKeyError {
    /// The text is not the strict base64 of its length.
    #[error(transparent)]
    Text(#[from] Base64Error),
    /// The signing key is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Another version, or not signed by its own signing key.
    #[error("session key has the wrong version or signature")]
    NotAuthentic,
}

/// Bytes of a key that is passed on: version, index, ratchet, signing key.
const EXPORTED: usize = 1 + 4 + RATCHET + SIGNING_KEY;

/// Bytes of a key from its owner: the same and a signature.
const SHARED: usize = EXPORTED + 64;

/// Bytes that are decoded at all; only a flawed client takes more than [`EXPORTED`].
const LONGEST: usize = 512;

const RATCHET: usize = 128;
const SIGNING_KEY: usize = 32;

/// The session whose owner shared this key (`m.room_key`).
///
/// # Errors
/// If the text is not exactly one key, its signing key is refused, or its signature is wrong.
pub fn shared(text: &str, conduct: &Conduct) -> Result<InboundGroupSession, SessionKeyError> {
    let bytes = Zeroizing::new(base64::decode_array::<SHARED>(text)?);
    check_signing_key(bytes.as_slice(), conduct)?;
    let key = SessionKey::from_bytes(bytes.as_slice()).or(Err(SessionKeyError::NotAuthentic))?;
    Ok(InboundGroupSession::new(&key, SessionConfig::version_1()))
}

/// The session whose key somebody passed on, in a message or in a file; nobody vouches for it.
///
/// # Errors
/// If the text is not exactly one key, or its signing key is refused.
pub fn exported(text: &str, conduct: &Conduct) -> Result<InboundGroupSession, SessionKeyError> {
    let mut bytes = Zeroizing::new(base64::decode(text, LONGEST)?);
    let got = bytes.len();
    if got != EXPORTED && !conduct.has(Flaw::AcceptNoncanonicalWire) {
        let wanted = EXPORTED;
        return Err(Base64Error::WrongLength { got, wanted }.into());
    }
    bytes.truncate(EXPORTED);
    check_signing_key(&bytes, conduct)?;
    let key = ExportedSessionKey::from_bytes(&bytes).or(Err(SessionKeyError::NotAuthentic))?;
    Ok(InboundGroupSession::import(
        &key,
        SessionConfig::version_1(),
    ))
}

fn check_signing_key(bytes: &[u8], conduct: &Conduct) -> Result<(), KeyError> {
    let found = bytes.get(EXPORTED.saturating_sub(SIGNING_KEY)..EXPORTED);
    let got = found.map_or(0, <[u8]>::len);
    let wanted = SIGNING_KEY;
    let key = found.and_then(|found| found.try_into().ok());
    let key = key.ok_or(Base64Error::WrongLength { got, wanted })?;
    key::ed25519_bytes(key, conduct).map(drop)
}

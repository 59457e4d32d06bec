use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::refusal::Refusal;

/// An access token: 256 random bits. The store knows only its hash.
pub(crate) struct AccessToken(String);

/// SHA-256 of a token, base64url. Tokens are random, so a fast hash is enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct TokenHash(String);

/// Argon2id of a password with its salt, both base64url, and the memory that it took.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PasswordHash {
    salt: String,
    hash: String,
    #[serde(default)]
    memory: PasswordMemory,
}

/// Memory of one Argon2id hash, in KiB. Each hash says its own, so that the figure can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordMemory(u32);

impl PasswordMemory {
    /// A figure for a bench, where every account is thrown away: at least 8 KiB (RFC 9106), and at most the default, which is for real
    /// people.
    #[must_use]
    pub fn for_bench(kib: u32) -> Option<Self> {
        (8..=Self::default().0).contains(&kib).then_some(Self(kib))
    }
}

impl Default for PasswordMemory {
    /// 19 MiB, with two passes and one lane (TR-02102-1 names Argon2id, RFC 9106; these figures are OWASP's for interactive logins).
    fn default() -> Self {
        Self(19 * 1024)
    }
}

impl AccessToken {
    /// A new token.
    pub(crate) fn random() -> Result<Self, Refusal> {
        Ok(Self(random_text()?))
    }

    /// The token, for the answer that gives it to its owner.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl TokenHash {
    /// Hash of a token.
    pub(crate) fn of(token: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes())))
    }

    /// As text, for a row's key.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl PasswordHash {
    /// Hashes a password: tens of milliseconds and 19 MiB, so run it where blocking is allowed.
    pub(crate) fn of(password: &str, memory: PasswordMemory) -> Result<Self, Refusal> {
        let mut salt = [0_u8; 16];
        fill(&mut salt)?;
        let hash = argon2id(password, &salt, memory)?;
        Ok(Self {
            salt: URL_SAFE_NO_PAD.encode(salt),
            hash: URL_SAFE_NO_PAD.encode(hash),
            memory,
        })
    }

    /// Whether `password` is the one.
    pub(crate) fn matches(&self, password: &str) -> Result<bool, Refusal> {
        let damaged = |_error| Refusal::internal();
        let salt = URL_SAFE_NO_PAD.decode(&self.salt).map_err(damaged)?;
        let hash = URL_SAFE_NO_PAD.decode(&self.hash).map_err(damaged)?;
        Ok(argon2id(password, &salt, self.memory)?
            .ct_eq(hash.as_slice())
            .into())
    }

    /// A hash of nothing anyone knows: names without account cost a guess as much as others.
    pub(crate) fn of_nobody(memory: PasswordMemory) -> Result<Self, Refusal> {
        Ok(Self {
            salt: random_text()?,
            hash: random_text()?,
            memory,
        })
    }
}

/// 256 random bits as 43 characters of base64url: ids that nobody guesses.
pub(crate) fn random_text() -> Result<String, Refusal> {
    let mut bytes = [0_u8; 32];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Ten random capital letters: a device id as other homeservers make them.
pub(crate) fn random_device_id() -> Result<String, Refusal> {
    let mut bytes = [0_u8; 10];
    fill(&mut bytes)?;
    Ok(bytes
        .iter()
        .map(|byte| char::from(b'A' + byte % 26))
        .collect())
}

fn fill(bytes: &mut [u8]) -> Result<(), Refusal> {
    getrandom::fill(bytes).map_err(|error| Refusal::internal().because(error))
}

fn argon2id(password: &str, salt: &[u8], memory: PasswordMemory) -> Result<[u8; 32], Refusal> {
    let fault = |error: argon2::Error| Refusal::internal().because(error);
    let parameters = Params::new(memory.0, PASSES, LANES, Some(32)).map_err(fault)?;
    let mut hash = [0_u8; 32];
    let spare = || SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    let taken = spare().pop();
    let mut memory = taken.unwrap_or_default();
    memory.resize_with(parameters.block_count(), Block::default);
    let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, &mut memory);
    spare().push(memory);
    hashed.map_err(fault)?;
    Ok(hash)
}

/// Memory of finished hashes, for the next ones: what one thread frees, the allocator keeps for that thread alone, and there are
/// many. It holds as many as hashes ever ran at a time.
static SPARE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

const PASSES: u32 = 2;
const LANES: u32 = 1;

//! Keys from passphrases: Argon2id with a floor and a ceiling on its cost.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

use super::{Key, SealError, key::fill};
use crate::{Conduct, Flaw, Secret};

/// What guessing one passphrase costs (RFC 9106 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kdf {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// A salt, unpadded base64 of 16 bytes, and the cost that goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Salted {
    /// The cost.
    pub(crate) kdf: Kdf,
    /// The salt.
    pub(crate) salt: String,
}

/// Bytes of a salt (RFC 9106 section 3.1 recommends 16).
const SALT: usize = 16;

impl Kdf {
    /// The least that is accepted, from anybody: 19 MiB and two passes, as OWASP's password storage sheet asks for.
    pub const FLOOR: Self = Self {
        memory: 19 * 1024,
        passes: 2,
        lanes: 1,
    };

    /// What is written: the second recommended option of RFC 9106 section 4.
    pub const STRONG: Self = Self {
        memory: 64 * 1024,
        passes: 3,
        lanes: 4,
    };

    /// More would let a hostile file or store take this device's memory and time.
    pub const CEILING: Self = Self {
        memory: 1024 * 1024,
        passes: 16,
        lanes: 16,
    };

    /// Refuses what costs an attacker too little or this device too much (ATK-BAK-04, ATK-BAK-11).
    fn check(&self, conduct: &Conduct) -> Result<(), SealError> {
        let figures = [
            (
                "memory in KiB",
                self.memory,
                Self::FLOOR.memory,
                Self::CEILING.memory,
            ),
            (
                "number of passes",
                self.passes,
                Self::FLOOR.passes,
                Self::CEILING.passes,
            ),
            (
                "number of lanes",
                self.lanes,
                Self::FLOOR.lanes,
                Self::CEILING.lanes,
            ),
        ];
        let lax = conduct.has(Flaw::KdfFloorMissing);
        for (what, got, least, most) in figures {
            if got > most || (got < least && !lax) {
                return Err(SealError::Cost {
                    what,
                    got,
                    least,
                    most,
                });
            }
        }
        Ok(())
    }
}

impl Salted {
    /// A fresh salt.
    pub(crate) fn fresh(kdf: Kdf) -> Result<Self, SealError> {
        let mut salt = [0; SALT];
        fill(&mut salt)?;
        let salt = crate::border::base64::encode(salt);
        Ok(Self { kdf, salt })
    }

    /// The key that belongs to a passphrase.
    pub(crate) fn stretch(&self, passphrase: &Secret, conduct: &Conduct) -> Result<Key, SealError> {
        self.kdf.check(conduct)?;
        let failed = |error: argon2::Error| SealError::Crypto(error.to_string());
        let salt = crate::border::base64::decode(&self.salt, SALT)
            .ok()
            .filter(|salt| salt.len() == SALT)
            .ok_or(SealError::Damaged("a salt has not 16 bytes"))?;
        let Kdf {
            memory,
            passes,
            lanes,
        } = self.kdf;
        let params = Params::new(memory, passes, lanes, Some(32)).map_err(failed)?;
        let mut bytes = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.reveal().as_bytes(), &salt, &mut bytes)
            .map_err(failed)?;
        Ok(Key::new(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_outside_of_its_limits_is_refused_before_it_is_paid() {
        let honest = Conduct::honest();
        let passphrase = Secret::new("correct horse");
        let cheap = Kdf {
            memory: 8,
            passes: 1,
            lanes: 1,
        };
        let dear = Kdf {
            memory: u32::MAX,
            ..Kdf::FLOOR
        };
        for kdf in [
            cheap,
            dear,
            Kdf {
                passes: u32::MAX,
                ..Kdf::FLOOR
            },
        ] {
            let salted = Salted::fresh(kdf).unwrap();
            let refused = salted.stretch(&passphrase, &honest);
            assert!(matches!(refused, Err(SealError::Cost { .. })), "{kdf:?}");
        }
    }

    #[test]
    fn a_salt_of_another_length_is_refused() {
        let salted = Salted {
            kdf: Kdf::FLOOR,
            salt: "AAAA".to_owned(),
        };
        let refused = salted.stretch(&Secret::new("p"), &Conduct::honest());
        assert!(matches!(refused, Err(SealError::Damaged(_))));
    }
}

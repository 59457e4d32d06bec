//! Commitments to what was redacted: who learns the salt of one value can be shown that value; without it nothing can be guessed.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::digest::hex;

/// How much of a commitment stands in the place of the value, in hex digits; the whole one stands in the list of the record.
const NAME: usize = 16;

/// The most values that one run commits to: a target that sends secrets without end fills neither memory nor record.
const MOST: usize = 100_000;

/// The secret of a run from which the salts of its commitments follow: drawn from the system's randomness, and never recorded.
#[derive(Clone, Default)]
pub struct Salting([u8; 32]);

impl Salting {
    /// From 32 bytes that nobody can guess.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A salt for each value, so that one can be opened and the others stay shut.
    fn salt(&self, kind: &str, value: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(Sha256::digest(kind));
        hash.update(value);
        hash.finalize().into()
    }
}

impl fmt::Debug for Salting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Salting").finish_non_exhaustive()
    }
}

/// Everything that a run has committed to.
#[derive(Default)]
pub(crate) struct Commitments {
    salting: Salting,
    /// Kind and salt, by commitment: sorted, whatever the order of the cases was.
    made: Mutex<BTreeMap<String, (String, String)>>,
}

impl Commitments {
    pub(crate) fn new(salting: Salting) -> Self {
        Self {
            salting,
            made: Mutex::default(),
        }
    }

    /// What stands in the place of a value: `«redacted:kind:…»`, the same for the same value. Beyond a hundred thousand values only the kind
    /// stands there, and nothing opens it.
    pub(crate) fn commit(&self, kind: &str, value: &str) -> String {
        let salt = self.salting.salt(kind, value);
        let commitment = hex(&Sha256::new()
            .chain_update(salt)
            .chain_update(value)
            .finalize());
        let name = commitment.get(..NAME).unwrap_or_default();
        let text = format!("«redacted:{kind}:{name}»");
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() >= MOST && !made.contains_key(&commitment) {
            return format!("«redacted:{kind}»");
        }
        made.insert(commitment, (kind.to_owned(), hex(&salt)));
        text
    }

    /// For the record: what was redacted, as commitments.
    pub(crate) fn list(&self) -> Vec<Committed> {
        self.with(|_salt| None)
    }

    /// For the auditor: the same with the salts.
    pub(crate) fn salts(&self) -> Vec<Committed> {
        self.with(|salt| Some(salt.to_owned()))
    }

    fn with(&self, salt: impl Fn(&str) -> Option<String>) -> Vec<Committed> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let one = |(commitment, (kind, known)): (&String, &(String, String))| Committed {
            kind: kind.clone(),
            commitment: commitment.clone(),
            salt: salt(known),
        };
        made.iter().map(one).collect()
    }
}

/// One value that was redacted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Committed {
    /// What it is, such as `access_token`.
    kind: String,
    /// SHA-256 over the 32 bytes of the salt and the value, hex.
    commitment: String,
    /// The salt, hex; only in the file that stays with whoever ran the bench.
    #[serde(skip_serializing_if = "Option::is_none")]
    salt: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_has_one_name_in_a_run_and_another_one_in_the_next() {
        let (one, other) = (commitments(1), commitments(2));
        let text = one.commit("password", "hunter2");
        assert_eq!(one.commit("password", "hunter2"), text);
        assert_ne!(one.commit("token", "hunter2"), text);
        assert_ne!(one.commit("password", "hunter3"), text);
        assert_ne!(other.commit("password", "hunter2"), text);
        assert!(text.starts_with("«redacted:password:"), "{text}");
        assert_eq!(one.list().len(), 3);
    }

    #[test]
    fn a_salt_opens_its_own_commitment_and_no_list_has_it() {
        let made = commitments(1);
        made.commit("password", "hunter2");
        let (listed, salted) = (made.list(), made.salts());
        assert_eq!(listed[0].salt, None);
        assert_eq!(listed[0].commitment, salted[0].commitment);
        let salt = made.salting.salt("password", "hunter2");
        assert_eq!(salted[0].salt.as_deref(), Some(hex(&salt).as_str()));
        let opened = Sha256::digest([&salt[..], b"hunter2"].concat());
        assert_eq!(hex(&opened), listed[0].commitment);
    }

    #[test]
    fn values_without_end_fill_no_list() {
        let made = commitments(1);
        let first = made.commit("token", "0");
        for n in 1..=MOST {
            made.commit("token", &n.to_string());
        }
        assert_eq!(made.list().len(), MOST);
        assert_eq!(made.commit("token", "one more"), "«redacted:token»");
        assert_eq!(made.commit("token", "0"), first);
    }

    #[test]
    fn debug_output_tells_nothing() {
        assert_eq!(format!("{:?}", Salting::new([7; 32])), "Salting { .. }");
    }

    fn commitments(seed: u8) -> Commitments {
        Commitments::new(Salting::new([seed; 32]))
    }
}

//! A user's device list as far as this client has verified it.
//!
//! What was verified once is never given up for anything that the relay serves: the list only grows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::statement::{Act, DevicePair, Statement, StatementFault, hash};
use crate::{Conduct, DeviceId, Flaw, UserId};

/// Statements of one list; an account that changes devices daily gets by for years.
pub(crate) const MAX_STATEMENTS: usize = 1000;

/// Characters of a hash in a head: 132 bits.
const SHORT: usize = 22;

/// The verified list of one user under one identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct List {
    /// The public master key whose list it is.
    pub(crate) identity: String,
    /// The hash of every statement; the first has the number 1.
    hashes: Vec<String>,
    /// Who is on it now.
    pub(crate) devices: BTreeMap<DeviceId, DevicePair>,
    /// Who was taken off it.
    pub(crate) removed: BTreeMap<DeviceId, Removed>,
}

/// A device that was taken off the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Removed {
    /// The hash of the statement that did it.
    pub(crate) statement: String,
    pub(crate) keys: DevicePair,
}

/// Why what the relay serves as a list is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ListFault {
    #[error(transparent)]
    Statement(#[from] StatementFault),
    #[error("the list is older than the one that is known")]
    RolledBack,
    #[error("a statement is not the one that is known under its number")]
    Forked,
    #[error("a statement is missing between two others")]
    Gap,
    #[error("the list has too many statements")]
    TooLong,
}

/// Whose list is read, and with which keys.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) user: &'a UserId,
    /// The pinned public master key.
    pub(crate) identity: &'a str,
    /// The public self-signing key.
    pub(crate) signer: &'a str,
    pub(crate) conduct: &'a Conduct,
}

impl ListFault {
    /// Its stable code, in snake case.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Statement(StatementFault::Malformed) => "malformed",
            Self::Statement(StatementFault::WrongUser) => "wrong_user",
            Self::Statement(StatementFault::SignatureInvalid) => "signature_invalid",
            Self::RolledBack => "rolled_back",
            Self::Forked => "forked",
            Self::Gap => "gap",
            Self::TooLong => "too_long",
        }
    }
}

impl List {
    /// The number of the last statement; 0 for an empty list.
    pub(crate) fn seq(&self) -> u64 {
        u64::try_from(self.hashes.len()).unwrap_or(u64::MAX)
    }

    /// The hash of the last statement.
    pub(crate) fn head(&self) -> Option<&str> {
        self.hashes.last().map(String::as_str)
    }

    /// The number and the shortened hash of the last statement.
    pub(crate) fn short_head(&self) -> Option<(u64, String)> {
        Some((self.seq(), short(self.head()?)))
    }

    /// The shortened hash of a statement.
    pub(crate) fn short_at(&self, seq: u64) -> Option<String> {
        let at = usize::try_from(seq.checked_sub(1)?).ok()?;
        self.hashes.get(at).map(|hash| short(hash))
    }

    /// Whether a device with these keys is on the list.
    pub(crate) fn holds(&self, device: &DeviceId, keys: (&str, &str), conduct: &Conduct) -> bool {
        let same = |known: &DevicePair| (&*known.curve25519, &*known.ed25519) == keys;
        let removed = self.removed.get(device).map(|removed| &removed.keys);
        self.devices.get(device).is_some_and(same)
            || conduct.has(Flaw::RemovedDeviceKeepsKeys) && removed.is_some_and(same)
    }

    /// The list after what the relay serves from the last known statement on; `None` if the
    /// identity has none.
    ///
    /// `known` is the list so far. The first statement served must be its last one.
    pub(crate) fn grown(
        known: Option<&Self>,
        served: &[Value],
        reader: Reader<'_>,
    ) -> Result<Option<Self>, ListFault> {
        if served.len() > MAX_STATEMENTS {
            return Err(ListFault::TooLong);
        }
        let first = match served.first() {
            Some(first) => Statement::parse(first, reader.conduct)?,
            None if known.is_some() => return Err(ListFault::RolledBack),
            None => return Ok(None),
        };
        if first.identity != reader.identity {
            // The list of an earlier identity says nothing about this one.
            return match known {
                Some(_) => Err(ListFault::RolledBack),
                None => Ok(None),
            };
        }
        let (mut list, rest) = match known {
            Some(known) => match known.overlap(served, &first, reader.conduct)? {
                Some(rest) => (known.clone(), rest),
                None => (Self::empty(reader), served),
            },
            None => (Self::empty(reader), served),
        };
        for object in rest {
            list.append(object, reader)?;
        }
        Ok(Some(list))
    }

    fn empty(reader: Reader<'_>) -> Self {
        Self {
            identity: reader.identity.to_owned(),
            ..Self::default()
        }
    }

    /// What is new in an answer that begins with the last known statement; `None` to begin anew,
    /// which only a flawed client does.
    fn overlap<'a>(
        &self,
        served: &'a [Value],
        first: &Statement,
        conduct: &Conduct,
    ) -> Result<Option<&'a [Value]>, ListFault> {
        let rest = served.get(1..).unwrap_or_default();
        if first.seq < self.seq() {
            return match conduct.has(Flaw::ListRollbackAccepted) {
                true => Ok(None),
                false => Err(ListFault::RolledBack),
            };
        }
        if first.seq > self.seq() {
            return Err(ListFault::Gap);
        }
        let same = served.first().map(hash).and_then(Result::ok).as_deref() == self.head();
        match same {
            true => Ok(Some(rest)),
            false if conduct.has(Flaw::ListForkAccepted) => Ok(None),
            false => Err(ListFault::Forked),
        }
    }

    /// Adds a statement that follows the last one.
    pub(crate) fn append(&mut self, object: &Value, reader: Reader<'_>) -> Result<(), ListFault> {
        let statement = Statement::parse(object, reader.conduct)?;
        statement.verify(object, reader.user, reader.signer, reader.conduct)?;
        if self.hashes.len() >= MAX_STATEMENTS {
            return Err(ListFault::TooLong);
        }
        let follows =
            statement.previous.as_deref() == self.head() && statement.identity == self.identity;
        let fault = if statement.seq != self.seq().saturating_add(1) {
            Some(ListFault::Gap)
        } else {
            (!follows).then_some(ListFault::Forked)
        };
        if let Some(fault) = fault.filter(|_| !reader.conduct.has(Flaw::ListGapAccepted)) {
            return Err(fault);
        }
        let hash = hash(object).or(Err(StatementFault::Malformed))?;
        let (device, keys) = (statement.device_id.clone(), statement.keys());
        match statement.act {
            Act::Add => {
                self.removed.remove(&device);
                self.devices.insert(device, keys);
            }
            Act::Remove => {
                self.devices.remove(&device);
                let statement = hash.clone();
                self.removed.insert(device, Removed { statement, keys });
            }
        }
        self.hashes.push(hash);
        Ok(())
    }
}

fn short(hash: &str) -> String {
    hash.chars().take(SHORT).collect()
}

#[cfg(test)]
mod tests;

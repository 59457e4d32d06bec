use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    Act, Authority, Digest, Entry, Head, ObjectError, PublicKey, Revocations, Role, Time, Trust,
    TrustError, act::ActStatement,
};

/// A log of acts that was verified from its beginning: what it ends with, and what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    organisation: PublicKey,
    digests: Vec<Digest>,
    last: Time,
    has_owner: bool,
    revocations: Revocations,
}

/// Entries as the relay hands them out, with the head of the whole log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogPage {
    /// Entries from the one asked for on.
    pub entries: Vec<Entry>,
    /// Where the log ends.
    pub head: Head,
}

/// Why an entry does not continue a log, or a log not what was known of it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LogFault {
    /// A signer's key, chain, role or tenant does not hold.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// An entry is missing, doubled or out of order.
    #[error("entry has the number {got}, {wanted} is next")]
    Gap {
        /// Its number.
        got: u64,
        /// The number that follows.
        wanted: u64,
    },
    /// It follows another entry than the last one.
    #[error("entry {number} does not follow the entry before it")]
    Forked {
        /// Its number.
        number: u64,
    },
    /// It is older than the one before it.
    #[error("entry was made at {got}, the one before it at {previous}")]
    BackInTime {
        /// When it says that it was made.
        got: Time,
        /// When the one before it was.
        previous: Time,
    },
    /// The act needs two persons.
    #[error("act has {got} signatures, {wanted} different ones are needed")]
    TwoPersons {
        /// Signers.
        got: usize,
        /// Signers needed.
        wanted: usize,
    },
    /// Entries that were there are gone.
    #[error("log has {got} entries, {known} were known")]
    Truncated {
        /// Entries now.
        got: u64,
        /// Entries known.
        known: u64,
    },
    /// An entry that was known is another now.
    #[error("the first {known} entries are not those that were known")]
    Rewritten {
        /// Entries known.
        known: u64,
    },
}

impl Log {
    /// The empty log of an organisation.
    #[must_use]
    pub fn new(organisation: PublicKey) -> Self {
        Self {
            organisation,
            digests: Vec::new(),
            last: Time(0),
            has_owner: false,
            revocations: Revocations::default(),
        }
    }

    /// Verifies a whole log.
    ///
    /// # Errors
    /// At the first entry that does not hold.
    pub fn verify<'a>(
        organisation: PublicKey,
        entries: impl IntoIterator<Item = &'a Entry>,
    ) -> Result<Self, LogFault> {
        let mut log = Self::new(organisation);
        for entry in entries {
            log.append(entry)?;
        }
        Ok(log)
    }

    /// Where it ends.
    #[must_use]
    pub fn head(&self) -> Head {
        let beginning = || Digest::beginning(&self.organisation);
        Head {
            length: self.length(),
            digest: self.digests.last().copied().unwrap_or_else(beginning),
        }
    }

    /// What its entries revoked.
    #[must_use]
    pub const fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    /// The organisation and what is revoked by now.
    #[must_use]
    pub const fn trust(&self) -> Trust<'_> {
        Trust {
            organisation: &self.organisation,
            revocations: &self.revocations,
        }
    }

    /// Checks that this log continues one that ended with `known`: nothing was cut off or rewritten.
    ///
    /// # Errors
    /// If it does not.
    pub fn check_continues(&self, known: &Head) -> Result<(), LogFault> {
        if known.length > self.length() {
            return Err(LogFault::Truncated {
                got: self.length(),
                known: known.length,
            });
        }
        let place = usize::try_from(known.length).unwrap_or(usize::MAX);
        let digest = match place.checked_sub(1) {
            Some(last) => self.digests.get(last).copied(),
            None => Some(Digest::beginning(&self.organisation)),
        };
        if digest != Some(known.digest) {
            return Err(LogFault::Rewritten {
                known: known.length,
            });
        }
        Ok(())
    }

    /// Checks that `entry` comes next and that its signers may do what it says.
    ///
    /// # Errors
    /// If it does not follow the last entry, or a signature, chain, role or tenant does not hold.
    pub fn check(&self, entry: &Entry) -> Result<(), LogFault> {
        self.check_place(entry.body())?;
        self.check_signers(entry)?;
        self.check_persons(entry.body())
    }

    /// Takes `entry` in after [`Self::check`].
    ///
    /// # Errors
    /// If it does not hold; the log stays as it was.
    pub fn append(&mut self, entry: &Entry) -> Result<(), LogFault> {
        self.check(entry)?;
        self.append_unchecked(entry)
    }

    /// Takes `entry` in as it is: for one that was checked before, such as those in a store of one's own.
    ///
    /// # Errors
    /// If it has no digest.
    pub fn append_unchecked(&mut self, entry: &Entry) -> Result<(), LogFault> {
        let body = entry.body();
        let digest = Digest::of(body).map_err(TrustError::from)?;
        match &body.act {
            Act::RevokeGrant { serial, from } | Act::RevokeInvitation { serial, from } => {
                self.revocations.add(*serial, *from);
            }
            Act::Grant { grant } => self.has_owner |= grant.body.role == Role::Owner,
            Act::Invite { .. }
            | Act::Policy { .. }
            | Act::Directory { .. }
            | Act::RemoveUser { .. }
            | Act::RemoveDevice { .. }
            | Act::WipeDevice { .. }
            | Act::EraseAccount { .. }
            | Act::OpenRecovery { .. } => {}
        }
        self.digests.push(digest);
        self.last = self.last.max(body.issued);
        Ok(())
    }

    /// Checks organisation, number, predecessor and time.
    ///
    /// # Errors
    /// If one of them is not that of the next entry.
    pub fn check_place(&self, body: &ActStatement) -> Result<(), LogFault> {
        if body.organisation != self.organisation {
            let got = body.organisation;
            return Err(TrustError::OtherOrganisation { got }.into());
        }
        let head = self.head();
        if body.number != head.length {
            return Err(LogFault::Gap {
                got: body.number,
                wanted: head.length,
            });
        }
        if body.previous != head.digest {
            return Err(LogFault::Forked {
                number: body.number,
            });
        }
        if body.issued < self.last {
            return Err(LogFault::BackInTime {
                got: body.issued,
                previous: self.last,
            });
        }
        Ok(())
    }

    /// Checks that exactly those in `by` signed, and that each of them may.
    ///
    /// # Errors
    /// If a signature, chain, role or tenant does not hold.
    pub fn check_signers(&self, entry: &Entry) -> Result<(), LogFault> {
        let body = entry.body();
        if !entry.statement.signers().eq(&body.by) || entry.chains.len() != body.by.len() {
            return Err(TrustError::NotSigned.into());
        }
        let mut authorities = Vec::new();
        for (key, chain) in body.by.iter().zip(&entry.chains) {
            entry.statement.verify(key)?;
            let authority = chain.verify(key, self.trust(), body.issued)?;
            authority.check_admin(body.tenant.as_ref())?;
            if body.act.needs_owner() && authority.role != Role::Owner {
                return Err(TrustError::Role {
                    got: authority.role,
                }
                .into());
            }
            authorities.push(authority);
        }
        self.check_grant(body, &authorities)?;
        Ok(())
    }

    /// Checks that a dangerous act has two signers; the first owner has no second person yet.
    ///
    /// # Errors
    /// If it has one.
    pub fn check_persons(&self, body: &ActStatement) -> Result<(), LogFault> {
        let is_first_owner = matches!(body.act, Act::Grant { .. }) && !self.has_owner;
        let got = body.by.len();
        if got < 2 && body.act.is_dangerous() && !is_first_owner {
            return Err(LogFault::TwoPersons { got, wanted: 2 });
        }
        Ok(())
    }

    /// Checks that a granted role comes from one of the entry's own signers.
    fn check_grant(
        &self,
        body: &ActStatement,
        authorities: &[Authority],
    ) -> Result<(), TrustError> {
        let Act::Grant { grant } = &body.act else {
            return Ok(());
        };
        let signer = grant.verify_sole()?;
        let grantor = authorities.iter().find(|one| one.key == signer);
        let grantor = grantor.ok_or(TrustError::NotSigned)?;
        grantor.granted(grant, self.trust(), body.issued)?;
        if body.tenant != grant.body.tenant {
            return Err(TrustError::Other { what: "tenant" });
        }
        Ok(())
    }

    fn length(&self) -> u64 {
        u64::try_from(self.digests.len()).unwrap_or(u64::MAX)
    }
}

impl From<ObjectError> for LogFault {
    fn from(error: ObjectError) -> Self {
        Self::Trust(error.into())
    }
}

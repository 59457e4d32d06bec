use serde::{Deserialize, Serialize};

use crate::{
    Chain, DeviceName, Digest, Grant, ObjectError, PublicKey, Role, Serial, Signed, SigningKey,
    Statement, Tenant, Time, UserName,
};

/// What an administrator does. Nothing in it is content, a name or an address of a person beyond the user id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Gives a key a role.
    Grant {
        /// The grant, by one of the entry's signers.
        grant: Box<Signed<Grant>>,
    },
    /// Takes a role back.
    RevokeGrant {
        /// The grant's.
        serial: Serial,
        /// What the key signed from then on does not count; 0: nothing it ever signed does.
        from: Time,
    },
    /// Makes an invitation.
    Invite {
        /// The invitation's.
        serial: Serial,
        /// The role that it carries.
        role: Role,
        /// When it ends.
        expires: Time,
    },
    /// Takes an invitation back, and with it an account that enrolled later than `from`.
    RevokeInvitation {
        /// The invitation's.
        serial: Serial,
        /// From when on it does not count.
        from: Time,
    },
    /// Puts a policy in force.
    Policy {
        /// Its version.
        version: u64,
        /// Its digest.
        digest: Digest,
    },
    /// Puts a directory in force.
    Directory {
        /// Its version.
        version: u64,
        /// Its digest.
        digest: Digest,
    },
    /// Ends an account: its devices are signed out, nobody can reach it.
    RemoveUser {
        /// The account.
        user: UserName,
    },
    /// Signs a device out.
    RemoveDevice {
        /// The account.
        user: UserName,
        /// The device.
        device: DeviceName,
    },
    /// Has a device wipe itself.
    WipeDevice {
        /// The account.
        user: UserName,
        /// The device.
        device: DeviceName,
    },
    /// Deletes an account with all that is stored for it.
    EraseAccount {
        /// The account.
        user: UserName,
    },
    /// Opens what an account's owner left with the organisation for recovery.
    OpenRecovery {
        /// The account.
        user: UserName,
    },
}

/// One link of the log of acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActStatement {
    /// The organisation.
    pub organisation: PublicKey,
    /// Its place in the log, counted from 0.
    pub number: u64,
    /// Digest of the entry before it.
    pub previous: Digest,
    /// Who acts: one key, or two in their order. Inside what is signed, so that nobody adds or strips one.
    pub by: Vec<PublicKey>,
    /// The only tenant that it is about; none: the whole organisation.
    pub tenant: Option<Tenant>,
    /// What is done.
    pub act: Act,
    /// When.
    pub issued: Time,
}

/// An entry of the log: the statement, its signatures, and for each signer in `by` its chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What is done, signed.
    pub statement: Signed<ActStatement>,
    /// From the root to each signer, in the order of `by`.
    pub chains: Vec<Chain>,
}

/// A key that signs an entry, with its chain.
#[derive(Debug)]
pub struct Signer<'a> {
    /// The key.
    pub key: &'a SigningKey,
    /// From the root to the key.
    pub chain: &'a Chain,
}

impl Act {
    /// Whether it needs two persons: it cannot be taken back, opens what one person locked, or makes an owner.
    #[must_use]
    pub fn is_dangerous(&self) -> bool {
        match self {
            Self::Grant { grant } => grant.body.role == Role::Owner,
            Self::WipeDevice { .. } | Self::EraseAccount { .. } | Self::OpenRecovery { .. } => true,
            Self::RevokeGrant { .. }
            | Self::Invite { .. }
            | Self::RevokeInvitation { .. }
            | Self::Policy { .. }
            | Self::Directory { .. }
            | Self::RemoveUser { .. }
            | Self::RemoveDevice { .. } => false,
        }
    }

    /// The account that it is about.
    #[must_use]
    pub const fn user(&self) -> Option<&UserName> {
        match self {
            Self::RemoveUser { user }
            | Self::RemoveDevice { user, .. }
            | Self::WipeDevice { user, .. }
            | Self::EraseAccount { user }
            | Self::OpenRecovery { user } => Some(user),
            Self::Grant { .. }
            | Self::RevokeGrant { .. }
            | Self::Invite { .. }
            | Self::RevokeInvitation { .. }
            | Self::Policy { .. }
            | Self::Directory { .. } => None,
        }
    }

    /// Whether only an owner may do it.
    pub(crate) const fn needs_owner(&self) -> bool {
        matches!(self, Self::Grant { .. } | Self::RevokeGrant { .. })
    }
}

impl Entry {
    /// Signs a statement with each of `signers`; `by` is filled in from them.
    ///
    /// # Errors
    /// If the statement holds a number beyond 53 bits, or there is no signer.
    pub fn new(mut statement: ActStatement, signers: &[Signer<'_>]) -> Result<Self, ObjectError> {
        let mut signers: Vec<_> = signers.iter().collect();
        signers.sort_by_key(|signer| signer.key.public());
        signers.dedup_by_key(|signer| signer.key.public());
        statement.by = signers.iter().map(|signer| signer.key.public()).collect();
        let (first, others) = signers.split_first().ok_or_else(|| ObjectError::Shape {
            reason: "nobody signs".to_owned(),
        })?;
        let mut statement = Signed::new(statement, first.key)?;
        for other in others {
            statement.add(other.key)?;
        }
        Ok(Self {
            statement,
            chains: signers.iter().map(|signer| signer.chain.clone()).collect(),
        })
    }

    /// The statement.
    #[must_use]
    pub const fn body(&self) -> &ActStatement {
        &self.statement.body
    }
}

impl Statement for ActStatement {
    const DOMAIN: &'static str = "dev.pruefstand.organisation.act.v1";

    fn organisation(&self) -> &PublicKey {
        &self.organisation
    }

    fn issued(&self) -> Time {
        self.issued
    }
}

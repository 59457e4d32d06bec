use thiserror::Error;

use crate::{NameFault, ObjectError, PublicKey, Revocations, Role, Serial, Tenant, Time};

/// What a verifier goes by: the organisation's key, known from the invitation code or the command line, and what was revoked.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'a> {
    /// The organisation's root key.
    pub organisation: &'a PublicKey,
    /// The revocations that the verifier knows.
    pub revocations: &'a Revocations,
}

/// Why a statement does not count.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TrustError {
    /// It is no object of its kind.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// A name in it is none.
    #[error(transparent)]
    Name(#[from] NameFault),
    /// There is no signature by the key that should have signed.
    #[error("statement is not signed by the key that should have signed it")]
    NotSigned,
    /// A signature does not fit statement and key.
    #[error("signature is wrong")]
    WrongSignature,
    /// More or fewer signatures than the statement needs.
    #[error("statement has {got} signatures, {wanted} are needed")]
    Signatures {
        /// Signatures on it.
        got: usize,
        /// Signatures needed.
        wanted: usize,
    },
    /// It is about another organisation.
    #[error("statement is about the organisation {got}")]
    OtherOrganisation {
        /// The organisation that it names.
        got: PublicKey,
    },
    /// It is about a tenant that its signer has no say in, or that the reader does not belong to.
    #[error("statement is about another tenant than {wanted}")]
    OtherTenant {
        /// The tenant that it should be about.
        wanted: Tenant,
    },
    /// It is about a tenant that the charter does not name.
    #[error("the organisation has no tenant {got}")]
    NoSuchTenant {
        /// The tenant that it names.
        got: Tenant,
    },
    /// Its time lies in the future.
    #[error("statement was made at {got}, which lies after {now}")]
    FromTheFuture {
        /// When it says that it was made.
        got: Time,
        /// The verifier's time.
        now: Time,
    },
    /// It is over.
    #[error("statement expired at {expired}")]
    Expired {
        /// When it expired.
        expired: Time,
    },
    /// Its version is not above the one seen.
    #[error("statement has version {got}, version {seen} was seen")]
    NotHigher {
        /// Its version.
        got: u64,
        /// The version in force.
        seen: u64,
    },
    /// It ends before it begins, or lasts longer than statements of its kind may.
    #[error("statement lasts {got} ms, at least 1 and at most {limit} are allowed")]
    Lifetime {
        /// How long it lasts.
        got: u64,
        /// How long it may.
        limit: u64,
    },
    /// It, or a grant that it rests on, was revoked.
    #[error("{serial} was revoked")]
    Revoked {
        /// What was revoked.
        serial: Serial,
    },
    /// Its chain of grants does not lead from the root to its signer.
    #[error("chain of grants does not lead to the signer")]
    BrokenChain,
    /// The signer's role may not state this.
    #[error("the role {got} may not state this")]
    Role {
        /// The signer's role.
        got: Role,
    },
    /// It names another user, server, key or invitation than it should.
    #[error("statement is about another {what}")]
    Other {
        /// What differs.
        what: &'static str,
    },
}

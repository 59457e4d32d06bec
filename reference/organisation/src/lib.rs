//! What a closed organisation signs: charter, grants, invitations, admissions, policy, directory, log of acts, announcements.
//!
//! The root of an organisation is one Ed25519 key that stays offline; its public half *is* the
//! organisation. Everything else is a [`Signed`] statement over canonical JSON with a domain word
//! inside, and leads back to the root through a [`Chain`] of [`Grant`]s. The relay stores and checks
//! these objects; it can neither make nor change one. Nothing in here does I/O, reads a clock or
//! draws randomness.

mod act;
mod admission;
mod announcement;
mod authorised;
mod chain;
mod charter;
mod code;
mod directory;
mod enrolment;
mod grant;
mod head;
mod invitation;
pub mod json;
mod key;
mod log;
mod name;
mod object;
pub mod policy;
mod question;
mod revocations;
mod role;
mod serial;
mod signed;
mod text;
mod time;
mod trust;
mod version;

pub use act::{Act, ActStatement, Entry, Signer};
pub use admission::{Admission, AdmissionStatement};
pub use announcement::{Announcement, Says};
pub use authorised::Authorised;
pub use chain::{Authority, Chain};
pub use charter::Charter;
pub use code::InvitationCode;
pub use directory::{Directory, DirectoryKey, Listed, MAX_PAGES, Page, SEALED_PAGE};
pub use enrolment::{EnrolmentProof, EnrolmentToken};
pub use grant::Grant;
pub use head::{Digest, Head};
pub use invitation::Invitation;
pub use key::{KeyFault, PublicKey, Signature, SigningKey};
pub use log::{Log, LogFault, LogPage};
pub use name::{DeviceName, NameFault, OrganisationName, ServerName, Tenant, UserName};
pub use object::{MAX_OBJECT, ObjectError, read, text_of, value_of};
pub use policy::Policy;
pub use question::{Question, Subject};
pub use revocations::Revocations;
pub use role::Role;
pub use serial::Serial;
pub use signed::{Signed, Statement};
pub use text::TextFault;
pub use time::{CLOCK_SKEW, Time};
pub use trust::{Trust, TrustError};
pub use version::{Suite, Version, VersionFault};

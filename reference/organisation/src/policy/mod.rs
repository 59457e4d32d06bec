//! The policy profile: what an organisation asks of its clients, signed and versioned.
//!
//! The groups [`SignIn`], [`Passwords`], [`Functions`], [`Leaving`], [`Recovery`] and [`Provisioning`] hold
//! the keys that administrators know from managed app configuration, under the same names. Their
//! defaults protect; a policy on the wire names every key.

mod external;
mod functions;
mod labels;
mod leaving;
mod passwords;
mod provisioning;
mod recovery;
mod retention;
mod sign_in;
mod signals;
mod warnings;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    Authorised, Authority, Head, PublicKey, Statement, Suite, Tenant, Time, Trust, TrustError,
    Version,
    name::{made_of, shown},
    time::CLOCK_SKEW,
};

pub use external::External;
pub use functions::Functions;
pub use labels::{Forward, LabelRule};
pub use leaving::Leaving;
pub use passwords::Passwords;
pub use provisioning::Provisioning;
pub use recovery::Recovery;
pub use retention::{Retention, RetentionKind};
pub use sign_in::SignIn;
pub use signals::Signals;
pub use warnings::Warnings;

/// What an organisation asks of the clients of one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The organisation.
    pub organisation: PublicKey,
    /// The tenant.
    pub tenant: Tenant,
    /// Rises with every change, from 1; a client never goes back.
    pub version: u64,
    /// When it was signed.
    pub issued: Time,
    /// What it asks.
    pub rules: Rules,
    /// The log of acts as its signer knew it: a relay cannot cut off what a policy names.
    pub log: Option<Head>,
}

/// The rules themselves; in a file that an administrator writes, what is left out protects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Sign-in and app lock.
    pub sign_in: SignIn,
    /// Password rules.
    pub passwords: Passwords,
    /// Functions of the device.
    pub functions: Functions,
    /// What may leave the app.
    pub leaving: Leaving,
    /// Backup and recovery.
    pub recovery: Recovery,
    /// Values for one person; a published policy has none.
    pub provisioning: Provisioning,
    /// People outside the organisation.
    pub external: External,
    /// Receipts, typing and presence.
    pub signals: Signals,
    /// Clients older than this stop working once `grace_seconds` have passed since `issued`.
    pub minimum_version: Version,
    /// How long older clients may go on, in seconds.
    pub grace_seconds: u64,
    /// How long things are kept.
    pub retention: Retention,
    /// Media types that may be attached, for example `image/png`; at most 128.
    pub attachment_types: BTreeSet<String>,
    /// Bytes of the largest attachment; 1 to 2^40.
    pub attachment_bytes: u64,
    /// Previews of links may be fetched.
    pub link_previews: bool,
    /// Messages may go on to another account on the same device, with a mark.
    pub cross_account: bool,
    /// Days after which a directory that no administrator confirmed is shown as old; 1 to 366.
    pub directory_days: u64,
    /// Labels on messages; at most 16.
    pub labels: Vec<LabelRule>,
    /// When the sender is warned.
    pub warnings: Warnings,
    /// No session of an older suite.
    pub suite_floor: Suite,
}

/// Why a policy is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// It is not signed by someone who may sign policy for the tenant.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// It is for another organisation or tenant than the one in force.
    #[error("policy is for another organisation or tenant")]
    Elsewhere,
    /// Its version is not above the one seen.
    #[error("policy has version {got}, version {seen} was seen")]
    NotHigher {
        /// Its version.
        got: u64,
        /// The version in force.
        seen: u64,
    },
    /// It knows less of the log of acts than the one in force.
    #[error("policy knows {got} acts, {seen} were known")]
    ForgetsActs {
        /// Acts that it knows.
        got: u64,
        /// Acts that the one in force knows.
        seen: u64,
    },
    /// It holds a person's values and would be stored where the relay reads it.
    #[error("policy holds values of one person")]
    Personal,
    /// A value is out of its bounds.
    #[error("{key} has {got}, {limit} are allowed")]
    Bounds {
        /// The key.
        key: &'static str,
        /// Its value.
        got: u64,
        /// What is allowed, in words.
        limit: &'static str,
    },
    /// A text is no media type, label, server or user.
    #[error("{key} holds a text that is not of its kind")]
    Text {
        /// The key.
        key: &'static str,
    },
}

impl Authorised<Policy> {
    /// Checks that someone who may sign policy for its tenant signed it, and that its values are in bounds.
    ///
    /// # Errors
    /// If not, or if it comes from the future.
    pub fn verify_policy(&self, trust: Trust<'_>, now: Time) -> Result<Authority, PolicyError> {
        let policy = self.body();
        let authority = self.verify(trust)?;
        authority.check_admin(Some(&policy.tenant))?;
        if policy.issued > now.plus(CLOCK_SKEW) {
            let got = policy.issued;
            return Err(TrustError::FromTheFuture { got, now }.into());
        }
        policy.rules.check()?;
        Ok(authority)
    }
}

impl Policy {
    /// Checks that `next` may follow this policy: same place, higher version, no less of the log.
    ///
    /// # Errors
    /// If it may not. The same policy again is [`PolicyError::NotHigher`] too: compare before if that is no fault.
    pub fn accepts(&self, next: &Self) -> Result<(), PolicyError> {
        if next.organisation != self.organisation || next.tenant != self.tenant {
            return Err(PolicyError::Elsewhere);
        }
        if next.version <= self.version {
            return Err(PolicyError::NotHigher {
                got: next.version,
                seen: self.version,
            });
        }
        let acts = |policy: &Self| policy.log.map_or(0, |head| head.length);
        if acts(next) < acts(self) {
            return Err(PolicyError::ForgetsActs {
                got: acts(next),
                seen: acts(self),
            });
        }
        Ok(())
    }

    /// Checks that it holds nothing of one person, so that a relay may read it.
    ///
    /// # Errors
    /// If it does.
    pub fn check_publishable(&self) -> Result<(), PolicyError> {
        if self.rules.provisioning != Provisioning::default() {
            return Err(PolicyError::Personal);
        }
        Ok(())
    }
}

impl Rules {
    /// Checks that every value is in its bounds.
    ///
    /// # Errors
    /// At the first that is not.
    pub fn check(&self) -> Result<(), PolicyError> {
        self.sign_in.check()?;
        self.passwords.check()?;
        self.provisioning.check()?;
        self.external.check()?;
        self.retention.check()?;
        self.warnings.check()?;
        within(
            "attachment_types",
            count(self.attachment_types.len()),
            0..=128,
            "at most 128",
        )?;
        within("labels", count(self.labels.len()), 0..=16, "at most 16")?;
        within(
            "grace_seconds",
            self.grace_seconds,
            0..=YEAR,
            "at most a year",
        )?;
        within(
            "attachment_bytes",
            self.attachment_bytes,
            1..=1 << 40,
            "1 to 2^40",
        )?;
        within("directory_days", self.directory_days, 1..=366, "1 to 366")?;
        let is_type_byte = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/.+-".contains(&byte)
        };
        for media in &self.attachment_types {
            let has_halves = media.split('/').filter(|half| !half.is_empty()).count() == 2;
            if made_of(media, 127, is_type_byte).is_err() || !has_halves {
                return Err(PolicyError::Text {
                    key: "attachment_types",
                });
            }
        }
        for rule in &self.labels {
            shown(&rule.label, 64).or(Err(PolicyError::Text { key: "labels" }))?;
        }
        Ok(())
    }
}

impl Default for Rules {
    fn default() -> Self {
        let types = [
            "application/pdf",
            "audio/ogg",
            "image/gif",
            "image/jpeg",
            "image/png",
            "image/webp",
            "text/calendar",
            "text/plain",
            "text/vcard",
            "video/mp4",
        ];
        Self {
            sign_in: SignIn::default(),
            passwords: Passwords::default(),
            functions: Functions::default(),
            leaving: Leaving::default(),
            recovery: Recovery::default(),
            provisioning: Provisioning::default(),
            external: External::Deny,
            signals: Signals::default(),
            minimum_version: Version {
                major: 0,
                minor: 0,
                patch: 0,
            },
            grace_seconds: 14 * DAY,
            retention: Retention::default(),
            attachment_types: types.map(str::to_owned).into(),
            attachment_bytes: 100 << 20,
            link_previews: false,
            cross_account: false,
            directory_days: 30,
            labels: vec![LabelRule::default()],
            warnings: Warnings::default(),
            suite_floor: Suite(1),
        }
    }
}

impl Statement for Policy {
    const DOMAIN: &'static str = "dev.pruefstand.organisation.policy.v1";

    fn organisation(&self) -> &PublicKey {
        &self.organisation
    }

    fn issued(&self) -> Time {
        self.issued
    }
}

pub(crate) const DAY: u64 = 24 * 60 * 60;
pub(crate) const YEAR: u64 = 366 * DAY;

/// Checks one value.
fn within(
    key: &'static str,
    got: u64,
    range: std::ops::RangeInclusive<u64>,
    limit: &'static str,
) -> Result<(), PolicyError> {
    if range.contains(&got) {
        return Ok(());
    }
    Err(PolicyError::Bounds { key, got, limit })
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

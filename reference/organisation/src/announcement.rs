use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Authorised, Authority, Digest, PublicKey, Role, Serial, Statement, Tenant, Time, Trust,
    TrustError, name, time::CLOCK_SKEW,
};

/// An entry of a channel: each names the one before it, so none can be left out, moved or exchanged unseen.
///
/// What a post says lies beside the statement, and only its digest is signed: a recall can remove the text and
/// leave the chain whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    /// The organisation.
    pub organisation: PublicKey,
    /// The tenant that the channel is for.
    pub tenant: Tenant,
    /// The channel.
    pub channel: Serial,
    /// The Matrix room that carries it; 255 bytes at most.
    pub room: String,
    /// Its place: 1 founds the channel.
    pub number: u64,
    /// The digest of the entry before it; none for the first.
    pub previous: Option<Digest>,
    /// When it was made.
    pub issued: Time,
    /// What it does.
    pub says: Says,
}

/// What an entry of a channel does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Says {
    /// The channel begins.
    Found {
        /// What readers see it as; 64 characters at most.
        name: String,
    },
    /// News.
    Post {
        /// The digest of what is said.
        content: Digest,
        /// From when on it is not shown any longer.
        expires: Option<Time>,
    },
    /// An earlier post is taken back.
    Recall {
        /// Which.
        number: u64,
    },
}

/// Longest room id, in bytes (Matrix specification, "Identifier grammar").
const MAX_ROOM: usize = 255;

impl Authorised<Announcement> {
    /// Checks that a publisher of the tenant, or somebody above, made it. Its place among the others is for the reader to check.
    ///
    /// # Errors
    /// If the signer had no say in it then, it is from the future, or it cannot stand at its place.
    pub fn verify_announcement(
        &self,
        trust: Trust<'_>,
        now: Time,
    ) -> Result<Authority, TrustError> {
        let entry = self.body();
        let authority = self.verify(trust)?;
        if !authority.role.may_publish() {
            return Err(TrustError::Role {
                got: authority.role,
            });
        }
        authority.check_reach(Some(&entry.tenant))?;
        if entry.issued > now.plus(CLOCK_SKEW) {
            return Err(TrustError::FromTheFuture {
                got: entry.issued,
                now,
            });
        }
        entry.check()?;
        Ok(authority)
    }
}

impl Announcement {
    /// The digest of what a post says: SHA-256 of its canonical JSON.
    ///
    /// # Errors
    /// If it holds a number beyond 53 bits.
    pub fn digest_of(content: &Value) -> Result<Digest, TrustError> {
        Ok(Digest::of_value(content)?)
    }

    /// Whether its signer, or one with this authority, may take `other` back: its own author, or whoever administers.
    #[must_use]
    pub fn may_recall(by: &Authority, author: &PublicKey) -> bool {
        by.key == *author || by.role.may_administer()
    }

    fn check(&self) -> Result<(), TrustError> {
        let is_first = self.number == 1;
        let is_found = matches!(self.says, Says::Found { .. });
        if is_first != is_found || is_first != self.previous.is_none() || self.number == 0 {
            return Err(TrustError::Other { what: "place" });
        }
        if self.room.len() > MAX_ROOM {
            return Err(TrustError::Other { what: "room" });
        }
        match &self.says {
            Says::Found { name } if name::shown(name, 64).is_err() => {
                Err(TrustError::Other { what: "name" })
            }
            Says::Recall { number } if *number >= self.number => {
                Err(TrustError::Other { what: "number" })
            }
            Says::Found { .. } | Says::Post { .. } | Says::Recall { .. } => Ok(()),
        }
    }
}

impl Statement for Announcement {
    const DOMAIN: &'static str = "dev.pruefstand.organisation.announcement.v1";

    fn organisation(&self) -> &PublicKey {
        &self.organisation
    }

    fn issued(&self) -> Time {
        self.issued
    }
}

impl Role {
    /// Whether this role may write announcements.
    #[must_use]
    pub const fn may_publish(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Publisher)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Chain, Revocations, Signed, SigningKey};

    fn entry(root: &SigningKey, number: u64, says: Says) -> Authorised<Announcement> {
        let previous = Digest::of_value(&json!({})).unwrap();
        let body = Announcement {
            organisation: root.public(),
            tenant: Tenant::new("main").unwrap(),
            channel: Serial::from_bytes([1; 16]),
            room: "!news:example".to_owned(),
            number,
            previous: (number != 1).then_some(previous),
            issued: Time(1_000),
            says,
        };
        Authorised {
            statement: Signed::new(body, root).unwrap(),
            chain: Chain::root(),
        }
    }

    #[test]
    fn each_kind_stands_at_its_place_only() {
        let root = SigningKey::from_seed(&[3; 32]);
        let (key, revocations) = (root.public(), Revocations::default());
        let trust = Trust {
            organisation: &key,
            revocations: &revocations,
        };
        let found = || Says::Found {
            name: "News".to_owned(),
        };
        let holds =
            |entry: Authorised<Announcement>| entry.verify_announcement(trust, Time(1_000)).is_ok();
        assert!(holds(entry(&root, 1, found())));
        assert!(!holds(entry(&root, 2, found())));
        assert!(holds(entry(&root, 2, Says::Recall { number: 1 })));
        assert!(!holds(entry(&root, 2, Says::Recall { number: 2 })));
        let early = entry(&root, 1, found());
        assert!(
            early.verify_announcement(trust, Time(0)).is_ok(),
            "within the skew"
        );
        let stranger = SigningKey::from_seed(&[4; 32]);
        assert!(!holds(entry(&stranger, 1, found())));
    }
}

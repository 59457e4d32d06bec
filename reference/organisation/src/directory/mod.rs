//! The directory of a tenant: who works there, for its members alone.
//!
//! What stands in it is sealed under a key that members get with their invitation; a relay stores pages of one
//! size and cannot tell how many people are in them. A signed statement holds the pages together, so that neither
//! the relay nor a member, who has the key too, can add, change or leave out an entry.

mod key;
mod page;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Authorised, Authority, Digest, ObjectError, PublicKey, Statement, Tenant, Time, Trust,
    TrustError, time::CLOCK_SKEW,
};

pub use key::DirectoryKey;
pub use page::{Listed, Page, SEALED_PAGE};

/// Pages of a directory: some thousand people.
pub const MAX_PAGES: usize = 32;

/// The pages of a directory, by their digests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// The organisation.
    pub organisation: PublicKey,
    /// The tenant that it is for.
    pub tenant: Tenant,
    /// Rises with every change, from 1; a client never goes back.
    pub version: u64,
    /// When it was signed.
    pub issued: Time,
    /// The digest of each sealed page, in their order; 32 at most.
    pub pages: Vec<Digest>,
}

impl Authorised<Directory> {
    /// Checks that an admin of its tenant signed it.
    ///
    /// # Errors
    /// If not, if it comes from the future, or has more pages than a directory can have.
    pub fn verify_directory(&self, trust: Trust<'_>, now: Time) -> Result<Authority, TrustError> {
        let directory = self.body();
        let authority = self.verify(trust)?;
        authority.check_admin(Some(&directory.tenant))?;
        if directory.issued > now.plus(CLOCK_SKEW) {
            let got = directory.issued;
            return Err(TrustError::FromTheFuture { got, now });
        }
        if directory.pages.len() > MAX_PAGES || directory.version == 0 {
            return Err(TrustError::Other { what: "size" });
        }
        Ok(authority)
    }
}

impl Directory {
    /// Checks that `next` may follow this one: of the same tenant, with a higher version.
    ///
    /// # Errors
    /// If it may not. The same again is refused too: compare before if that is no fault.
    pub fn accepts(&self, next: &Self) -> Result<(), TrustError> {
        if next.organisation != self.organisation {
            let got = next.organisation;
            return Err(TrustError::OtherOrganisation { got });
        }
        if next.tenant != self.tenant {
            let wanted = self.tenant.clone();
            return Err(TrustError::OtherTenant { wanted });
        }
        if next.version <= self.version {
            return Err(TrustError::NotHigher {
                got: next.version,
                seen: self.version,
            });
        }
        Ok(())
    }

    /// Checks that `sealed` is the page at `place`.
    ///
    /// # Errors
    /// If it is not.
    pub fn check_page(&self, place: usize, sealed: &str) -> Result<(), TrustError> {
        let digest = self.pages.get(place);
        if digest != Some(&Self::digest_of(sealed)?) {
            return Err(TrustError::Other { what: "page" });
        }
        Ok(())
    }

    /// The digest of a sealed page: SHA-256 of the canonical JSON of `{"page": its text}`.
    ///
    /// # Errors
    /// None in practice: a text has a canonical form.
    pub fn digest_of(sealed: &str) -> Result<Digest, ObjectError> {
        Digest::of_value(&json!({ "page": sealed }))
    }
}

impl Statement for Directory {
    const DOMAIN: &'static str = "dev.pruefstand.organisation.directory.v1";

    fn organisation(&self) -> &PublicKey {
        &self.organisation
    }

    fn issued(&self) -> Time {
        self.issued
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SigningKey, UserName};

    fn listed(user: &str, name: &str) -> Listed {
        Listed {
            user: UserName::new(user).unwrap(),
            name: name.to_owned(),
            unit: "Sales".to_owned(),
        }
    }

    #[test]
    fn a_page_shows_nothing_and_opens_at_its_place_only() {
        let organisation = SigningKey::from_seed(&[1; 32]).public();
        let (main, other) = (Tenant::new("main").unwrap(), Tenant::new("other").unwrap());
        let key = DirectoryKey::from_bytes([7; 32]);
        let page = Page::new(vec![listed("@b:x", "Ben"), listed("@a:x", "Anna")]).unwrap();
        let sealed = page.seal(&key, (&organisation, &main), [9; 12]).unwrap();
        assert_eq!(sealed.len(), SEALED_PAGE);
        let empty = Page::new(Vec::new()).unwrap();
        let empty = empty.seal(&key, (&organisation, &main), [8; 12]).unwrap();
        assert_eq!(empty.len(), SEALED_PAGE, "the size says nothing");
        let open = |key: &DirectoryKey, tenant| Page::open(&sealed, key, (&organisation, tenant));
        assert_eq!(open(&key, &main).unwrap(), page);
        assert!(open(&key, &other).is_err());
        assert!(open(&DirectoryKey::from_bytes([8; 32]), &main).is_err());
        assert!(!format!("{key:?}").contains(&key.reveal()));
    }

    #[test]
    fn a_page_has_room_for_so_much() {
        let many = |count: usize| {
            let people = (0..count).map(|at| listed(&format!("@person-{at}:x"), "Somebody"));
            Page::pack(people.collect())
        };
        assert_eq!(many(0).unwrap().len(), 1, "also nobody has a page");
        let pages = many(1_000).unwrap();
        let held: usize = pages.iter().map(|page| page.entries().len()).sum();
        assert!(held == 1_000 && pages.len() > 1, "{}", pages.len());
        assert!(many(10_000).is_err());
        assert!(Page::pack(vec![listed("@a:x", "\u{202e}nnA")]).is_err());
        assert!(Page::pack(vec![listed("@a:x", "A"), listed("@a:x", "B")]).is_err());
    }
}

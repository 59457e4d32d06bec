use serde::{Deserialize, Serialize};

use super::{DirectoryKey, MAX_PAGES};
use crate::{ObjectError, PublicKey, Tenant, TrustError, UserName, json, name, object, text};

/// A person as the organisation lists him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// His account.
    pub user: UserName,
    /// What he is called; 64 characters at most.
    pub name: String,
    /// Where he works; 64 characters at most, and may be empty.
    pub unit: String,
}

/// Some entries of a directory, which are sealed together. Ordered by user, and nobody is in it twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page(Vec<Listed>);

/// Bytes of a page before it is sealed, however many are on it.
const PAGE: usize = 16 * 1024;

/// Characters of a sealed page: nonce, page and tag in base64url.
pub const SEALED_PAGE: usize = (12 + PAGE + 16) / 3 * 4 + 3;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    entries: Vec<Listed>,
}

impl Page {
    /// A page of these people.
    ///
    /// # Errors
    /// If a name is empty, too long or disguised, somebody is there twice, or they need more room.
    pub fn new(mut entries: Vec<Listed>) -> Result<Self, TrustError> {
        entries.sort_by(|a, b| a.user.as_str().cmp(b.user.as_str()));
        if entries
            .iter()
            .zip(entries.iter().skip(1))
            .any(|(a, b)| a.user == b.user)
        {
            return Err(TrustError::Other {
                what: "number of entries for a user",
            });
        }
        for entry in &entries {
            name::shown(&entry.name, 64)?;
            if !entry.unit.is_empty() {
                name::shown(&entry.unit, 64)?;
            }
        }
        let page = Self(entries);
        page.text().map(|_| page)
    }

    /// As few pages as these people need; one at least.
    ///
    /// # Errors
    /// As [`Page::new`], or if they are more than a directory holds.
    pub fn pack(mut entries: Vec<Listed>) -> Result<Vec<Self>, TrustError> {
        entries.sort_by(|a, b| a.user.as_str().cmp(b.user.as_str()));
        let mut pages = Vec::new();
        let (mut filled, mut size) = (Vec::new(), 0_usize);
        for entry in entries {
            // One byte more for the comma, and the frame around the entries.
            let needs = object::text_of(&entry)?.len().saturating_add(1);
            if size.saturating_add(needs) > PAGE - 64 {
                pages.push(Self::new(std::mem::take(&mut filled))?);
                size = 0;
            }
            size = size.saturating_add(needs);
            filled.push(entry);
        }
        if pages.is_empty() || !filled.is_empty() {
            pages.push(Self::new(filled)?);
        }
        if pages.len() > MAX_PAGES {
            return Err(TrustError::Other { what: "size" });
        }
        Ok(pages)
    }

    /// Who is on it.
    #[must_use]
    pub fn entries(&self) -> &[Listed] {
        &self.0
    }

    /// The page as a relay may see it. The nonce must never be used with this key again.
    ///
    /// # Errors
    /// None in practice: the text of a page has a canonical form.
    pub fn seal(
        &self,
        key: &DirectoryKey,
        place: (&PublicKey, &Tenant),
        nonce: [u8; 12],
    ) -> Result<String, TrustError> {
        let sealed = key.seal(nonce, &context(place), self.text()?.as_bytes());
        sealed
            .map(text::encode)
            .ok_or(TrustError::Other { what: "page" })
    }

    /// The page that was sealed for this organisation and tenant.
    ///
    /// # Errors
    /// If it was not sealed so, or is no page.
    pub fn open(
        sealed: &str,
        key: &DirectoryKey,
        place: (&PublicKey, &Tenant),
    ) -> Result<Self, TrustError> {
        let boxed = text::decode(sealed, SEALED_PAGE).map_err(ObjectError::from)?;
        let opened = key.open(&context(place), &boxed);
        let opened = opened.ok_or(TrustError::Other {
            what: "key or page",
        })?;
        let value = json::parse(opened.trim_ascii_end()).map_err(ObjectError::from)?;
        let written: Written = object::read(&value)?;
        Self::new(written.entries)
    }

    /// Its text, filled up so that its size says nothing.
    fn text(&self) -> Result<String, TrustError> {
        let written = Written {
            entries: self.0.clone(),
        };
        let mut text = object::text_of(&written)?;
        if text.len() > PAGE {
            return Err(TrustError::Other { what: "size" });
        }
        text.extend(std::iter::repeat_n(' ', PAGE - text.len()));
        Ok(text)
    }
}

fn context((organisation, tenant): (&PublicKey, &Tenant)) -> Vec<u8> {
    format!("dev.pruefstand.organisation.directory.page.v1/{organisation}/{tenant}").into_bytes()
}

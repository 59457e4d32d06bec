//! The directory of the tenant: sealed pages that only members can open, held together by an admin's signature (R04).
//!
//! It is looked into on the device alone, so that the relay learns nobody's interest in anybody (R05).

use reference_organisation::{Authorised, Directory, Page, Time, read};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Organisation;
use crate::{
    CallId, Client, Conduct, Flaw, Outcome, Refusal,
    client::{Answer, Body, Method, Pending},
    json::text,
};

/// A directory that was opened, page by page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Listing {
    directory: Authorised<Directory>,
    /// The sealed pages, as they are signed.
    pages: Vec<String>,
    #[serde(skip)]
    opened: Vec<Page>,
}

/// Longest text that is looked for, in characters.
const MAX_TEXT: usize = 200;

/// Entries in one answer.
const MOST_ENTRIES: usize = 200;

const DAY: u64 = 24 * 60 * 60 * 1000;

impl Listing {
    pub(super) fn version(&self) -> u64 {
        self.directory.body().version
    }

    /// Whether every page is here.
    pub(super) fn is_whole(&self) -> bool {
        self.pages.len() >= self.directory.body().pages.len()
    }

    /// The place of the page that comes next.
    pub(super) fn next_page(&self) -> usize {
        self.pages.len()
    }

    /// Opens the pages again, as they come from the store.
    pub(super) fn reopen(&mut self, organisation: &Organisation) -> Result<(), String> {
        let pages = self
            .pages
            .iter()
            .map(|sealed| organisation.open_page(sealed));
        self.opened = pages.collect::<Result<_, _>>()?;
        Ok(())
    }

    fn search(&self, wanted: &str) -> Vec<Value> {
        let wanted: Vec<String> = wanted.split_whitespace().map(str::to_lowercase).collect();
        let entries = self.opened.iter().flat_map(Page::entries);
        let found = entries.filter(|entry| {
            let whole = format!("{}\n{}\n{}", entry.name, entry.unit, entry.user.as_str());
            let whole = whole.to_lowercase();
            wanted.iter().all(|part| whole.contains(part))
        });
        let found = found.take(MOST_ENTRIES).map(|entry| json!(entry));
        found.collect()
    }
}

impl Organisation {
    /// What holds the next directory together, before its pages; `None` if the one that is known is still the newest.
    pub(super) fn take_directory(
        &self,
        known: Option<&Listing>,
        answer: Answer<'_>,
        (now, conduct): (Time, &Conduct),
    ) -> Result<Option<Listing>, String> {
        if answer.status == 404 && known.is_none() {
            return Ok(None);
        }
        answer.good().map_err(|refusal| refusal.to_string())?;
        let next: Authorised<Directory> = read(answer.body).map_err(|error| error.to_string())?;
        if known.is_some_and(|known| known.directory == next) {
            return Ok(None);
        }
        let body = next.body();
        if !conduct.has(Flaw::DirectoryUnsigned) {
            let trust = self.trust().ok_or("the log was not read")?;
            let verified = next.verify_directory(trust, now);
            verified.map_err(|error| error.to_string())?;
        }
        if body.tenant != self.tenant {
            return Err(format!("the directory is for the tenant {}", body.tenant));
        }
        if let Some(known) = known.filter(|_| !conduct.has(Flaw::DirectoryRollback)) {
            let follows = known.directory.body().accepts(body);
            follows.map_err(|error| error.to_string())?;
        }
        Ok(Some(Listing {
            directory: next,
            pages: Vec::new(),
            opened: Vec::new(),
        }))
    }

    /// Adds the next page to a directory that is under way.
    pub(super) fn take_page(
        &self,
        listing: &mut Listing,
        answer: Answer<'_>,
        conduct: &Conduct,
    ) -> Result<(), String> {
        answer.good().map_err(|refusal| refusal.to_string())?;
        let sealed = text(answer.body, "page").ok_or("the relay shows no page")?;
        if !conduct.has(Flaw::DirectoryPageUnbound) {
            let signed = listing.directory.body();
            let signed = signed.check_page(listing.next_page(), sealed);
            signed.map_err(|error| error.to_string())?;
        }
        listing.opened.push(self.open_page(sealed)?);
        listing.pages.push(sealed.to_owned());
        Ok(())
    }

    fn open_page(&self, sealed: &str) -> Result<Page, String> {
        let key = self.directory_key.as_ref();
        let key = key.ok_or("the invitation had no key to the directory")?;
        let page = Page::open(sealed, key, (self.root(), &self.tenant));
        page.map_err(|error| error.to_string())
    }
}

impl Client {
    /// Looks somebody up in the directory, here.
    pub(crate) fn search_directory(
        &mut self,
        now: u64,
        call: CallId,
        wanted: &str,
    ) -> Result<(), Refusal> {
        let got = wanted.chars().count();
        if got > MAX_TEXT {
            let (what, limit) = ("characters to look for", MAX_TEXT);
            return Err(Refusal::TooMany { what, got, limit });
        }
        if self.conduct.has(Flaw::SearchAsksRelay) {
            let path = "/_matrix/client/v3/user_directory/search".to_owned();
            let body = Body::Json(json!({ "search_term": wanted }));
            self.wire.send(Method::Post, path, body, Pending::Errand);
        }
        let days = u64::from(self.policy.directory_days);
        let listing = self.affiliation.listing();
        let issued = listing.map(|listing| listing.directory.body().issued.0);
        let fresh_until = issued.map(|issued| issued.saturating_add(days.saturating_mul(DAY)));
        let found = json!({
            "version": listing.map(Listing::version),
            "old": fresh_until.is_some_and(|until| now >= until),
            "entries": listing.map_or_else(Vec::new, |listing| listing.search(wanted)),
        });
        self.wire.done(call, Outcome::Value(found));
        Ok(())
    }
}

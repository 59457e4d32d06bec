//! The directories of tenants: signed, sealed, and served to the members of the tenant alone.

use reference_organisation::{Authorised, Directory, SEALED_PAGE, Tenant, Time, read, value_of};
use serde_json::Value;

use crate::conduct::{Conduct, Flaw};
use crate::organisation::{Organisation, refuse};
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, load, save};

/// A directory as an administrator brings it.
pub(crate) struct Next {
    /// What holds the pages together.
    pub(crate) directory: Authorised<Directory>,
    /// The sealed pages.
    pub(crate) pages: Vec<String>,
}

/// The newest directory of a tenant, as it was signed.
pub(crate) fn newest(tables: &dyn Tables, tenant: &Tenant) -> Result<Option<Value>, Refusal> {
    Ok(load(tables, Table::Directories, &row(tenant))?)
}

/// One of its sealed pages.
pub(crate) fn page(
    tables: &dyn Tables,
    tenant: &Tenant,
    number: u64,
) -> Result<Option<String>, Refusal> {
    Ok(load(tables, Table::DirectoryPages, &place(tenant, number))?)
}

/// The tenant whose directory a member of `own` gets: his own.
pub(crate) fn served(
    tables: &dyn Tables,
    own: Tenant,
    conduct: &Conduct,
) -> Result<Tenant, Refusal> {
    if !conduct.has(Flaw::DirectoryOfAnyTenant) {
        return Ok(own);
    }
    // The flaw: whoever asks gets the first that there is.
    let first = tables.page::<Value>(Table::Directories, &Span::all(), 1, false)?;
    let first = first.first().map(|(key, _)| Tenant::new(key.part(0)));
    Ok(first.and_then(Result::ok).unwrap_or(own))
}

/// Takes a directory that someone who may has signed, with all its pages, and that follows the one in force.
pub(crate) fn publish(
    tables: &mut dyn TablesMut,
    organisation: &Organisation,
    next: &Next,
    now: u64,
    conduct: &Conduct,
) -> Result<(), Refusal> {
    let body = next.directory.body();
    let log = organisation.log(tables)?;
    if !conduct.has(Flaw::DirectoryUnsigned) {
        let signed = next.directory.verify_directory(log.trust(), Time(now));
        signed.map_err(refuse)?;
        // Valid when it was made is not enough for what is published now.
        let still = next.directory.verify_at(log.trust(), Time(now));
        still.map_err(refuse)?;
    }
    organisation.check_tenant(&body.tenant)?;
    check_pages(body, &next.pages)?;
    if let Some(in_force) = newest(tables, &body.tenant)?
        && !conduct.has(Flaw::DirectoryRollback)
    {
        let damaged = |fault| Refusal::internal().because(fault);
        let in_force: Authorised<Directory> = read(&in_force).map_err(damaged)?;
        in_force.body().accepts(body).map_err(refuse)?;
    }
    let value = value_of(&next.directory).map_err(refuse)?;
    save(tables, Table::Directories, &row(&body.tenant), &value)?;
    tables.delete_span(Table::DirectoryPages, &Span::under(&[body.tenant.as_str()]))?;
    for (number, page) in (0..).zip(&next.pages) {
        let key = place(&body.tenant, number);
        save(tables, Table::DirectoryPages, &key, page)?;
    }
    Ok(())
}

fn check_pages(directory: &Directory, pages: &[String]) -> Result<(), Refusal> {
    if pages.len() != directory.pages.len() {
        return Err(Refusal::bad_json("a page is missing or not signed"));
    }
    for (place, page) in pages.iter().enumerate() {
        if page.len() != SEALED_PAGE {
            return Err(Refusal::bad_json("a page has another size than pages have"));
        }
        directory.check_page(place, page).map_err(refuse)?;
    }
    Ok(())
}

fn row(tenant: &Tenant) -> Key {
    Key::of(&[tenant.as_str()])
}

fn place(tenant: &Tenant, number: u64) -> Key {
    Key::numbered(&[tenant.as_str()], number)
}
